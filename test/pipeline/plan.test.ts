import {appendFile, mkdir, mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, describe, expect, test} from "vitest";
import {Cache} from "../../loaders/cache.js";
import {describePlan} from "../../loaders/commands/plan.js";
import {openWorkspace} from "../../loaders/openWorkspace.js";
import {estimate} from "../../loaders/pace.js";
import {type Plan, planStudy} from "../../loaders/planStudy.js";
import type {Study} from "../../loaders/study.js";
import type {Logged} from "../../loaders/throughput.js";
import {compute} from "./inProcess.js";
import {plantedTeachers} from "./plantedTeachers.js";
import {declare, strong, weak} from "./teachingWorlds.js";

const big = "hub:Big/Model-72B";
const line = (verb: string, model: string, changes: Partial<Logged> = {}): Logged => ({
  verb,
  model,
  device: "cpu",
  rows: 10,
  characters: 5000,
  tokens: 1000,
  cut: 0,
  seconds: 20,
  ...changes
});
const work = (model: string, rows: number, characters: number, tokens = 0) => ({model, rows, characters, tokens});

describe("an estimate", () => {
  test("takes longer for longer texts, in proportion to the tokens that are read and written", () => {
    const log = [line("generate", weak)];
    // 50 tokens a second: 100 prompts of 40 characters, 10 tokens, and as many texts as are asked for.
    expect(estimate(log, ["generate"], [work(weak, 100, 4000, 100 * 40)])).toEqual({tokens: 5000, seconds: 100});
    expect(estimate(log, ["generate"], [work(weak, 100, 4000, 100 * 640)])).toEqual({tokens: 65000, seconds: 1300});
  });

  test("is of the same model and the same verb alone, summed over models; of one that was never measured there is none", () => {
    const log = [line("generate", weak), line("generate", strong, {seconds: 200}), line("score", big)];
    const [small, large] = [work(weak, 1, 0, 100), work(strong, 1, 0, 100)];
    expect(estimate(log, ["generate"], [small, large]).seconds).toBe(2 + 20);
    expect(estimate(log, ["generate"], [small, work(big, 1, 0, 100), large])).toEqual({tokens: 300, seconds: null});
    expect(estimate(log, ["generate"], [work(big, 0, 0)])).toEqual({tokens: 0, seconds: 0});
    expect(estimate([line("finetune full", weak)], ["finetune lora"], [small]).seconds).toBeNull();
  });

  test("knows characters of a token from texts that the same network only read, else it takes four", () => {
    const tokensBy = (...log: Logged[]) => estimate(log, ["score"], [work(weak, 1, 1000)]).tokens;
    expect(tokensBy()).toBe(250);
    expect(tokensBy(line("generate", weak), line("classify", weak), line("activations", big))).toBe(250);
    expect(tokensBy(line("activations", strong, {cut: 1}))).toBe(250);
    for (const verb of ["activations", "score", "finetune lora"]) {
      expect(tokensBy(line(verb, strong))).toBe(200);
      expect(tokensBy(line(verb, strong), line("generate", weak, {tokens: 9000}))).toBe(200);
    }
  });

  test("of embeddings goes by characters, and by texts where they are still to be written", () => {
    const log = [line("embed", big, {tokens: 0})];
    expect(estimate(log, ["embed"], [work(big, 100, 10_000)])).toEqual({tokens: 2500, seconds: 40});
    expect(estimate(log, ["embed"], [work(big, 100, 0, 6400)])).toEqual({tokens: 6400, seconds: 200});
  });
});

describe("a plan of what is still to be written", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "w2s-plan-"));
  });
  afterEach(() => rm(folder, {recursive: true, force: true}));

  const planned = async (study: Study): Promise<Plan> => {
    const startBackend = () => Promise.reject(new Error("a plan starts no backend"));
    const options = {study, cache: new Cache(folder), environment: {}, policy: "count", startBackend} as const;
    return planStudy(await openWorkspace(options));
  };
  const stageOf = (plan: Plan, name: string) => plan.stages.find(({stage}) => stage === name)!;
  const noted = async (...lines: Logged[]): Promise<void> => {
    await mkdir(join(folder, "log"), {recursive: true});
    for (const one of lines) await appendFile(join(folder, "log/throughput.jsonl"), `${JSON.stringify(one)}\n`);
  };
  const world = () =>
    plantedTeachers({cache: folder, teacher: () => 1, student: 1, revise: (own) => `As before: ${own}`});
  const longest = 64;
  const study = (options: object = {}): Study => declare([{method: "alice", tokens: longest, chains: 6, ...options}]);

  test("counts of fine-tuning what a run sends at most: each question, a space, and a text of the most tokens", async () => {
    const {start, jobs} = await world();
    const {tokens} = stageOf(await planned(study()), "fine-tuning (lora)");
    expect((await compute(study(), folder, start)).failures).toEqual([]);
    // Everybody is right, so that no demonstration is left out, and no two models of one learn the same.
    const counts = [...jobs.values()].map(({examples}) => examples.length).sort((a, b) => a - b);
    expect(counts).toEqual([100, 140, 140, 140]);
    const examples = [...jobs.values()].flatMap(({examples, epochs}) => examples.map((one) => ({...one, epochs})));
    const sum = (of: (one: (typeof examples)[number]) => number) => examples.reduce((all, one) => all + of(one), 0);
    expect(tokens).toBe(Math.round(sum(({text, epochs}) => epochs * ((text.length + 1) / 4 + longest))));
    const sent = sum(({text, completion, epochs}) => (epochs * (text + completion!).length) / 4);
    expect(tokens).toBeGreaterThanOrEqual(sent);
    // Prompts alone are less than what is sent, by far.
    expect(sum(({text, epochs}) => (epochs * text.length) / 4)).toBeLessThan(sent);
  });

  test("counts written texts and the answers that prompts will show", async () => {
    const texts = async (options: object) => stageOf(await planned(study(options)), "texts");
    const {tokens, todo} = await texts({});
    // A summary is asked of 6 chains, a revision of an answer beside another and its uncertainty.
    const longer = await texts({tokens: 2 * longest});
    expect(longer.todo).toBe(todo);
    expect(longer.tokens - tokens).toBe(longest * (todo - 140 + 140 * 6 + 140 * 2));
    expect((await texts({uncertaintyTokens: 96 + 10})).tokens - tokens).toBe(10 * (140 + 140));
  });

  test("embeddings of it are not free, and neither its tokens nor its counts are changed by what is measured of other texts", async () => {
    const embedded = study({cluster: "embedding"});
    const before = await planned(embedded);
    const {tokens, todo, seconds} = stageOf(before, "embeddings");
    expect([todo, tokens, seconds]).toEqual([140 * 6, 140 * 6 * longest, null]);
    await noted(line("embed", embedded.models.embedder, {tokens: 0}), line("generate", weak));
    const after = await planned(embedded);
    expect(stageOf(after, "embeddings").seconds).toBe(140 * 6 * 2);
    const tokensOf = (plan: Plan) => plan.stages.map(({tokens}) => tokens);
    expect(tokensOf(after)).toEqual(tokensOf(before));
  });

  test("says that a model was never measured, and then no time in all; counts are bounds, the time is not", async () => {
    await noted(line("generate", weak), line("finetune lora", weak));
    const unmeasured = await planned(study());
    expect(stageOf(unmeasured, "texts").seconds).toBeNull();
    expect(describePlan(unmeasured)).toContain("time in all: unknown until every model was measured here");
    await noted(...["generate", "finetune lora"].map((verb) => line(verb, strong)));
    const {seconds} = stageOf(await planned(study()), "texts");
    expect(seconds).toBeGreaterThan(0);
    const longer = stageOf(await planned(study({tokens: 10 * longest})), "texts").seconds!;
    expect(longer / seconds!).toBeGreaterThan(5);
    const said = describePlan(await planned(study()))
      .split("\n")
      .slice(-2);
    expect(said[0]).toMatch(/^time in all: about \d/);
    expect(said[1]).toMatch(/^what there is to do is an upper bound: /);
  });
});
