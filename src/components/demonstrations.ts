import {describeFlow} from "../charts/flowChart.js";
import {flowName, flows} from "../statistics/flows.js";
import {addressedChoice, rememberChoice} from "./addressedChoice.js";
import {demonstrationFlows, outcomeOf} from "./demonstrationFlows.js";
import {demonstrationResults} from "./demonstrationResults.js";
import {type Demonstration, openDemonstrations, shareOf} from "./demonstrationRows.js";
import {type DemonstrationView, demonstrationChoices, demonstrationViews, isInView} from "./demonstrationViews.js";
import {afterFirstChart} from "./firstChart.js";
import {interval, plural, share} from "./format.js";
import {Inputs, d3, html} from "./kit.js";
import {leakSentence, leaksOf, noLeaks} from "./leaks.js";
import {linked} from "./linked.js";
import {absent, missing} from "./missing.js";
import type {Names} from "./names.js";
import {runChooser} from "./runChooser.js";
import type {OpenStudy} from "./study.js";

const place = (): HTMLElement => html`<div></div>`;

/** The parts of the page on demonstrations, for those that its controls choose. What was answered and said follows the first chart. */
export async function demonstrations(study: OpenStudy) {
  const found = await openDemonstrations(study);
  const [moves, results, effect, doubt, cases, browser] = Array.from({length: 6}, place);
  const parts = {moves, results, effect, doubt, cases, browser};
  if (!found.all.length) {
    moves.append(noneIn(study));
    return {
      ...parts,
      headline: html`<span>No demonstration of this study was recorded.</span>`,
      leaks: "",
      controls: html`<span></span>`
    };
  }
  const views = demonstrationViews(study, found);
  const choices = demonstrationChoices(found);
  const headline = html`<span></span>`;
  let view = addressedChoice(views, choices);
  const titles = new Map(flows(found.all.map(outcomeOf)).map((d) => [flowName(d), describeFlow(d)]));
  const flow = linked(
    "flow",
    Inputs.select(["", ...titles.keys()], {label: "Who was right", format: (d) => titles.get(d) ?? "everything"})
  );
  flow.addEventListener("input", () => {
    for (const node of moves.querySelectorAll<SVGElement>("[data-flow]"))
      node.setAttribute("aria-pressed", String(node.dataset.flow === flow.value));
  });

  const tables = afterFirstChart().then(() => study.tables("predictors", "runs", "run_models"));
  const leaks = tables.then(leaksOf);
  const details = afterFirstChart()
    .then(() => import("./demonstrationDetails.js"))
    .then(({demonstrationDetails}) => demonstrationDetails(study, found, flow, {effect, doubt, cases, browser}));
  let leak = noLeaks;

  const drawResults = () => results.replaceChildren(demonstrationResults(study, found, view, leak));

  function draw(): void {
    rememberChoice(views, choices, view);
    const own = found.all.filter(isInView(view));
    headline.textContent = cameOut(found.names, view, own);
    moves.replaceChildren(demonstrationFlows(study, found, view, own, flow));
    drawResults();
    void details.then((show) => show(view));
  }

  draw();
  void leaks.then((known) => {
    leak = known;
    drawResults();
  });
  return {
    ...parts,
    headline,
    /** Who saw what it must not is in a large table. */
    leaks: leaks.then((leak) =>
      leakSentence(
        found.arms.filter((arm) => found.all.some((d) => d.of.arm === arm)),
        [...new Set(found.all.map((d) => d.of))],
        leak
      )
    ),
    controls: html`<div class="controls">
      ${runChooser(views, choices, {
        start: view,
        onchange: (next) => {
          view = next;
          draw();
        }
      })}
    </div>`
  };
}

/** Why there is none: no method of the study makes any, or none has run. */
const noneIn = (study: OpenStudy): HTMLElement =>
  study.methods.some((d) => ["alice", "self-refine"].includes(d.method))
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
