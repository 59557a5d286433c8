import {join} from "node:path";
import {beforeAll, expect, test} from "vitest";
import {root} from "../../loaders/commands/command.js";
import type {Embedder} from "../../loaders/backends/contract.js";
import {provision} from "../../loaders/backends/provision.js";
import {maxTokens, startSentenceEmbedder} from "../../loaders/backends/sentenceEmbedder.js";
import {testCache} from "./realBackend.js";

let embedder: Embedder;
beforeAll(async () => {
  embedder = await startSentenceEmbedder({cache: testCache, python: () => provision({root})});
}, 300_000);

const embed = async (...texts: string[]) => (await embedder.embed({model: "", texts})).vectors;
const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);

test("vectors are of length 1, and what says the same lies closer than what does not", async () => {
  const [said, again, other] = await embed(
    "The capital of Peru is Lima.",
    "Lima is Peru's capital.",
    "Dogs bark at night."
  );
  for (const vector of [said, again, other]) expect(cosine(vector, vector)).toBeCloseTo(1, 5);
  expect(said).toHaveLength(384);
  expect(cosine(said, again)).toBeGreaterThan(0.8);
  expect(cosine(said, other)).toBeLessThan(0.3);
});

test("a vector does not depend on its neighbours", async () => {
  const [alone] = await embed("Iron rusts.");
  const [, beside] = await embed("A much longer sentence on something else, which would be padded to.", "Iron rusts.");
  expect([...beside]).toEqual([...alone]);
});

test("of a long text the first 256 tokens are read, its two marks among them, and it is counted", async () => {
  const most = "word ".repeat(maxTokens - 2);
  const {
    vectors,
    cut,
    maxTokens: said
  } = await embedder.embed({model: "", texts: [most, `${most} then another`, "Iron."]});
  expect([cut, said]).toEqual([1, 256]);
  expect([...vectors[1]]).toEqual([...vectors[0]]);
  const [shorter] = await embed("word ".repeat(maxTokens - 3));
  expect([...shorter]).not.toEqual([...vectors[0]]);
});

test("is the pipeline of transformers.js, for texts that are not cut", async () => {
  const {env, pipeline} = await import("@huggingface/transformers");
  env.allowRemoteModels = false;
  env.localModelPath = join(testCache, "models");
  const extract = await pipeline("feature-extraction", "all-MiniLM-L6-v2", {dtype: "q8", device: "cpu"});
  const text = "Honey is made by bees; zinc, by nobody.";
  const {data} = await extract(text, {pooling: "mean", normalize: true});
  const [vector] = await embed(text);
  expect([...vector]).toEqual([...(data as Float32Array)]);
});
