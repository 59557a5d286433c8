/**
 * The results tables: the one thing that the pipeline (Node) and the pages (browser) both know.
 * Long form, one fact per row; every table is sorted by its columns from left to right.
 */

export type ColumnType = "string" | "int" | "float" | "boolean" | "bytes";

export interface Column {
  type: ColumnType;
  nullable?: boolean;
  /** What the column holds, with its unit; shown in the workbench. */
  about: string;
}

const column =
  <T extends ColumnType>(type: T) =>
  (about: string) => ({type, about});
const string = column("string");
const int = column("int");
const float = column("float");
const boolean = column("boolean");
const bytes = column("bytes");
const maybe = <C extends Column>(of: C) => ({...of, nullable: true as const});

const run = string("run, as <method>/<variant>/<task>/<weak>/<strong>/<seed> shortened to a hash");
const role = string("weak, weak_ceiling, student, strong_ceiling");
const predictor = string("key of the fine-tuned model that predicts");

export const schema = {
  runs: {
    run,
    study: string("study, by its file name"),
    task: string("task"),
    method: string("method"),
    variant: string("variant of the method; empty for its default"),
    seed: int("seed of the split and of training"),
    status: string("done, missing, failed or refused"),
    error: maybe(string("why a run failed or was refused"))
  },
  run_models: {
    run,
    role: string("weak, intermediate, strong"),
    position: int("position within the role, from 0"),
    model: string("model, as named in the study")
  },
  tasks: {
    task: string("task"),
    title: string("name as people write it"),
    source: string("where the rows come from"),
    licence: string("licence of the rows"),
    attribution: string("who to credit"),
    publishable: boolean("whether the text of the rows may be published"),
    conversion: string("how the task became binary, in a sentence"),
    positive: string("what class 1 means"),
    negative: string("what class 0 means"),
    prompt: string("text a model reads, with {fields} in place of a row's"),
    warning: maybe(string("why numbers of this task deserve caution"))
  },
  examples: {
    task: string("task"),
    example: string("id of the example"),
    group: string("examples of one group never fall on both sides of a split"),
    label: int("gold label, 0 or 1"),
    text: maybe(string("the text that a model reads; null where it may not be published"))
  },
  splits: {
    task: string("task"),
    seed: int("seed"),
    split: string("supervision, supervision_validation, transfer, transfer_validation, test"),
    example: string("id of the example")
  },
  predictions: {
    run,
    role,
    stage: string("weak_labels (on transfer rows, what the student learns from) or evaluation (on test rows)"),
    predictor,
    split: string("split of the example"),
    example: string("id of the example"),
    label: int("gold label, 0 or 1"),
    probability: maybe(float("probability of class 1")),
    prediction: maybe(int("1 where the probability is above one half")),
    output: maybe(string("generated text")),
    parsed: maybe(string("answer extracted from the output")),
    score: maybe(float("the task's metric on this example, 0 to 1"))
  },
  metrics: {
    run,
    role,
    stage: string("evaluation or weak_labels"),
    split: string("split"),
    metric: string("accuracy, agreement, agreement_right, agreement_wrong, log_loss (nats), calibration_error"),
    value: maybe(float("value; null where withheld")),
    n: int("number of examples"),
    refused: maybe(string("why the value is withheld"))
  },
  estimates: {
    task: string("task, or all for the median over tasks"),
    weak: string("weak model"),
    strong: string("strong model"),
    method: string("method"),
    variant: string("variant"),
    quantity: string(
      "weak, weak_ceiling, student, strong_ceiling (accuracies); gap = strong_ceiling - weak; gain = student - weak; " +
        "difference = student - baseline's student; pgr; agreement, agreement_right, agreement_wrong"
    ),
    value: maybe(float("estimate over seeds; null where withheld")),
    low: maybe(float("lower end of the 95 % interval")),
    high: maybe(float("upper end of the 95 % interval")),
    lower_quartile: maybe(float("lower quartile over tasks, where task is all")),
    upper_quartile: maybe(float("upper quartile over tasks, where task is all")),
    tasks: maybe(int("number of tasks that enter, where task is all")),
    withheld: maybe(int("number of tasks whose value is withheld, where task is all")),
    seeds: int("number of seeds"),
    n: int("number of test examples per seed"),
    refused: maybe(string("why the value is withheld"))
  },
  training: {
    predictor,
    step: int("optimiser step, from 1"),
    epoch: float("epochs seen so far"),
    loss: float("training loss of this step (nats per example)"),
    learning_rate: float("learning rate of this step"),
    confidence_weight: float("weight of the confidence term at this step"),
    validation_agreement: maybe(float("share of validation rows on which it agrees with their labels, at a checkpoint")),
    tokens: float("tokens read so far"),
    kept: boolean("whether this checkpoint is the one that was kept")
  },
  checkpoints: {
    predictor,
    step: int("optimiser step of the checkpoint"),
    example: string("id of the test example"),
    probability: float("probability of class 1")
  },
  predictors: {
    run,
    role,
    predictor,
    model: string("model that was fine-tuned"),
    trained: string("head, lora or full"),
    loss: string("cross_entropy or confidence"),
    labels: string("where its labels came from: gold or a predictor's key"),
    digest: string("digest of the trained weights"),
    leak: maybe(string("what this model saw that a weak-to-strong student must not; null for none"))
  },
  features: {
    task: string("task"),
    model: string("model"),
    example: string("id of the example"),
    vector: bytes("last-token hidden state, little-endian float16")
  },
  steps: {
    step: string("key of the step"),
    verb: string("rows, gold, activations, finetune, classify"),
    title: string("what the step does, in words"),
    inputs: string("keys of the steps it reads, separated by spaces"),
    lineage: string("gold labels and supervisors behind its output"),
    rows: int("rows of output"),
    model: string("model, or empty"),
    backend: string("backend and its versions"),
    device: string("device")
  },
  run_steps: {
    run,
    role: string("role for which the run used the step, or empty"),
    step: string("key of the step")
  }
} as const satisfies Record<string, Record<string, Column>>;

export type TableName = keyof typeof schema;

type Value<C extends Column> = C["type"] extends "string"
  ? string
  : C["type"] extends "int" | "float"
    ? number
    : C["type"] extends "boolean"
      ? boolean
      : Uint8Array;

/** A row of a results table. */
export type Row<T extends TableName> = {
  -readonly [K in keyof (typeof schema)[T]]: (typeof schema)[T][K] extends Column
    ? Value<(typeof schema)[T][K]> | ((typeof schema)[T][K] extends {nullable: true} ? null : never)
    : never;
};

export const tableNames = Object.keys(schema) as TableName[];
