import {describeSource, flowChart, type FlowSource} from "../charts/flowChart.js";
import {type Outcome, flows} from "../statistics/flows.js";
import {type Demonstration, type Demonstrations, modelsOf, questionOf, shareOf} from "./demonstrationRows.js";
import type {DemonstrationView} from "./demonstrationViews.js";
import {figure} from "./figure.js";
import {listed, plural} from "./format.js";
import {d3} from "./kit.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

export const outcomeOf = (d: Demonstration): Outcome => ({
  teacher: d.teacher_right,
  own: d.own_right,
  revised: d.revised_right
});

/** How answers moved: from who was right at first to whether the revised answer is; a flow that is chosen, in the control of that name, filters the list. */
export function demonstrationFlows(
  study: OpenStudy,
  {names}: Demonstrations,
  {arm, task}: DemonstrationView,
  own: readonly Demonstration[],
  flow: HTMLElement & {value: string}
): HTMLElement {
  const found = flows(own.map(outcomeOf));
  const sources = d3
    .groups(own, (d) => describeSource(outcomeOf(d)))
    .map(([, some]): FlowSource => {
      const {teacher, own} = outcomeOf(some[0]);
      return {teacher, own, n: some.length, right: shareOf(some, (d) => d.revised_right)};
    });
  const place = ({teacher, own}: FlowSource) => found.findIndex((d) => d.teacher === teacher && d.own === own);
  const ordered = d3.sort(sources, place);
  const {student, teacher} = modelsOf(own[0]);
  const seeds = new Set(own.map((d) => d.of.seed)).size;
  return figure({
    id: "moves",
    title: movesTitle(ordered),
    subtitle: `${names.model(student)} reads its own answer beside that of ${names.model(teacher)}, and keeps or improves it. What changed sides stands out. Choose a flow to see its demonstrations below.`,
    note: `${arm.title}, ${task ? names.task(task) : listed([...new Set(own.map((d) => names.task(d.of.task)))])}: ${plural(own.length, "demonstration")}, ${plural(seeds, "seed")}, ${plural(new Set(own.map(questionOf)).size, "different question")}. 95% Wilson intervals of the share that is right in the end, which count a question once though several seeds ask it.`,
    data: found.map(({teacher, own, revised, n}) => {
      const source = sources.find((d) => d.teacher === teacher && d.own === own)!;
      return {
        teacher_right: teacher,
        own_right: own,
        revised_right: revised,
        n,
        of: source.n,
        right_share: source.right.value,
        right_low: source.right.low,
        right_high: source.right.high
      };
    }),
    provenance: pageUrl(study.study, "provenance", {run: own[0].of.run}),
    draw: (width) =>
      flowChart(found, ordered, {
        width,
        right: shareOf(own, (d) => d.revised_right),
        selected: flow.value,
        onselect: (name) => {
          flow.value = name;
          flow.dispatchEvent(new Event("input", {bubbles: true}));
        }
      })
  });
}

/** What the figure shows, in words that its numbers bear out. */
function movesTitle(sources: readonly FlowSource[]): string {
  const only = sources.find((d) => d.teacher === true && !d.own);
  const against = sources.find((d) => d.teacher === false && d.own);
  const right = ({n, right}: FlowSource) => Math.round(right.value * n);
  if (only && against)
    return `Of ${plural(only.n, "answer")} that only the teacher has right, the student takes over ${right(only)}; of ${against.n} that it alone has right, it keeps ${right(against)} right`;
  const wrong = sources.filter((d) => !d.own);
  return `Of ${plural(
    d3.sum(wrong, (d) => d.n),
    "wrong answer"
  )}, revising puts right ${d3.sum(wrong, right)}`;
}
