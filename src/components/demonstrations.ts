import {flows} from "../statistics/flows.js";
import {addressedChoice, rememberChoice} from "./addressedChoice.js";
import {demonstrationBrowser} from "./demonstrationBrowser.js";
import {demonstrationFlows, outcomeOf} from "./demonstrationFlows.js";
import {demonstrationResults} from "./demonstrationResults.js";
import {type Demonstration, openDemonstrations, shareOf} from "./demonstrationRows.js";
import type {DemonstrationTexts} from "./demonstrationTexts.js";
import {type DemonstrationView, demonstrationChoices, demonstrationViews, isInView} from "./demonstrationViews.js";
import {whenNear} from "./exampleList.js";
import {afterFirstChart} from "./firstChart.js";
import {interval, plural, share} from "./format.js";
import {d3, html} from "./kit.js";
import {keptByTeacher} from "./keptByTeacher.js";
import {leakSentence, leaksOf, noLeaks} from "./leaks.js";
import {absent, missing} from "./missing.js";
import type {Names} from "./names.js";
import {runChooser} from "./runChooser.js";
import type {OpenStudy} from "./study.js";
import {armEffects, uncertaintyEffect} from "./uncertaintyEffect.js";

const place = (): HTMLElement => html`<div></div>`;

/** The parts of the page on demonstrations, for those that its controls choose. */
export async function demonstrations(study: OpenStudy) {
  const found = await openDemonstrations(study);
  if (!found.all.length)
    return {
      headline: html`<span>No demonstration of this study was recorded.</span>`,
      leaks: "",
      controls: place(),
      moves: noneIn(study),
      results: place(),
      effect: place(),
      doubt: place(),
      cases: place(),
      browser: place()
    };
  const views = demonstrationViews(study, found);
  const choices = demonstrationChoices(found);
  let view = addressedChoice(views, choices);
  const shown = () => found.all.filter(isInView(view));
  const [headline, moves, results, effect, doubt, cases] = Array.from({length: 6}, place);
  let opened: Promise<(of: Demonstration) => DemonstrationTexts> | undefined;
  const texts = () =>
    (opened ??= import("./demonstrationTexts.js").then(({demonstrationTexts}) => demonstrationTexts(study)));
  const browser = demonstrationBrowser(study.study, found, {
    texts,
    onflow: (flow) => {
      for (const node of moves.querySelectorAll<SVGElement>("[data-flow]"))
        node.setAttribute("aria-pressed", String(node.dataset.flow === flow));
    }
  });
  const kept = keptByTeacher(study, found);
  const leaks = afterFirstChart()
    .then(() => study.tables("predictors", "runs", "run_models"))
    .then(leaksOf);
  let leak = noLeaks;

  function drawResults(): void {
    results.replaceChildren(demonstrationResults(study, found, view, leak));
  }

  function drawCases(): void {
    void Promise.all([texts(), import("./demonstrationCases.js")]).then(([texts, {demonstrationCases}]) =>
      cases.replaceChildren(demonstrationCases(study.study, found, shown(), texts))
    );
  }

  function draw(): void {
    rememberChoice(views, choices, view);
    const own = shown();
    headline.textContent = cameOut(found.names, view, own);
    moves.replaceChildren(demonstrationFlows(study, found, view, own, browser));
    drawResults();
    kept.show(view, own);
    browser.show(own);
    // Thousands of resamples wait until what is above them is drawn.
    void afterFirstChart().then(() =>
      effect.replaceChildren(uncertaintyEffect(study, armEffects(study, found, view), view))
    );
    if (cases.firstElementChild?.matches(".cases")) drawCases();
  }

  draw();
  doubt.replaceChildren(kept.node);
  cases.replaceChildren(html`<p class="meta">The cases and what was said of them follow.</p>`);
  whenNear(cases, "600px", () => void afterFirstChart().then(drawCases));
  void leaks.then((known) => {
    leak = known;
    drawResults();
  });
  return {
    headline,
    /** Who saw what it must not is in a large table, which follows the first chart. */
    leaks: leaks.then((leak) => {
      const arms = found.arms.filter((arm) => found.all.some((d) => d.of.arm === arm));
      return leakSentence(arms, [...new Set(found.all.map((d) => d.of))], leak);
    }),
    controls: html`<div class="controls">
      ${runChooser(views, choices, {
        start: view,
        onchange: (next) => {
          view = next;
          draw();
        }
      })}
    </div>`,
    moves,
    results,
    effect,
    doubt,
    cases,
    browser: browser.node
  };
}

/** Why there is none: no method of the study makes any, or none has run. */
const noneIn = (study: OpenStudy): HTMLElement =>
  study.methods.some((d) => d.method === "alice")
    ? missing("No demonstration of this study was recorded.", study.command)
    : absent(
        'The students of this study learn what others say as it is: no method of it lets them improve their own answers first. To see what that changes, add {method: "alice"} to the methods of the study.'
      );

/** What came out, in sentences whose numbers are read from the demonstrations. */
function cameOut(names: Names, {arm, task}: DemonstrationView, own: readonly Demonstration[]): string {
  const said = (holds: (d: Demonstration) => boolean) => {
    const {value, low, high} = shareOf(own, holds);
    return `${share(value)} (${interval(low, high, share)})`;
  };
  const tasks = new Set(own.map((d) => d.of.task)).size;
  const on = task || tasks === 1 ? names.task(own[0].of.task) : plural(tasks, "task");
  const taught = own.some((d) => d.teacher_right !== null);
  const counts = d3.rollup(
    flows(own.map(outcomeOf)),
    (v) => d3.sum(v, (d) => d.n),
    (d) => d.own,
    (d) => d.revised
  );
  const of = (right: boolean, revised: boolean) => counts.get(right)?.get(revised) ?? 0;
  return (
    `Of ${plural(own.length, "demonstration")} of “${arm.title}” on ${on} (${plural(new Set(own.map((d) => d.of.seed)).size, "seed")}), the student by itself is right in ${said((d) => d.own_right)}` +
    `${taught ? `, its teacher in ${said((d) => d.teacher_right === true)}` : ""}, and the revised answer in ${said((d) => d.revised_right)}. ` +
    `Revising puts right ${of(false, true)} of ${plural(of(false, true) + of(false, false), "wrong answer")}, and spoils ${of(true, false)} of ${plural(of(true, true) + of(true, false), "right one")}.`
  );
}
