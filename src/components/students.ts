import type {CurvePoint, Stop} from "../charts/curves.js";
import {curves} from "../charts/curves.js";
import {oracleStop} from "../statistics/oracle.js";
import {dataTable} from "./dataTable.js";
import type {KeyItem} from "./figure.js";
import {figure} from "./figure.js";
import {inSentence, listed, percent, plural, points as inPoints} from "./format.js";
import {d3, html} from "./kit.js";
import {afterFirstChart} from "./firstChart.js";
import {missing} from "./missing.js";
import type {Arm} from "./palette.js";
import {armsOf} from "./palette.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";
import type {TrainedModel, TrainingPoints} from "./trainingPoints.js";
import {trainedModels, trainingPoints} from "./trainingPoints.js";

interface Stopped extends TrainedModel {
  kept: number;
  keptAccuracy: number;
  oracle: number;
  oracleAccuracy: number;
}

/** The parts of the page on students. */
export async function students(study: OpenStudy) {
  const arms = armsOf(study);
  const provenance = pageUrl(study.study, "provenance", {role: "student"});
  const curve = await trainingPoints(study, ["student"]);
  const lines: KeyItem[] = arms.map(({title, color, mark, hollow}) => ({
    label: `${title}, mean and each seed’s stop`,
    color,
    shape: mark,
    hollow
  }));
  const seeds = `${plural(study.seeds.length, "seed")} a task, thin lines`;
  const undrawn = arms
    .filter((arm) => curve.loss.some((d) => d.line === arm.title) && !curve.agreement.some((d) => d.line === arm.title))
    .map((arm) => inSentence(arm.title));
  const none = () => missing("No training curve of a student is published.", study.command);
  const plain = (points: readonly CurvePoint[]) => points.map(({color: _, hollow: __, ...d}) => ({...d}));
  return {
    headline: stopped(curve, arms),
    agreement: curve.agreement.length
      ? figure({
          id: "agreement",
          title: "What decides when a student stops: agreement with the weak labels of validation rows",
          key: lines.filter((_, i) => curve.agreement.some((d) => d.line === arms[i].title)),
          note: `${seeds}. No gold label enters.${undrawn.length ? ` Not drawn, since it does not decide when they stop: ${listed(undrawn)}.` : ""}`,
          data: plain(curve.agreement),
          provenance,
          draw: (width) =>
            curves(curve.agreement, curve.kept, {
              width,
              label: "Agreement",
              percent: true,
              ariaLabel: "Validation agreement of students by step"
            })
        })
      : none(),
    loss: curve.loss.length
      ? figure({
          id: "loss",
          title: "Students’ loss against their own targets",
          subtitle:
            "Targets of the confidence loss move with the student, so losses of different methods are not comparable.",
          key: lines,
          note: `${seeds}.`,
          data: plain(curve.loss),
          provenance,
          draw: (width) =>
            curves(curve.loss, curve.keptLoss, {
              width,
              label: "Loss (nats per row)",
              ariaLabel: "Training loss of students by step"
            })
        })
      : none(),
    /** What the checkpoints would have scored, which takes the test rows' gold labels. */
    async oracle() {
      await afterFirstChart();
      const {points, stops, students} = await checkpointAccuracies(study);
      if (!points.length)
        return {
          headline: "",
          figure: missing("No checkpoint of a student is published.", study.command),
          table: html`<div hidden></div>`
        };
      return {
        headline: headline(students, arms),
        figure: figure({
          id: "oracle",
          title: "Where students stopped, and where an oracle would have stopped them",
          subtitle: "The oracle reads the gold labels of the test rows afterwards: an upper bound, which never steers.",
          key: [
            ...arms.map(({title, color, mark, hollow}): KeyItem => ({
              label: `${title}, kept`,
              color,
              shape: mark,
              hollow
            })),
            {label: "oracle’s stop, in the method’s colour", color: "var(--theme-foreground-muted)", shape: "cross"}
          ],
          note: `${seeds}. Accuracy on test rows at each checkpoint.`,
          data: points.map(({color: _, hollow: __, ...d}) => ({...d})),
          provenance,
          draw: (width) =>
            curves(points, stops, {
              width,
              label: "Test accuracy",
              percent: true,
              ariaLabel: "Test accuracy of students by step"
            })
        }),
        table: stopTable(students)
      };
    }
  };
}

/** When students stopped, by what decided it. */
function stopped({keptLoss}: TrainingPoints, arms: readonly Arm[]): string {
  const parts = arms.flatMap((arm) => {
    const steps = keptLoss.filter((d) => d.line === arm.title).map((d) => d.step);
    const middle = d3.median(steps);
    return middle === undefined ? [] : [`${Math.round(middle)} with “${inSentence(arm.title)}”`];
  });
  return parts.length ? `The median student was kept at step ${listed(parts)}.` : "No student has been trained yet.";
}

async function checkpointAccuracies(
  study: OpenStudy
): Promise<{points: CurvePoint[]; stops: Stop[]; students: Stopped[]}> {
  const [models, {checkpoints, examples, training}] = await Promise.all([
    trainedModels(study, ["student"]),
    study.tables("checkpoints", "examples", "training")
  ]);
  const gold = new Map(examples.map((d) => [`${d.task} ${d.example}`, d.label]));
  const of = d3.group(
    checkpoints,
    (d) => d.predictor,
    (d) => d.step
  );
  const kept = new Map(training.filter((d) => d.kept).map((d) => [d.predictor, d.step]));
  const points: CurvePoint[] = [];
  const stops: Stop[] = [];
  const students: Stopped[] = [];
  for (const model of models) {
    const steps = [...(of.get(model.predictor) ?? [])].sort(([a], [b]) => a - b);
    const stop = kept.get(model.predictor);
    if (!steps.length || stop === undefined || !steps.some(([step]) => step === stop)) continue;
    const labels = steps[0][1].map((d) => gold.get(`${model.task} ${d.example}`)!);
    const predictions = steps.map(([step, rows]) => ({
      step,
      predictions: rows.map((d) => Number(d.probability > 0.5))
    }));
    const found = oracleStop(predictions, labels, stop);
    const {title, line, color, mark, hollow, seed} = model;
    const at = {title, line, color, hollow, seed};
    for (const {step, predictions: said} of predictions)
      points.push({...at, step, value: d3.mean(said, (p, i) => Number(p === labels[i]))!});
    stops.push({...at, mark, kind: "oracle", step: found.oracle.step, value: found.oracle.accuracy});
    stops.push({...at, mark, kind: "kept", step: found.kept.step, value: found.kept.accuracy});
    students.push({
      ...model,
      kept: found.kept.step,
      keptAccuracy: found.kept.accuracy,
      oracle: found.oracle.step,
      oracleAccuracy: found.oracle.accuracy
    });
  }
  return {points, stops, students};
}

function headline(stopped: readonly Stopped[], arms: readonly Arm[]): string {
  const cost = arms.flatMap((arm) => {
    const mean = d3.mean(
      stopped.filter((d) => d.arm === arm.key),
      (d) => d.oracleAccuracy - d.keptAccuracy
    );
    return mean === undefined ? [] : [`${percent(mean)} points with “${inSentence(arm.title)}”`];
  });
  return `Stopping without gold labels cost at most ${listed(cost)}, on average over tasks and seeds: an oracle that picks the best checkpoint on the test rows themselves gains no more.`;
}

function stopTable(stopped: readonly Stopped[]): HTMLElement {
  const rows = d3
    .flatGroup(
      stopped,
      (d) => d.title,
      (d) => d.line
    )
    .map(([title, line, some]) => ({title, line, some}));
  const steps = (values: number[]) => {
    const [low, high] = d3.extent(values);
    return low === high ? String(low) : `${low} to ${high}`;
  };
  const mean = (some: readonly Stopped[], value: (d: Stopped) => number) => d3.mean(some, value)!;
  return dataTable(rows, {
    caption: "Where each student stopped, and where the oracle would have",
    grouped: true,
    columns: [
      {label: "Task", value: (d) => d.title},
      {label: "Method", value: (d) => d.line},
      {label: "Stopped at step", numeric: true, value: (d) => steps(d.some.map((s) => s.kept))},
      {label: "Accuracy", numeric: true, value: (d) => percent(mean(d.some, (s) => s.keptAccuracy))},
      {label: "Oracle’s step", numeric: true, value: (d) => steps(d.some.map((s) => s.oracle))},
      {label: "Accuracy", numeric: true, value: (d) => percent(mean(d.some, (s) => s.oracleAccuracy))},
      {
        label: "Cost, points",
        numeric: true,
        value: (d) => inPoints(mean(d.some, (s) => s.oracleAccuracy - s.keptAccuracy))
      }
    ],
    csv: {
      name: "stops.csv",
      rows: stopped.map(({task, arm, seed, kept, keptAccuracy, oracle, oracleAccuracy}) => ({
        task,
        arm,
        seed,
        kept_step: kept,
        kept_accuracy: keptAccuracy,
        oracle_step: oracle,
        oracle_accuracy: oracleAccuracy
      }))
    }
  });
}
