import {curves} from "../charts/curves.js";
import {binSoftLabels, softLabels} from "../charts/softLabels.js";
import {reliabilityDiagram} from "../charts/reliabilityDiagram.js";
import {reliability} from "../statistics/calibration.js";
import type {Row} from "../tables.js";
import type {KeyItem} from "./figure.js";
import {figure} from "./figure.js";
import {count, percent, plural} from "./format.js";
import {d3} from "./kit.js";
import {afterFirstChart} from "./firstChart.js";
import {missing} from "./missing.js";
import {namesOf} from "./names.js";
import {weakColor} from "./palette.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";
import {trainingPoints} from "./trainingPoints.js";

interface WeakLabel {
  title: string;
  task: string;
  seed: number;
  label: number;
  probability: number;
}

/** The parts of the page on weak supervision. */
export async function weakSupervision(study: OpenStudy) {
  const [{metrics, runs, predictors}, curve] = await Promise.all([
    study.tables("metrics", "runs", "predictors"),
    trainingPoints(study, ["weak"])
  ]);
  const seeds = plural(study.seeds.length, "seed");
  const key: KeyItem[] = [
    {label: "mean of seeds", color: weakColor, shape: "line"},
    {label: "kept, each seed", color: weakColor, shape: "circle"}
  ];
  const provenance = pageUrl(study.study, "provenance", {role: "weak"});
  return {
    headline: headline(metrics, runs, predictors),
    training: curve.agreement.length
      ? figure({
          id: "supervisor-validation",
          title: "Supervisors’ accuracy on validation rows, which decides when they stop",
          key,
          note: `${seeds} a task, thin lines. Gold labels, of rows apart from those that students or tests see.`,
          data: curve.agreement.map(({color: _, hollow: __, ...d}) => d),
          provenance,
          draw: (width) =>
            curves(curve.agreement, curve.kept, {
              width,
              label: "Validation accuracy",
              percent: true,
              ariaLabel: "Validation accuracy of the supervisors by step"
            })
        })
      : missing("No validation curve of a supervisor is published.", study.command),
    loss: curve.loss.length
      ? figure({
          id: "supervisor-loss",
          title: "Supervisors’ loss on gold labels",
          key,
          note: `${seeds} a task, thin lines.`,
          data: curve.loss.map(({color: _, hollow: __, ...d}) => d),
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

/** How right and how honest the labels are, by the recorded metrics. */
function headline(
  metrics: readonly Row<"metrics">[],
  runs: readonly Row<"runs">[],
  predictors: readonly Row<"predictors">[]
): string {
  const run = new Map(runs.map((d) => [d.run, d]));
  const supervisor = new Map(predictors.filter((d) => d.role === "weak").map((d) => [d.run, d.predictor]));
  const byTask = (metric: string) => {
    // Arms share their supervisor, which counts once.
    const seen = new Map<string, {task: string; value: number}>();
    for (const d of metrics) {
      const of = run.get(d.run);
      if (of && d.stage === "weak_labels" && d.metric === metric && d.value !== null && !/validation/.test(d.split))
        seen.set(`${supervisor.get(d.run)} ${of.task} ${of.seed}`, {task: of.task, value: d.value});
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
  if (!accuracies.length) return "No weak label has been scored yet.";
  const range = (values: number[]) => {
    const [low, high] = d3.extent(values.map(percent).map(Number)) as [number, number];
    return low === high ? low.toFixed(1) : `${low.toFixed(1)} to ${high.toFixed(1)}`;
  };
  const honest = errors.length
    ? ` What they claim is off by ${range(errors)} points (expected calibration error).`
    : "";
  return `On the rows that students learn from, the supervisors’ labels are right ${range(accuracies)}% of the time, by task.${honest}`;
}

/** How sure the weak labels are, and how often they come true; these take every label, not only their scores. */
export async function weakLabelFigures(study: OpenStudy) {
  await afterFirstChart();
  const tables = await study.tables("predictions", "runs", "run_models", "tasks");
  const labels = weakLabels(study, tables);
  const provenance = pageUrl(study.study, "provenance", {role: "weak_labels"});
  const groups = d3.groups(labels, (d) => d.title);
  const [fewest, most] = d3.extent(groups, ([, some]) => some.length);
  const note = `${plural(new Set(labels.map((d) => d.seed)).size, "seed")} pooled, ${fewest === most ? count(most ?? 0) : `${count(fewest!)} to ${count(most!)}`} labels a task.`;
  const bins = groups.flatMap(([title, some]) =>
    reliability(
      some.map((d) => d.label),
      some.map((d) => d.probability)
    ).map((bin) => ({title, ...bin}))
  );
  const counts = binSoftLabels(labels);
  const none = () => missing("No weak labels are published for this study.", study.command);
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
  runs: Row<"runs">[];
  run_models: Row<"run_models">[];
  tasks: Row<"tasks">[];
};

/** Weak labels of the rows that students learn from, once for each supervisor, though several arms learn from it. */
function weakLabels(study: OpenStudy, {predictions, runs, run_models, tasks}: Tables): WeakLabel[] {
  const names = namesOf(study, tasks);
  const run = new Map(runs.map((d) => [d.run, d]));
  const models = d3.rollup(
    run_models.filter((d) => d.position === 0),
    (v) => Object.fromEntries(v.map((d) => [d.role, d.model])),
    (d) => d.run
  );
  const several = study.models.filter((d) => d.role === "weak").length > 1;
  const seen = new Map<string, string>();
  const labels: WeakLabel[] = [];
  for (const d of predictions) {
    const of = run.get(d.run);
    if (d.stage !== "weak_labels" || d.split !== "transfer" || d.probability === null || !of) continue;
    const key = `${d.predictor} ${of.task} ${of.seed}`;
    if ((seen.get(key) ?? d.run) !== d.run) continue;
    seen.set(key, d.run);
    const title = several
      ? `${names.task(of.task)}, ${names.model(models.get(d.run)?.weak ?? "")}`
      : names.task(of.task);
    labels.push({title, task: of.task, seed: of.seed, label: d.label, probability: d.probability});
  }
  return labels;
}
