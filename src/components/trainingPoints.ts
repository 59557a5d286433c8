import type {CurvePoint, Stop} from "../charts/curves.js";
import {d3} from "./kit.js";
import {namesOf} from "./names.js";
import type {Ink} from "./palette.js";
import {armKey, armsOf, weakInk} from "./palette.js";
import type {Shown} from "./settingControl.js";
import type {OpenStudy} from "./study.js";

export interface TrainingPoints {
  loss: CurvePoint[];
  /** Agreement with the labels of the validation rows, at checkpoints. */
  agreement: CurvePoint[];
  /** The checkpoints that were kept, on either curve. */
  kept: Stop[];
  keptLoss: Stop[];
}

/** A trained model, named for the figures; one that several runs share is named once. */
export interface TrainedModel {
  predictor: string;
  run: string;
  role: string;
  task: string;
  title: string;
  line: string;
  arm: string;
  ink: Ink;
  seed: number;
}

/** Trained models of some roles, of one setting and pair of models: students by arm, others by role. */
export async function trainedModels(study: OpenStudy, roles: readonly string[], shown: Shown): Promise<TrainedModel[]> {
  const {predictors, runs, run_models, tasks} = await study.tables("predictors", "runs", "run_models", "tasks");
  const names = namesOf(study, tasks);
  const arms = new Map(armsOf(study).map((arm) => [arm.key, arm]));
  const model = new Map(run_models.filter((d) => d.position === 0).map((d) => [`${d.run} ${d.role}`, d.model]));
  const run = new Map(
    runs
      .filter(
        (d) =>
          d.setting === shown.setting &&
          model.get(`${d.run} weak`) === shown.weak &&
          model.get(`${d.run} strong`) === shown.strong
      )
      .map((d) => [d.run, d])
  );
  const models = new Map<string, TrainedModel>();
  for (const d of predictors) {
    const of = run.get(d.run);
    if (!of || !roles.includes(d.role)) continue;
    const arm = arms.get(armKey(of.method, of.variant));
    const student = d.role === "student";
    const key = `${d.predictor} ${student ? arm?.key : d.role}`;
    if (models.has(key)) continue;
    models.set(key, {
      predictor: d.predictor,
      run: d.run,
      role: d.role,
      task: of.task,
      title: names.task(of.task),
      line: student ? (arm?.title ?? of.method) : "Supervisor",
      arm: student ? (arm?.key ?? "") : "",
      ink: student && arm ? arm : weakInk,
      seed: of.seed
    });
  }
  const order = study.methods.map((d) => armKey(d.method, d.variant));
  return d3.sort(
    models.values(),
    (a, b) => study.tasks.indexOf(a.task) - study.tasks.indexOf(b.task) || order.indexOf(a.arm) - order.indexOf(b.arm)
  );
}

/** Training curves of some roles, of one setting and pair of models. */
export async function trainingPoints(
  study: OpenStudy,
  roles: readonly string[],
  shown: Shown
): Promise<TrainingPoints> {
  const [models, {training}] = await Promise.all([trainedModels(study, roles, shown), study.tables("training")]);
  const curve = d3.group(training, (d) => d.predictor);
  const points: TrainingPoints = {loss: [], agreement: [], kept: [], keptLoss: []};
  for (const {predictor, title, line, ink, seed} of models) {
    for (const {step, loss, validation_agreement, kept} of curve.get(predictor) ?? []) {
      const at = {title, line, ink, seed, step};
      points.loss.push({...at, value: loss});
      if (validation_agreement !== null) points.agreement.push({...at, value: validation_agreement});
      if (kept) {
        points.keptLoss.push({...at, kind: "kept", value: loss});
        if (validation_agreement !== null) points.kept.push({...at, kind: "kept", value: validation_agreement});
      }
    }
  }
  return points;
}

/** Points as a reader takes them away. */
export const plainPoints = (points: readonly CurvePoint[]) => points.map(({ink: _, ...d}) => ({...d}));
