import {curves} from "../charts/curves.js";
import type {ForestRow} from "../charts/forestPlot.js";
import {forestPlot} from "../charts/forestPlot.js";
import {binSoftLabels, softLabels} from "../charts/softLabels.js";
import {reliabilityDiagram} from "../charts/reliabilityDiagram.js";
import {reliability} from "../statistics/calibration.js";
import type {Row} from "../tables.js";
import {domainsOf} from "./domains.js";
import type {KeyItem} from "./figure.js";
import {figure} from "./figure.js";
import {count, listed, percent, plural, points} from "./format.js";
import {d3} from "./kit.js";
import {afterFirstChart} from "./firstChart.js";
import {absent, missing} from "./missing.js";
import {namesOf} from "./names.js";
import type {Arm} from "./palette.js";
import {ceilingColor, weakColor} from "./palette.js";
import type {Shown} from "./settingControl.js";
import {shownResults} from "./shownResults.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";
import {referenceOf} from "../statistics/reference.js";
import {plainPoints, trainingPoints} from "./trainingPoints.js";

interface WeakLabel {
  title: string;
  task: string;
  seed: number;
  label: number;
  /** Null where the label is an answer. */
  probability: number | null;
}

/** The parts of the page on weak supervision, of one setting and pair of models. Curves are large: they follow the first chart. */
export async function weakSupervision(study: OpenStudy, shown: Shown) {
  const {estimates, tasks} = await study.tables("estimates", "tasks");
  const {cells, find, arms} = shownResults(study, estimates, shown);
  const names = namesOf(study, tasks);
  const domains = domainsOf(tasks);
  const provenance = pageUrl(study.study, "provenance", {role: "weak"});
  const gaps = d3
    .sort(cells, (d) => domains.place(d.task))
    .flatMap((cell): ForestRow[] => {
      const found = arms.map((arm) => find(cell, arm, "gap")).find((d) => d && d.value !== null);
      if (!found) return [];
      const {value, low, high, refused} = found;
      const [title, domain] = [names.task(cell.task), domains.title(cell.task)];
      return [{title, domain, overall: false, arm: gapArm, value, low, high, refused}];
    });
  const key: KeyItem[] = [
    {label: "mean of seeds", color: weakColor, shape: "line"},
    {label: "kept, each seed", color: weakColor, shape: "circle"}
  ];
  return {
    headline: afterFirstChart()
      .then(() => study.tables("metrics", "runs", "predictors"))
      .then((tables) => headline(tables, shown)),
    gap: gaps.length
      ? figure({
          id: "room",
          title: "What supervisors leave to be learned",
          subtitle: "Test accuracy of the strong model on gold labels less that of the supervisor, in points.",
          note: `${plural(study.seeds.length, "seed")}; 95% intervals by resampling seeds and rows.`,
          data: gaps.map(({title, value, low, high}) => ({title, value, low, high})),
          provenance,
          draw: (width) =>
            forestPlot(gaps, {
              width,
              label: "Points of test accuracy from supervisor to ceiling",
              ariaLabel: "Gap between supervisor and ceiling, by task",
              format: points,
              tickFormat: (d) => points(d).replace(".0", ""),
              references: [{at: 0, label: "no gap"}]
            })
        })
      : missing("No estimate is published for this study.", study.command),
    async curves() {
      await afterFirstChart();
      const curve = await trainingPoints(study, ["weak"], shown);
      const seeds = plural(new Set(curve.loss.map((d) => d.seed)).size, "seed");
      return {
        validation: curve.agreement.length
          ? figure({
              id: "supervisor-validation",
              title: "Supervisors’ accuracy on validation rows, which decides when they stop",
              key,
              note: `${seeds} a task, thin lines. Gold labels, of rows apart from those that students or tests see.`,
              data: plainPoints(curve.agreement),
              provenance,
              draw: (width) =>
                curves(curve.agreement, curve.kept, {
                  width,
                  label: "Validation accuracy",
                  percent: true,
                  ariaLabel: "Validation accuracy of the supervisors by step"
                })
            })
          : curve.loss.length
            ? absent("No validation row decides when these supervisors stop: each keeps its last checkpoint.")
            : missing("No validation curve of a supervisor is published.", study.command),
        loss: curve.loss.length
          ? figure({
              id: "supervisor-loss",
              title: "Supervisors’ loss on gold labels",
              key,
              note: `${seeds} a task, thin lines.`,
              data: plainPoints(curve.loss),
              provenance,
              draw: (width) =>
                curves(curve.loss, curve.keptLoss, {
                  width,
                  label: "Loss (nats per row)",
                  ariaLabel: "Training loss of the supervisors by step"
                })
            })
          : missing("No training curve of a supervisor is published.", study.command)
      };
    }
  };
}

/** The gap is no method's: it is drawn in the ceiling's ink. */
const gapArm: Arm = {
  key: "gap",
  method: "",
  variant: "",
  title: "Gap",
  color: ceilingColor,
  fill: ceilingColor,
  mark: "circle",
  hollow: false
};

type MetricTables = {metrics: Row<"metrics">[]; runs: Row<"runs">[]; predictors: Row<"predictors">[]};

/** Runs whose students learn what their supervisor said: other methods, and other arms, learn labels that were made of that. */
function plainRuns(
  {runs, predictors}: Pick<MetricTables, "runs" | "predictors">,
  shown: Shown
): Map<string, Row<"runs"> & {labels: string}> {
  const of = (role: string) =>
    new Map(predictors.filter((d) => d.role === role && d.position === 0).map((d) => [d.run, d]));
  const [weak, student] = [of("weak"), of("student")];
  return new Map(
    runs.flatMap((d) => {
      const [by, labels] = [weak.get(d.run), student.get(d.run)?.labels];
      if (d.setting !== shown.setting || by?.model !== shown.weak || labels === undefined) return [];
      const isPlain = labels === by.predictor || (d.method === referenceOf(d.setting) && d.variant === "");
      return isPlain ? [[d.run, {...d, labels}] as const] : [];
    })
  );
}

/** How right and how honest the labels are, by the recorded metrics. */
function headline({metrics, ...tables}: MetricTables, shown: Shown): string {
  const run = plainRuns(tables, shown);
  const byTask = (metric: string) => {
    // Runs share their supervisor, which counts once.
    const seen = new Map<string, {task: string; value: number}>();
    for (const d of metrics) {
      const of = run.get(d.run);
      if (of && d.stage === "weak_labels" && d.metric === metric && d.value !== null && !/validation/.test(d.split))
        seen.set(`${of.task} ${of.seed}`, {task: of.task, value: d.value});
    }
    return d3
      .rollups(
        [...seen.values()],
        (v) => d3.mean(v, (d) => d.value)!,
        (d) => d.task
      )
      .map(([, value]) => value);
  };
  const [accuracies, errors] = ["accuracy", "calibration_error"].map(byTask);
  if (!accuracies.length) return "No label of the supervisor’s own has been scored yet.";
  const range = (values: number[]) => {
    const [low, high] = d3.extent(values.map(percent).map(Number)) as [number, number];
    return low === high ? low.toFixed(1) : `${low.toFixed(1)} to ${high.toFixed(1)}`;
  };
  const honest = errors.length
    ? ` What they claim is off by ${range(errors)} points (expected calibration error).`
    : "";
  return `On the rows that students learn from, the supervisors’ labels are right ${range(accuracies)}% of the time${accuracies.length > 1 ? ", by task" : ""}.${honest}`;
}

/** How sure the weak labels are, and how often they come true; these take every label, not only their scores. */
export async function weakLabelFigures(study: OpenStudy, shown: Shown) {
  await afterFirstChart();
  const tables = await study.tables("predictions", "predictors", "examples", "runs", "tasks");
  const all = d3.sort(weakLabels(study, tables, shown), (d) => study.tasks.indexOf(d.task));
  const labels = all.filter((d): d is WeakLabel & {probability: number} => d.probability !== null);
  const silent = [...new Set(all.filter((d) => d.probability === null).map((d) => d.title))];
  const provenance = pageUrl(study.study, "provenance", {role: "weak_labels"});
  const groups = d3.groups(labels, (d) => d.title);
  const seeds = new Set(labels.map((d) => d.seed)).size;
  const [fewest, most] = d3.extent(groups, ([, some]) => some.length);
  const note = `${seeds < study.seeds.length ? `Labels of ${seeds} of ${plural(study.seeds.length, "seed")}` : `${plural(seeds, "seed")} pooled`}, ${fewest === most ? count(most ?? 0) : `${count(fewest!)} to ${count(most!)}`} labels a task.${silent.length ? ` Not drawn, since their labels are answers without a probability: ${listed(silent)}.` : ""}`;
  const bins = groups.flatMap(([title, some]) =>
    reliability(
      some.map((d) => d.label),
      some.map((d) => d.probability)
    ).map((bin) => ({title, ...bin}))
  );
  const counts = binSoftLabels(labels);
  const none = () =>
    silent.length
      ? absent(
          "The weak labels of these tasks are answers without a probability, so they cannot be checked for honesty."
        )
      : missing("No weak labels of this supervisor are published.", study.command);
  return {
    reliability: labels.length
      ? figure({
          id: "reliability",
          title: "How often the weak labels come true",
          subtitle:
            "On the diagonal, labels that say 70% are of class 1 seventy times in a hundred. Bars below count the labels.",
          key: [
            {label: "weak labels, 95% interval", color: weakColor, shape: "circle"},
            {label: "honest", color: "var(--theme-foreground-muted)", shape: "dashes"}
          ],
          note: `${note} Ten bins of equal width; Wilson intervals.`,
          data: bins.map((d) => ({...d})),
          provenance,
          draw: (width) => reliabilityDiagram(bins, {width})
        })
      : none(),
    distribution: labels.length
      ? figure({
          id: "soft-labels",
          title: "How sure the weak labels are, and on which side of the truth",
          key: [
            {label: "right", color: weakColor, shape: "area"},
            {label: "wrong", color: "var(--bad)", shape: "area"}
          ],
          note,
          data: counts.map((d) => ({...d})),
          provenance,
          draw: (width) => softLabels(counts, {width})
        })
      : none()
  };
}

type Tables = {
  predictions: Row<"predictions">[];
  predictors: Row<"predictors">[];
  examples: Row<"examples">[];
  runs: Row<"runs">[];
  tasks: Row<"tasks">[];
};

/** Weak labels of the rows that students learn from, once for each supervisor, though several arms learn from it. */
function weakLabels(study: OpenStudy, {predictions, examples, tasks, ...tables}: Tables, shown: Shown): WeakLabel[] {
  const names = namesOf(study, tasks);
  const learned = new Map([...plainRuns(tables, shown).values()].map((d) => [d.labels, d]));
  const gold = new Map(examples.map((d) => [`${d.task} ${d.example}`, d.label]));
  return predictions.flatMap((d): WeakLabel[] => {
    const of = learned.get(d.predictor);
    if (!of || d.split !== "transfer") return [];
    const {task, seed} = of;
    const label = gold.get(`${task} ${d.example}`)!;
    return [{title: names.task(task), task, seed, label, probability: d.probability}];
  });
}
