import {decodeFeatures, encodeFeatures} from "../../src/statistics/float16.js";
import {nameBackend} from "../backends/nameBackend.js";
import {hash} from "../hash.js";
import type {Texts} from "../lab.js";
import {textKey} from "./activations.js";
import {embedderKey} from "./asked.js";
import {pinned} from "./knownWeights.js";
import {known, lengthsOf, together} from "./lengths.js";
import {MissingOutput, type Scope} from "./workspace.js";

const version = 2;
const columns = {vector: {type: "bytes", about: "embedding of length 1, little-endian float16"}} as const;
const textsPerRequest = 64;

/**
 * Embeddings of texts by the study's embedder, from the cache or computed: of each different text one, as they are kept
 * (float16). Vectors are null where they are only counted; texts that are still to be made are counted by their rows.
 */
export async function embed(
  scope: Scope,
  given: readonly string[] | readonly Texts[],
  instruction: string
): Promise<{step: string; vectors: ReadonlyMap<string, Float32Array> | null}> {
  const {workspace, steps} = scope;
  const {cache, policy, demand, study} = workspace;
  const model = study.models.embedder;
  const key = embedderKey(workspace);
  const family = cache.family("embed", hash({version, model: key, instruction}), columns);
  const texts = given.filter((one) => typeof one === "string");
  const promised = given.filter((one) => typeof one !== "string");
  const wanted = [...new Set(texts)].sort();
  let found = await family.read();
  const missing = wanted.filter((text) => !found.has(textKey(text)));
  const step = hash({
    verb: "embed",
    version,
    model: key,
    instruction,
    of: promised.length ? promised.map((d) => d.step) : wanted
  });
  steps.set(step, {
    key: step,
    verb: "embed",
    title: "embeddings of different responses",
    inputs: [],
    lineage: "no labels",
    rows: wanted.length,
    model,
    family
  });
  if (policy === "count") {
    for (const text of wanted)
      if (found.has(textKey(text))) demand.cached.generations.embed.add(`${model} ${textKey(text)}`);
    const rows = missing.length + promised.reduce((sum, {rows}) => sum + rows.examples.length, 0);
    const read = together([...missing.map(known), ...promised.flatMap(lengthsOf)]);
    if (rows) demand.generations.set(step, {model, verb: "embed", rows, ...read});
    demand.bounded ||= promised.length > 0;
    if (rows) return {step, vectors: null};
  }
  if (missing.length) {
    if (policy === "read") throw new MissingOutput(`embeddings of ${missing.length} texts by ${model}`);
    const embedder = await workspace.embedder();
    const description = await embedder.describe();
    const server = workspace.servers.get("embedder");
    const served = server ? pinned(server, model) : model;
    const provenance = {
      title: "embeddings",
      inputs: [],
      model,
      backend: nameBackend(description),
      device: description.device
    };
    await family.exclusively(async () => {
      found = await family.read();
      const todo = missing.filter((text) => !found.has(textKey(text)));
      let allCut = 0;
      let most = 0;
      for (let from = 0; from < todo.length; from += textsPerRequest) {
        const portion = todo.slice(from, from + textsPerRequest);
        const start = performance.now();
        const {
          vectors,
          cut = 0,
          maxTokens = 0
        } = await embedder.embed({model: served, texts: portion.map((text) => instruction + text)});
        await family.append(
          portion.map((text, i) => ({key: textKey(text), vector: encodeFeatures(vectors[i])})),
          provenance
        );
        workspace.measured({
          verb: "embed",
          model,
          device: description.device,
          rows: portion.length,
          characters: portion.reduce((sum, text) => sum + text.length, 0),
          tokens: 0,
          cut,
          seconds: (performance.now() - start) / 1000
        });
        workspace.advance("embeddings", portion.length);
        allCut += cut;
        most = maxTokens;
      }
      workspace.warnOfCut(`embeddings by ${model}`, allCut, most, "end");
      found = await family.read();
    });
  }
  const {data, dimension} = decodeFeatures(wanted.map((text) => found.get(textKey(text))!.vector as Uint8Array));
  return {
    step,
    vectors: new Map(wanted.map((text, i) => [text, data.subarray(i * dimension, (i + 1) * dimension)]))
  };
}
