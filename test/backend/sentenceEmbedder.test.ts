import {beforeAll, expect, test} from "vitest";
import {root} from "../../loaders/commands/command.js";
import type {Embedder} from "../../loaders/backends/contract.js";
import {provision} from "../../loaders/backends/provision.js";
import {startSentenceEmbedder} from "../../loaders/backends/sentenceEmbedder.js";
import {testCache} from "./realBackend.js";

let embedder: Embedder;
beforeAll(async () => {
  embedder = await startSentenceEmbedder({cache: testCache, python: () => provision({root})});
}, 300_000);

const embed = (...texts: string[]) => embedder.embed({model: "", texts});
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

test("of a long text the first 128 tokens are read", async () => {
  const long = "word ".repeat(140);
  const [one, more] = await embed(long, `${long} and then something quite different`);
  expect([...more]).toEqual([...one]);
});
