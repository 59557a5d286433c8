import type {Row} from "../../src/tables.js";
import type {Cells} from "../parquet.js";
import {roles} from "../evaluate.js";
import type {Predictor} from "../lab.js";
import {checkpointFamily, curveFamily, digestOf} from "../verbs/finetune.js";
import type {Results} from "./results.js";

/** Every model that was trained, and what it was trained on; a student that saw what it must not is marked. */
export async function predictors({workspace, done}: Results): Promise<Row<"predictors">[]> {
  const rows: Row<"predictors">[] = [];
  for (const {run, predictors, leak} of done)
    for (const role of roles) {
      const predictor = predictors[role];
      rows.push({
        run: run.key,
        role,
        predictor: predictor.key,
        model: predictor.model,
        trained: workspace.study.training.train,
        loss: predictor.spec.loss.name,
        labels: predictor.spec.labels.source,
        digest: (await digestOf(workspace, predictor)) ?? "",
        leak: role === "student" ? leak : null
      });
    }
  return rows;
}

/** Training curves, one row a step; a predictor that several runs share appears once. */
export async function training(results: Results): Promise<Row<"training">[]> {
  return readOnce(results, curveFamily);
}

/** Predictions on the test rows at each checkpoint; another study may have had others predicted. */
export async function checkpoints(results: Results): Promise<Row<"checkpoints">[]> {
  const rows: Row<"checkpoints">[] = await readOnce(results, checkpointFamily);
  const observed = new Map<string, Set<string>>();
  for (const {predictors, scope} of results.done)
    for (const role of roles) {
      const {key} = predictors[role];
      if (!observed.has(key)) observed.set(key, new Set());
      for (const {id} of scope.observe.examples) observed.get(key)!.add(id);
    }
  return rows.filter(({predictor, example}) => observed.get(predictor)!.has(example));
}

async function readOnce<R>(
  {workspace, done}: Results,
  family: typeof curveFamily | typeof checkpointFamily
): Promise<R[]> {
  const predictors = new Map<string, Predictor>();
  for (const {predictors: ofRun} of done) for (const role of roles) predictors.set(ofRun[role].key, ofRun[role]);
  const rows: R[] = [];
  for (const predictor of predictors.values()) {
    const digest = await digestOf(workspace, predictor);
    if (digest === null) continue;
    const found = [...(await family(workspace, predictor.key, digest).read()).entries()].sort(([a], [b]) =>
      a < b ? -1 : 1
    );
    for (const [, {key: _, ...row}] of found) rows.push({predictor: predictor.key, ...(row as Cells)} as R);
  }
  return rows;
}
