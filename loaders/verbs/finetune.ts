import {schema} from "../../src/tables.js";
import type {Cells, Columns} from "../parquet.js";
import {parseModelName} from "../backends/modelName.js";
import type {Family, Provenance} from "../cache.js";
import {fingerprint} from "../fingerprint.js";
import {hash} from "../hash.js";
import {describeLineage, type Lineage, mergeLineage, noLineage} from "../lineage.js";
import type {ClassificationSpec, FinetuneSpec, Labels, Model, Predictor, Rows, Texts} from "../lab.js";
import type {Training} from "../study.js";
import {textKey} from "./activations.js";
import {learningRateOf} from "./learningRate.js";
import {featuresStep} from "./features.js";
import {verified} from "./labels.js";
import {learnedLength} from "./learnedLength.js";
import {times} from "./lengths.js";
import {verifiedTexts} from "./texts.js";
import {trainHeadPredictor} from "./trainHead.js";
import {trainNetworkPredictor} from "./trainNetwork.js";
import {inChat, type Scope, type TrainedPredictor, type TrainingRecord, type Workspace} from "./workspace.js";

const version = 1;

const recordColumns = {
  digest: {type: "string", about: "sha256 of the trained weights"},
  order: {type: "int", about: "0 for the first training; a later one that gave other weights counts on"}
} as const;

const {predictor: _p, ...curveColumns} = schema.training;
const checkpointColumns = {
  step: {type: "int", about: "optimiser step"},
  example: {type: "string", about: "id of the test example"},
  probability: {type: "float", about: "probability of class 1"}
} as const;

/** The modules that train heads: other code, other heads. What the backend trains is told apart by `version` alone. */
const headCode = (): string =>
  fingerprint("src/statistics", /^(head|inverseHessian|line\w*|logistic|loss|matrix|standardise)\.ts$/);

/** A model from a model, what it learns from, and an objective. Nothing is trained here: see `trained`. */
export function finetune(scope: Scope, model: Model, given: FinetuneSpec): Predictor {
  const {workspace, steps, training, kind} = scope;
  const spec = checked(given);
  const from = typeof model === "string" ? null : model;
  const name = from?.model ?? (model as string);
  const {source, layers, without} = parseModelName(name);
  const resolved = workspace.models.get(source);
  const identity = {
    weights: resolved?.weights ?? `unresolved ${source}`,
    layers: layers ?? resolved?.layers ?? null,
    without: without ?? null,
    from: from?.key ?? null
  };
  const head = isHead(scope, {spec});
  const network = head ? training : networkTraining(training);
  const {name: _, ...settings} = network;
  if (settings.train !== "head") settings.learningRate = learningRateOf(settings, resolved);
  const learned = learnedFrom(spec);
  const key = hash({
    verb: "finetune",
    version,
    model: identity,
    training: settings,
    kind,
    spec: specKeys(spec),
    chat: inChat(scope),
    stopsOn: kind === "generation" && isClassifier(spec) && spec.stopOn ? "what is written, whole" : undefined,
    code: head ? headCode() : null,
    // A head starts from zero and sees all rows at every step: nothing in it is drawn at random. A job of the backend
    // is drawn at random, and records its checkpoints' predictions on the test rows, once.
    job: head ? null : {seed: scope.seed, observe: isUnobserved(spec) ? null : scope.observe.key}
  });
  const lineage = mergeLineage(...learned.map(({lineage}) => lineage), ...(from ? [from.lineage] : []), {
    ...noLineage,
    rows: learned.map(({rows}) => rows.split)
  });
  const inputs = learned.flatMap(({step, rows}) => [step, rows.step]);
  if (from) inputs.push(from.step);
  if (head) for (const rows of usedRows(spec)) inputs.push(featuresStep(scope, model, rows));
  const distinct = [...new Set(inputs)].sort();
  // Not the key: labels that happen to be alike may come from elsewhere, even from this very model.
  const step = hash({verb: "finetune", predictor: key, inputs: distinct});
  steps.set(step, {
    key: step,
    verb: "finetune",
    title: titleOf(spec, head ? "head" : network.train),
    inputs: distinct,
    lineage: describeLineage(lineage),
    rows: learned[0].rows.examples.length,
    model: name,
    family: recordFamily(workspace, key)
  });
  return {key, step, model: name, from, spec, lineage};
}

/** How the network itself is fine-tuned where a study trains heads: adapters, with the defaults of a study. */
export function networkTraining(training: Training): Exclude<Training, {train: "head"}> {
  if (training.train !== "head") return training;
  const {precision, maxTokens, network} = training;
  return {...network, precision, maxTokens};
}

/** Whether a predictor is a head on frozen features. */
export const isHead = ({training, kind}: Pick<Scope, "training" | "kind">, {spec}: Pick<Predictor, "spec">): boolean =>
  training.train === "head" && kind !== "generation" && isClassifier(spec) && !spec.compared;

const isClassifier = (spec: FinetuneSpec): spec is ClassificationSpec =>
  (spec.objective ?? "classification") === "classification";

/** Whether a model cannot predict the task's rows: it writes texts, or compares texts that were made of them. */
const isUnobserved = (spec: FinetuneSpec): boolean =>
  spec.objective === "lm" || (isClassifier(spec) && spec.compared !== undefined);

function checked(spec: FinetuneSpec): FinetuneSpec {
  if (spec.objective === "lm") {
    if ("texts" in spec.inputs) verifiedTexts(spec.inputs);
    spec.completions?.forEach(verifiedTexts);
    spec.weights?.forEach(verified);
    return spec;
  }
  if (spec.objective === "decision" && spec.preferences) {
    const {prompts, one, two, verdicts} = spec.preferences;
    for (const texts of [prompts, one, two]) verifiedTexts(texts);
    verified(verdicts);
  }
  if (isClassifier(spec)) spec.also?.forEach(verified);
  if (isClassifier(spec) && spec.compared) for (const texts of Object.values(spec.compared)) verifiedTexts(texts);
  return {
    ...spec,
    labels: verified(spec.labels),
    stopOn: spec.stopOn?.rows.examples.length ? verified(spec.stopOn) : undefined
  };
}

/** What a model learns from, or is stopped by: each with its rows and what stands behind it. */
function learnedFrom(spec: FinetuneSpec): (Labels | Texts | {rows: Rows; step: string; lineage: Lineage})[] {
  if (spec.objective === "lm") {
    const inputs =
      "texts" in spec.inputs ? spec.inputs : {rows: spec.inputs, step: spec.inputs.step, lineage: noLineage};
    return [inputs, ...(spec.completions ?? []), ...(spec.weights ?? [])];
  }
  const preferences = spec.objective === "decision" ? spec.preferences : undefined;
  return [
    spec.labels,
    ...(spec.stopOn ? [spec.stopOn] : []),
    ...(isClassifier(spec) ? (spec.also ?? []) : []),
    ...(isClassifier(spec) && spec.compared ? [spec.compared.one, spec.compared.two] : []),
    ...(preferences ? [preferences.prompts, preferences.one, preferences.two, preferences.verdicts] : [])
  ];
}

const rowsOf = (inputs: Rows | Texts): Rows => ("texts" in inputs ? inputs.rows : inputs);

function specKeys(spec: FinetuneSpec): object {
  if (spec.objective === "lm") {
    const {objective, inputs, completions, weights, learningRateScale = 1, batchSize} = spec;
    return {
      objective,
      inputs: inputs.key,
      completions: completions?.map(({key}) => key),
      weights: weights?.map(({key}) => key),
      learningRateScale,
      batchSize
    };
  }
  const {labels, stopOn, loss, learningRateScale = 1, batchSize} = spec;
  const common = {labels: labels.key, stopOn: stopOn?.key ?? null, loss, learningRateScale, batchSize};
  if (spec.objective !== "decision") {
    const compared = spec.compared && [spec.compared.one.key, spec.compared.two.key];
    const also = spec.also?.length ? spec.also.map(({key}) => key) : undefined;
    return {objective: "classification", ...common, compared, also};
  }
  const {answers, preferences: p} = spec;
  const preferences = p && {
    pairs: [p.prompts.key, p.one.key, p.two.key, p.verdicts.key],
    weight: p.weight,
    beta: p.beta
  };
  return {objective: "decision", ...common, answers, preferences};
}

function titleOf(spec: FinetuneSpec, train: string): string {
  if (spec.objective === "lm")
    return `${train}, language model of the ${spec.completions ? "texts" : "inputs"} of ${rowsOf(spec.inputs).task}`;
  if (isClassifier(spec) && spec.compared) return `${train}, reward model of texts on ${spec.labels.rows.task}`;
  const labels = `${spec.labels.source === "gold" ? "gold" : "weak"} labels of ${spec.labels.rows.task}`;
  const how = spec.objective === "decision" ? `decision${spec.preferences ? " and preferences" : ""}, ` : "";
  return `${train} on ${labels}, ${how}${spec.loss.name.replace("_", " ")}`;
}

/** Rows whose hidden states a head reads to be trained. */
export function usedRows(spec: FinetuneSpec): Rows[] {
  return spec.objective === "lm" ? [] : [spec.labels.rows, ...(spec.stopOn ? [spec.stopOn.rows] : [])];
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
export async function isRecorded(
  {workspace, kind, observe}: Scope,
  {key, spec}: Predictor,
  digest: string
): Promise<boolean> {
  const curve = [...(await curveFamily(workspace, key, digest).read()).values()];
  const kept = curve.find(({kept}) => kept);
  if (!kept) return false;
  if (!observed(kind, spec)) return true;
  const checkpoints = await checkpointFamily(workspace, key, digest).read();
  return observe.examples.every((example) => checkpoints.has(checkpointKey(kept.step as number, example)));
}

/** Whether a training's checkpoints predict the test rows: what writes is read at its end alone. */
export const observed = (kind: Scope["kind"], spec: FinetuneSpec): boolean =>
  kind !== "generation" && !isUnobserved(spec);

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
    const {record, predictor: result} = isHead(scope, predictor)
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
  const {demand} = scope.workspace;
  const {from, spec} = predictor;
  if (from && !demand.trainings.has(from.key) && (await digestOf(scope.workspace, from)) === null)
    await demandTraining(scope, from);
  const {rows} = learnedFrom(spec)[0];
  const count = rows.examples.length;
  const head = isHead(scope, predictor);
  const training = head ? scope.training : networkTraining(scope.training);
  const [steps, epochs] =
    training.train === "head"
      ? [training.steps, 1]
      : [Math.ceil(training.epochs * Math.ceil(count / (spec.batchSize ?? training.batchSize))), training.epochs];
  demand.trainings.set(predictor.key, {
    model: predictor.model,
    train: training.train,
    rows: count,
    steps,
    ...times(learnedLength(spec), epochs)
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
  inputs: [learnedFrom(spec)[0].step],
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
