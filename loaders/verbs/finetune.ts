import {schema} from "../../src/tables.js";
import type {Cells, Columns} from "../parquet.js";
import {parseModelName} from "../backends/modelName.js";
import type {Family, Provenance} from "../cache.js";
import {fingerprint} from "../fingerprint.js";
import {hash} from "../hash.js";
import {describeLineage, mergeLineage, noLineage} from "../lineage.js";
import type {FinetuneSpec, Predictor, Rows} from "../lab.js";
import {activationsStep, textKey} from "./activations.js";
import {verified} from "./labels.js";
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

/** The modules that train heads: other code, other heads. What the backend trains is told apart by `version` alone. */
const headCode = (): string =>
  fingerprint("src/statistics", /^(head|inverseHessian|line\w*|logistic|loss|matrix|standardise)\.ts$/);

/** A model from a model, labels and a loss. Nothing is trained here: see `trained`. */
export function finetune(scope: Scope, model: string, {stopOn, ...rest}: FinetuneSpec): Predictor {
  const {workspace, steps} = scope;
  const spec = {
    ...rest,
    labels: verified(rest.labels),
    stopOn: stopOn?.probability.length ? verified(stopOn) : undefined
  };
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
    code: training.train === "head" ? headCode() : null,
    // A head starts from zero and sees all rows at every step: nothing in it is drawn at random. A job of the backend
    // is drawn at random, and records its checkpoints' predictions on the test rows, once.
    job: training.train === "head" ? null : {seed: scope.seed, observe: scope.observe.key}
  });
  const seen = spec.stopOn ? [spec.labels, spec.stopOn] : [spec.labels];
  const lineage = mergeLineage(...seen.map((l) => l.lineage), {...noLineage, rows: seen.map((l) => l.rows.split)});
  const inputs = [
    spec.labels.step,
    spec.labels.rows.step,
    ...(spec.stopOn ? [spec.stopOn.step, spec.stopOn.rows.step] : [])
  ];
  if (training.train === "head") for (const {rows} of seen) inputs.push(activationsStep(scope, model, rows));
  steps.set(key, {
    key,
    verb: "finetune",
    title: `${training.train} on ${spec.labels.source === "gold" ? "gold" : "weak"} labels of ${spec.labels.rows.task}, ${spec.loss.name.replace("_", " ")}`,
    inputs: [...new Set(inputs)].sort(),
    lineage: describeLineage(lineage),
    rows: spec.labels.probability.length,
    model,
    family: recordFamily(workspace, key)
  });
  return {key, model, spec, lineage};
}

/** Digest of a predictor's weights as last trained; null where it never was. */
export async function digestOf(workspace: Workspace, predictor: Predictor): Promise<string | null> {
  return (await lastTraining(recordFamily(workspace, predictor.key)))?.digest ?? null;
}

async function lastTraining(family: Family<typeof recordColumns>): Promise<{digest: string; order: number} | null> {
  const trainings = [...(await family.read()).values()] as unknown as {digest: string; order: number}[];
  return trainings.sort((a, b) => b.order - a.order)[0] ?? null;
}

/** Whether the cache holds what a training recorded: its curve and its checkpoints' predictions on the test rows. */
export async function isRecorded({workspace, observe}: Scope, {key}: Predictor, digest: string): Promise<boolean> {
  const curve = [...(await curveFamily(workspace, key, digest).read()).values()];
  const kept = curve.find(({kept}) => kept);
  if (!kept) return false;
  const checkpoints = await checkpointFamily(workspace, key, digest).read();
  return observe.examples.every((example) => checkpoints.has(checkpointKey(kept.step as number, example)));
}

export const checkpointKey = (step: number, {id, text}: {id: string; text: string}): string =>
  `${String(step).padStart(9, "0")} ${textKey(text)} ${id}`;

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
    const {record, predictor: result} =
      workspace.study.training.train === "head"
        ? await trainHeadPredictor(scope, predictor)
        : await trainNetworkPredictor(scope, predictor);
    const {digest} = record;
    await writeCheckpoints(workspace, predictor.key, record, scope.observe);
    await curveFamily(workspace, predictor.key, digest).append(
      record.curve.map((row) => ({...row, key: String(row.step).padStart(9, "0")}) as Cells)
    );
    const last = await lastTraining(family);
    if (last?.digest !== digest) {
      const order = last ? last.order + 1 : 0;
      await family.append([{key: `${order} ${digest}`, digest, order}], provenanceOf(predictor, result, "fine-tuning"));
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
      observe.examples.map((example, i) => ({
        key: checkpointKey(step, example),
        step,
        example: example.id,
        probability: observed[i]
      }))
    )
  );
}

/** Counts what a training needs, without training. */
export async function demandTraining(scope: Scope, predictor: Predictor): Promise<void> {
  const {demand, study} = scope.workspace;
  const {training} = study;
  const {labels} = predictor.spec;
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

/** What holds the curve and the checkpoints of a predictor as last trained. */
export async function recordFamilies(workspace: Workspace, predictor: Predictor): Promise<Family<Columns>[]> {
  const digest = await digestOf(workspace, predictor);
  if (digest === null) return [];
  return [curveFamily, checkpointFamily].map((family) => family(workspace, predictor.key, digest) as Family<Columns>);
}

/** Where what a trained predictor gave comes from. */
export const provenanceOf = (
  {model, spec}: Predictor,
  {backend, device}: TrainedPredictor,
  what: string
): Provenance => ({
  title: `${what} of ${model}`,
  inputs: [spec.labels.step],
  model,
  backend,
  device
});

const recordFamily = (workspace: Workspace, key: string): Family<typeof recordColumns> =>
  workspace.cache.family("finetune", key, recordColumns);

export const curveFamily = (workspace: Workspace, key: string, digest: string): Family<typeof curveColumns> =>
  workspace.cache.family("curve", hash({key, digest}), curveColumns);

export const checkpointFamily = (workspace: Workspace, key: string, digest: string): Family<typeof checkpointColumns> =>
  workspace.cache.family("checkpoints", hash({key, digest}), checkpointColumns);
