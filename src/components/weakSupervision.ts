import {curves} from "../charts/curves.js";
import {binSoftLabels, softLabels} from "../charts/softLabels.js";
import {reliabilityDiagram} from "../charts/reliabilityDiagram.js";
import {calibrationError, reliability} from "../statistics/calibration.js";
import type {Row} from "../tables.js";
import {figure} from "./figure.js";
import {count, percent, plural} from "./format.js";
import {d3} from "./kit.js";
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
  const tables = await study.tables("predictions", "runs", "run_models", "tasks");
  const labels = weakLabels(study, tables);
  const provenance = pageUrl(study.study, "provenance", {role: "weak_labels"});
  const none = () => missing("No weak labels are published for this study.", study.command);
  const groups = d3.groups(labels, (d) => d.title);
  const seeds = new Set(labels.map((d) => d.seed)).size;
  const right = groups.map(([title, some]) => ({
    title,
    share: d3.mean(some, (d) => Number(d.probability > 0.5 === (d.label === 1)))!
  }));
  const [worst, best] = d3.extent(right, (d) => d.share);
  const error = groups.map(([, some]) =>
    calibrationError(
      some.map((d) => d.label),
      some.map((d) => d.probability)
    )!
  );
  const each = count(Math.round(labels.length / Math.max(1, groups.length)));
  const note = `${plural(seeds, "seed")} pooled, ${each} labels a task.`;
  const bins = groups.flatMap(([title, some]) =>
    reliability(
      some.map((d) => d.label),
      some.map((d) => d.probability)
    ).map((bin) => ({title, ...bin}))
  );
  const counts = binSoftLabels(labels);
  return {
    headline: labels.length
      ? `On the rows that students learn from, the supervisors’ labels are right ${worst === best ? `${percent(best!)}%` : `${percent(worst!)} to ${percent(best!)}%`} of the time, and miss the truth they claim by ${percent(d3.mean(error)!)} points on average.`
      : "No weak label is published yet.",
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
      : none(),
    async training() {
      const curve = await trainingPoints(study, ["weak"]);
      if (!curve.loss.length) return [missing("No training curve is published for this study.", study.command)];
      return [
        figure({
          id: "supervisor-loss",
          title: "Supervisors’ loss on gold labels",
          key: [
            {label: "mean of seeds", color: weakColor, shape: "line"},
            {label: "kept, each seed", color: weakColor, shape: "circle"}
          ],
          note: `${plural(seeds, "seed")} a task, thin lines.`,
          data: curve.loss.map(({color: _, ...d}) => d),
          provenance: pageUrl(study.study, "provenance", {role: "weak"}),
          draw: (width) =>
            curves(curve.loss, curve.keptLoss, {
              width,
              label: "Loss (nats per row)",
              ariaLabel: "Training loss of the supervisors by step"
            })
        }),
        ...(curve.agreement.length
          ? [
              figure({
                id: "supervisor-validation",
                title: "Supervisors’ accuracy on validation rows, which decides when they stop",
                key: [
                  {label: "mean of seeds", color: weakColor, shape: "line"},
                  {label: "kept, each seed", color: weakColor, shape: "circle"}
                ],
                note: `${plural(seeds, "seed")} a task, thin lines. Gold labels, of rows apart from those that students or tests see.`,
                data: curve.agreement.map(({color: _, ...d}) => d),
                provenance: pageUrl(study.study, "provenance", {role: "weak"}),
                draw: (width) =>
                  curves(curve.agreement, curve.kept, {
                    width,
                    label: "Validation accuracy",
                    percent: true,
                    ariaLabel: "Validation accuracy of the supervisors by step"
                  })
              })
            ]
          : [])
      ];
    }
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
