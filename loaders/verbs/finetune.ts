import {schema} from "../../src/tables.js";
import type {Cells} from "../parquet.js";
import {parseModelName} from "../backends/modelName.js";
import type {Family} from "../cache.js";
import {hash} from "../hash.js";
import {describeLineage, mergeLineage} from "../lineage.js";
import type {FinetuneSpec, Predictor, Rows} from "../lab.js";
import {activations, textKey} from "./activations.js";
import {trainHeadPredictor} from "./trainHead.js";
import {trainNetworkPredictor} from "./trainNetwork.js";
import type {Scope, TrainedPredictor, TrainingRecord, Workspace} from "./workspace.js";

const version = 1;

const recordColumns = {
  digest: {type: "string", about: "sha256 of the trained weights"},
  order: {type: "int", about: "0 for the first training; a later one that gave other weights counts on"}
} as const;

const {predictor: _p, ...curveColumns} = schema.training;
const {predictor: _q, ...checkpointColumns} = schema.checkpoints;

/** A model from a model, labels and a loss. Nothing is trained here: see `trained`. */
export function finetune(scope: Scope, model: string, {stopOn, ...rest}: FinetuneSpec): Predictor {
  const {workspace, steps} = scope;
  const spec = {...rest, stopOn: stopOn?.probability.length ? stopOn : undefined};
  const {training} = workspace.study;
  const {source, layers, without} = parseModelName(model);
  const resolved = workspace.models.get(source);
  const identity = {
    weights: resolved?.weights ?? `unresolved ${source}`,
    layers: layers ?? resolved?.layers ?? null,
    without: without ?? null
  };
  const key = hash({
    verb: "finetune",
    version,
    model: identity,
    training,
    labels: spec.labels.key,
    stopOn: spec.stopOn?.key ?? null,
    loss: spec.loss,
    // A head starts from zero and sees all rows at every step: nothing in it is drawn at random. A job of the backend
    // is drawn at random, and records its checkpoints' predictions on the test rows, once.
    job: training.train === "head" ? null : {seed: scope.seed, observe: scope.observe.key}
  });
  const lineage = mergeLineage(spec.labels.lineage, ...(spec.stopOn ? [spec.stopOn.lineage] : []));
  const inputs = [
    spec.labels.step,
    spec.labels.rows.step,
    ...(spec.stopOn ? [spec.stopOn.step, spec.stopOn.rows.step] : [])
  ];
  steps.set(key, {
    key,
    verb: "finetune",
    title: `${training.train} on ${spec.labels.source === "gold" ? "gold" : "weak"} labels of ${spec.labels.rows.task}, ${spec.loss.name.replace("_", " ")}`,
    inputs: [...new Set(inputs)].sort(),
    lineage: describeLineage(lineage),
    rows: spec.labels.probability.length,
    model,
    family: recordFamily(workspace, key).folder
  });
  return {key, model, spec, lineage};
}

/** Digest of a predictor's weights as last trained; null where it never was. */
export async function digestOf(workspace: Workspace, predictor: Predictor): Promise<string | null> {
  const trainings = [...(await recordFamily(workspace, predictor.key).read()).values()];
  return (trainings.sort((a, b) => (b.order as number) - (a.order as number))[0]?.digest as string | undefined) ?? null;
}

/** Trains, or finds trained, what a predictor promises; its curve and checkpoints go to the cache with its digest. */
export function trained(scope: Scope, predictor: Predictor): Promise<TrainedPredictor> {
  const {workspace} = scope;
  let promise = workspace.trained.get(predictor.key);
  if (!promise) {
    promise = train(scope, predictor);
    workspace.trained.set(predictor.key, promise);
    promise.catch(() => workspace.trained.delete(predictor.key));
  }
  return promise;
}

async function train(scope: Scope, predictor: Predictor): Promise<TrainedPredictor> {
  const {workspace} = scope;
  const family = recordFamily(workspace, predictor.key);
  return family.exclusively(async () => {
    const {
      record,
      predictor: result,
      backend,
      device
    } = workspace.study.training.train === "head"
      ? await trainHeadPredictor(scope, predictor)
      : await trainNetworkPredictor(scope, predictor);
    await writeCheckpoints(workspace, predictor.key, record, scope.observe);
    const known = [...(await family.read()).values()];
    if (known.every(({digest}) => digest !== record.digest)) {
      await curveFamily(workspace, predictor.key, record.digest).append(
        record.curve.map((row) => ({...row, key: String(row.step).padStart(9, "0")}) as Cells)
      );
      await family.writeProvenance({
        title: `fine-tuning of ${predictor.model}`,
        inputs: [predictor.spec.labels.step],
        model: predictor.model,
        backend,
        device
      });
      await family.append([{key: record.digest, digest: record.digest, order: known.length}]);
    }
    return result;
  });
}

async function writeCheckpoints(
  workspace: Workspace,
  key: string,
  {digest, checkpoints}: TrainingRecord,
  observe: Rows
): Promise<void> {
  await checkpointFamily(workspace, key, digest).append(
    checkpoints.flatMap(({step, observed}) =>
      observe.examples.map(({id, text}, i) => ({
        key: `${String(step).padStart(9, "0")} ${textKey(text)} ${id}`,
        step,
        example: id,
        probability: observed[i]
      }))
    )
  );
}

/** Counts what a training needs, without training. */
export async function demandTraining(scope: Scope, predictor: Predictor): Promise<void> {
  const {demand, study} = scope.workspace;
  const {training} = study;
  const {labels, stopOn} = predictor.spec;
  if (training.train === "head") {
    await activations(scope, predictor.model, labels.rows);
    if (stopOn) await activations(scope, predictor.model, stopOn.rows);
    await activations(scope, predictor.model, scope.observe);
  }
  const count = labels.rows.examples.length;
  const characters = labels.rows.examples.reduce((sum, {text}) => sum + text.length, 0);
  const [steps, epochs] =
    training.train === "head"
      ? [training.steps, 1]
      : [Math.ceil(training.epochs * Math.ceil(count / training.batchSize)), training.epochs];
  demand.trainings.set(predictor.key, {
    model: predictor.model,
    train: training.train,
    rows: count,
    steps,
    characters: characters * epochs
  });
}

const recordFamily = (workspace: Workspace, key: string): Family<typeof recordColumns> =>
  workspace.cache.family("finetune", key, recordColumns);

export const curveFamily = (workspace: Workspace, key: string, digest: string): Family<typeof curveColumns> =>
  workspace.cache.family("curve", hash({key, digest}), curveColumns);

export const checkpointFamily = (workspace: Workspace, key: string, digest: string): Family<typeof checkpointColumns> =>
  workspace.cache.family("checkpoints", hash({key, digest}), checkpointColumns);
