import {overTitle} from "./domains.js";
import type {Cell} from "./estimates.js";
import {isOverTasks} from "./estimates.js";
import {inSentence, listed, percent} from "./format.js";
import {d3, html} from "./kit.js";
import {missing} from "./missing.js";
import {ceilingColor, ceilingInk, weakColor, weakInk} from "./palette.js";
import {armItem} from "./roleKey.js";
import type {SizeControls, SizeView} from "./sizeControls.js";
import {sizeControls} from "./sizeControls.js";
import {sizeFigure} from "./sizeFigure.js";
import {sizeSentence} from "./sizeSentence.js";
import type {SizeLine, SizePanel, SizeSeries} from "./sizeSeries.js";
import {ladderSentence, sizeSeries} from "./sizeSeries.js";
import {sizeTable} from "./sizeTable.js";
import type {OpenStudy} from "./study.js";

/** Test rows: all, those on which the supervisor is right, and those on which it is wrong. */
const parts = {
  agreement: "all rows",
  agreement_right: "supervisor right",
  agreement_wrong: "supervisor wrong"
} as const;

interface AgreementPanel extends SizePanel {
  quantity: keyof typeof parts;
}

const format = (value: number): string => `${percent(value)}%`;

/** Controls of the page on agreement; what they choose is drawn by `agreement`. */
export async function agreementControls(study: OpenStudy): Promise<SizeControls> {
  const {estimates, tasks} = await study.tables("estimates", "tasks");
  return sizeControls(study, estimates, tasks);
}

/** How often students say what their supervisor says, by size (EDA, figure 3), beside a ceiling that never met it. */
export async function agreement(study: OpenStudy, view: SizeView) {
  const series = sizeSeries(study, await study.tables("estimates", "tasks", "comparisons"), view);
  const {sizes, arms, panels, models, cell, find, ofRole, moving} = series;
  if (!models.length) {
    const none = missing("No estimate of a weak-to-strong student is published for this study.", study.command);
    return {headline: "Nothing was evaluated yet.", figure: none, table: html`<div></div>`};
  }
  const split = panels.flatMap((panel) =>
    (Object.keys(parts) as AgreementPanel["quantity"][]).map((quantity): AgreementPanel => ({
      ...panel,
      quantity,
      title: `${panel.short}, ${parts[quantity]}`
    }))
  );
  const met = panels.some((panel) => models.some((model) => ofRole(cell(panel, model), "ceiling_agreement")));
  const lines: SizeLine<AgreementPanel>[] = [
    {
      line: "Supervisor’s accuracy",
      ink: weakInk,
      role: true,
      find: (at, {quantity}) => (quantity === "agreement" ? ofRole(at, "weak") : undefined)
    },
    {
      line: "Strong ceiling",
      ink: ceilingInk,
      role: true,
      find: (at, {quantity}) => ofRole(at, `ceiling_${quantity}`)
    },
    ...arms.map((arm): SizeLine<AgreementPanel> => ({
      line: arm.title,
      ink: arm,
      role: false,
      find: (at, {quantity}) => find(at, arm, quantity)
    }))
  ];
  const said = arms.map((arm) => ({title: arm.title, find: (at: Cell) => find(at, arm, "agreement")}));
  return {
    headline:
      sizeSentence(series, said, {quantity: "agreement", format}) + copiedSentence(series) + ladderSentence(sizes),
    figure: sizeFigure(study, series, series.points(lines, split, format), {
      id: "agreement-by-size",
      title: `Agreement with the supervisor by ${sizes.depth ? "depth" : "size"} of the ${moving}`,
      subtitle: met
        ? ""
        : `These tables do not hold how often the ceiling agrees with the supervisor; to compute it: ${study.command}.`,
      key: [
        ...arms.map(armItem),
        ...(met
          ? [{label: "strong ceiling, which never met the supervisor", color: ceilingColor, shape: "line" as const}]
          : []),
        {label: "supervisor’s accuracy: the agreement of a model that is always right", color: weakColor, shape: "line"}
      ],
      titles: split.map((d) => d.title),
      label: "Share of test rows",
      ariaLabel: `Agreement with the supervisor by size of the ${moving}, by method, on all rows and where the supervisor is right and wrong`
    }),
    table: sizeTable(
      series,
      [
        ...arms.map((arm) => ({title: arm.title, find: (at: Cell, quantity: string) => find(at, arm, quantity)})),
        {
          title: "Strong ceiling",
          find: (at: Cell, quantity: string) =>
            ofRole(at, quantity === "student" ? "strong_ceiling" : `ceiling_${quantity}`)
        }
      ],
      {
        caption: "Agreement with the supervisor, and accuracy, in percent, by size of models",
        name: `${study.study}-agreement.csv`,
        columns: [
          {quantity: "agreement", label: "Agreement", format: percent},
          {quantity: "agreement_right", label: "where it is right", format: percent},
          {quantity: "agreement_wrong", label: "where it is wrong", format: percent},
          {quantity: "student", label: "Accuracy", format: percent}
        ]
      }
    )
  };
}

/** How many of its supervisor's errors the student repeats where the axis ends, and how many of them the ceiling makes anyway. */
function copiedSentence({names, panels, models, arms, cell, find, ofRole}: SizeSeries): string {
  const panel = panels.at(0);
  const model = models.at(-1);
  if (!panel || !model) return "";
  const at = cell(panel, model);
  const copied = arms.flatMap((arm) => {
    const value = find(at, arm, "agreement_wrong")?.value;
    return value == null ? [] : [{value, text: `${format(value)} (${inSentence(arm.title)})`}];
  });
  if (!copied.length) return "";
  const sorted = d3.sort(copied, (d) => -d.value).map((d) => d.text);
  const repeats = sorted.length > 4 ? `between ${sorted.at(-1)} and ${sorted[0]}` : listed(sorted);
  const ceiling = ofRole(at, "ceiling_agreement_wrong")?.value;
  const beside = ceiling == null ? "" : `; the ceiling, which never met them, makes ${format(ceiling)} of them`;
  const over = isOverTasks(panel.task) ? `medians over the tasks of ${overTitle(panel.task)}` : panel.short;
  return ` Where ${names.model(at.weak)} teaches ${names.model(at.strong)}, students repeat ${repeats} of their supervisor’s errors${beside} (${over}).`;
}
