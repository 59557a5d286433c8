import {halves, probe, type ProbeRights, probeOptions} from "../src/statistics/probe.js";
import {random, sample} from "../src/statistics/random.js";
import type {Matrix} from "../src/statistics/matrix.js";
import {parseModelName} from "./backends/modelName.js";
import type {Family} from "./cache.js";
import type {Example} from "./datasets/task.js";
import type {Evaluation} from "./evaluate.js";
import {fingerprint} from "./fingerprint.js";
import {hash} from "./hash.js";
import type {Model} from "./lab.js";
import type {Columns} from "./parquet.js";
import type {Run, Study} from "./study.js";
import {layerActivations, needLayers} from "./verbs/activations.js";
import {digestOf, isHead} from "./verbs/finetune.js";
import {needTunedActivations, tunedActivations} from "./verbs/tunedActivations.js";
import {MissingOutput, Retrained, type Scope, type Workspace} from "./verbs/workspace.js";

const version = 1;
const columns = {
  layer: {type: "int", about: "layer, from 0 (embeddings)"},
  right: {type: "bytes", about: "whether the probe is right, a byte a row"},
  control: {type: "bytes", about: "the same of a probe that learned from permuted labels"}
} as const;

/** The model as it was, the student, and the strong model after gold labels. */
export const probedStages = ["before", "after", "ceiling"] as const;

/** What probes for the labels of one task read out of one model, layer by layer. */
export interface Probed {
  concept: string;
  stage: (typeof probedStages)[number];
  layers: (ProbeRights & {layer: number})[];
}

/** What a study asks of a run's probes; null where it asks for none. */
export const saliencyOf = ({saliency}: Study, {task, seed}: Run): Study["saliency"] | null =>
  saliency?.tasks.includes(task) && (saliency.seeds?.includes(seed) ?? true) ? saliency : null;

/**
 * Linear probes on the activations of a run's strong model before and after it learned, and of its ceiling (EDA, "Concept
 * Saliency"); none where a head was trained, which changes no activation. They read gold labels for analysis alone, when
 * the run is over: nothing of them reaches a method.
 */
export async function saliency({
  run,
  scope,
  predictors
}: Evaluation): Promise<{probed: Probed[]; families: Family<Columns>[]}> {
  const {workspace} = scope;
  const asked = saliencyOf(workspace.study, run);
  const {student, strong_ceiling: ceiling} = predictors;
  const none = {probed: [], families: []};
  if (!asked || student.model !== run.strong || isHead(scope, student)) return none;
  const layers = layersOf(workspace, asked.layers, run.strong);
  if (!layers) return none;
  const models = {before: run.strong, after: student, ceiling};
  const probed: Probed[] = [];
  const families: Family<Columns>[] = [];
  for (const concept of new Set([run.task, ...asked.concepts])) {
    const rows = await probedRows(workspace, run.task, concept);
    for (const stage of probedStages) {
      const found = await probesOf(scope, models[stage], layers, rows);
      if (!found) continue;
      probed.push({concept, stage, layers: found.layers});
      families.push(found.family);
    }
  }
  return {probed, families};
}

/**
 * Rows on which a concept is probed for, the same for every seed: test rows of the task; of another task, whose rows the
 * student never saw, as many transfer rows again.
 */
export async function probedRows(workspace: Workspace, task: string, concept: string): Promise<Example[]> {
  const {test, transfer} = await workspace.split(concept, workspace.study.seeds[0]);
  if (concept === task) return test;
  return [...test, ...sample(transfer, Math.min(test.length, transfer.length), random(`saliency/${concept}`))];
}

/**
 * Layers to probe: those that a model has in common with the network it was cut from, where all are asked for. What a cut
 * leaves out, or ends with a norm, has no counterpart before. Null while the network's depth is not known.
 */
function layersOf({models}: Workspace, asked: "all" | readonly number[], model: string): number[] | null {
  const {source, layers, without} = parseModelName(model);
  const depth = models.get(source)?.layers;
  if (depth === undefined) return null;
  const top = without ? Math.min(...without) : layers !== undefined && layers < depth ? layers - 1 : depth;
  const wanted = asked === "all" ? Array.from({length: top + 1}, (_, layer) => layer) : asked;
  const common = wanted.filter((layer) => layer <= top);
  if (!common.length) throw new Error(`expected a layer to probe from 0 to ${top} of ${model}: ${wanted.join(", ")}`);
  return common;
}

/** Probes of one model, a row a layer; null where they are only counted. Activations of all layers come in one pass. */
async function probesOf(
  scope: Scope,
  model: Model,
  layers: readonly number[],
  rows: readonly Example[]
): Promise<{layers: Probed["layers"]; family: Family<Columns>} | null> {
  const {workspace, seed} = scope;
  const {policy} = workspace;
  const texts = rows.map(({text}) => text);
  const name = typeof model === "string" ? model : model.model;
  const digest = typeof model === "string" ? null : await digestOf(workspace, model);
  const family = familyOf(scope, model, digest, rows);
  const lacking = async () => {
    const found = await family.read();
    return layers.filter((layer) => !found.has(String(layer)));
  };
  if ((await lacking()).length) {
    if (policy === "read") throw new MissingOutput(`linear probes of ${name}`);
    if (policy === "count") {
      await needAll(scope, model, await lacking(), texts);
      return null;
    }
    await family.exclusively(async () => {
      const missing = await lacking();
      if (!missing.length) return;
      const read = await activationsOf(scope, model, missing, texts);
      if (typeof model !== "string" && (await digestOf(workspace, model)) !== digest)
        throw new Retrained(`another training gave other weights: ${name}`);
      const labels = rows.map(({label}) => label);
      const half = halves(
        labels,
        rows.map(({group}) => group),
        seed
      );
      await family.append(
        missing.map((layer, i) => ({key: String(layer), layer, ...probe(read[i], labels, half, seed)})),
        {
          title: `linear probes of ${name}`,
          inputs: typeof model === "string" ? [] : [model.key],
          model: name,
          backend: "in the lab",
          device: "cpu"
        }
      );
    });
  }
  const found = await family.read();
  const bytes = (value: unknown) => Uint8Array.from(value as Uint8Array);
  return {
    family: family as unknown as Family<Columns>,
    layers: layers.map((layer) => {
      const {right, control} = found.get(String(layer))!;
      return {layer, right: bytes(right), control: bytes(control)};
    })
  };
}

const sourceOf = (model: string): string => parseModelName(model).source;

const needAll = (scope: Scope, model: Model, layers: readonly number[], texts: readonly string[]): Promise<void> =>
  typeof model === "string"
    ? needLayers(scope.workspace, sourceOf(model), layers, texts)
    : needTunedActivations(scope, model, layers, texts);

const activationsOf = (
  scope: Scope,
  model: Model,
  layers: readonly number[],
  texts: readonly string[]
): Promise<Matrix[]> =>
  typeof model === "string"
    ? layerActivations(scope.workspace, sourceOf(model), layers, texts)
    : tunedActivations(scope, model, layers, texts);

function familyOf({workspace, seed}: Scope, model: Model, digest: string | null, rows: readonly Example[]) {
  const {cache, reading, models} = workspace;
  const identity =
    typeof model === "string" ? {weights: models.get(sourceOf(model))!.weights} : {predictor: model.key, digest};
  return cache.family(
    "probes",
    hash({
      version,
      code: fingerprint(
        "src/statistics",
        /^(accuracy|head|inverseHessian|line\w*|logistic|loss|matrix|probe|random|standardise)\.ts$/
      ),
      ...identity,
      reading,
      rows: rows.map(({text, label, group}) => [text, label, group]),
      options: probeOptions,
      seed
    }),
    columns
  );
}
