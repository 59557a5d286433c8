import {decodeFeatures} from "../../src/statistics/float16.js";
import type {Matrix} from "../../src/statistics/matrix.js";
import {parseModelName} from "../backends/modelName.js";
import type {Family} from "../cache.js";
import {hash} from "../hash.js";
import type {Predictor} from "../lab.js";
import type {Columns} from "../parquet.js";
import {textKey} from "./activations.js";
import {demandTraining, digestOf, trained} from "./finetune.js";
import {known} from "./lengths.js";
import {MissingOutput, type Scope, type Workspace} from "./workspace.js";

const version = 1;
const columns = {vector: {type: "bytes", about: "hidden state at the last token, little-endian float16"}} as const;
const textsPerRequest = 64;

/** The last layer of a model that was fine-tuned, as a list. */
export function topLayers({workspace}: Pick<Scope, "workspace">, {model}: Predictor): number[] {
  const {source, layers, without = []} = parseModelName(model);
  const depth = workspace.models.get(source)?.layers;
  return [layers ?? (depth === undefined ? -1 : depth - without.length)];
}

/** Hidden states of layers of a model that was fine-tuned: a matrix a layer, a row a text. */
export async function tunedActivations(
  scope: Scope,
  predictor: Predictor,
  layers: readonly number[],
  texts: readonly string[]
): Promise<Matrix[]> {
  await needTunedActivations(scope, predictor, layers, texts);
  const digest = await digestOf(scope.workspace, predictor);
  return Promise.all(
    layers.map(async (layer) => {
      const found = await familyOf(scope.workspace, predictor, layer).read();
      return decodeFeatures(texts.map((text) => found.get(rowKey(digest!, text))!.vector as Uint8Array));
    })
  );
}

/** Sees to it that the cache holds such hidden states, or counts what it lacks; the model is trained where it must be. */
export async function needTunedActivations(
  scope: Scope,
  predictor: Predictor,
  layers: readonly number[],
  texts: readonly string[]
): Promise<void> {
  const {workspace} = scope;
  const {policy, demand, reading} = workspace;
  let digest = await digestOf(workspace, predictor);
  const lacking = async () => {
    if (digest === null) return [...new Set(texts)];
    const held = await Promise.all(layers.map((layer) => familyOf(workspace, predictor, layer).read()));
    return [...new Set(texts)].filter((text) => held.some((rows) => !rows.has(rowKey(digest!, text))));
  };
  if (!(await lacking()).length) return;
  if (policy === "read") throw new MissingOutput(`hidden states of ${predictor.model} after fine-tuning`);
  if (policy === "count") {
    if (digest === null && !demand.trainings.has(predictor.key)) await demandTraining(scope, predictor);
    const wanted = demand.classifications.get(predictor.key) ?? {model: predictor.model, texts: new Map()};
    for (const text of await lacking()) wanted.texts.set(textKey(text), known(text));
    demand.classifications.set(predictor.key, wanted);
    return;
  }
  const model = await trained(scope, predictor);
  digest = model.digest;
  if (model.served === null)
    throw new Error(`expected a model that was fine-tuned by lora or full: ${predictor.model}`);
  const served = model.served;
  const backend = await workspace.backend();
  const families = layers.map((layer) => familyOf(workspace, predictor, layer));
  await families[0].exclusively(async () => {
    for (const family of families) await family.refresh();
    const missing = (await lacking()).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    for (let from = 0; from < missing.length; from += textsPerRequest) {
      const batch = missing.slice(from, from + textsPerRequest);
      const start = performance.now();
      const {vectors, tokens, cut} = await backend.activations({
        model: served,
        texts: batch,
        layers: [...layers],
        ...reading
      });
      for (const [i, family] of families.entries())
        await family.append(
          batch.map((text, row) => ({key: rowKey(digest!, text), vector: vectors[row][i]})),
          {
            title: `hidden states of layer ${layers[i]}`,
            inputs: [predictor.key],
            model: predictor.model,
            backend: model.backend,
            device: model.device
          }
        );
      workspace.measured({
        verb: "activations",
        model: predictor.model,
        device: model.device,
        rows: batch.length,
        characters: batch.reduce((sum, text) => sum + text.length, 0),
        tokens,
        cut,
        seconds: (performance.now() - start) / 1000
      });
      workspace.advance(`hidden states of ${predictor.model}, fine-tuned`, batch.length);
    }
  });
}

/** What holds the hidden states of a fine-tuned model's last layer. */
export const tunedFamily = ({workspace}: Pick<Scope, "workspace">, predictor: Predictor): Family<Columns> =>
  familyOf(workspace, predictor, topLayers({workspace}, predictor)[0]) as unknown as Family<Columns>;

const familyOf = ({cache, reading}: Workspace, {key}: Predictor, layer: number) =>
  cache.family("activations", hash({version, predictor: key, layer, ...reading}), columns);

/** Another training may give other weights: their rows stand side by side. */
const rowKey = (digest: string, text: string): string => `${digest.slice(0, 16)} ${textKey(text)}`;
