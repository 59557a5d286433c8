import type {ComparisonRow} from "../charts/comparisonChart.js";
import {comparisonChart} from "../charts/comparisonChart.js";
import type {StageCeiling, StagePoint} from "../charts/stageLines.js";
import {stageLines} from "../charts/stageLines.js";
import type {AliceArms, Placed} from "../reproduction/alice/arms.js";
import {armsOfAlice, isOfAlice} from "../reproduction/alice/arms.js";
import type {Teaching} from "../reproduction/alice/teaching.js";
import type {Estimated} from "../statistics/combined.js";
import {differenceOf} from "../statistics/combined.js";
import {dataTable} from "./dataTable.js";
import {intervalCell} from "./estimateCell.js";
import {lookup} from "./estimates.js";
import {figure} from "./figure.js";
import {afterFirstChart} from "./firstChart.js";
import {interval, percent, plural, points as inPoints, range} from "./format.js";
import {Inputs, html} from "./kit.js";
import {linked} from "./linked.js";
import {absent, missing} from "./missing.js";
import type {Names} from "./names.js";
import {namesOf} from "./names.js";
import type {Arm} from "./palette.js";
import {armKey, armsOf, ceilingColor, weakColor} from "./palette.js";
import type {FindMetric} from "./roleMetrics.js";
import {roleMetrics} from "./roleMetrics.js";
import {armItem} from "./roleKey.js";
import type {Paired, RoleAt} from "./scoresOfRoles.js";
import {pairedRoles} from "./scoresOfRoles.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

const empty = () => html`<div></div>`;
const datas = ["all", "equal"] as const;
type Data = (typeof datas)[number];
const against: Readonly<Record<Data, string>> = {
  all: "the first teacher alone, on all questions",
  equal: "the first teacher alone, on as many questions as the last stage has"
};

/** Weak teachers that reach strong students through models in between: accuracy by stage, beside direct teaching. */
export async function cascadePage(study: OpenStudy) {
  const {estimates, tasks} = await study.tables("estimates", "tasks");
  const arms = armsOfAlice(study, estimates);
  const choices = arms.bases.flatMap((base) => arms.allCascades(base).map((placed) => ({...placed, base})));
  if (!choices.length) {
    const none = study.methods.some(isOfAlice)
      ? missing(
          "No method of this study has taught through models in between: an entry of its methods with the option cascade does.",
          study.command
        )
      : absent("This study has no arm of Alice, and no cascade.");
    const headline = "No cascade has a result.";
    return {headline, controls: empty(), stages: none, differences: empty(), table: empty()};
  }
  const names = namesOf(study, tasks);
  const find = lookup(estimates);
  const places = {headline: html`<span></span>`, stages: empty(), differences: empty(), table: empty()};
  let metric: FindMetric = () => undefined;
  let paired: Paired = () => null;
  const view = (): View => ({study, arms, names, find, metric, paired});
  const title = ({arm, pair}: Choice) =>
    `${arm.title}: ${[pair.weak, ...arm.through, pair.strong].map(names.model).join(" → ")}${arms.bases.length > 1 ? `, ${arm.setting}` : ""}`;
  const first = choices.find(({arm}) => arm.method === "alice") ?? choices[0];
  const cascade = linked(
    "cascade",
    Inputs.select(choices.map(keyOf), {
      label: "Cascade",
      format: (key) => title(choices.find((d) => keyOf(d) === key)!),
      value: keyOf(first)
    })
  );
  const chosen = () => choices.find((d) => keyOf(d) === cascade.value)!;
  const draw = () => {
    places.stages.replaceChildren(stagesFigure(view(), chosen()));
    drawDifferences();
  };
  const drawDifferences = () => {
    const rows = choices.flatMap((choice) => differencesOf(view(), choice));
    places.headline.replaceChildren(headline(rows, chosen()));
    places.differences.replaceChildren(differencesFigure(view(), rows, choices.length > 1));
    places.table.replaceChildren(differencesTable(view(), rows));
  };
  cascade.addEventListener("input", draw);
  draw();
  // Models in between, and what each model said of each row, are in tables that grow with the runs.
  void afterFirstChart()
    .then(() => study.tables("metrics", "runs", "run_models"))
    .then(async (tables) => {
      metric = roleMetrics(tables);
      draw();
      paired = pairedRoles({...tables, ...(await study.tables("predictors", "predictions", "examples"))});
      drawDifferences();
    });
  return {...places, controls: html`<div class="controls">${choices.length > 1 ? cascade : null}</div>`};
}

interface Choice extends Placed {
  base: string;
}

interface View {
  study: OpenStudy;
  arms: AliceArms;
  names: Names;
  find: ReturnType<typeof lookup>;
  metric: FindMetric;
  paired: Paired;
}

const keyOf = ({arm, pair}: Choice): string => [arm.setting, arm.method, arm.variant, pair.weak, pair.strong].join(" ");

const lookOf = (study: OpenStudy, {method, variant}: Teaching): Arm =>
  armsOf(study).find((d) => d.key === armKey(method, variant))!;

/** A model of an arm, on a task. */
const roleAt = ({arm, pair}: Placed, task: string, role: string): RoleAt => ({
  task,
  ...pair,
  setting: arm.setting,
  method: arm.method,
  variant: arm.variant,
  role
});

function stagesFigure(view: View, choice: Choice): HTMLElement {
  const {study, arms, names, find, metric} = view;
  const {arm, pair, base} = choice;
  const rungs = arm.through.length;
  const stages = ["weak", ...arm.through.map((_, i) => (rungs > 1 ? `between, ${i + 1}` : "between")), "student"];
  const shown = [choice, ...datas.flatMap((data) => arms.withoutCascade(choice, data, base) ?? [])];
  const points: StagePoint[] = [];
  const ceilings: StageCeiling[] = [];
  const counts: {seeds: number; n: number}[] = [];
  for (const task of study.tasks) {
    const panel = names.task(task);
    for (const placed of shown) {
      const look = lookOf(study, placed.arm);
      const add = (stage: number, model: string, d?: Bounded) => {
        if (!d || d.value === null) return;
        const {value, low, high} = d;
        counts.push(d);
        points.push({
          panel,
          line: look.title,
          ink: look,
          stage,
          value,
          low,
          high,
          about: `${panel}: ${look.title}\n${names.model(model)}, ${stages[stage]}: ${percent(value)}% (${interval(low, high, percent)})`
        });
      };
      const of = (role: string) => find({...roleAt(placed, task, role)}, placed.arm, role);
      add(0, pair.weak, of("weak"));
      placed.arm.through.forEach((model, i) => add(i + 1, model, metric(roleAt(placed, task, "rung"), "accuracy", i)));
      add(stages.length - 1, pair.strong, of("student"));
    }
    const ceiling = find({task, ...pair, setting: arm.setting}, arm, "strong_ceiling");
    if (ceiling?.value != null) ceilings.push({panel, ...ceiling, value: ceiling.value});
  }
  if (!points.length) return missing(`“${arm.title}” has no result yet.`, study.command);
  return figure({
    id: "stages",
    title: `Accuracy by stage of “${arm.title}”, beside direct teaching`,
    subtitle: `${[pair.weak, ...arm.through, pair.strong].map(names.model).join(" teaches ")}. Each stage has questions of its own, one of ${arm.parts} parts; direct at equal data, the student sees the last part alone.`,
    key: [
      {label: "weak teacher", color: weakColor, shape: "circle"},
      ...shown.map((d) => armItem(lookOf(study, d.arm))),
      {label: "strong model on gold labels", color: ceilingColor, shape: "line"}
    ],
    note: `${range(
      counts.map((d) => d.seeds),
      "seed"
    )}, ${range(
      counts.map((d) => d.n),
      "test row"
    )} each. Bars and the ceiling’s band are 95% intervals by resampling seeds and rows; those of models in between are Wilson’s, of the test rows counted once.`,
    data: [
      ...points.map(({panel, line, stage, value, low, high}) => ({
        task: panel,
        arm: line,
        stage: stages[stage],
        value,
        low,
        high
      })),
      ...ceilings.map(({panel, value, low, high}) => ({
        task: panel,
        arm: "strong model on gold labels",
        stage: "ceiling",
        value,
        low,
        high
      }))
    ],
    provenance: pageUrl(study.study, "provenance", {role: "rung"}),
    draw: (width) =>
      stageLines(points, ceilings, {
        width,
        stages,
        ariaLabel: "Test accuracy from the weak teacher to the student, in a cascade and directly, by task"
      })
  });
}

interface Bounded {
  value: number | null;
  low: number | null;
  high: number | null;
  seeds: number;
  n: number;
}

/** A cascade's student less that of direct teaching, on a task. */
interface Difference extends Estimated {
  choice: Choice;
  direct: Placed;
  data: Data;
  task: string;
  cascade: Bounded;
  other: Bounded;
  /** Whether it is of the same test rows one by one, and not of two intervals. */
  paired: boolean;
}

function differencesOf({study, arms, find, paired}: View, choice: Choice): Difference[] {
  return datas.flatMap((data) => {
    const direct = arms.withoutCascade(choice, data, choice.base);
    if (!direct) return [];
    return study.tasks.flatMap((task): Difference[] => {
      const [at, to] = [choice, direct].map((d) => roleAt(d, task, "student"));
      const [cascade, other] = [find(at, at, "student"), find(to, to, "student")];
      if (cascade?.value == null || other?.value == null) return [];
      const pair = paired(at, to, Math.min(cascade.seeds, other.seeds));
      const apart = differenceOf({...cascade, value: cascade.value}, {...other, value: other.value});
      return [{choice, direct, data, task, cascade, other, paired: pair !== null, ...(pair ?? apart)}];
    });
  });
}

function headline(rows: readonly Difference[], choice: Choice): string {
  const parts = datas.flatMap((data) => {
    const some = rows.filter((d) => d.choice === choice && d.data === data);
    if (!some.length) return [];
    const better = some.filter((d) => d.low !== null && d.low > 0).length;
    const worse = some.filter((d) => d.high !== null && d.high < 0).length;
    const than = data === "all" ? "than taught directly" : "than taught directly with as many questions";
    return [
      `clearly better ${than} on ${better} of ${plural(some.length, "task")}${worse ? ` and clearly worse on ${worse}` : ""}`
    ];
  });
  return parts.length
    ? `The student of “${choice.arm.title}” is ${parts.join("; it is ")}.`
    : `No student was taught directly beside that of “${choice.arm.title}”: an entry of the methods without the option cascade does that.`;
}

const groupOf = ({choice, data}: Difference): string =>
  `${choice.arm.title} − direct${data === "equal" ? ", at equal data" : ""}`;

function differencesFigure({study, names}: View, rows: readonly Difference[], several: boolean): HTMLElement {
  if (!rows.length) return missing("No cascade can be compared: none has a student taught directly.", study.command);
  const shown = rows.map((d): ComparisonRow => ({
    group: several && pairsOf(rows) > 1 ? `${groupOf(d)}: ${names.model(d.choice.pair.strong)}` : groupOf(d),
    label: names.task(d.task),
    look: lookOf(study, d.choice.arm),
    value: d.value,
    low: d.low,
    high: d.high,
    columns: [inPoints(d.value), interval(d.low, d.high, inPoints)]
  }));
  return figure({
    id: "cascade-differences",
    title: "What the models in between add",
    note: `${range(
      rows.map((d) => Math.min(d.cascade.seeds, d.other.seeds)),
      "seed"
    )}, ${range(
      rows.map((d) => d.cascade.n),
      "test row"
    )} each. ${howSaid(rows)}`,
    data: rows.map(csvRow),
    provenance: pageUrl(study.study, "provenance", {role: "student"}),
    draw: (width) =>
      comparisonChart(shown, {
        width,
        label: "Points of test accuracy above direct teaching",
        ariaLabel: "Difference in test accuracy between a cascade and direct teaching, by task",
        tickFormat: (d) => inPoints(d).replace(".0", ""),
        columns: ["Difference", "95% interval"],
        reference: {at: 0, label: "direct"}
      })
  });
}

const pairsOf = (rows: readonly Difference[]): number =>
  new Set(rows.map(({choice: {pair}}) => `${pair.weak} ${pair.strong}`)).size;

function howSaid(rows: readonly Difference[]): string {
  const apart = rows.filter((d) => !d.paired).length;
  const resampled = "95% intervals of paired differences, by resampling seeds and rows alike for both students.";
  if (!apart) return resampled;
  const independent =
    "from the two students’ own intervals, as if they were independent, which is rather too wide: predictions are not published of all seeds.";
  return apart === rows.length
    ? `95% intervals ${independent}`
    : `${resampled} ${plural(apart, "interval")} of these ${apart === 1 ? "is" : "are"} ${independent}`;
}

const csvRow = ({choice, direct, data, task, cascade, other, value, low, high, paired}: Difference) => ({
  method: choice.arm.method,
  cascade: choice.arm.variant,
  direct: direct.arm.variant,
  data,
  weak_model: choice.pair.weak,
  through: choice.arm.through.join(" "),
  strong_model: choice.pair.strong,
  task,
  cascade_accuracy: cascade.value,
  direct_accuracy: other.value,
  difference: value,
  low,
  high,
  paired,
  seeds: Math.min(cascade.seeds, other.seeds),
  n: cascade.n
});

function differencesTable({study, names}: View, rows: readonly Difference[]): HTMLElement {
  if (!rows.length) return empty();
  return dataTable(rows, {
    caption: "A cascade against direct teaching: test accuracy in percent and difference in points, with 95% intervals",
    grouped: true,
    columns: [
      {label: "Cascade", value: (d) => `${d.choice.arm.title}: ${names.model(d.choice.pair.strong)}`},
      {label: "Against", value: (d) => html`<span class="prose">${against[d.data]}</span>`},
      {label: "Task", value: (d) => names.task(d.task)},
      {label: "In a cascade", numeric: true, value: (d) => intervalCell(d.cascade, percent)},
      {label: "Directly", numeric: true, value: (d) => intervalCell(d.other, percent)},
      {
        label: "Difference",
        numeric: true,
        value: (d) => intervalCell(d, inPoints, d.paired ? "paired" : "two intervals")
      },
      {
        label: "n",
        numeric: true,
        value: (d) =>
          html`<span class="estimate"
            >${plural(d.cascade.n, "row")}<small
              >${plural(Math.min(d.cascade.seeds, d.other.seeds), "seed")}</small
            ></span
          >`
      }
    ],
    csv: {name: `${study.study}-cascade.csv`, rows: rows.map(csvRow)}
  });
}
