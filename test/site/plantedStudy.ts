import {calibrationError} from "../../src/statistics/calibration.js";
import {decodeFeatures, encodeFeatures} from "../../src/statistics/float16.js";
import {predictHead, trainHead} from "../../src/statistics/head.js";
import type {LinearHead, Matrix} from "../../src/statistics/head.js";
import type {HeadRecipe, Study} from "../../src/study.js";
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

type Split = "supervision" | "supervision_validation" | "transfer" | "transfer_validation" | "test";

interface PlantedTask {
  task: string;
  title: string;
  /** How far apart the classes lie in what the weak and in what the strong model sees, in standard deviations. */
  weak: number;
  strong: number;
  publishable: boolean;
  text: (example: number, label: 0 | 1) => string;
}

interface PlantedExample {
  example: string;
  label: 0 | 1;
  text: string;
  weak: Float32Array;
  strong: Float32Array;
}

export const hostileText =
  '<img src=x onerror="window.hostile = 1"><script>window.hostile = 2</script><b>bold?</b> & "quoted"';

const plantedTasks: PlantedTask[] = [
  {
    task: "planted-clear",
    title: "Clear gap",
    weak: 1.6,
    strong: 3,
    publishable: true,
    text: (i, label) => `Row ${i} says ${label ? "yes" : "no"}.`
  },
  {task: "planted-flat", title: "No gap", weak: 2, strong: 2, publishable: false, text: (i) => `Row ${i}.`},
  {
    task: "planted-hostile",
    title: "Hostile <i>text</i>",
    weak: 1.4,
    strong: 2.4,
    publishable: true,
    text: (i) => `${hostileText} ${i}`
  }
];

const sizes: Record<Split, number> = {
  supervision: 160,
  supervision_validation: 60,
  transfer: 240,
  transfer_validation: 60,
  test: 240
};
const dimension = 12;
const seeds = [0, 1, 2];
const setting = "head";
const weakModel = "planted:tower#layers=2";
const strongModel = "planted:tower#layers=6";
const arms: {method: string; title: string; head: HeadRecipe}[] = [
  {
    method: "baseline",
    title: "Plain",
    head: {loss: {name: "cross_entropy"}, inverseRegularization: 0.1, steps: 60, checkpoints: 6, keep: "agreement"}
  },
  {
    method: "confidence",
    title: "Confidence loss",
    head: {
      loss: {name: "confidence", alpha: 0.5, warmup: 0.2},
      inverseRegularization: 0.1,
      steps: 60,
      checkpoints: 6,
      keep: "agreement"
    }
  }
];

/**
 * Writes a study whose truth is known, as published tables, into `folder/<name>`. Everything follows from the seed.
 * `leak` is what the students of the confidence loss are said to have seen.
 */
export async function writePlantedStudy(
  folder: string,
  {name = "planted", seed = 1, leak = null}: {name?: string; seed?: number; leak?: string | null} = {}
): Promise<Study> {
  const {study, tables, features} = plantStudy(name, seed);
  const leaky = new Set(tables.runs.filter((d) => d.method === "confidence").map((d) => d.run));
  for (const d of tables.predictors) if (d.role === "student" && leaky.has(d.run)) d.leak = leak;
  await writeTables(folder, study, tables, features);
  return study;
}

export function plantStudy(
  name: string,
  seed: number
): {study: Study; tables: Tables; features: {file: string; rows: Row<"features">[]}[]} {
  const tables = emptyTables();
  const features: {file: string; rows: Row<"features">[]}[] = [];
  plantedTasks.forEach((task, index) => {
    const random = normals(seed * 1000 + index);
    const examples = plantExamples(task, random);
    describeTask(tables, task, examples);
    const step = keyOf(`rows ${task.task}`);
    tables.steps.push(stepRow({step, verb: "rows", title: `Rows of ${task.title}`, rows: examples.length}));
    for (const model of [weakModel, strongModel]) {
      tables.steps.push(
        stepRow({
          step: activationsOf(task, model),
          verb: "activations",
          title: "Hidden states at the last token",
          inputs: step,
          rows: examples.length,
          model
        })
      );
    }
    for (const at of seeds) plantSeed(tables, name, task, examples, at);
    features.push({
      file: `features-${task.task}.parquet`,
      rows: examples.map(({example, strong}) => ({
        task: task.task,
        model: strongModel,
        example,
        vector: encodeFeatures(strong)
      }))
    });
  });
  estimate(tables);
  const study: Study = {
    study: name,
    title: "Planted truth",
    question: "Does the site show what was planted?",
    commit: "0000000",
    versions: {node: "20", torch: "2.13"},
    tasks: plantedTasks.map((d) => d.task),
    methods: arms.map(({method, title, head}) => ({
      method,
      variant: "",
      setting,
      title,
      options: {loss: head.loss},
      head
    })),
    models: [
      {model: weakModel, title: "Tower, 2 layers", role: "weak", position: 0, parameters: 1000, layers: 2},
      {model: strongModel, title: "Tower, 6 layers", role: "strong", position: 0, parameters: 3000, layers: 6}
    ],
    seeds,
    settings: {train: "head", precision: "fp32", head: {steps: 60, checkpoints: 6}},
    differing: [
      {arm: "baseline", tasks: null, settings: {loss: "cross entropy"}},
      {arm: "confidence", tasks: null, settings: {loss: "confidence", alpha: 0.5, warmup: 0.2}}
    ],
    sizes,
    limits: ["The data are planted: nothing here says anything about language models."],
    features: features.map(({file, rows}, i) => ({
      task: plantedTasks[i].task,
      file,
      model: strongModel,
      rows: rows.length,
      bytes: rows.length * dimension * 2
    })),
    command: `w2s run ${name}`
  };
  return {study, tables, features};
}

function plantExamples(task: PlantedTask, random: () => number): PlantedExample[] {
  const count = Object.values(sizes).reduce((a, b) => a + b) + 40;
  const same = task.weak === task.strong;
  return Array.from({length: count}, (_, i) => {
    const label = (i % 2) as 0 | 1;
    const strong = sight(label, task.strong, random);
    return {
      example: `train/${String(i).padStart(4, "0")}`,
      label,
      text: task.text(i, label),
      strong,
      weak: same ? strong : sight(label, task.weak, random)
    };
  });
}

/** What a model sees of a row: its class along the first dimension, noise along the others. */
function sight(label: 0 | 1, distance: number, random: () => number): Float32Array {
  const x = Float32Array.from({length: dimension}, random);
  x[0] += (label - 0.5) * distance;
  return x;
}

function describeTask(tables: Tables, {task, title, publishable}: PlantedTask, examples: PlantedExample[]): void {
  tables.tasks.push({
    task,
    title,
    domain: "nlp",
    kind: "classification",
    metric: "accuracy",
    source: "planted by test/site/plantedStudy.ts",
    licence: "CC0-1.0",
    attribution: "Nobody",
    publishable,
    conversion: "The class is planted.",
    positive: "planted as 1",
    negative: "planted as 0",
    prompt: "{text}\nYes or no:",
    warning: task === "planted-flat" ? "The strong model sees what the weak one sees." : null,
    human: null,
    evaluates: null,
    sample: publishable ? null : "An invented row.\nYes or no:"
  });
  for (const {example, label, text} of examples)
    tables.examples.push({
      task,
      example,
      group: example,
      label,
      text: publishable ? text : null,
      other: null,
      answer: null
    });
}

function plantSeed(tables: Tables, study: string, task: PlantedTask, examples: PlantedExample[], seed: number): void {
  const splits = split(examples, seed);
  for (const [name, rows] of Object.entries(splits))
    for (const {example} of rows) tables.splits.push({task: task.task, seed, split: name, example});
  const key = (what: string, digits = 16) => keyOf(`${what} ${task.task} ${seed}`, digits);
  const id = (what: string) => key(what, 32);
  const trainedAs = (what: string) => trainingStep(id(what));
  const golds = (rows: PlantedExample[]) => rows.map((d) => d.label);
  const recipe = arms[0].head;

  const supervisor = fit(
    tables,
    id("weak"),
    "weak",
    splits.supervision,
    golds(splits.supervision),
    splits.supervision_validation,
    golds(splits.supervision_validation),
    recipe,
    splits.test
  );
  const weakLabels = [...predictHead(supervisor, matrix(splits.transfer, "weak"))];
  const weakValidation = [...predictHead(supervisor, matrix(splits.transfer_validation, "weak"))];
  const ceiling = fit(
    tables,
    id("strong_ceiling"),
    "strong",
    splits.transfer,
    golds(splits.transfer),
    splits.transfer_validation,
    golds(splits.transfer_validation),
    recipe,
    splits.test
  );
  const weakCeiling = fit(
    tables,
    id("weak_ceiling"),
    "weak",
    splits.transfer,
    golds(splits.transfer),
    splits.transfer_validation,
    golds(splits.transfer_validation),
    recipe,
    splits.test
  );

  const activations = (model: string) => activationsOf(task, model);
  const add = (step: string, row: Partial<Row<"steps">>) => tables.steps.push(stepRow({step, ...row}));
  add(key("gold supervision"), {
    verb: "gold",
    title: "Gold labels of the supervision rows",
    inputs: keyOf(`rows ${task.task}`),
    lineage: "gold of supervision",
    rows: sizes.supervision
  });
  add(key("gold transfer"), {
    verb: "gold",
    title: "Gold labels of the transfer rows",
    inputs: keyOf(`rows ${task.task}`),
    lineage: "gold of supervision",
    rows: sizes.transfer
  });
  add(trainedAs("weak"), {
    verb: "finetune",
    title: "Supervisor on gold labels",
    inputs: `${activations(weakModel)} ${key("gold supervision")}`,
    lineage: "gold of supervision",
    rows: sizes.supervision,
    model: weakModel
  });
  add(key("labels"), {
    verb: "classify",
    title: "Weak labels of the transfer rows",
    inputs: `${trainedAs("weak")} ${activations(weakModel)}`,
    lineage: `labels of ${weakModel} (gold of supervision)`,
    rows: sizes.transfer,
    model: weakModel
  });
  add(trainedAs("strong_ceiling"), {
    verb: "finetune",
    title: "Ceiling on gold labels",
    inputs: `${activations(strongModel)} ${key("gold transfer")}`,
    lineage: "gold of supervision",
    rows: sizes.transfer,
    model: strongModel
  });
  add(key("test ceiling"), {
    verb: "classify",
    title: "Ceiling on test rows",
    inputs: `${trainedAs("strong_ceiling")} ${activations(strongModel)}`,
    lineage: "gold of supervision",
    rows: sizes.test,
    model: strongModel
  });
  add(key("test weak"), {
    verb: "classify",
    title: "Supervisor on test rows",
    inputs: `${trainedAs("weak")} ${activations(weakModel)}`,
    lineage: "gold of supervision",
    rows: sizes.test,
    model: weakModel
  });

  for (const arm of arms) {
    const run = key(`run ${arm.method}`);
    const student = fit(
      tables,
      id(`student-${arm.method}`),
      "strong",
      splits.transfer,
      weakLabels,
      splits.transfer_validation,
      weakValidation,
      arm.head,
      splits.test
    );
    tables.runs.push({
      run,
      study,
      task: task.task,
      setting,
      method: arm.method,
      variant: "",
      seed,
      status: "done",
      error: null
    });
    tables.run_models.push(
      {run, role: "weak", position: 0, model: weakModel},
      {run, role: "strong", position: 0, model: strongModel}
    );
    const trained = [
      {role: "weak", head: supervisor, sees: "weak", model: weakModel, loss: "cross_entropy", labels: "gold"},
      {role: "weak_ceiling", head: weakCeiling, sees: "weak", model: weakModel, loss: "cross_entropy", labels: "gold"},
      {
        role: "student",
        head: student,
        sees: "strong",
        model: strongModel,
        loss: arm.head.loss.name,
        labels: id("weak")
      },
      {role: "strong_ceiling", head: ceiling, sees: "strong", model: strongModel, loss: "cross_entropy", labels: "gold"}
    ] as const;
    const right = new Map<string, boolean[]>();
    const said = new Map<string, number[]>();
    for (const {role, head, sees, model, loss, labels} of trained) {
      const predictor = role === "student" ? id(`student-${arm.method}`) : id(role);
      tables.predictors.push({
        run,
        role,
        position: 0,
        predictor,
        step: trainingStep(predictor),
        model,
        trained: "head",
        objective: "classification",
        loss,
        labels,
        digest: predictor,
        leak: null
      });
      const probabilities = [...predictHead(head, matrix(splits.test, sees))];
      predictions(tables, predictor, "test", splits.test, probabilities);
      const correct = splits.test.map((d, i) => Number(probabilities[i] > 0.5) === d.label);
      right.set(role, correct);
      said.set(
        role,
        probabilities.map((p) => Number(p > 0.5))
      );
      metric(tables, run, role, "accuracy", mean(correct.map(Number)), correct.length);
    }
    predictions(tables, id("weak"), "transfer", splits.transfer, weakLabels);
    predictions(tables, id("weak"), "transfer_validation", splits.transfer_validation, weakValidation);
    const labelled = splits.transfer.map((d) => d.label);
    const scores = {
      accuracy: mean(weakLabels.map((p, i) => Number(Number(p > 0.5) === labelled[i]))),
      calibration_error: calibrationError(labelled, weakLabels)!
    };
    for (const [name, value] of Object.entries(scores))
      tables.metrics.push({
        run,
        role: "weak",
        position: 0,
        stage: "weak_labels",
        split: "transfer",
        metric: name,
        value,
        n: labelled.length,
        refused: null
      });
    const weakRight = right.get("weak")!;
    const agrees = said.get("student")!.map((p, i) => Number(p === said.get("weak")![i]));
    metric(tables, run, "student", "agreement", mean(agrees), agrees.length);
    for (const [name, of] of [
      ["agreement_right", true],
      ["agreement_wrong", false]
    ] as const) {
      const some = agrees.filter((_, i) => weakRight[i] === of);
      metric(tables, run, "student", name, mean(some), some.length);
    }
    add(trainedAs(`student-${arm.method}`), {
      verb: "finetune",
      title: `Student, ${arm.title.toLowerCase()}`,
      inputs: `${key("labels")} ${activations(strongModel)}`,
      lineage: `labels of ${weakModel} (gold of supervision)`,
      rows: sizes.transfer,
      model: strongModel
    });
    add(key(`test ${arm.method}`), {
      verb: "classify",
      title: "Student on test rows",
      inputs: `${trainedAs(`student-${arm.method}`)} ${activations(strongModel)}`,
      lineage: `labels of ${weakModel} (gold of supervision)`,
      rows: sizes.test,
      model: strongModel
    });
    const entries = [
      {role: "weak", step: key("test weak")},
      {role: "weak_labels", step: key("labels")},
      {role: "student", step: key(`test ${arm.method}`)},
      {role: "strong_ceiling", step: key("test ceiling")}
    ];
    for (const {role, step} of entries) tables.run_steps.push({run, role, position: 0, step});
  }
}

/** Trains a head as an arm does, notes its curve and its checkpoints, and returns the one that the recipe keeps. */
function fit(
  tables: Tables,
  predictor: string,
  sees: "weak" | "strong",
  rows: PlantedExample[],
  labels: number[],
  validation: PlantedExample[],
  validationLabels: number[],
  recipe: HeadRecipe,
  test: PlantedExample[]
): LinearHead {
  const {loss, inverseRegularization, steps, checkpoints} = recipe;
  const trained = trainHead(matrix(rows, sees), labels, {loss, inverseRegularization, steps, checkpoints});
  const agreements = new Map(
    trained.checkpoints.map(({step, head}) => [
      step,
      mean(
        [...predictHead(head, matrix(validation, sees))].map((p, i) => Number(p > 0.5 === validationLabels[i] > 0.5))
      )
    ])
  );
  const best = Math.max(...agreements.values());
  const kept = trained.checkpoints.find(({step}) => agreements.get(step) === best)!;
  for (const {step, loss: value, learningRate, confidenceWeight} of trained.curve)
    tables.training.push({
      predictor,
      step,
      epoch: step,
      loss: value,
      learning_rate: learningRate,
      confidence_weight: confidenceWeight,
      validation_agreement: agreements.get(step) ?? null,
      tokens: 0,
      kept: step === kept.step
    });
  if (!tables.checkpoints.some((d) => d.predictor === predictor))
    for (const {step, head} of trained.checkpoints) {
      const right = [...predictHead(head, matrix(test, sees))].filter((p, i) => Number(p > 0.5) === test[i].label);
      tables.checkpoints.push({predictor, step, right: right.length, n: test.length});
    }
  return kept.head;
}

/** What a model said of some rows: once, though several runs share it. */
function predictions(
  tables: Tables,
  predictor: string,
  split: Split,
  rows: PlantedExample[],
  probabilities: number[]
): void {
  if (tables.predictions.some((d) => d.predictor === predictor && d.split === split)) return;
  rows.forEach(({example, label}, i) =>
    tables.predictions.push({
      predictor,
      split,
      example,
      probability: probabilities[i],
      output: null,
      parsed: null,
      score: Number(Number(probabilities[i] > 0.5) === label)
    })
  );
}

function metric(tables: Tables, run: string, role: string, name: string, value: number, n: number): void {
  tables.metrics.push({
    run,
    role,
    position: 0,
    stage: "evaluation",
    split: "test",
    metric: name,
    value,
    n,
    refused: null
  });
}

/** Means over seeds with t intervals; PGR as a ratio of sums, withheld where the gap's interval reaches 0. */
function estimate(tables: Tables): void {
  const t = 4.303;
  const metricOf = (run: string, role: string, name: string) =>
    tables.metrics.find((d) => d.run === run && d.role === role && d.metric === name)!.value!;
  const pgrs = new Map<string, number[]>();
  for (const {task} of plantedTasks)
    for (const {method} of arms) {
      const of = {
        task,
        setting,
        weak: weakModel,
        strong: strongModel,
        method,
        variant: "",
        ...oneTask,
        seeds: seeds.length,
        n: sizes.test
      };
      const runs = seeds.map(
        (seed) => tables.runs.find((d) => d.task === task && d.method === method && d.seed === seed)!.run
      );
      const add = (quantity: string, values: number[]) => {
        const value = mean(values);
        const half = (t * deviation(values)) / Math.sqrt(values.length);
        tables.estimates.push({...of, quantity, value, low: value - half, high: value + half, refused: null});
        return {low: value - half};
      };
      const role = (name: string) => runs.map((run) => metricOf(run, name, "accuracy"));
      for (const name of ["weak", "weak_ceiling", "student", "strong_ceiling"]) add(name, role(name));
      const gaps = role("strong_ceiling").map((d, i) => d - role("weak")[i]);
      const gains = role("student").map((d, i) => d - role("weak")[i]);
      const gap = add("gap", gaps);
      add("gain", gains);
      for (const name of ["agreement", "agreement_right", "agreement_wrong"])
        add(
          name,
          runs.map((run) => metricOf(run, "student", name))
        );
      if (method !== "baseline") {
        const base = seeds.map((seed) =>
          metricOf(
            tables.runs.find((d) => d.task === task && d.method === "baseline" && d.seed === seed)!.run,
            "student",
            "accuracy"
          )
        );
        add(
          "difference",
          role("student").map((d, i) => d - base[i])
        );
      }
      if (gap.low > 0) {
        const value = mean(gains) / mean(gaps);
        const half = (t * deviation(gains.map((d, i) => d / gaps[i]))) / Math.sqrt(seeds.length);
        tables.estimates.push({...of, quantity: "pgr", value, low: value - half, high: value + half, refused: null});
        pgrs.set(method, [...(pgrs.get(method) ?? []), value]);
      } else {
        tables.estimates.push({
          ...of,
          quantity: "pgr",
          value: null,
          low: null,
          high: null,
          refused: "the strong ceiling is not clearly above the weak model: the 95 % interval of the gap reaches 0"
        });
      }
    }
  for (const [method, values] of pgrs) {
    const sorted = values.toSorted((a, b) => a - b);
    const middle = (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
    tables.estimates.push({
      ...oneTask,
      task: "all",
      setting,
      weak: weakModel,
      strong: strongModel,
      method,
      variant: "",
      quantity: "pgr",
      value: middle,
      low: sorted[0],
      high: sorted.at(-1)!,
      seeds: seeds.length,
      n: sizes.test,
      refused: null
    });
  }
}

function split(examples: PlantedExample[], seed: number): Record<Split, PlantedExample[]> {
  const random = uniforms(seed + 77);
  const order = examples.map((example) => ({example, at: random()})).sort((a, b) => a.at - b.at);
  let from = 0;
  return Object.fromEntries(
    Object.entries(sizes).map(([name, size]) => [
      name,
      order
        .slice(from, (from += size))
        .map((d) => d.example)
        .sort((a, b) => (a.example < b.example ? -1 : 1))
    ])
  ) as Record<Split, PlantedExample[]>;
}

/** As a reader of the published features sees them: rounded to float16. */
function matrix(rows: PlantedExample[], sees: "weak" | "strong"): Matrix {
  return decodeFeatures(rows.map((row) => encodeFeatures(row[sees])));
}

const activationsOf = ({task}: PlantedTask, model: string) => keyOf(`activations ${task} ${model}`);

function normals(seed: number): () => number {
  const random = uniforms(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
