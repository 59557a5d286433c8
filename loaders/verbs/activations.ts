import {basename} from "node:path";
import {decodeFeatures} from "../../src/statistics/float16.js";
import type {Matrix} from "../../src/statistics/matrix.js";
import {parseModelName} from "../backends/modelName.js";
import {nameBackend} from "../backends/nameBackend.js";
import type {Family} from "../cache.js";
import {hash, sha256} from "../hash.js";
import type {Rows} from "../lab.js";
import {pinned, refuseOtherWeights} from "./knownWeights.js";
import {MissingOutput, type Scope, type Workspace} from "./workspace.js";

const version = 1;
const columns = {vector: {type: "bytes", about: "hidden state at the last token, little-endian float16"}} as const;
const textsPerRequest = 64;

const keys = new Map<string, string>();

export function textKey(text: string): string {
  let key = keys.get(text);
  if (key === undefined) keys.set(text, (key = sha256(text).slice(0, 32)));
  return key;
}

/** The step that gives hidden states of a model's top layer, one for each row; noted among those of the run. */
export function activationsStep({workspace, steps}: Scope, model: string, rows: Rows): string {
  const {source, layer} = topLayer(workspace, model);
  const family = familyOf(workspace, source, layer);
  const step = hash({verb: "activations", family: basename(family.folder), rows: rows.step});
  steps.set(step, {
    key: step,
    verb: "activations",
    title: `hidden states of layer ${layer ?? "top"}, ${rows.split.replace("_", " ")} rows of ${rows.task}`,
    inputs: [rows.step],
    lineage: "no labels",
    rows: rows.examples.length,
    model,
    family
  });
  return step;
}

/** Sees to it that the cache holds hidden states of a model's top layer for texts, or counts what it lacks. */
export async function needActivations(workspace: Workspace, model: string, texts: Iterable<string>): Promise<void> {
  const {source, layer} = topLayer(workspace, model);
  await needLayers(workspace, source, [layer], texts);
}

/** The same for several layers of a network, from 0; null is its last one where the number of its layers is not known. */
export async function needLayers(
  workspace: Workspace,
  source: string,
  layers: readonly (number | null)[],
  texts: Iterable<string>
): Promise<void> {
  const held = await Promise.all(
    layers.map(async (layer) => [layer ?? -1, await familyOf(workspace, source, layer).read()] as const)
  );
  const {cached, activations: demand} = workspace.demand;
  const missing = new Map<string, {text: string; layers: Set<number>}>();
  for (const text of texts) {
    const key = textKey(text);
    const lacking = held.flatMap(([layer, found]) => (found.has(key) ? [] : layer));
    if (lacking.length) missing.set(key, {text, layers: new Set(lacking)});
    else if (workspace.policy === "count") cached.activations.add(`${source} ${key}`);
  }
  if (!missing.size) return;
  if (workspace.policy !== "count") return fillActivations(workspace, source, missing);
  if (!demand.has(source)) demand.set(source, new Map());
  const wanted = demand.get(source)!;
  for (const [key, {text, layers}] of missing) {
    if (!wanted.has(key)) wanted.set(key, {text, layers: new Set()});
    for (const layer of layers) wanted.get(key)!.layers.add(layer);
  }
}

/** Hidden states of layers of a network at the last token of each text: a matrix a layer, a row a text. */
export async function layerActivations(
  workspace: Workspace,
  source: string,
  layers: readonly number[],
  texts: readonly string[]
): Promise<Matrix[]> {
  await needLayers(workspace, source, layers, texts);
  return Promise.all(
    layers.map(async (layer) => {
      const found = await familyOf(workspace, source, layer).read();
      return decodeFeatures(texts.map((text) => found.get(textKey(text))!.vector as Uint8Array));
    })
  );
}

/** Hidden states of a model's top layer at the last token of each text, one row each. */
export async function activations(workspace: Workspace, model: string, texts: readonly string[]): Promise<Matrix> {
  const {source, layer} = topLayer(workspace, model);
  return (await layerActivations(workspace, source, [layer!], texts))[0];
}

/** Computes hidden states that the cache lacks: one pass through the network for all layers that a text needs. */
export async function fillActivations(
  workspace: Workspace,
  source: string,
  wanted: ReadonlyMap<string, {text: string; layers: ReadonlySet<number>}>
): Promise<void> {
  const {precision, maxTokens} = workspace.reading;
  const layers = [...new Set([...wanted.values()].flatMap(({layers}) => [...layers]))].sort((a, b) => a - b);
  if (workspace.policy === "read")
    throw new MissingOutput(`hidden states of ${wanted.size} texts by ${source}, layers ${layers.join(", ")}`);
  const families = new Map(layers.map((layer) => [layer, familyOf(workspace, source, layer)]));
  const network = workspace.cache.family(
    "activations-of",
    hash({version, weights: workspace.models.get(source)!.weights, precision, maxTokens}),
    columns
  );
  await network.exclusively(async () => {
    for (const family of families.values()) await family.refresh();
    const held = new Map(
      await Promise.all([...families].map(async ([layer, family]) => [layer, await family.read()] as const))
    );
    const bySet = new Map<string, {layers: number[]; texts: [string, string][]}>();
    for (const [key, {text, layers}] of wanted) {
      const missing = [...layers].filter((layer) => !held.get(layer)!.has(key)).sort((a, b) => a - b);
      if (!missing.length) continue;
      const set = missing.join(",");
      if (!bySet.has(set)) bySet.set(set, {layers: missing, texts: []});
      bySet.get(set)!.texts.push([key, text]);
    }
    const total = [...bySet.values()].reduce((sum, {texts}) => sum + texts.length, 0);
    if (!total) return;
    const backend = await workspace.backend();
    const description = await backend.describe();
    const {device} = description;
    let allCut = 0;
    workspace.advance(`hidden states of ${source}`, wanted.size - total);
    for (const {layers, texts} of bySet.values()) {
      texts.sort(([, a], [, b]) => a.length - b.length || (a < b ? -1 : 1));
      for (let from = 0; from < texts.length; from += textsPerRequest) {
        const batch = texts.slice(from, from + textsPerRequest);
        const start = performance.now();
        const {vectors, tokens, cut, weights} = await backend.activations({
          model: pinned(workspace, source),
          texts: batch.map(([, text]) => text),
          layers,
          precision,
          maxTokens
        });
        refuseOtherWeights(workspace, source, weights);
        for (const [i, layer] of layers.entries()) {
          const provenance = {
            title: `hidden states of layer ${layer}`,
            inputs: [],
            model: source,
            backend: nameBackend(description),
            device
          };
          await families.get(layer)!.append(
            batch.map(([key], row) => ({key, vector: vectors[row][i]})),
            provenance
          );
        }
        workspace.measured({
          verb: "activations",
          model: source,
          device,
          rows: batch.length,
          characters: batch.reduce((sum, [, text]) => sum + text.length, 0),
          tokens,
          cut,
          seconds: (performance.now() - start) / 1000
        });
        workspace.advance(`hidden states of ${source}`, batch.length);
        allCut += cut;
      }
    }
    for (const family of families.values()) await family.compact();
    workspace.warnOfCut(`hidden states of ${source}`, allCut, maxTokens);
  });
}

function familyOf(workspace: Workspace, source: string, layer: number | null): Family<typeof columns> {
  const {precision, maxTokens} = workspace.reading;
  const weights = workspace.models.get(source)?.weights ?? `unresolved ${source}`;
  return workspace.cache.family("activations", hash({version, weights, layer, precision, maxTokens}), columns);
}

/** The layer whose hidden states are a model's features: its last one. */
export function topLayer({models}: Workspace, model: string): {source: string; layer: number | null} {
  const {source, layers, without} = parseModelName(model);
  if (without) throw new Error(`a head reads the first layers, expected #layers=: ${model}`);
  const depth = models.get(source)?.layers;
  if (layers !== undefined && depth !== undefined && layers > depth)
    throw new Error(`expected at most ${depth} layers: ${model}`);
  return {source, layer: layers ?? depth ?? null};
}
