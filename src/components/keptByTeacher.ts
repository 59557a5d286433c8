import {keptChart, type KeptSeries} from "../charts/keptChart.js";
import {type Doubt, doubts, keptByDoubt} from "../statistics/keptByDoubt.js";
import type {AnsweredDemonstration} from "./demonstrationAnswers.js";
import {type Demonstrations, questionOf, shareOf} from "./demonstrationRows.js";
import type {DemonstrationView} from "./demonstrationViews.js";
import {figure} from "./figure.js";
import {count, interval, listed, plural, share} from "./format.js";
import {Inputs, html} from "./kit.js";
import {linked} from "./linked.js";
import {absent} from "./missing.js";
import {weakColor} from "./palette.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

/** Whether a student keeps its own answer, by how much its teacher doubts; what tells that is a choice, kept in the address. */
export function keptByTeacher(study: OpenStudy, {names}: Demonstrations) {
  const by = linked(
    "doubt",
    Inputs.select(Object.keys(doubts) as Doubt[], {label: "Doubt", format: (d) => doubts[d].title})
  );
  const place = html`<div></div>`;
  let draw = () => {};
  by.addEventListener("input", () => draw());
  return {
    node: html`<div>
      <div class="controls">${by}</div>
      ${place}
    </div>`,
    show(view: DemonstrationView, own: readonly AnsweredDemonstration[]): void {
      draw = () => place.replaceChildren(drawn(study, names.task, by.value, view, own));
      draw();
    }
  };
}

function drawn(
  study: OpenStudy,
  task: (name: string) => string,
  doubt: Doubt,
  {arm}: DemonstrationView,
  own: readonly AnsweredDemonstration[]
): HTMLElement {
  const taught = own.filter((d) => d.teacher_right !== null && d.clusters > 0);
  if (!taught.length) return absent("No teacher of this arm was asked more than once, so none shows doubt.");
  const told = taught.filter((d) => d.kept !== null);
  if (!told.length)
    return absent(
      "The licence of these rows does not let us publish answers, so whether a student keeps its own cannot be told here."
    );
  const series = [false, true].map((same): KeptSeries => {
    const some = told.filter((d) => d.same === same);
    return {
      same,
      label: same ? "the teacher says the same" : "the teacher says another",
      color: same ? weakColor : arm.color,
      bins: keptByDoubt(
        some.map((d) => ({question: questionOf(d), doubt: d[doubt], kept: d.kept!})),
        doubt
      )
    };
  });
  const {title, unit} = doubts[doubt];
  const hidden = [...new Set(taught.filter((d) => d.kept === null).map((d) => task(d.of.task)))];
  return figure({
    id: "kept",
    title: keptTitle(told),
    subtitle: `By the ${title} of the teacher’s chains, at the left where all agree.`,
    key: series
      .filter((d) => d.bins.length)
      .map(({label, color, same}) => ({label, color, shape: "circle" as const, hollow: same})),
    note: `${arm.title}: ${plural(told.length, "demonstration")}; numbers below are how many stand behind a mark. 95% Wilson intervals, which count a question once though several seeds ask it. Where chains are clustered by answer, one without an answer agrees only with its like, word for word.${hidden.length ? ` Answers of ${listed(hidden)} are not published.` : ""}`,
    data: series.flatMap(({same, bins}) =>
      bins.map(({title, value, low, high, n}) => ({
        teacher_says_the_same: same,
        [doubt]: title,
        kept: value,
        low,
        high,
        n
      }))
    ),
    provenance: pageUrl(study.study, "provenance", {run: own[0].of.run}),
    draw: (width) =>
      keptChart(series, {
        width,
        label: doubt === "entropy" ? `Entropy of the teacher’s clusters, ${unit}` : "Clusters of the teacher’s chains",
        ariaLabel: `How often the student keeps its own answer, by ${title}`
      })
  });
}

/** How often a student keeps its own answer against a teacher that is sure, and against one that is not. */
function keptTitle(told: readonly AnsweredDemonstration[]): string {
  const against = told.filter((d) => d.same === false);
  // Chains that all lack an answer are of no mind.
  const isSure = (d: AnsweredDemonstration) => d.clusters === 1 && d.teacher_answer !== null;
  const [sure, unsure] = [true, false].map((one) => against.filter((d) => isSure(d) === one));
  const kept = (some: readonly AnsweredDemonstration[]) => {
    const {value, low, high, n} = shareOf(some, (d) => d.kept === true);
    return `${share(value)} (${interval(low, high, share)}, n = ${count(n)})`;
  };
  if (!against.length) return "Student and teacher say the same everywhere";
  if (!sure.length) return `Against a teacher that says another, the student keeps its own answer in ${kept(unsure)}`;
  if (!unsure.length) return `Against a teacher that is of one mind, the student keeps its own answer in ${kept(sure)}`;
  return `Against a teacher of one mind the student keeps its own answer in ${kept(sure)}, against one that is not in ${kept(unsure)}`;
}
