import type {CurvePoint, Stop} from "../charts/curves.js";
import {curves} from "../charts/curves.js";
import type {ForestRow} from "../charts/forestPlot.js";
import {forestPlot} from "../charts/forestPlot.js";
import {earliestBest} from "../statistics/oracle.js";
import {dataTable} from "./dataTable.js";
import {domainsOf} from "./domains.js";
import type {KeyItem} from "./figure.js";
import {figure} from "./figure.js";
import {inSentence, listed, percent, plural, points as inPoints} from "./format.js";
import {d3, html} from "./kit.js";
import {afterFirstChart} from "./firstChart.js";
import {absent, missing} from "./missing.js";
import {namesOf} from "./names.js";
import type {Arm} from "./palette.js";
import type {Shown} from "./settingControl.js";
import {shownResults} from "./shownResults.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";
import type {TrainedModel, TrainingPoints} from "./trainingPoints.js";
import {plainPoints, trainedModels, trainingPoints} from "./trainingPoints.js";

interface Stopped extends TrainedModel {
  kept: number;
  keptAccuracy: number;
  oracle: number;
  oracleAccuracy: number;
}

/** The parts of the page on students, of one setting and pair of models. Curves are large, so they follow the first chart. */
export async function students(study: OpenStudy, shown: Shown) {
  const {estimates, tasks} = await study.tables("estimates", "tasks");
  const {cells, find, arms} = shownResults(study, estimates, shown);
  const names = namesOf(study, tasks);
  const domains = domainsOf(tasks);
  const provenance = pageUrl(study.study, "provenance", {role: "student"});
  const keyOf = (label: (title: string) => string, some: readonly Arm[]) =>
    some.map(({title, mark, ...ink}): KeyItem => ({...ink, label: label(title), shape: mark}));
  const gains = d3
    .sort(cells, (d) => domains.place(d.task))
    .flatMap((cell) =>
      arms.flatMap((arm): ForestRow[] => {
        const found = find(cell, arm, "gain");
        if (!found) return [];
        const {value, low, high, refused} = found;
        const [title, domain] = [names.task(cell.task), domains.title(cell.task)];
        return [{title, domain, overall: false, arm, value, low, high, refused}];
      })
    );
  /** Where these students were run without what a view needs, no command would compute it. */
  const without = (what: string) => (cells.length ? absent(what) : missing(what, study.command));
  const none = () => without("No training curve of these students is published.");
  return {
    headline: headline(gains, arms, cells.length),
    gain: gains.length
      ? figure({
          id: "gain",
          title: "What students know beyond their supervisor",
          key: keyOf((title) => title, arms),
          note: `${plural(study.seeds.length, "seed")}. Accuracy of the student less that of its supervisor on the same test rows, in points; 95% intervals.`,
          data: gains.map(({arm, domain: _, ...d}) => ({...d, method: arm.method, variant: arm.variant})),
          provenance,
          draw: (width) =>
            forestPlot(gains, {
              width,
              label: "Points of test accuracy above the supervisor",
              ariaLabel: "Gain of students over their supervisor, by task and method",
              format: inPoints,
              tickFormat: (d) => inPoints(d).replace(".0", ""),
              references: [{at: 0, label: "supervisor"}]
            })
        })
      : missing("No estimate is published for this study.", study.command),
    async curves() {
      await afterFirstChart();
      const curve = await trainingPoints(study, ["student"], shown);
      const drawn = arms.filter((arm) => curve.loss.some((d) => d.line === arm.title));
      const lines = (some: readonly Arm[]) => keyOf((title) => `${title}, mean and each seed’s stop`, some);
      const stops = drawn.filter((arm) => curve.agreement.some((d) => d.line === arm.title));
      const undrawn = drawn.filter((arm) => !stops.includes(arm)).map((arm) => inSentence(arm.title));
      const seeds = `${plural(new Set(curve.loss.map((d) => d.seed)).size, "seed")} a task, thin lines`;
      return {
        headline: stopped(curve, arms),
        agreement: curve.agreement.length
          ? figure({
              id: "agreement",
              title: "What decides when a student stops: agreement with the weak labels of validation rows",
              key: lines(stops),
              note: `${seeds}. No gold label enters.${undrawn.length ? ` Not drawn, since it does not decide when they stop: ${listed(undrawn)}.` : ""}`,
              data: plainPoints(curve.agreement),
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
              key: lines(drawn),
              note: `${seeds}.`,
              data: plainPoints(curve.loss),
              provenance,
              draw: (width) =>
                curves(curve.loss, curve.keptLoss, {
                  width,
                  label: "Loss (nats per row)",
                  ariaLabel: "Training loss of students by step"
                })
            })
          : none()
      };
    },
    /** What the checkpoints would have scored, which takes the test rows' gold labels. */
    async oracle() {
      await afterFirstChart();
      const {points, stops, students} = await checkpointAccuracies(study, shown);
      if (!points.length)
        return {
          headline: "",
          figure: without("No checkpoint of these students was tested."),
          table: html`<div hidden></div>`
        };
      const drawn = arms.filter((arm) => points.some((d) => d.line === arm.title));
      return {
        headline: costs(students, arms),
        figure: figure({
          id: "oracle",
          title: "Where students stopped, and where an oracle would have stopped them",
          subtitle: "The oracle reads the gold labels of the test rows afterwards: an upper bound, which never steers.",
          key: [
            ...keyOf((title) => `${title}, kept`, drawn),
            {label: "oracle’s stop, in the method’s colour", color: "var(--theme-foreground-muted)", shape: "cross"}
          ],
          note: `${plural(new Set(points.map((d) => d.seed)).size, "seed")} a task, thin lines. Accuracy on test rows at each checkpoint.`,
          data: plainPoints(points),
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

/** What students gained, by the intervals. */
function headline(gains: readonly ForestRow[], arms: readonly Arm[], tasks: number): string {
  if (!gains.length) return "No student has been trained yet.";
  const parts = arms.flatMap((arm) => {
    const of = gains.filter((d) => d.arm === arm && d.value !== null);
    const better = of.filter((d) => d.low !== null && d.low > 0).length;
    return of.length ? [`on ${better} of ${of.length} with “${inSentence(arm.title)}”`] : [];
  });
  return `Over ${plural(tasks, "task")}, students are clearly better than the supervisor that taught them ${listed(parts)}.`;
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
  study: OpenStudy,
  shown: Shown
): Promise<{points: CurvePoint[]; stops: Stop[]; students: Stopped[]}> {
  const [models, {checkpoints, training}] = await Promise.all([
    trainedModels(study, ["student"], shown),
    study.tables("checkpoints", "training")
  ]);
  const of = d3.group(checkpoints, (d) => d.predictor);
  const kept = new Map(training.filter((d) => d.kept).map((d) => [d.predictor, d.step]));
  const points: CurvePoint[] = [];
  const stops: Stop[] = [];
  const students: Stopped[] = [];
  for (const model of models) {
    const steps = d3
      .sort(of.get(model.predictor) ?? [], (d) => d.step)
      .map(({step, right, n}) => ({step, accuracy: right / n}));
    const own = steps.find(({step}) => step === kept.get(model.predictor));
    if (!own) continue;
    const oracle = earliestBest(steps, (d) => d.accuracy);
    const {title, line, ink, seed} = model;
    const at = {title, line, ink, seed};
    for (const {step, accuracy} of steps) points.push({...at, step, value: accuracy});
    stops.push({...at, kind: "oracle", step: oracle.step, value: oracle.accuracy});
    stops.push({...at, kind: "kept", step: own.step, value: own.accuracy});
    students.push({
      ...model,
      kept: own.step,
      keptAccuracy: own.accuracy,
      oracle: oracle.step,
      oracleAccuracy: oracle.accuracy
    });
  }
  return {points, stops, students};
}

function costs(stopped: readonly Stopped[], arms: readonly Arm[]): string {
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
