/**
 * The planted study `alice`: teachers that are asked ten times, students that improve their own answers, a cascade.
 *
 * Tasks of generation, 100 test rows each (the same for each of the seeds 0, 1, 2), 20 + 10 supervision, 20 + 10 transfer rows:
 *   capitals (chains clustered by embedding, T = 0.9), sums (by answer, no cosines), riddles (by embedding; its text may not be
 *   published; no gap).
 * Models: weak planted:tower#layers=2, intermediate planted:tower#layers=4, strong planted:tower#layers=8.
 * Arms, all from the weak to the strong model:
 *   lora             baseline (Q-A)
 *   lora, in chains  qcota, qcota/cascade, qcota/direct at equal data; alice, alice/without uncertainty, alice/shuffled uncertainty,
 *                    alice/cascade, alice/direct at equal data
 * Right answers among 100 on capitals, mean of the seeds (on seed s, all models have s - 1 more); sums has 10 less of each:
 *   lora: weak 36, weak ceiling 38, ceiling 76; in chains: weak 40, weak ceiling 42, ceiling 80; zero-shot 50 in both;
 *   students: baseline 44, qcota 50, its cascade 48 (rung 45), direct 49; alice 70, without uncertainty 60, shuffled 58, cascade 76
 *   (rung 60), direct 66; so the gap is 40 and PGR 20% (baseline), 25, 20, 22.5; 75, 50, 45, 90, 65 %.
 *   riddles: weak 60, weak ceiling 60, ceiling 61, zero-shot 58, students and rungs 60; PGR is withheld.
 *   exact_match is 5 points below accuracy, f1 2 points, parsed 98 %, taught 75 % of 40 rows. Intervals as in `grid`. All is over the three tasks.
 *   What the student learned is as right as the weak teacher where that taught it (baseline, qcota, direct), as the student in all
 *   other arms.
 * Within a task, test rows have an order of difficulty: of k right, a model is right on the k easiest, students on those after
 *   the 3 easiest. Predictions are published of seed 0 only.
 * Transfer rows are numbered q = 0 ... 19 in each seed's order; chains of the teacher are of kind (q + seed) mod 5 in the order of
 *   `chainKinds` (plantedChains.ts). By embedding the teacher is right on sure, divided and blurred (12 of 20), by answer on sure
 *   and divided (8 of 20).
 * The student alone is right where q mod 4 < 2 (10 of 20; both are right on 6 of 20 by embedding, on 4 by answer). What it says
 *   in the end:
 *   alice                 keeps what is right, and takes over the teacher's right answer where that is sure or divided: of 10
 *                         wrong ones, 4 are corrected; 14 of 20 are right in the end
 *   without uncertainty   says what the teacher says: 12 of 20 by embedding, 8 by answer
 *   shuffled uncertainty  keeps what is right but where the teacher is mistaken (2 of 20), and takes over nothing but blurred right
 *                         answers (2 of 20 by embedding, none by answer): 10 and 8 of 20
 *   cascade               as alice; stage 0 has q < 10 and the rung as its student, stage 1 the others, taught by the rung, whose
 *                         chains are sure where the weak teacher's are scattered
 *   direct at equal data  as alice, on q >= 10
 * An elicitation is of a teacher, a seed and the rows it is asked: all, the first or the second half.
 */
import type {Study} from "../../src/study.js";
import type {Row} from "../../src/tables.js";
import {type ChainKind, chainKinds, clustersOf, clusterSizes, entropyOf, finalOf, kinds} from "./plantedChains.js";
import {hostileText} from "./plantedStudy.js";
import type {Tables} from "./plantedTables.js";
import {emptyTables, keyOf, oneTask, stepRow, trainingStep, uniforms, writeTables} from "./plantedTables.js";

interface AliceTask {
  task: string;
  title: string;
  by: "answer" | "embedding";
  publishable: boolean;
  less: number;
  flat: boolean;
}

const tasks: AliceTask[] = [
  {task: "capitals", title: "Capitals", by: "embedding", publishable: true, less: 0, flat: false},
  {task: "sums", title: "Sums", by: "answer", publishable: true, less: 10, flat: false},
  {task: "riddles", title: "Riddles", by: "embedding", publishable: false, less: 0, flat: true}
];

export const aliceModels = {
  weak: "planted:tower#layers=2",
  intermediate: "planted:tower#layers=4",
  strong: "planted:tower#layers=8"
};
const {weak, intermediate, strong} = aliceModels;
const seeds = [0, 1, 2];
const sizes = {supervision: 20, supervision_validation: 10, transfer: 20, transfer_validation: 10, test: 100};
const chainsPerQuestion = 10;
const threshold = 0.9;
const steps = [10, 20, 30];

interface AliceArm {
  method: string;
  variant: string;
  title: string;
  setting: string;
  options: Record<string, unknown>;
  student: number;
  rung?: number;
}

const elicits = {chains: chainsPerQuestion, threshold};
const through = {through: [intermediate]};
/** The second of two parts, without a stage before it. */
const half = {through: [], parts: 2};

export const aliceArms: AliceArm[] = [
  arm("lora", "baseline", "", "Baseline", 44),
  arm("lora, in chains", "qcota", "", "Q-CoT-A", 50),
  arm("lora, in chains", "qcota", "cascade", "Q-CoT-A, cascade", 48, {cascade: through}, 45),
  arm("lora, in chains", "qcota", "direct at equal data", "Q-CoT-A, direct at equal data", 49, {cascade: half}),
  arm("lora, in chains", "alice", "", "Alice", 70, elicits),
  arm("lora, in chains", "alice", "without uncertainty", "Alice, without uncertainty", 60, {
    ...elicits,
    uncertainty: false
  }),
  arm("lora, in chains", "alice", "shuffled uncertainty", "Alice, shuffled uncertainty", 58, {
    ...elicits,
    uncertainty: "shuffled"
  }),
  arm("lora, in chains", "alice", "cascade", "Alice, cascade", 76, {...elicits, cascade: through}, 60),
  arm("lora, in chains", "alice", "direct at equal data", "Alice, direct at equal data", 66, {
    ...elicits,
    cascade: half
  })
];

function arm(
  setting: string,
  method: string,
  variant: string,
  title: string,
  student: number,
  options: Record<string, unknown> = {},
  rung?: number
): AliceArm {
  return {setting, method, variant, title, student, rung, options};
}

interface Counts {
  weak: number;
  weak_ceiling: number;
  strong_ceiling: number;
  zero_shot: number;
  student: number;
  rung?: number;
}

/** Right answers among the 100 test rows, mean of the seeds. */
function countsOf({flat, less}: AliceTask, {setting, student, rung}: AliceArm): Counts {
  if (flat) return {weak: 60, weak_ceiling: 60, strong_ceiling: 61, zero_shot: 58, student: 60, rung: rung && 60};
  const base = setting === "lora" ? 36 : 40;
  return {
    weak: base - less,
    weak_ceiling: base + 2 - less,
    strong_ceiling: base + 40 - less,
    zero_shot: 50 - less,
    student: student - less,
    rung: rung && rung - less
  };
}

/** Writes the study into `folder/alice`. */
export async function writePlantedAlice(folder: string): Promise<Study> {
  const {study, tables} = plantAlice();
  await writeTables(folder, study, tables);
  return study;
}

export function plantAlice(): {study: Study; tables: Tables} {
  const tables = emptyTables();
  const planted = new Set<string>();
  for (const task of tasks) {
    plantTask(tables, task);
    for (const arm of aliceArms) {
      for (const seed of seeds) plantRun(tables, planted, task, arm, seed);
      plantEstimates(tables, task, arm);
    }
  }
  plantOverTasks(tables);
  plantComparisons(tables);
  for (const [i, model] of [weak, intermediate, strong].entries())
    for (const verb of ["finetune", "generate"])
      tables.compute.push({
        verb,
        model,
        device: "planted",
        requests: 9,
        rows: 900,
        tokens: 9000,
        seconds: 60 * (i + 1)
      });
  return {study: describe(), tables};
}

function describe(): Study {
  const model = (role: "weak" | "intermediate" | "strong") => {
    const layers = Number(aliceModels[role].split("=")[1]);
    return {
      model: aliceModels[role],
      title: `Tower, ${layers} layers`,
      role,
      position: 0,
      parameters: 1000 * layers,
      layers
    };
  };
  return {
    study: "alice",
    title: "Planted Alice",
    question: "Do the pages of Alice show what was planted?",
    commit: "0000000",
    versions: {node: "22", torch: "2.13"},
    tasks: tasks.map((d) => d.task),
    methods: aliceArms.map(({method, variant, setting, title, options}) => ({
      method,
      variant,
      setting,
      title,
      options
    })),
    models: [model("weak"), model("intermediate"), model("strong")],
    seeds,
    settings: {train: "lora", precision: "fp32"},
    differing: aliceArms.map(({method, variant, options}) => ({
      arm: variant ? `${method}/${variant}` : method,
      tasks: null,
      settings: options
    })),
    sizes,
    limits: ["The data are planted: nothing here says anything about language models."],
    features: [],
    command: "w2s run alice"
  };
}

const exampleIds = Array.from({length: 160}, (_, i) => `train/${String(i).padStart(4, "0")}`);
const testIds = exampleIds.slice(60);
const numberOf = (example: string) => Number(example.slice(-4));
const goldOf = (example: string) => `city ${numberOf(example)}`;
const wrongOf = (example: string, which = 1) => `town ${numberOf(example)} ${which}`;
/** The one question, and the response to it, that is markup. */
const hostile = (example: string, text: string) => (numberOf(example) === 7 ? `${text} ${hostileText}` : text);

/** Test rows of a task from the easiest to the hardest. */
const byDifficulty = ({task}: AliceTask) => shuffled(testIds, task.length * 31);

function shuffled(ids: readonly string[], seed: number): string[] {
  const random = uniforms(seed);
  return ids
    .map((example) => ({example, at: random()}))
    .sort((a, b) => a.at - b.at)
    .map((d) => d.example);
}

/** Rows of each split of a seed; transfer rows in the order in which they are numbered. */
export function aliceSplits(seed: number): Record<keyof typeof sizes, string[]> {
  const rest = shuffled(exampleIds.slice(0, 60), seed + 77);
  return {
    supervision: rest.slice(0, 20),
    supervision_validation: rest.slice(20, 30),
    transfer: rest.slice(30, 50),
    transfer_validation: rest.slice(50),
    test: testIds
  };
}

function plantTask(tables: Tables, {task, title, publishable, flat}: AliceTask): void {
  tables.tasks.push({
    task,
    title,
    domain: "nlp",
    kind: "generation",
    metric: "exact_match",
    source: "planted by test/site/plantedAlice.ts",
    licence: "CC0-1.0",
    attribution: "Nobody",
    publishable,
    conversion: "The answer is planted.",
    positive: "the name asked for",
    negative: "another, or none",
    prompt: "Question: {question}\nAnswer:",
    warning: flat ? "The strong model knows what the weak one knows." : null,
    human: null,
    evaluates: null,
    sample: publishable ? null : "Question: What is invented?\nAnswer:"
  });
  for (const example of exampleIds)
    tables.examples.push({
      task,
      example,
      group: example,
      label: 1,
      text: publishable ? questionOf(example) : null,
      other: null,
      answer: publishable ? goldOf(example) : null
    });
  for (const seed of seeds)
    for (const [split, examples] of Object.entries(aliceSplits(seed))) {
      for (const example of examples) tables.splits.push({task, seed, split, example});
      const named = split.replaceAll("_", " ");
      const rows = rowsStep(task, split, seed);
      const about = {rows: examples.length, inputs: ""};
      if (split !== "test" || seed === 0)
        tables.steps.push(stepRow({...about, step: rows, verb: "rows", title: `${named} rows of ${title}`}));
      if (split !== "test")
        tables.steps.push(
          stepRow({
            ...about,
            step: goldStep(task, split, seed),
            verb: "gold",
            title: `Gold labels of the ${named} rows`,
            inputs: rows,
            lineage: `gold of ${split}`
          })
        );
    }
}

const questionOf = (example: string) =>
  `Question: ${hostile(example, `What is the capital of land ${numberOf(example)}?`)}\nAnswer:`;
const goldStep = (task: string, split: string, seed: number) => keyOf(`gold ${task} ${split} ${seed}`);
const rowsStep = (task: string, split: string, seed: number) =>
  keyOf(`rows ${task} ${split} ${split === "test" ? "" : seed}`);

/** Who said what a student learns: its teacher or, where it revises that, the step that made the demonstrations. */
const learnedOf = (run: string, method: string, teacher: string): string =>
  method === "alice" ? learnedStep(run, "student") : teacher;

interface Trained {
  role: string;
  model: string;
  predictor: string;
  right: number;
  labels: string;
  /** Wrong on the easiest three. */
  student: boolean;
}

function plantRun(tables: Tables, planted: Set<string>, task: AliceTask, arm: AliceArm, seed: number): void {
  const {method, variant, setting} = arm;
  const counts = countsOf(task, arm);
  const run = keyOf(["alice", method, variant, task.task, setting, seed].join("/"));
  tables.runs.push({run, study: "alice", task: task.task, setting, method, variant, seed, status: "done", error: null});
  tables.run_models.push(
    {run, role: "weak", position: 0, model: weak},
    {run, role: "strong", position: 0, model: strong}
  );
  if (counts.rung) tables.run_models.push({run, role: "intermediate", position: 0, model: intermediate});
  const key = (...of: string[]) => keyOf(["predictor", task.task, setting, seed, ...of].join("/"), 32);
  const of = (role: string, model: string, predictor: string, right: number, labels = "gold"): Trained => ({
    role,
    model,
    predictor,
    right,
    labels,
    student: role === "student" || role === "rung"
  });
  const teacher = of("weak", weak, key("weak"), counts.weak);
  const rung = counts.rung
    ? of("rung", intermediate, key(method, variant, "rung"), counts.rung, teacher.predictor)
    : undefined;
  const last = rung ?? teacher;
  const models = [
    teacher,
    of("weak_ceiling", weak, key("weak_ceiling"), counts.weak_ceiling),
    of("strong_ceiling", strong, key("strong_ceiling"), counts.strong_ceiling),
    of("zero_shot", strong, keyOf(`predictor/${task.task}/${seed}/zero_shot`, 32), counts.zero_shot, "none"),
    ...(rung ? [rung] : []),
    of("student", strong, key(method, variant, "student"), counts.student, learnedOf(run, method, last.predictor))
  ];
  const order = byDifficulty(task);
  const right = ({student, right}: Trained) => {
    const from = student && !task.flat ? 3 : 0;
    return new Set(order.slice(from, from + right + seed - 1));
  };
  const metric = (role: string, metric: string, value: number, n = sizes.test, stage = "evaluation") =>
    tables.metrics.push({
      run,
      role,
      position: 0,
      stage,
      split: stage === "evaluation" ? "test" : "transfer",
      metric,
      value,
      n,
      refused: null
    });
  const {transfer} = aliceSplits(seed);
  const teaches = method === "alice";
  const stages = stagesOf(arm, transfer);
  for (const d of models) {
    const zero = d.role === "zero_shot";
    tables.predictors.push({
      run,
      role: d.role,
      position: 0,
      predictor: d.predictor,
      step: zero ? null : trainingStep(d.predictor),
      model: d.model,
      trained: zero ? "none" : "lora",
      objective: zero ? "none" : "classification",
      loss: zero ? "none" : "cross_entropy",
      labels: d.labels,
      digest: d.predictor,
      leak: null
    });
    const accuracy = right(d).size / sizes.test;
    metric(d.role, "accuracy", accuracy);
    metric(d.role, "exact_match", accuracy - 0.05);
    metric(d.role, "f1", accuracy - 0.02);
    metric(d.role, "parsed", 0.98);
    if (!zero) metric(d.role, "taught", 0.75, 40, "training");
    tables.run_steps.push({run, role: d.role, position: 0, step: keyOf(`test ${d.predictor}`)});
    if (planted.has(d.predictor)) continue;
    planted.add(d.predictor);
    plantModel(tables, task, seed, d, right(d), teaches && d.student ? learnedStep(run, d.role) : null);
  }
  const [own, others] = [models.at(-1)!, teacher].map(right);
  const agrees = (example: string) => own.has(example) === others.has(example);
  const agreement = (name: string, some: readonly string[]) =>
    metric("student", name, some.filter(agrees).length / some.length, some.length);
  agreement("agreement", order);
  agreement(
    "agreement_right",
    order.filter((d) => others.has(d))
  );
  agreement(
    "agreement_wrong",
    order.filter((d) => !others.has(d))
  );
  const isPlain = !teaches && !rung;
  metric("weak", "accuracy", (isPlain ? counts.weak : counts.student) / 100, sizes.transfer, "weak_labels");
  tables.run_steps.push({
    run,
    role: "weak_labels",
    position: 0,
    step: teaches ? learnedStep(run, "student") : keyOf(`labels ${last.predictor}`)
  });
  if (!teaches) return;
  for (const [stage, asked] of stages.entries()) {
    const by = stage === 0 ? teacher : rung!;
    const elicitation = plantElicitation(tables, planted, task, seed, by, asked, transfer);
    for (const example of asked) {
      const at = {run, stage, elicitation, example, q: transfer.indexOf(example)};
      plantDemonstration(tables, task, arm, by, seed, at);
    }
    plantLearning(tables, task, seed, run, stage < stages.length - 1 ? "rung" : "student", elicitation, asked.length);
  }
}

/** Transfer rows that each stage of an arm asks its teacher about. */
function stagesOf({variant}: AliceArm, transfer: readonly string[]): (readonly string[])[] {
  if (variant === "cascade") return [transfer.slice(0, 10), transfer.slice(10)];
  return variant === "direct at equal data" ? [transfer.slice(10)] : [transfer];
}

/** What a model said, how it was trained, and its steps; once for each model. */
function plantModel(
  tables: Tables,
  {task}: AliceTask,
  seed: number,
  {role, model, predictor, labels}: Trained,
  right: ReadonlySet<string>,
  learned: string | null
): void {
  const say = (split: string, example: string, isRight: boolean, parses: boolean) => {
    const answer = isRight ? goldOf(example) : wrongOf(example);
    tables.predictions.push({
      predictor,
      split,
      example,
      probability: null,
      output: parses ? ` The answer is ${answer}.` : " I would rather not say.",
      parsed: parses ? answer : null,
      score: Number(isRight && parses)
    });
  };
  if (seed === 0) {
    const wrong = testIds.filter((d) => !right.has(d)).slice(0, 2);
    for (const example of testIds) say("test", example, right.has(example), !wrong.includes(example));
    if (role === "weak") {
      const {transfer} = aliceSplits(seed);
      transfer.forEach((example, i) => say("transfer", example, i < (right.size / 100) * transfer.length, true));
    }
  }
  const test = rowsStep(task, "test", seed);
  const lineage = labels === "gold" ? "gold of supervision" : "labels of a weak model (gold of supervision)";
  const add = (row: Partial<Row<"steps">> & {step: string}) => tables.steps.push(stepRow({model, lineage, ...row}));
  const trained = role !== "zero_shot";
  const split = role.endsWith("ceiling") || labels !== "gold" ? "transfer" : "supervision";
  if (trained) {
    steps.forEach((step, i) =>
      tables.training.push({
        predictor,
        step,
        epoch: i + 1,
        loss: 0.7 - 0.1 * i,
        learning_rate: 1e-3,
        confidence_weight: 0,
        validation_agreement: null,
        tokens: step * 100,
        kept: i === steps.length - 1
      })
    );
    add({
      step: trainingStep(predictor),
      verb: "finetune",
      title: labels === "gold" ? "Fine-tuned on gold labels" : "Fine-tuned on weak labels",
      inputs: labels === "gold" ? goldStep(task, split, seed) : (learned ?? keyOf(`labels ${labels}`)),
      rows: sizes[split]
    });
  }
  add({
    step: keyOf(`test ${predictor}`),
    verb: "classify",
    title: "Answers to the test rows",
    inputs: [...(trained ? [trainingStep(predictor)] : []), test].join(" "),
    rows: sizes.test
  });
  if (role === "weak" || role === "rung")
    add({
      step: keyOf(`labels ${predictor}`),
      verb: "classify",
      title: "Answers to the transfer rows",
      inputs: `${trainingStep(predictor)} ${rowsStep(task, "transfer", seed)}`,
      lineage: `labels of ${model} (${lineage})`,
      rows: sizes.transfer
    });
}

/** The kind of a question's chains: the rung is sure where the weak teacher is scattered. */
function kindOf(q: number, seed: number, {role}: Trained): ChainKind {
  const kind = chainKinds[(q + seed) % chainKinds.length];
  return role === "rung" && kind === "scattered" ? "sure" : kind;
}

const answerOf = (example: string, says: number): string | null =>
  says < 0 ? null : says === 0 ? goldOf(example) : wrongOf(example, says);

/** A response, so that those of a question stand in canonical order: by their first letters where as many chains say them. */
function responseOf(example: string, place: number, says: number): string {
  const letter = "abcdefghij"[place];
  const answer = answerOf(example, says);
  const thought = hostile(example, `${letter}) Of land ${numberOf(example)} I know way ${place + 1} to its city.`);
  return `${thought}\n${answer === null ? "Who knows." : `The answer is ${answer}.`}`;
}

function plantElicitation(
  tables: Tables,
  planted: Set<string>,
  {task, by, publishable}: AliceTask,
  seed: number,
  teacher: Trained,
  asked: readonly string[],
  transfer: readonly string[]
): string {
  const elicitation = keyOf(["elicitation", teacher.predictor, ...asked].join("/"));
  if (planted.has(elicitation)) return elicitation;
  planted.add(elicitation);
  const embedded = by === "embedding";
  tables.elicitations.push({
    elicitation,
    task,
    seed,
    predictor: teacher.predictor,
    model: teacher.model,
    chains: chainsPerQuestion,
    by,
    threshold: embedded ? threshold : null,
    embedder: embedded ? "planted:embedder" : null,
    dropped: false
  });
  tables.steps.push(
    stepRow({
      step: elicitation,
      verb: "cluster",
      title: `Clusters of ${chainsPerQuestion} chains by ${by}`,
      inputs: `${trainingStep(teacher.predictor)} ${rowsStep(task, "transfer", seed)}`,
      lineage: `labels of ${teacher.model} (gold of supervision)`,
      rows: asked.length
    })
  );
  for (const example of asked) {
    const kind = kindOf(transfer.indexOf(example), seed, teacher);
    const clusters = clustersOf(kind, by);
    const {responses, cosines} = kinds[kind];
    const answers = [...new Set(responses.map((d) => d.says).filter((says) => says >= 0))];
    responses.forEach(({count, says}, place) => {
      const cluster = clusters.findIndex((places) => places.includes(place));
      tables.chains.push({
        elicitation,
        example,
        place,
        count,
        output: publishable ? responseOf(example, place, says) : null,
        answer: publishable ? answerOf(example, says) : null,
        answered: answers.indexOf(says),
        right: says === 0,
        logprob: -5 - place,
        tokens: 12,
        cluster,
        representative: clusters[cluster][0] === place
      });
    });
    if (embedded)
      tables.cosines.push({
        elicitation,
        example,
        texts: responses.length,
        cosines: new Uint8Array(Int8Array.from(cosines).buffer)
      });
  }
  return elicitation;
}

interface DemonstrationAt {
  run: string;
  stage: number;
  elicitation: string;
  example: string;
  q: number;
}

function plantDemonstration(
  tables: Tables,
  {by, publishable}: AliceTask,
  {variant}: AliceArm,
  teacher: Trained,
  seed: number,
  {run, stage, elicitation, example, q}: DemonstrationAt
): void {
  const kind = kindOf(q, seed, teacher);
  const ownRight = q % 4 < 2;
  const final = finalOf(kind, by);
  const place = kinds[kind].responses.indexOf(final);
  const teacherRight = final.says === 0;
  const revisedRight = revises(variant, ownRight, teacherRight, kind);
  const ownAnswer = ownRight ? goldOf(example) : wrongOf(example, 20);
  const teacherAnswer = answerOf(example, final.says);
  const revisedAnswer = revisedRight
    ? goldOf(example)
    : ownRight
      ? teacherAnswer
      : variant === "without uncertainty"
        ? teacherAnswer
        : ownAnswer;
  const shown = <T>(text: T) => (publishable ? text : null);
  const says = (how: string, answer: string | null) =>
    shown(`${how} land ${numberOf(example)}. The answer is ${answer}.`);
  const sizes = clusterSizes(kind, by);
  tables.demonstrations.push({
    run,
    stage,
    example,
    teachers: 1,
    elicitations: elicitation,
    chains: chainsPerQuestion,
    clusters: sizes.length,
    largest: sizes[0],
    entropy: entropyOf(kind, by),
    own: says("I remember", ownAnswer),
    own_answer: shown(ownAnswer),
    own_right: ownRight,
    teacher: shown(responseOf(example, place, final.says)),
    teacher_answer: shown(teacherAnswer),
    teacher_right: teacherRight,
    uncertainty:
      variant === "without uncertainty"
        ? null
        : shown(uncertaintyOf(example, kindOf(variant === "shuffled uncertainty" ? (q + 7) % 20 : q, seed, teacher))),
    revised: says(revisedRight === ownRight ? "I remember" : "On second thought, I know", revisedAnswer),
    revised_answer: shown(revisedAnswer),
    revised_right: revisedRight,
    learned: "revised",
    weight: 1
  });
}

/** Whether what a student says in the end is right. */
function revises(variant: string, own: boolean, teacher: boolean, kind: ChainKind): boolean {
  if (variant === "without uncertainty") return teacher;
  if (variant === "shuffled uncertainty") return own ? kind !== "mistaken" : teacher && kind === "blurred";
  return own || (teacher && (kind === "sure" || kind === "divided"));
}

const uncertaintyOf = (example: string, kind: ChainKind): string =>
  kind === "sure" ? "N/A" : `I am not certain of land ${numberOf(example)}: my answers are ${kind}.`;

const learnedStep = (run: string, role: string) => keyOf(`learned ${run} ${role}`);

/** The steps from a teacher's clusters to what its student learns. */
function plantLearning(
  tables: Tables,
  {task}: AliceTask,
  seed: number,
  run: string,
  role: "rung" | "student",
  elicitation: string,
  rows: number
): void {
  const model = role === "rung" ? intermediate : strong;
  const lineage = "labels of a weak model (gold of supervision)";
  const own = keyOf(`own ${run} ${role}`);
  const uncertainty = keyOf(`uncertainty ${run} ${role}`);
  const add = (row: Partial<Row<"steps">> & {step: string}) =>
    tables.steps.push(stepRow({verb: "generate", model, lineage, rows, ...row}));
  add({
    step: own,
    title: "The student's own answers",
    inputs: rowsStep(task, "transfer", seed),
    lineage: "no labels"
  });
  add({step: uncertainty, title: "The teacher's uncertainty in words", inputs: elicitation, model: weak});
  add({
    step: learnedStep(run, role),
    title: "The student's revised answers",
    inputs: [own, elicitation, uncertainty].join(" ")
  });
}

function plantEstimates(tables: Tables, task: AliceTask, arm: AliceArm): void {
  const {setting, method, variant} = arm;
  const counts = countsOf(task, arm);
  const refused = "the strong ceiling is not clearly above the weak model: the 95 % interval of the gap reaches 0";
  for (const [quantity, value] of Object.entries(quantitiesOf(task, counts))) {
    const half = quantity === "pgr" ? 0.1 : quantity === "gap" || quantity === "gain" ? 0.03 : 0.04;
    const withheld = quantity === "pgr" && task.flat;
    tables.estimates.push({
      task: task.task,
      setting,
      weak,
      strong,
      method,
      variant,
      quantity,
      value: withheld ? null : value,
      low: withheld ? null : value - half,
      high: withheld ? null : half === 0.04 ? Math.min(1, value + half) : value + half,
      ...oneTask,
      seeds: seeds.length,
      n: sizes.test,
      refused: withheld ? refused : null
    });
  }
}

function quantitiesOf({flat}: AliceTask, counts: Counts): Record<string, number> {
  const {weak, weak_ceiling, student, strong_ceiling} = counts;
  const novel = flat ? 0 : 3;
  return {
    weak: weak / 100,
    weak_ceiling: weak_ceiling / 100,
    student: student / 100,
    strong_ceiling: strong_ceiling / 100,
    gap: (strong_ceiling - weak) / 100,
    gain: (student - weak) / 100,
    pgr: (student - weak) / (strong_ceiling - weak),
    agreement: (Math.min(weak, student + novel) - novel + 100 - Math.max(weak, student + novel)) / 100,
    agreement_right: (Math.min(weak, student + novel) - novel) / weak,
    agreement_wrong: (100 - Math.max(weak, student + novel)) / (100 - weak)
  };
}

/** Medians over the tasks, with their range in place of quartiles. */
function plantOverTasks(tables: Tables): void {
  const groups = new Map<string, Row<"estimates">[]>();
  for (const d of tables.estimates) {
    const key = JSON.stringify([d.setting, d.method, d.variant, d.quantity]);
    groups.set(key, [...(groups.get(key) ?? []), d]);
  }
  for (const some of groups.values()) {
    const values = some.flatMap((d) => d.value ?? []).sort((a, b) => a - b);
    const middle = (values.length - 1) / 2;
    const value = (values[Math.floor(middle)] + values[Math.ceil(middle)]) / 2;
    const half = some[0].quantity === "pgr" ? 0.1 : 0.03;
    tables.estimates.push({
      ...some[0],
      task: "all",
      value,
      low: value - half,
      high: value + half,
      lower_quartile: values[0],
      upper_quartile: values.at(-1)!,
      tasks: values.length,
      withheld: some.length - values.length,
      refused: null
    });
  }
}

/** Each arm in chains against Q-CoT-A, each variant of Alice against Alice: differences of accuracy over the three tasks. */
function plantComparisons(tables: Tables): void {
  const inChains = aliceArms.filter((d) => d.setting === "lora, in chains");
  const of = (arm: AliceArm) => tasks.map((task) => countsOf(task, arm).student / 100);
  for (const against of inChains.filter((d) => !d.variant))
    for (const one of inChains) {
      if (one === against || (against.method === "alice" && one.method !== "alice")) continue;
      const differences = of(one).map((d, i) => d - of(against)[i]);
      const mean = differences.reduce((a, b) => a + b) / differences.length;
      const deviation = Math.sqrt(differences.reduce((a, b) => a + (b - mean) ** 2, 0) / (differences.length - 1));
      tables.comparisons.push({
        domain: "nlp",
        setting: one.setting,
        weak,
        strong,
        method: one.method,
        variant: one.variant,
        against: against.method,
        quantity: "accuracy",
        unit: "tasks",
        n: differences.length,
        left_out: 0,
        reasons: "",
        mean,
        low: mean - 0.02,
        high: mean + 0.02,
        deviation,
        t: mean / (deviation / Math.sqrt(differences.length)),
        t_p: 0.18,
        t_p_holm: 0.54,
        wilcoxon: 0,
        wilcoxon_p: 0.5,
        wilcoxon_p_holm: 1,
        detectable: 2.8 * deviation,
        needed_pairs: 8,
        needed_seeds: null
      });
    }
}
