/**
 * The planted study `grid`: every table but `features` is filled, and what each page must say of it is known by hand.
 *
 * Tasks (100 test rows each, the same for each of the seeds 0, 1, 2; 40 + 20 supervision, 60 + 20 transfer rows):
 *   sentiment, paraphrase, entailment, grammar, questions (nlp, with a gap), flat (nlp, without one), hh-rlhf (reward,
 *   comparison), chess (generation). Text of paraphrase may not be published.
 * Models: weak planted:tower#layers=1, 2, 3; strong planted:tower#layers=4, 6, 8; the widest pair is 1 to 8.
 * Settings and arms:
 *   head                   all tasks but chess, all 9 pairs: baseline, confidence, bootstrapping; the widest pair alone:
 *                          baseline/to the end
 *   lora                   widest pair, sentiment, paraphrase, entailment, flat, hh-rlhf: baseline, generative, full,
 *                          full/without confidence, full/without bootstrapping, full/without generative;
 *                          chess: baseline, bootstrapping
 *   lora, in words         widest pair, sentiment and paraphrase: debate, align
 *   head, strong to weak   widest pair, all tasks but chess: facilitate
 * Right answers among 100, mean of the seeds (on seed s, all models have s - 1 more):
 *   weak = base + 4 w, ceiling = base + 20 + 4 s, for places w, s in 0, 1, 2 (flat: 60 and 61 everywhere);
 *   bases: sentiment 58, paraphrase 56, entailment 54, grammar 52, questions 55, hh-rlhf 53, chess 5;
 *   student = weak + recovered * gap (+ 1, - 1, 0, + 1, - 1 on the five tasks in their order for the confidence loss);
 *   recovered: baseline 1/4, baseline/to the end 0, confidence 1/2, bootstrapping 3/4, generative 1/2, full 1, without
 *   confidence 3/4, without bootstrapping 1/2, without generative 3/4, debate 1/4, align 1/2, facilitate 1/2; flat 0.
 * The gap is 28 on the widest pair, 20 + 4 (s - w) in general. Intervals are the value +- 0.04 for accuracies, 0.03 for what
 *   differs, 0.1 for PGR. PGR of flat is withheld. All is over nlp: 6 tasks in head, 4 in lora, 2 in words.
 * Within a task, test rows have an order of difficulty. Of k right, weak models and ceilings are right on the k easiest;
 *   students are wrong on the 3 easiest (their only novel errors) and right on the k after these. In chess, the 2 hardest
 *   are not parsed.
 * Curves: checkpoints at 10, 20, ..., 60, kept at 40 (60 for baseline/to the end); the next best checkpoint, at 50, has one
 *   more right, so stopping costs 1.0 point everywhere.
 * Predictions are published of seed 0 only.
 * comparisons: head and lora, nlp, unit tasks, widest pair and all pairs; accuracy and pgr; also unit cells for head, all.
 * errors: all arms and cells. overfit is 2 a seed, but for chess.
 * error_tags, of seed 0: overfit, the 2 easiest of the copied; of the baseline in head, widest pair, sentiment, the first 5
 *   errors by id: planted:tower#layers=1 proposes quote_selection of 2 and each other kind of 1, with a weight of 0.4.
 * probes: lora, sentiment and paraphrase, each task's concept and the other's, baseline and generative, layers 0 to 8:
 *   before 0.5 + 0.03 layer; after +0.02 layer for its own concept, -0.01 layer for the other's; ceiling +0.03 layer.
 *   Seeds -0.01, 0 and +0.01, intervals ± 0.05, of changes ± 0.03; controls and chance 0.5; over layers the mean, layer 4.
 * debates: 20 test rows a run and stage (debate; before, learned and after of align, all alike), ids in order; the sides
 *   differ on the first 10 (strong right on 8 of them, weak on 2). Judge planted:tower#layers=1 is right on 9 of 10 in
 *   debate (either order), 8 in consultancy, 5 blind; strong first it chooses strong on 19 of 20, weak first on 7 of 20.
 *   Judge gold (an oracle) is always right.
 */
import type {Study} from "../../src/study.js";
import type {Row} from "../../src/tables.js";
import type {Tables} from "./plantedTables.js";
import {
  deviation,
  emptyTables,
  keyOf,
  mean,
  oneTask,
  stepRow,
  uniforms,
  writeTables,
  trainingStep
} from "./plantedTables.js";

interface GridTask {
  task: string;
  title: string;
  domain: "nlp" | "chess" | "reward";
  kind: "classification" | "comparison" | "generation";
  base: number;
  publishable: boolean;
  sign: number;
}

const nlp = (task: string, title: string, base: number, sign: number, publishable = true): GridTask => ({
  task,
  title,
  domain: "nlp",
  kind: "classification",
  base,
  publishable,
  sign
});

export const gridTasks: GridTask[] = [
  nlp("sentiment", "Sentiment", 58, 1),
  nlp("paraphrase", "Paraphrase", 56, -1, false),
  nlp("entailment", "Entailment", 54, 0),
  nlp("grammar", "Grammar", 52, 1),
  nlp("questions", "Questions", 55, -1),
  nlp("flat", "No gap", 60, 0),
  {task: "hh-rlhf", title: "Preferences", domain: "reward", kind: "comparison", base: 53, publishable: true, sign: 0},
  {task: "chess", title: "Chess puzzles", domain: "chess", kind: "generation", base: 5, publishable: true, sign: 0}
];

const layer = (n: number) => `planted:tower#layers=${n}`;
export const gridModels = {weak: [1, 2, 3].map(layer), strong: [4, 6, 8].map(layer)};
const widest = {weak: gridModels.weak[0], strong: gridModels.strong[2]};
const pairs = gridModels.weak.flatMap((weak) => gridModels.strong.map((strong) => ({weak, strong})));
const seeds = [0, 1, 2];
const sizes = {supervision: 40, supervision_validation: 20, transfer: 60, transfer_validation: 20, test: 100};
const steps = [10, 20, 30, 40, 50, 60];

interface GridArm {
  method: string;
  variant: string;
  title: string;
  setting: string;
  recovered: number;
  tasks: string[];
  pairs: {weak: string; strong: string}[];
}

const named = (...tasks: string[]) => tasks;
const classified = gridTasks.filter((d) => d.kind !== "generation").map((d) => d.task);
const few = named("sentiment", "paraphrase", "entailment", "flat", "hh-rlhf");

const arm = (
  setting: string,
  method: string,
  variant: string,
  title: string,
  recovered: number,
  tasks: string[],
  over = [widest]
): GridArm => ({setting, method, variant, title, recovered, tasks, pairs: over});

export const gridArms: GridArm[] = [
  arm("head", "baseline", "", "Baseline", 0.25, classified, pairs),
  arm("head", "confidence", "", "Confidence loss", 0.5, classified, pairs),
  arm("head", "bootstrapping", "", "Bootstrapping", 0.75, classified, pairs),
  arm("head, strong to weak", "facilitate", "", "Facilitation", 0.5, classified),
  arm("head", "baseline", "to the end", "Baseline, to the end", 0, classified),
  arm("lora", "baseline", "", "Baseline", 0.25, [...few, "chess"]),
  arm("lora", "bootstrapping", "", "Bootstrapping", 0.75, ["chess"]),
  arm("lora", "generative", "", "Generative fine-tuning", 0.5, few),
  arm("lora", "full", "", "Full method", 1, few),
  arm("lora", "full", "without confidence", "Full method, without confidence", 0.75, few),
  arm("lora", "full", "without bootstrapping", "Full method, without bootstrapping", 0.5, few),
  arm("lora", "full", "without generative", "Full method, without generative", 0.75, few),
  arm("lora, in words", "debate", "", "Debate", 0.25, named("sentiment", "paraphrase")),
  arm("lora, in words", "align", "", "Explanation, debate, align", 0.5, named("sentiment", "paraphrase"))
];

interface Cell {
  task: GridTask;
  arm: GridArm;
  weak: string;
  strong: string;
}

/** Right answers among the 100 test rows, mean of the seeds. */
interface Counts {
  weak: number;
  student: number;
  ceiling: number;
}

const isWidest = ({weak, strong}: typeof widest) => weak === widest.weak && strong === widest.strong;
const place = (models: readonly string[], model: string) => models.indexOf(model);
const isFlat = ({task}: GridTask) => task === "flat";

function countsOf({task, arm, weak, strong}: Cell): Counts {
  if (isFlat(task)) return {weak: 60, student: 60, ceiling: 61};
  const low = task.base + 4 * place(gridModels.weak, weak);
  const high = task.base + 20 + 4 * place(gridModels.strong, strong);
  const extra = arm.method === "confidence" ? task.sign : 0;
  return {weak: low, student: low + arm.recovered * (high - low) + extra, ceiling: high};
}

const cells: Cell[] = gridArms.flatMap((arm) =>
  gridTasks
    .filter((d) => arm.tasks.includes(d.task))
    .flatMap((task) => arm.pairs.map((pair): Cell => ({task, arm, ...pair})))
);

/** Writes the study into `folder/grid`. */
export async function writePlantedGrid(folder: string): Promise<Study> {
  const {study, tables} = plantGrid();
  await writeTables(folder, study, tables);
  return study;
}

export function plantGrid(): {study: Study; tables: Tables} {
  const tables = emptyTables();
  for (const task of gridTasks) plantTask(tables, task);
  const trained = new Set<string>();
  for (const cell of cells) {
    for (const seed of seeds) plantRun(tables, trained, cell, seed);
    plantEstimates(tables, cell);
    plantErrors(tables, cell);
  }
  plantOverTasks(tables);
  plantComparisons(tables);
  plantProbes(tables);
  plantCompute(tables);
  return {study: describe(), tables};
}

function describe(): Study {
  const models = (role: "weak" | "strong") =>
    gridModels[role].map((model, position) => {
      const layers = Number(model.split("=")[1]);
      return {
        model,
        title: layers === 1 ? "Tower, 1 layer" : `Tower, ${layers} layers`,
        role,
        position,
        parameters: 1000 * layers,
        layers
      };
    });
  return {
    study: "grid",
    title: "Planted grid",
    question: "Do pages of a large study show what was planted?",
    commit: "0000000",
    versions: {node: "22", torch: "2.13"},
    tasks: gridTasks.map((d) => d.task),
    methods: gridArms.map(({method, variant, setting, title}) => ({method, variant, setting, title, options: {}})),
    models: [
      ...models("weak"),
      ...models("strong"),
      {model: gridModels.weak[0], title: "Tower, 1 layer", role: "judge", position: 0, parameters: 1000, layers: 1}
    ],
    seeds,
    settings: {train: "head", precision: "fp32"},
    differing: [
      {arm: "baseline", tasks: null, settings: {loss: "cross entropy"}},
      {arm: "confidence", tasks: null, settings: {loss: "confidence", alpha: 0.5}},
      {arm: "baseline/to the end", tasks: null, settings: {loss: "cross entropy", earlyStopping: false}}
    ],
    sizes,
    limits: ["The data are planted: nothing here says anything about language models."],
    features: [],
    command: "w2s run grid"
  };
}

const exampleIds = Array.from({length: 240}, (_, i) => `train/${String(i).padStart(4, "0")}`);
const labelOf = (example: string) => Number(example.slice(-1)) % 2;
const testIds = exampleIds.slice(140);
const moveOf = (example: string) => (labelOf(example) ? "e2e4" : "d7d5");

/** Test rows of a task from the easiest to the hardest. */
function byDifficulty({task}: GridTask): string[] {
  const random = uniforms([...task].reduce((n, d) => n * 31 + d.charCodeAt(0), 7) >>> 0);
  return testIds
    .map((example) => ({example, at: random()}))
    .sort((a, b) => a.at - b.at)
    .map((d) => d.example);
}

function splitsOf(seed: number): Record<keyof typeof sizes, string[]> {
  const random = uniforms(seed + 77);
  const rest = exampleIds
    .slice(0, 140)
    .map((example) => ({example, at: random()}))
    .sort((a, b) => a.at - b.at)
    .map((d) => d.example);
  return {
    supervision: rest.slice(0, 40),
    supervision_validation: rest.slice(40, 60),
    transfer: rest.slice(60, 120),
    transfer_validation: rest.slice(120),
    test: testIds
  };
}

function plantTask(tables: Tables, {task, title, domain, kind, publishable}: GridTask): void {
  const generation = kind === "generation";
  const comparison = kind === "comparison";
  tables.tasks.push({
    task,
    title,
    domain,
    kind,
    metric: generation ? "exact_match" : comparison ? "pair_accuracy" : "accuracy",
    source: "planted by test/site/plantedGrid.ts",
    licence: "CC0-1.0",
    attribution: "Nobody",
    publishable,
    conversion: generation ? "The answer is planted." : "The class is planted.",
    positive: comparison ? "the first is better" : "planted as 1",
    negative: comparison ? "the second is better" : "planted as 0",
    prompt: generation ? "Position: {text}\nBest move:" : "{text}\nYes or no:",
    warning: task === "flat" ? "The strong model sees what the weak one sees." : null,
    human: null,
    evaluates: null,
    sample: publishable ? null : "An invented row.\nYes or no:"
  });
  exampleIds.forEach((example, i) => {
    const label = labelOf(example);
    tables.examples.push({
      task,
      example,
      group: example,
      label,
      text: publishable ? textOf(kind, i, label) : null,
      other: publishable && comparison ? textOf(kind, i, 1 - label) : null,
      answer: generation ? moveOf(example) : null
    });
  });
  for (const seed of seeds)
    for (const [split, examples] of Object.entries(splitsOf(seed))) {
      for (const example of examples) tables.splits.push({task, seed, split, example});
      const rows = keyOf(`rows ${task} ${split} ${split === "test" ? "" : seed}`);
      if (split !== "test" || seed === 0)
        tables.steps.push(
          stepRow({
            step: rows,
            verb: "rows",
            title: `${split.replaceAll("_", " ")} rows of ${title}`,
            rows: examples.length
          })
        );
      if (split !== "test")
        tables.steps.push(
          stepRow({
            step: goldStep(task, split, seed),
            verb: "gold",
            title: `Gold labels of the ${split.replaceAll("_", " ")} rows`,
            inputs: rows,
            lineage: `gold of ${split}`,
            rows: examples.length
          })
        );
    }
}

function textOf(kind: GridTask["kind"], i: number, label: number): string {
  if (kind === "generation") return `8/8/8/8/8/8/8/K6k w - - 0 ${i}`;
  if (kind === "comparison")
    return `Human: question ${i}?\n\nAssistant: ${label ? "A kind answer." : "A rude answer."}`;
  return `Row ${i} says ${label ? "yes" : "no"}.`;
}

const goldStep = (task: string, split: string, seed: number) => keyOf(`gold ${task} ${split} ${seed}`);
const rowsStep = (task: string, split: string, seed: number) =>
  keyOf(`rows ${task} ${split} ${split === "test" ? "" : seed}`);

interface Trained {
  role: string;
  position: number;
  model: string;
  predictor: string;
  right: number;
  loss: string;
  labels: string;
  objective: string;
  /** Wrong on the easiest three. */
  student: boolean;
}

function plantRun(tables: Tables, trained: Set<string>, cell: Cell, seed: number): void {
  const {task, arm, weak, strong} = cell;
  const {method, variant, setting} = arm;
  const counts = countsOf(cell);
  const run = keyOf(["grid", method, variant, task.task, setting, weak, strong, seed].join("/"));
  const shift = seed - 1;
  tables.runs.push({run, study: "grid", task: task.task, setting, method, variant, seed, status: "done", error: null});
  tables.run_models.push(
    {run, role: "weak", position: 0, model: weak},
    {run, role: "strong", position: 0, model: strong}
  );
  const key = (...of: (string | number)[]) => keyOf(["predictor", task.task, setting, seed, ...of].join("/"), 32);
  const generation = task.kind === "generation";
  const objective = generation ? "lm" : setting.endsWith("in words") ? "decision" : "classification";
  const toWeak = setting.endsWith("strong to weak");
  const supervisor = key("weak", weak);
  const ceiling = key("ceiling", strong);
  const base = {position: 0, objective, loss: "cross_entropy", labels: "gold", student: false};
  const rungs = method === "bootstrapping" ? [3, 6].map(layer).filter((d) => d > weak && d < strong) : [];
  const models: Trained[] = [
    {...base, role: "weak", model: weak, predictor: supervisor, right: counts.weak},
    {...base, role: "weak_ceiling", model: weak, predictor: key("weak_ceiling", weak), right: counts.weak + 1},
    {...base, role: "strong_ceiling", model: strong, predictor: ceiling, right: counts.ceiling},
    ...rungs.map((model, position) => ({
      ...base,
      role: "rung",
      position,
      model,
      predictor: key(method, variant, weak, strong, "rung", position),
      right: counts.weak + Math.round(((position + 1) / 4) * (counts.ceiling - counts.weak)),
      labels: position === 0 ? supervisor : key(method, variant, weak, strong, "rung", position - 1),
      student: true
    })),
    {
      ...base,
      role: "student",
      model: toWeak ? weak : strong,
      predictor: key(method, variant, weak, strong, "student"),
      right: counts.student,
      loss: method === "confidence" ? "confidence" : "cross_entropy",
      labels: toWeak
        ? ceiling
        : rungs.length
          ? key(method, variant, weak, strong, "rung", rungs.length - 1)
          : supervisor,
      student: true
    },
    ...(method === "generative" || method === "full"
      ? [
          {
            ...base,
            role: "own_ceiling",
            model: strong,
            predictor: key(method, variant, "own_ceiling"),
            right: counts.ceiling + 2
          }
        ]
      : []),
    ...(generation
      ? [
          {
            ...base,
            role: "zero_shot",
            model: strong,
            predictor: key("zero_shot", strong),
            right: 2,
            objective: "none",
            loss: "none",
            labels: "none"
          }
        ]
      : [])
  ];
  rungs.forEach((model, position) => tables.run_models.push({run, role: "intermediate", position, model}));
  const order = byDifficulty(task);
  const right = (d: Trained) => {
    const n = Math.max(1, d.right + shift);
    const novel = d.student && !isFlat(task) ? 3 : 0;
    return new Set(order.slice(novel, n + novel));
  };
  const metric = (role: string, position: number, name: string, value: number, n: number, stage = "evaluation") =>
    tables.metrics.push({
      run,
      role,
      position,
      stage,
      split: stage === "evaluation" ? "test" : "transfer",
      metric: name,
      value,
      n,
      refused: null
    });
  for (const d of models) {
    tables.predictors.push({
      run,
      role: d.role,
      position: d.position,
      predictor: d.predictor,
      step: d.role === "zero_shot" ? null : trainingStep(d.predictor),
      model: d.model,
      trained: d.role === "zero_shot" ? "none" : setting.startsWith("head") ? "head" : "lora",
      objective: d.objective,
      loss: d.loss,
      labels: d.labels,
      digest: d.predictor,
      leak: null
    });
    metric(d.role, d.position, "accuracy", right(d).size / 100, 100);
    if (generation) metric(d.role, d.position, "parsed", 0.98, 100);
    tables.run_steps.push({run, role: d.role, position: d.position, step: keyOf(`test ${d.predictor}`)});
    if (trained.has(d.predictor)) continue;
    trained.add(d.predictor);
    plantModel(tables, cell, seed, d, right(d));
  }
  const {labels} = models.find((d) => d.role === "student")!;
  tables.run_steps.push({run, role: "weak_labels", position: 0, step: keyOf(`labels ${labels}`)});
  const [own, of] = [models.find((d) => d.role === "student")!, models[0]].map(right);
  const agrees = (example: string) => Number(own.has(example) === of.has(example));
  metric("student", 0, "agreement", mean(order.map(agrees)), 100);
  for (const where of [true, false]) {
    const some = order.filter((d) => of.has(d) === where);
    metric("student", 0, `agreement_${where ? "right" : "wrong"}`, mean(some.map(agrees)), some.length);
  }
  if (seed === 0 && !toWeak) {
    const wrong = order.filter((d) => !own.has(d));
    const copied = generation ? [] : wrong.filter((d) => !of.has(d)).slice(0, 2);
    for (const example of copied)
      tables.error_tags.push({run, example, tagger: "checkpoints", tag: "overfit", weight: 1, log_likelihood: null});
    if (
      setting === "head" &&
      method === "baseline" &&
      !variant &&
      task.task === "sentiment" &&
      isWidest({weak, strong})
    )
      plantProposals(tables, run, wrong.sort().slice(0, 5));
  }
  metric("weak", 0, "accuracy", counts.weak / 100, sizes.transfer, "weak_labels");
  if (!generation) metric("weak", 0, "calibration_error", 0.1, sizes.transfer, "weak_labels");
  if (setting === "lora, in words") {
    for (const [position, model] of [gridModels.weak[0], "gold"].entries())
      tables.run_models.push({run, role: "judge", position, model});
    for (const stage of method === "align" ? ["before", "learned", "after"] : ["debate"])
      plantDebate(tables, run, stage, task, weak, strong);
  }
}

/** What a model said, how it was trained, and its steps; once for each model. */
function plantModel(tables: Tables, {task, arm}: Cell, seed: number, d: Trained, right: Set<string>): void {
  const generation = task.kind === "generation";
  const order = byDifficulty(task);
  const unparsed = new Set(generation ? order.slice(-2) : []);
  const {predictor} = d;
  const random = uniforms(parseInt(predictor.slice(0, 8), 16));
  const say = (split: string, example: string, isRight: boolean) => {
    const label = labelOf(example);
    const said = isRight ? label : 1 - label;
    const sure = 0.55 + 0.4 * random();
    const move = unparsed.has(example) ? null : isRight ? moveOf(example) : "a7a6";
    tables.predictions.push({
      predictor,
      split,
      example,
      probability: generation ? null : said ? sure : 1 - sure,
      output: generation ? (move === null ? "I would rather not say." : ` ${move}`) : null,
      parsed: generation ? move : null,
      score: Number(isRight)
    });
  };
  if (seed === 0) {
    for (const example of testIds) say("test", example, right.has(example));
    if (d.role === "weak") {
      const {transfer, transfer_validation} = splitsOf(seed);
      for (const [split, examples] of Object.entries({transfer, transfer_validation}))
        examples.forEach((example, i) => say(split, example, i < (d.right / 100) * examples.length));
    }
  }
  const toTheEnd = arm.variant === "to the end";
  const kept = d.student && toTheEnd ? 60 : 40;
  const counts = toTheEnd && d.student ? [-4, -3, -2, -1, 1, 0] : [-6, -4, -2, 0, 1, -1];
  if (d.role !== "zero_shot")
    steps.forEach((step, i) => {
      tables.training.push({
        predictor,
        step,
        epoch: step / 20,
        loss: 0.7 - 0.05 * (i + 1) + 0.01 * random(),
        learning_rate: 1e-3,
        confidence_weight: d.loss === "confidence" ? Math.min(0.5, step / 24) : 0,
        validation_agreement: 0.7 + 0.02 * (step === kept ? 6 : Math.min(i, 4)),
        tokens: step * 100,
        kept: step === kept
      });
      tables.checkpoints.push({predictor, step, right: Math.max(0, right.size + counts[i]), n: 100});
    });
  const lineage = d.labels === "gold" ? "gold of supervision" : "labels of a weak model (gold of supervision)";
  const teaches =
    d.role === "weak" || d.role === "rung" || (d.role === "strong_ceiling" && arm.setting.endsWith("strong to weak"));
  const learned = d.labels === "gold" && teaches ? "supervision" : "transfer";
  const test = rowsStep(task.task, "test", seed);
  const add = (row: Partial<Row<"steps">> & {step: string}) => tables.steps.push(stepRow({model: d.model, ...row}));
  if (d.role !== "zero_shot")
    add({
      step: trainingStep(predictor),
      verb: "finetune",
      title: d.labels === "gold" ? "Fine-tuned on gold labels" : "Fine-tuned on weak labels",
      inputs: d.labels === "gold" ? goldStep(task.task, learned, seed) : keyOf(`labels ${d.labels}`),
      lineage,
      rows: sizes[learned]
    });
  add({
    step: keyOf(`test ${predictor}`),
    verb: "classify",
    title: "Predictions of the test rows",
    inputs: [d.role === "zero_shot" ? "" : trainingStep(predictor), test].filter(Boolean).join(" "),
    lineage,
    rows: sizes.test
  });
  if (teaches)
    add({
      step: keyOf(`labels ${predictor}`),
      verb: "classify",
      title: "Labels of the transfer rows",
      inputs: `${trainingStep(predictor)} ${rowsStep(task.task, "transfer", seed)}`,
      lineage: `labels of ${d.model} (${lineage})`,
      rows: sizes.transfer
    });
}

function plantEstimates(tables: Tables, cell: Cell): void {
  const {task, arm, weak, strong} = cell;
  const {method, variant, setting} = arm;
  const toWeak = setting.endsWith("strong to weak");
  const refused = "the strong ceiling is not clearly above the weak model: the 95 % interval of the gap reaches 0";
  for (const [quantity, value] of Object.entries(quantitiesOf(cell))) {
    const half = quantity === "pgr" ? 0.1 : ["gap", "gain", "difference"].includes(quantity) ? 0.03 : 0.04;
    const withheld = quantity === "pgr" && isFlat(task);
    tables.estimates.push({
      task: task.task,
      setting,
      weak,
      strong,
      method,
      variant,
      quantity: quantity === "pgr" && toWeak ? "facilitation" : quantity,
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

function quantitiesOf(cell: Cell): Record<string, number> {
  const {weak, student, ceiling} = countsOf(cell);
  const novel = isFlat(cell.task) ? 0 : 3;
  const baseline = baselineOf(cell);
  return {
    weak: weak / 100,
    weak_ceiling: (weak + 1) / 100,
    student: student / 100,
    strong_ceiling: ceiling / 100,
    gap: (ceiling - weak) / 100,
    gain: (student - weak) / 100,
    ...(baseline ? {difference: (student - countsOf(baseline).student) / 100} : {}),
    pgr: (student - weak) / (ceiling - weak),
    ...agreementOf(weak, student, novel),
    ...Object.fromEntries(
      Object.entries(agreementOf(weak, ceiling, 0)).map(([quantity, value]) => [`ceiling_${quantity}`, value])
    )
  };
}

/** Right on ranks [0, weak) and [novel, student + novel) of 100. */
function agreementOf(weak: number, student: number, novel: number): Record<string, number> {
  const bothRight = Math.min(weak, student + novel) - novel;
  const bothWrong = 100 - Math.max(weak, student + novel);
  return {
    agreement: (bothRight + bothWrong) / 100,
    agreement_right: bothRight / weak,
    agreement_wrong: bothWrong / (100 - weak)
  };
}

/** The baseline of the same cell; none for itself, and where its setting has none. */
function baselineOf({task, arm, weak, strong}: Cell): Cell | undefined {
  if (arm.method === "baseline" && !arm.variant) return undefined;
  return cells.find(
    (d) =>
      d.task === task &&
      d.arm.method === "baseline" &&
      !d.arm.variant &&
      d.arm.setting === arm.setting &&
      d.weak === weak &&
      d.strong === strong
  );
}

function plantOverTasks(tables: Tables): void {
  const groups = new Map<string, Row<"estimates">[]>();
  const isNlp = new Set(gridTasks.filter((d) => d.domain === "nlp").map((d) => d.task));
  for (const d of tables.estimates) {
    if (!isNlp.has(d.task)) continue;
    const key = JSON.stringify([d.setting, d.weak, d.strong, d.method, d.variant, d.quantity]);
    groups.set(key, [...(groups.get(key) ?? []), d]);
  }
  for (const some of groups.values()) {
    const values = some.flatMap((d) => d.value ?? []).sort((a, b) => a - b);
    const [first] = some;
    const ratio = first.quantity === "pgr" || first.quantity === "facilitation";
    tables.estimates.push({
      ...first,
      task: "all",
      value: quantile(values, 0.5),
      low: quantile(values, 0.5) - (ratio ? 0.1 : 0.03),
      high: quantile(values, 0.5) + (ratio ? 0.1 : 0.03),
      lower_quartile: quantile(values, 0.25),
      upper_quartile: quantile(values, 0.75),
      tasks: values.length,
      withheld: some.length - values.length,
      refused: null
    });
  }
}

function quantile(sorted: readonly number[], p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * (sorted[Math.ceil(at)] - sorted[low]);
}

function plantErrors(tables: Tables, cell: Cell): void {
  const {task, arm, weak, strong} = cell;
  const {weak: supervised, student, ceiling} = countsOf(cell);
  const n = sizes.test * seeds.length;
  const errors = n - seeds.length * student;
  const novel = isFlat(task) ? 0 : 3 * seeds.length;
  const parse = task.kind === "generation" ? 2 * seeds.length : 0;
  const shared = n - seeds.length * Math.max(supervised, ceiling);
  const copied = errors - novel - parse;
  const net = copied - shared + parse;
  const kinds = {
    copied,
    copied_net: net,
    novel,
    ...(parse ? {parse_failure: parse} : {overfit: 2 * seeds.length}),
    all: errors
  };
  for (const [kind, count] of Object.entries(kinds))
    tables.errors.push({
      task: task.task,
      setting: arm.setting,
      weak,
      strong,
      method: arm.method,
      variant: arm.variant,
      kind,
      count,
      errors,
      n,
      expected: kind === "copied" ? shared - parse : null,
      share: count / errors,
      low: Math.max(kind === "copied_net" ? -1 : 0, count / errors - 0.05),
      high: Math.min(1, count / errors + 0.05)
    });
}

function plantProposals(tables: Tables, run: string, examples: readonly string[]): void {
  const kinds = ["quote_selection", "evidence_extraction", "overfitting", "other"];
  examples.forEach((example, i) => {
    for (const tag of kinds) {
      const weight = tag === kinds[i % kinds.length] ? 0.4 : 0.2;
      const log_likelihood = Math.log(weight) - 2;
      tables.error_tags.push({run, example, tagger: gridModels.weak[0], tag, weight, log_likelihood});
    }
  });
}

function plantComparisons(tables: Tables): void {
  const compared = (setting: string) => gridArms.filter((d) => d.setting === setting && d.tasks.length > 1);
  for (const setting of ["head", "lora"]) {
    const base = gridArms.find((d) => d.setting === setting && d.method === "baseline" && !d.variant)!;
    const full = gridArms.find((d) => d.setting === setting && d.method === "full" && !d.variant);
    for (const against of full ? [base, full] : [base])
      for (const one of compared(setting).filter((d) => d !== against))
        for (const quantity of ["accuracy", "pgr"] as const) {
          compare(tables, one, against, quantity, widest, "tasks");
          if (one.pairs.length === 1) continue;
          compare(tables, one, against, quantity, null, "tasks");
          compare(tables, one, against, quantity, null, "cells");
        }
  }
}

function compare(
  tables: Tables,
  one: GridArm,
  against: GridArm,
  quantity: "accuracy" | "pgr",
  pair: {weak: string; strong: string} | null,
  unit: "tasks" | "cells"
): void {
  const common = gridTasks.filter(
    (d) => d.domain === "nlp" && one.tasks.includes(d.task) && against.tasks.includes(d.task)
  );
  const entering = common.filter((d) => quantity === "accuracy" || !isFlat(d));
  const over = pair ? [pair] : pairs;
  const difference = (task: GridTask, at: {weak: string; strong: string}) =>
    quantitiesOf({task, arm: one, ...at})[quantity === "pgr" ? "pgr" : "student"] -
    quantitiesOf({task, arm: against, ...at})[quantity === "pgr" ? "pgr" : "student"];
  const differences =
    unit === "cells"
      ? entering.flatMap((task) => over.map((at) => difference(task, at)))
      : entering.map((task) => mean(over.map((at) => difference(task, at))));
  const out = (common.length - entering.length) * (unit === "cells" ? over.length : 1);
  const [m, s, n] = [mean(differences), deviation(differences), differences.length];
  const t = s > 0 ? m / (s / Math.sqrt(n)) : null;
  const p = t === null ? null : studentP(Math.abs(t), n - 1);
  const ranked = n <= 12 ? wilcoxon(differences) : null;
  tables.comparisons.push({
    domain: "nlp",
    setting: one.setting,
    weak: pair?.weak ?? "all",
    strong: pair?.strong ?? "all",
    method: one.method,
    variant: one.variant,
    against: against.variant ? `${against.method}/${against.variant}` : against.method,
    quantity,
    unit,
    n,
    left_out: out,
    reasons: out ? "flat: the strong ceiling is not clearly above the weak model" : "",
    mean: m,
    low: m - 0.02,
    high: m + 0.02,
    deviation: s,
    t,
    t_p: p,
    t_p_holm: p === null ? null : Math.min(1, 3 * p),
    wilcoxon: ranked?.statistic ?? null,
    wilcoxon_p: ranked?.p ?? null,
    wilcoxon_p_holm: ranked ? Math.min(1, 3 * ranked.p) : null,
    detectable: s > 0 ? (2.8 * s) / Math.sqrt(n) : null,
    needed_pairs: m === 0 ? null : Math.max(2, Math.ceil(((2.8 * s) / m) ** 2)),
    needed_seeds: m === 0 ? null : 1
  });
}

/** Two-sided p of Student's t, by Simpson's rule on its density. */
function studentP(t: number, freedom: number): number {
  const density = (x: number) => (1 + (x * x) / freedom) ** (-(freedom + 1) / 2);
  // x = tan(angle) makes the tail finite.
  const integral = (from: number, to: number) => {
    const steps = 2000;
    const h = (to - from) / steps;
    const f = (angle: number) => density(Math.tan(angle)) / Math.cos(angle) ** 2;
    let sum = 0;
    for (let i = 0; i < steps; i++) sum += f(from + (i + 0.5) * h) * h;
    return sum;
  };
  return integral(Math.atan(t), Math.PI / 2) / integral(0, Math.PI / 2);
}

/** Wilcoxon's signed-rank test, exact over all signs; zeros are left out. */
function wilcoxon(differences: readonly number[]): {statistic: number; p: number} | null {
  const values = differences.filter((d) => Math.abs(d) > 1e-9).sort((a, b) => Math.abs(a) - Math.abs(b));
  if (!values.length) return null;
  const rank = (v: number) => {
    const same = values.flatMap((d, i) => (Math.abs(Math.abs(d) - Math.abs(v)) < 1e-9 ? [i + 1] : []));
    return mean(same);
  };
  const ranks = values.map(rank);
  const total = ranks.reduce((a, b) => a + b, 0);
  const positive = values.reduce((sum, d, i) => sum + (d > 0 ? ranks[i] : 0), 0);
  const statistic = Math.min(positive, total - positive);
  let extreme = 0;
  for (let signs = 0; signs < 2 ** values.length; signs++) {
    const sum = ranks.reduce((n, rank, i) => n + ((signs >> i) & 1 ? rank : 0), 0);
    if (Math.min(sum, total - sum) <= statistic + 1e-9) extreme++;
  }
  return {statistic, p: extreme / 2 ** values.length};
}

function plantProbes(tables: Tables): void {
  const tasks = ["sentiment", "paraphrase"];
  for (const task of tasks)
    for (const concept of tasks)
      for (const method of ["baseline", "generative"])
        for (const stage of ["before", "after", "ceiling"])
          for (const seed of [...seeds, null])
            for (const layer of [0, 1, 2, 3, 4, 5, 6, 7, 8, ...(seed === null ? [null] : [])]) {
              const change = stage === "before" ? 0 : stage === "ceiling" ? 0.03 : concept === task ? 0.02 : -0.01;
              // 4 is the mean of the layers.
              const accuracy = 0.5 + (0.03 + change) * (layer ?? 4) + 0.01 * ((seed ?? 1) - 1);
              const changed = stage === "before" ? null : change * (layer ?? 4);
              tables.probes.push({
                task,
                concept,
                setting: "lora",
                ...widest,
                method,
                variant: "",
                stage,
                layer,
                seed,
                accuracy,
                low: accuracy - 0.05,
                high: accuracy + 0.05,
                control: 0.5,
                chance: 0.5,
                change: changed,
                change_low: seed === null && changed !== null ? changed - 0.03 : null,
                change_high: seed === null && changed !== null ? changed + 0.03 : null,
                n: sizes.test
              });
            }
}

function plantDebate(tables: Tables, run: string, stage: string, task: GridTask, weak: string, strong: string): void {
  const debate = keyOf(`debate ${run} ${stage}`, 32);
  const {publishable} = task;
  testIds.slice(0, 20).forEach((example, i) => {
    const label = labelOf(example);
    const differ = i < 10;
    const strongRight = i < 8 || (i >= 10 && i < 18);
    const strongSays = strongRight ? label : 1 - label;
    const weakSays = differ ? 1 - strongSays : strongSays;
    const speak = (protocol: string, round: number, side: "strong" | "weak") => {
      const decision = side === "strong" ? strongSays : weakSays;
      const text = `Row ${140 + i} says ${label ? "yes" : "no"}.`;
      tables.debates.push({
        run,
        debate,
        stage,
        example,
        label,
        protocol,
        round,
        side,
        model: side === "strong" ? strong : weak,
        decision,
        probability: decision ? 0.8 : 0.2,
        explanation:
          publishable && round > 0
            ? `${round > 1 ? "The other side overlooks this: " : ""}the text says “${text}”, so the class is ${decision}.`
            : null
      });
    };
    for (const round of [1, 2]) for (const side of ["strong", "weak"] as const) speak("debate", round, side);
    for (const round of [1, 2]) speak("consultancy", round, "strong");
    for (const side of ["strong", "weak"] as const) speak("blind", 0, side);
    const judged = (judge: string, protocol: string, order: string, choice: "strong" | "weak", size: number) =>
      tables.verdicts.push({
        run,
        debate,
        stage,
        example,
        protocol,
        judge,
        oracle: judge === "gold",
        order,
        log_odds: choice === "strong" ? size : -size,
        choice,
        right: differ ? (choice === "strong") === strongRight : null
      });
    const judge = gridModels.weak[0];
    judged(judge, "debate", "strong_first", i === 9 ? "weak" : "strong", 1.5);
    judged(judge, "debate", "weak_first", i < 7 ? "strong" : "weak", 0.5);
    judged(judge, "consultancy", "alone", "strong", 1);
    for (const order of ["strong_first", "weak_first"])
      judged(judge, "blind", order, i % 2 === 0 ? "strong" : "weak", 0.2);
    for (const order of ["strong_first", "weak_first"])
      judged("gold", "debate", order, strongRight ? "strong" : "weak", 5);
  });
}

function plantCompute(tables: Tables): void {
  const add = (verb: string, model: string, requests: number, rows: number, tokens: number, seconds: number) =>
    tables.compute.push({verb, model, device: "planted", requests, rows, tokens, seconds});
  for (const [i, model] of [...gridModels.weak, ...gridModels.strong].entries())
    add("activations", model, 8, 1920, 38_400, 60 * (i + 1));
  add("finetune", widest.weak, 30, 1800, 36_000, 900);
  add("finetune", widest.strong, 90, 5400, 108_000, 7200);
  add("generate", widest.strong, 240, 240, 12_000, 1800);
  add("score", widest.weak, 480, 480, 24_000, 300);
}
