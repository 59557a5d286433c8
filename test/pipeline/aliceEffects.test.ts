import {expect, test} from "vitest";
import type {Study} from "../../loaders/study.js";
import {chance} from "./plantedBackend.js";
import type {TeachingWorld} from "./plantedTeachers.js";
import {
  chains,
  countsOf,
  declare,
  type Demonstration,
  drawnOn,
  ladder,
  middle,
  strong,
  teachingWorlds,
  whole,
  type World
} from "./teachingWorlds.js";

// What each part of Alice is worth, in worlds whose rule says so: expected values follow from the rule, question by question, and the
// shares that it gives of many questions hold within four standard errors.

const {world, results} = teachingWorlds();

/** What a study of several arms found, by the name of the arm. */
async function arms(study: Study, planted: World) {
  const {read} = await results(study, planted);
  const runs = await read<{run: string; variant: string}>("runs");
  const demonstrations = await read<Demonstration>("demonstrations");
  const estimates = await read<{quantity: string; variant: string; value: number}>("estimates");
  const splits = await read<{split: string; example: string}>("splits");
  const texts = new Map([...planted.byText.values()].map(({id, text}) => [id, text]));
  const tested = splits.filter(({split}) => split === "test").map(({example}) => texts.get(example)!);
  return {
    textOf: (example: string) => texts.get(example)!,
    demonstrations: (variant: string, stage = 0) => {
      const {run} = runs.find((d) => d.variant === variant)!;
      return demonstrations.filter((d) => d.run === run && d.stage === stage);
    },
    /** Accuracy of the student on the test questions, as it was estimated. */
    student: (variant: string) => estimates.find((d) => d.quantity === "student" && d.variant === variant)!.value,
    /** The same of a student that answers a share of all questions rightly, as the world has it. */
    answers: (rate: number) => shareOf(tested, (text) => chance(text, "test") < rate)
  };
}

const shareOf = <T>(values: readonly T[], holds: (value: T) => boolean): number =>
  values.filter(holds).length / values.length;

/** Expects a share of some questions to be what the world's rule gives of many, by four standard errors. */
function expectRate(share: number, rate: number, questions: number): void {
  expect(Math.abs(share - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / questions));
}

/** Half of all questions: those that a teacher knows. */
const knowsHalf = (text: string): boolean => chance(text, "teacher") < 0.5;

test("the majority of a student's own chains is better than one of them", async () => {
  // Wrong chains all differ, so that what is right leads as soon as it is said twice: of 20 chains it all but always is.
  const planted = await world({student: 0.6, wavers: true, wrong: (draw) => ` Aa. The answer is Aa${draw}.`});
  const study = declare([{method: "own-majority"}, {method: "own-majority", variant: "one", chains: 1}]);
  const {student, answers} = await arms(study, planted);
  expect(student("")).toBe(1);
  const learned = [...planted.jobs.values()].filter(({model, examples}) => model === strong && examples.length === 140);
  expect(learned).toHaveLength(2);
  const [one, majority] = learned
    .map(({examples}) =>
      shareOf(examples, ({text, completion}) => planted.isRight(planted.byText.get(text)!, completion!))
    )
    .sort((a, b) => a - b);
  expect(majority).toBe(1);
  expectRate(one, 0.6, 140);
  expect(student("one")).toBe(answers(one));
});

test("any chain of a cluster may stand for it, each as likely; or the first, that of the text said most often", async () => {
  const reason = (draw: number) => (draw % 10 < 6 ? "Surely." : "Perhaps.");
  const planted = await world({teacher: () => 1, reason});
  const study = declare([
    {method: "alice", variant: "random", representative: "random"},
    {method: "alice", variant: "first", representative: "first"}
  ]);
  const {textOf, demonstrations} = await arms(study, planted);
  /** How often the teacher said each of both texts, that said most often first. */
  const said = (example: string): [string, number][] => {
    const drawn = drawnOn(planted, textOf(example));
    const surely = drawn.filter((output) => output.includes("Surely.")).length;
    const both: [string, number][] = [
      ["Surely.", surely],
      ["Perhaps.", drawn.length - surely]
    ];
    return both.sort(([, a], [, b]) => b - a);
  };
  const ofBoth = (rows: Demonstration[]) =>
    rows.flatMap((row) => {
      const [[text, most], [, least]] = said(row.example);
      expect([row.clusters, row.largest]).toEqual([1, chains]);
      return most > least ? [{leads: row.teacher.startsWith(text), rate: most / chains}] : [];
    });
  expect(ofBoth(demonstrations("first")).every(({leads}) => leads)).toBe(true);
  const drawn = ofBoth(demonstrations("random"));
  expect(drawn.length).toBeGreaterThan(100);
  const mean = drawn.reduce((sum, {rate}) => sum + rate, 0) / drawn.length;
  const deviation = Math.sqrt(drawn.reduce((sum, {rate}) => sum + rate * (1 - rate), 0)) / drawn.length;
  expect(Math.abs(shareOf(drawn, ({leads}) => leads) - mean)).toBeLessThan(4 * deviation);
  // So far from always, and from never, that neither is within these bounds.
  expect(Math.min(mean, 1 - mean)).toBeGreaterThan(4 * deviation);
});

test("the summariser sees what stands for each cluster, however many there are, the largest first", async () => {
  // Up to six answers to a question.
  const planted = await world({
    teacher: (text) => (knowsHalf(text) ? 1 : 0.2),
    wrong: (draw) => ` I guess. The answer is Aa${draw % 5}.`,
    summarise: (shown) => shown.map((one) => one.split("The answer is ")[1]).join(" or ")
  });
  const {textOf, demonstrations} = await arms(declare([{method: "alice"}]), planted);
  for (const {example, uncertainty} of demonstrations("")) {
    const counts = new Map(countsOf(planted, example));
    const shown = uncertainty!.split(" or ");
    expect([...shown].sort()).toEqual([...counts.keys()].sort());
    const sizes = shown.map((answer) => counts.get(answer)!);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    if (knowsHalf(textOf(example))) expect(shown).toHaveLength(1);
  }
  const doubted = demonstrations("").filter(({example}) => !knowsHalf(textOf(example)));
  // Of 20 chains over six answers, as good as none leave out more than two.
  expect(doubted.length).toBeGreaterThan(40);
  expect(shareOf(doubted, ({clusters}) => clusters > 3)).toBeGreaterThan(0.95);
});

test("the threshold decides what the teacher is taken to be certain of, and so what the student learns", async () => {
  // Right chains in three wordings of one answer: cosines of 0.95 and 0.85 with the first, and of 0.81 with each other.
  const wordings = ["Plainly.", "In short.", "By and large."];
  const cosine = (reason: string) => [1, 0.95, 0.85][wordings.indexOf(reason)] ?? 1;
  const planted = await world({teacher: () => 1, student: 0.3, reason: (draw) => wordings[draw % 3], cosine});
  const thresholds = [0.8, 0.9, 0.96];
  const study = declare(
    thresholds.map((threshold) => ({method: "alice", cluster: "embedding", variant: `${threshold}`, threshold}))
  );
  const {textOf, demonstrations, student, answers} = await arms(study, planted);
  /** Whether each wording is among the teacher's chains on a question: of 20, as good as always. */
  const wordingsOf = (example: string) => {
    const drawn = drawnOn(planted, textOf(example));
    return wordings.map((wording) => Number(drawn.some((output) => output.includes(wording))));
  };
  // Whichever leads, the first two are together at 0.9, and the third is alone.
  const clustersAt = ([plain, short, large]: number[]): number[] => [
    1,
    Math.max(plain, short) + large,
    plain + short + large
  ];
  for (const [i, threshold] of thresholds.entries())
    for (const {example, clusters} of demonstrations(`${threshold}`))
      expect(clusters).toBe(clustersAt(wordingsOf(example))[i]);
  expect(shareOf(demonstrations("0.9"), ({clusters}) => clusters === 2)).toBeGreaterThan(0.95);
  // Certain, the teacher is followed, and is right; else the student keeps what it says itself.
  const itself = (text: string) => chance(text, "student") < 0.3;
  const doubted = demonstrations("0.9").filter(({clusters}) => clusters > 1);
  for (const {example, revised_right} of doubted) expect(revised_right).toBe(itself(textOf(example)));
  const right = shareOf(demonstrations("0.9"), ({clusters, example}) => clusters === 1 || itself(textOf(example)));
  expect(student("0.8")).toBe(1);
  expect(student("0.9")).toBeCloseTo(answers(right), 12);
  expect(student("0.96")).toBeCloseTo(answers(right), 12);
  expectRate(right, 0.3, 140);
});

test("in a second turn a teacher sees what the student proposes, and gives in where it does not know", async () => {
  // A student that holds what it says itself at first, and then takes what the teacher says to that.
  const revise: TeachingWorld["revise"] = (own, other, _, {teaches, question}) => {
    if (teaches) return knowsHalf(question) ? own : other;
    return own.startsWith("I hold it.") ? other : `I hold it. ${own}`;
  };
  const planted = await world({teacher: (text) => (knowsHalf(text) ? 1 : 0), student: 0.5, revise});
  const study = declare([
    {method: "alice", variant: "one turn"},
    {method: "alice", variant: "two turns", turns: 2},
    {method: "alice", variant: "three turns", turns: 3}
  ]);
  const {textOf, demonstrations, student, answers} = await arms(study, planted);
  const itself = (example: string) => chance(textOf(example), "student") < 0.5;
  const either = (example: string) => knowsHalf(textOf(example)) || itself(example);
  const expected = {"one turn": itself, "two turns": either, "three turns": either};
  for (const [variant, isRight] of Object.entries(expected)) {
    const rows = demonstrations(variant);
    for (const {example, revised_right} of rows) expect(revised_right).toBe(isRight(example));
    expect(student(variant)).toBeCloseTo(answers(shareOf(rows, ({example}) => isRight(example))), 12);
  }
  const examples = demonstrations("one turn").map(({example}) => example);
  expectRate(shareOf(examples, itself), 0.5, 140);
  expectRate(shareOf(examples, either), 0.75, 140);
  expect(student("two turns")).toBeGreaterThan(student("one turn"));
});

test("two teachers, of which one knows what the other does not: the student takes the answer of the one that is certain", async () => {
  const certain = "am certain.";
  const planted = await world({
    teacher: (text) => (knowsHalf(text) ? 1 : 0),
    others: {[middle]: (text) => (knowsHalf(text) ? 0 : 1)},
    student: 0.3,
    revise: (own, _, __, {others}) => others.find(({uncertainty}) => uncertainty === certain)?.answer ?? own
  });
  const study = declare(
    [
      {method: "alice", variant: "one teacher", on: whole},
      {method: "alice", variant: "two teachers", teachers: [middle], on: whole}
    ],
    ladder
  );
  const {textOf, demonstrations, student, answers} = await arms(study, planted);
  const alone = (example: string) => knowsHalf(textOf(example)) || chance(textOf(example), "student") < 0.3;
  for (const {example, revised_right} of demonstrations("one teacher")) expect(revised_right).toBe(alone(example));
  // One of both is right on every question, and says so.
  expect(demonstrations("two teachers")).toHaveLength(140);
  for (const {revised_right} of demonstrations("two teachers")) expect(revised_right).toBe(true);
  const right = shareOf(demonstrations("one teacher"), ({example}) => alone(example));
  expectRate(right, 0.5 + 0.5 * 0.3, 140);
  expect(student("one teacher")).toBeCloseTo(answers(right), 12);
  expect(student("two teachers")).toBe(1);
  expect(student("one teacher")).toBeLessThan(1);
});

test("teachers are of one mind where each is, and both say the same", async () => {
  // Chains are all right, all wrong in the same way, or half of them either: each of both teachers by itself.
  const third = (text: string, salt: string): number => [0, 0.5, 1][Math.floor(3 * chance(text, salt))];
  const first = (text: string) => third(text, "teacher");
  const second = (text: string) => third(text, "second teacher");
  const planted = await world({
    teacher: first,
    others: {[middle]: second},
    wrong: () => " I guess. The answer is Atlantis.",
    revise: (own) => `Kept. ${own}`
  });
  const study = declare([{method: "alice", teachers: [middle], unanimous: "teacher", on: whole}], ladder);
  const {textOf, demonstrations} = await arms(study, planted);
  const agree = (text: string) => first(text) === second(text) && first(text) !== 0.5;
  for (const {example, learned} of demonstrations(""))
    expect(learned).toBe(agree(textOf(example)) ? "teacher" : "revised");
  const texts = demonstrations("").map(({example}) => textOf(example));
  // Two of the nine cases; and there are questions on which the first is of one mind and the second is not, or of another.
  expectRate(shareOf(texts, agree), 2 / 9, 140);
  expectRate(
    shareOf(texts, (text) => first(text) !== 0.5 && second(text) === 0.5),
    2 / 9,
    140
  );
  expectRate(
    shareOf(texts, (text) => first(text) + second(text) === 1 && first(text) !== 0.5),
    2 / 9,
    140
  );
});

test("a cascade ends above the direct method at equal data, at the rate at which its first stage taught", async () => {
  // The weak teacher knows, and is certain of, a tenth of the questions; any student knows half of them. Who learns from half of the
  // questions forgets one right answer in five.
  const knows = (text: string) => chance(text, "teacher") < 0.1;
  const itself = (text: string) => chance(text, "student") < 0.5;
  const kept = (demonstrations: number) => (demonstrations < 140 ? 0.8 : 1);
  const planted = await world({
    teacher: (text) => (knows(text) ? 1 : 0),
    student: 0.5,
    learns: (right, demonstrations) => kept(demonstrations) * (right / demonstrations)
  });
  const study = declare(
    [
      {method: "alice", variant: "direct", on: whole},
      {method: "alice", variant: "equal data", cascade: {through: [], parts: 2}, on: whole},
      {method: "alice", variant: "cascade", cascade: {through: [middle]}, on: whole}
    ],
    ladder
  );
  const {textOf, demonstrations, student, answers} = await arms(study, planted);
  /** Share of a stage's demonstrations that are right, each of which has to be right where a rule says so. */
  const taught = (variant: string, stage: number, rule: (text: string) => boolean): number => {
    const rows = demonstrations(variant, stage);
    for (const {example, revised_right} of rows) expect(revised_right).toBe(rule(textOf(example)));
    return shareOf(rows, ({example}) => rule(textOf(example)));
  };
  const weakly = (text: string) => knows(text) || itself(text);
  const direct = taught("direct", 0, weakly);
  const equal = taught("equal data", 0, weakly);
  const first = taught("cascade", 0, weakly);
  // The student of the first stage is right, and certain, on the share that it learned, and doubts the rest.
  const last = taught("cascade", 1, (text) => chance(text, "test") < 0.8 * first || itself(text));
  expect([student("direct"), student("equal data"), student("cascade")]).toEqual([
    answers(direct),
    answers(0.8 * equal),
    answers(0.8 * last)
  ]);
  // A tenth, and half of the rest; then four fifths of that, and half of the rest.
  const [once, twice] = [0.1 + 0.9 * 0.5, 0.44 + 0.56 * 0.5];
  expectRate(direct, once, 140);
  for (const share of [equal, first]) expectRate(share, once, 70);
  expectRate(last, twice, 70);
  expect(student("equal data")).toBeLessThan(student("direct"));
  expect(student("equal data")).toBeLessThan(student("cascade"));
});
