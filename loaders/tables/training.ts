import type {Row} from "../../src/tables.js";
import type {Cells} from "../parquet.js";
import type {Predictor} from "../lab.js";
import {checkpointFamily, curveFamily, digestOf, isHead, networkTraining} from "../verbs/finetune.js";
import {goldOf, nameOf} from "./predictions.js";
import {shortStep} from "./steps.js";
import type {Results} from "./results.js";
import type {Evaluation} from "../evaluate.js";

/** Every model of every run, and what it was trained on; a student that saw what it must not is marked. */
export async function predictors({workspace, done}: Results): Promise<Row<"predictors">[]> {
  const rows: Row<"predictors">[] = [];
  for (const evaluation of done) {
    const {run, models, leak, scope} = evaluation;
    for (const {role, position, predictor, model, test} of models) {
      const spec = predictor?.spec;
      rows.push({
        run: run.key,
        role,
        position,
        predictor: nameOf(test, evaluation),
        step: predictor && shortStep(predictor.step),
        model,
        trained: predictor ? (isHead(scope, predictor) ? "head" : networkTraining(run.training).train) : "none",
        objective: spec ? (spec.objective ?? (test.answers ? "lm" : "classification")) : "none",
        loss: spec && spec.objective !== "lm" ? spec.loss.name : "none",
        labels: spec && spec.objective !== "lm" ? nameOf(spec.labels, evaluation) : "none",
        digest: (predictor && (await digestOf(workspace, predictor))) ?? "",
        leak: role === "student" ? leak : null
      });
    }
  }
  return rows;
}

/** Training curves; a predictor that several runs share appears once. Of heads, whose steps are many and quick, at checkpoints. */
export async function training({workspace, done}: Results): Promise<Row<"training">[]> {
  const rows: Row<"training">[] = [];
  for (const {predictor, evaluation} of trainedOnce(done)) {
    const digest = await digestOf(workspace, predictor);
    if (digest === null) continue;
    const curve = [...(await curveFamily(workspace, predictor.key, digest).read()).values()];
    const head = isHead(evaluation.scope, predictor);
    for (const {key: _, ...row} of curve as (Cells & {
      kept: boolean;
      validation_agreement: number | null;
      step: number;
    })[])
      if (!head || row.kept || row.validation_agreement !== null || row.step === curve.length)
        rows.push({predictor: predictor.key, ...row} as unknown as Row<"training">);
  }
  return rows;
}

/** How many test rows each checkpoint predicts right: computed from what was recorded, and never steering. */
export async function checkpoints({workspace, done}: Results): Promise<Row<"checkpoints">[]> {
  const rows: Row<"checkpoints">[] = [];
  for (const {predictor, evaluation} of trainedOnce(done)) {
    const steps = await checkpointPredictions(workspace, predictor);
    if (!steps.size) continue;
    const gold = await goldOf(evaluation);
    for (const [step, said] of steps) {
      const own = evaluation.scope.observe.examples.filter(({id}) => said.has(id));
      const right = own.filter(({id}) => Number(said.get(id)! > 0.5) === gold.get(id)!.label).length;
      rows.push({predictor: predictor.key, step, right, n: own.length});
    }
  }
  return rows;
}

/** Probabilities of the test rows at each checkpoint of a predictor, by step and example. */
export async function checkpointPredictions(
  workspace: Results["workspace"],
  predictor: Predictor
): Promise<Map<number, Map<string, number>>> {
  const digest = await digestOf(workspace, predictor);
  const steps = new Map<number, Map<string, number>>();
  if (digest === null) return steps;
  for (const row of (await checkpointFamily(workspace, predictor.key, digest).read()).values()) {
    const step = row.step as number;
    if (!steps.has(step)) steps.set(step, new Map());
    steps.get(step)!.set(row.example as string, row.probability as number);
  }
  return new Map([...steps].sort(([a], [b]) => a - b));
}

function trainedOnce(done: readonly Evaluation[]): {predictor: Predictor; evaluation: Evaluation}[] {
  const found = new Map<string, {predictor: Predictor; evaluation: Evaluation}>();
  for (const evaluation of done)
    for (const {predictor} of evaluation.models)
      if (predictor && !found.has(predictor.key)) found.set(predictor.key, {predictor, evaluation});
  return [...found.values()];
}
