import type {Cell} from "./estimates.js";
import {percent, share} from "./format.js";
import {html} from "./kit.js";
import {missing} from "./missing.js";
import {ceilingColor, ceilingInk, weakColor, weakInk} from "./palette.js";
import {armItem, roleKey} from "./roleKey.js";
import {scalingGaps} from "./scalingGaps.js";
import {scalingPairs} from "./scalingPairs.js";
import type {SizeControls, SizeView} from "./sizeControls.js";
import {sizeControls} from "./sizeControls.js";
import {sizeFigure} from "./sizeFigure.js";
import {sizeSentence} from "./sizeSentence.js";
import type {SizeLine} from "./sizeSeries.js";
import {ladderSentence, sizeSeries} from "./sizeSeries.js";
import {sizeTable} from "./sizeTable.js";
import type {OpenStudy} from "./study.js";

const quantities = {pgr: "gap recovered (PGR)", student: "accuracy"};

/** Controls of the page on scaling; what they choose is drawn by `scaling`. */
export async function scalingControls(study: OpenStudy): Promise<SizeControls> {
  const {estimates, tasks} = await study.tables("estimates", "tasks");
  return sizeControls(study, estimates, tasks, {quantities});
}

/** PGR and accuracy by size of student or supervisor, by pair of models, and by gap. */
export async function scaling(study: OpenStudy, view: SizeView) {
  const tables = await study.tables("estimates", "tasks", "comparisons");
  const series = sizeSeries(study, tables, view);
  const {sizes, arms, panels, models, find, ofRole, moving} = series;
  if (!models.length) {
    const none = missing("No estimate of a weak-to-strong student is published for this study.", study.command);
    const empty = () => html`<div></div>`;
    return {headline: "Nothing was evaluated yet.", lines: none, table: empty(), pairs: empty(), gaps: empty()};
  }
  const accuracy = view.quantity === "student";
  const format = accuracy ? (d: number) => `${percent(d)}%` : share;
  const lines: SizeLine[] = [
    ...(accuracy
      ? [
          {line: "Weak supervisor", ink: weakInk, role: true, find: (at: Cell) => ofRole(at, "weak")},
          {line: "Strong ceiling", ink: ceilingInk, role: true, find: (at: Cell) => ofRole(at, "strong_ceiling")}
        ]
      : []),
    ...arms.map((arm) => ({
      line: arm.title,
      ink: arm,
      role: false,
      find: (at: Cell) => find(at, arm, view.quantity)
    }))
  ];
  const said = arms.map((arm) => ({title: arm.title, find: (at: Cell) => find(at, arm, view.quantity)}));
  return {
    headline: sizeSentence(series, said, {quantity: accuracy ? "accuracy" : "PGR", format}) + ladderSentence(sizes),
    lines: sizeFigure(study, series, series.points(lines, panels, format), {
      id: "by-size",
      title: `${accuracy ? "Accuracy" : "Share of the gap recovered"} by ${sizes.depth ? "depth" : "size"} of the ${moving}`,
      key: accuracy
        ? roleKey(arms).map((d) => (d.shape === "tick" ? {...d, shape: "line" as const} : d))
        : [
            ...arms.map(armItem),
            {label: "strong ceiling", color: ceilingColor, shape: "line"},
            {label: "weak supervisor", color: weakColor, shape: "line"}
          ],
      titles: panels.map((d) => d.title),
      label: accuracy ? "Test accuracy" : "Performance gap recovered",
      ariaLabel: `${accuracy ? "Accuracy" : "PGR"} by size of the ${moving}, by method`,
      references: accuracy
        ? []
        : [
            {at: 0, color: weakColor},
            {at: 1, color: ceilingColor}
          ]
    }),
    table: sizeTable(
      series,
      arms.map((arm) => ({title: arm.title, find: (at: Cell, quantity: string) => find(at, arm, quantity)})),
      {
        caption: "Accuracies in percent, and PGR, by size of models",
        name: `${study.study}-scaling.csv`,
        columns: [
          {quantity: "weak", label: "Supervisor", format: percent},
          {quantity: "student", label: "Student", format: percent},
          {quantity: "strong_ceiling", label: "Ceiling", format: percent},
          {quantity: "pgr", label: "PGR", format: share}
        ]
      }
    ),
    pairs: scalingPairs(study, tables, view),
    gaps: scalingGaps(study, tables, view, series)
  };
}
