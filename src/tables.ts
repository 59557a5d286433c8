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
const role = string(
  "weak, weak_ceiling, student, strong_ceiling; rung (a model between weak and strong that learned on the way); " +
    "zero_shot (the strong model as it is); own_ceiling (the strong model on gold labels, from the weights the student began with)"
);
const predictor = string(
  "key of the model that predicts, its name where it predicts as it is, or the step that made the labels"
);
const setting = string("how models are fine-tuned and answer: head, lora or full, as the study names it");
const weak = string("weak model");
const strong = string("strong model");
const method = string("method");
const variant = string("variant of the method; empty for its default");

export const schema = {
  runs: {
    run,
    study: string("study, by its file name"),
    task: string("task"),
    setting,
    method,
    variant,
    seed: int("seed of the split and of training"),
    status: string("done, missing, failed or refused"),
    error: maybe(string("why a run failed or was refused"))
  },
  run_models: {
    run,
    role: string("weak, intermediate, strong, judge"),
    position: int("position within the role, from 0"),
    model: string("model, as named in the study")
  },
  tasks: {
    task: string("task"),
    title: string("name as people write it"),
    domain: string("nlp, chess, reward"),
    kind: string("classification, comparison (which of two texts is better), generation"),
    metric: string("accuracy, pair_accuracy, exact_match, contains (the gold answer or an alias)"),
    source: string("where the rows come from"),
    licence: string("licence of the rows"),
    attribution: string("who to credit"),
    publishable: boolean("whether the text of the rows may be published"),
    conversion: string("how the task became binary, in a sentence"),
    positive: string("what class 1 means"),
    negative: string("what class 0 means"),
    prompt: string("text a model reads, with {fields} in place of a row's"),
    warning: maybe(string("why numbers of this task deserve caution")),
    human: maybe(float("accuracy of people, where the study gives one")),
    evaluates: maybe(string("task whose models this one evaluates; beside it, this one enters no median and no test")),
    sample: maybe(string("an invented example as a model reads it, where real text may not be published"))
  },
  examples: {
    task: string("task"),
    example: string("id of the example"),
    group: string("examples of one group never fall on both sides of a split"),
    label: int("gold label, 0 or 1"),
    text: maybe(string("the text that a model reads; null where it may not be published")),
    other: maybe(string("comparison: the text it is compared with; null where it may not be published")),
    answer: maybe(string("generation: the gold answer"))
  },
  splits: {
    task: string("task"),
    seed: int("seed"),
    split: string("supervision, supervision_validation, transfer, transfer_validation, test"),
    example: string("id of the example")
  },
  predictions: {
    predictor,
    split: string("test, transfer or transfer_validation"),
    example: string("id of the example"),
    probability: maybe(float("probability of class 1")),
    output: maybe(string("generated text")),
    parsed: maybe(string("answer extracted from the output; null where there is none")),
    score: float("the task's metric on this example, 0 to 1")
  },
  metrics: {
    run,
    role,
    position: int("place among the models of this role, from 0"),
    stage: string("evaluation, weak_labels or training"),
    split: string("split"),
    metric: string(
      "accuracy, agreement, agreement_right, agreement_wrong, log_loss (nats), calibration_error; of written answers also " +
        "parsed (share with an answer), exact_match and f1 (token overlap with the gold answer), and at the stage training " +
        "taught (share of the rows that its model learned a text of)"
    ),
    value: maybe(float("value; null where withheld")),
    n: int("number of examples"),
    refused: maybe(string("why the value is withheld"))
  },
  estimates: {
    task: string(
      "task; all for the median over tasks of language, `all chess`, `all reward` over others where there are several"
    ),
    setting,
    weak,
    strong,
    method,
    variant,
    quantity: string(
      "weak, weak_ceiling, student, strong_ceiling (accuracies); gap = strong_ceiling - weak; gain = student - weak; " +
        "difference = student - baseline's student of the same setting (in chains of thought: Q-CoT-A's); pgr; agreement, agreement_right, agreement_wrong " +
        "(of the student with the weak model: overall, where that is right, where it is wrong); the same of the ceiling: " +
        "ceiling_agreement, ceiling_agreement_right, ceiling_agreement_wrong; " +
        "facilitation = (facilitated weak - weak) / (strong - weak), in place of pgr where the strong model teaches the weak one"
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
    validation_agreement: maybe(
      float("share of validation rows on which it agrees with their labels, at a checkpoint")
    ),
    tokens: float("tokens read so far"),
    kept: boolean("whether this checkpoint is the one that was kept")
  },
  checkpoints: {
    predictor,
    step: int("optimiser step of the checkpoint"),
    right: int("test examples that it predicts right; read afterwards, never steering"),
    n: int("test examples")
  },
  predictors: {
    run,
    role,
    position: int("place among the models of this role, from 0"),
    predictor,
    step: maybe(string("key of the step that trained it; null for a model as it is")),
    model: string("model that was fine-tuned"),
    trained: string("head, lora, full, or none"),
    objective: string("classification, lm, decision, or none"),
    loss: string("cross_entropy or confidence"),
    labels: string("where its labels came from, as in predictions: gold, who said them, or the step that made them"),
    digest: string("digest of the trained weights"),
    leak: maybe(string("what this model saw that a weak-to-strong student must not; null for none"))
  },
  comparisons: {
    domain: string("nlp, chess, reward"),
    setting,
    weak: string("weak model, or all: pairs of models averaged within each task"),
    strong: string("strong model, or all"),
    method,
    variant,
    against: string("method or method/variant that it is compared with, of the same setting"),
    quantity: string("accuracy or pgr"),
    unit: string("what the pairs of the test are: tasks, or cells (task, weak, strong), which are not independent"),
    n: int("pairs that entered"),
    left_out: int("pairs left out"),
    reasons: string("why pairs were left out, with their names"),
    mean: maybe(float("mean difference over pairs")),
    low: maybe(float("lower end of its 95 % bootstrap interval over pairs, then seeds, then examples")),
    high: maybe(float("upper end")),
    deviation: maybe(float("standard deviation of the differences over pairs")),
    t: maybe(float("t of the paired t-test")),
    t_p: maybe(float("its two-sided p")),
    t_p_holm: maybe(float("after Holm's correction over the methods compared in this setting and quantity")),
    wilcoxon: maybe(float("statistic of Wilcoxon's signed-rank test")),
    wilcoxon_p: maybe(float("its two-sided p")),
    wilcoxon_p_holm: maybe(float("after Holm's correction")),
    detectable: maybe(float("smallest difference that a paired t-test of this size finds with a power of 80 % at 5 %")),
    needed_pairs: maybe(int("pairs that the observed difference would need for that power; null where beyond 100,000")),
    needed_seeds: maybe(int("seeds a pair that would do, as far as seeds can help; null where no number would"))
  },
  errors: {
    task: string("task"),
    setting,
    weak,
    strong,
    method,
    variant,
    kind: string(
      "copied (the student repeats the supervisor's error), copied_net (less those that the ceiling repeats too), " +
        "novel (the supervisor was right), other (generation: both are wrong, not alike), parse_failure (generation: no answer), " +
        "overfit (right at an earlier checkpoint, ends on the wrong weak label; these are among the copied), all"
    ),
    count: int("errors of this kind over all seeds"),
    errors: int("errors of the student over all seeds"),
    n: int("test examples over all seeds"),
    expected: maybe(
      float("copied: errors that the ceiling shares with the supervisor, the part that chance or the task explains")
    ),
    share: maybe(float("count / errors")),
    low: maybe(float("lower end of its 95 % interval, over seeds and examples")),
    high: maybe(float("upper end"))
  },
  error_tags: {
    run,
    example: string("id of an example of the test rows that the run's student gets wrong"),
    tagger: string("who says it: checkpoints (what earlier checkpoints predict), or the model that proposes it"),
    tag: string(
      "checkpoints: overfit, as in errors; a model: quote_selection, evidence_extraction, overfitting (to weak label errors), other"
    ),
    weight: float("share of the tagger's weight that is on this tag; the weights of an error's tags sum to 1"),
    log_likelihood: maybe(
      float("log-likelihood (nats) of the tag, mean over its places in the list of tags; null for checkpoints")
    )
  },
  probes: {
    task: string("task whose test rows are read"),
    concept: string("task whose labels the probe learns"),
    setting,
    weak,
    strong,
    method,
    variant,
    stage: string("before (the model as it was), after (as the student), ceiling (after gold labels)"),
    layer: maybe(int("layer, from 0 (embeddings); null for the mean over layers")),
    seed: maybe(int("seed; null over all of them")),
    accuracy: float("held-out accuracy of a logistic probe on frozen activations at the last token"),
    low: float("lower end of its 95 % interval: over examples for a seed, over seeds and examples otherwise"),
    high: float("upper end"),
    control: float("the same of a probe that learned from permuted labels"),
    chance: float("accuracy of always saying the commoner class"),
    change: maybe(float("accuracy minus that before, on the same examples")),
    change_low: maybe(float("lower end of its 95 % interval, over seeds and examples")),
    change_high: maybe(float("upper end")),
    n: int("held-out examples a seed")
  },
  debates: {
    run,
    debate: string("key of the debate"),
    stage: string("debate; of alignment: learned (what the student learned from), before and after (on other rows)"),
    example: string("id of the example"),
    label: int("gold label"),
    protocol: string("debate, consultancy or blind"),
    round: int("round, from 1; 0 for blind"),
    side: string("strong or weak"),
    model: string("model that speaks"),
    decision: int("the class it decides for"),
    probability: maybe(float("its probability of class 1")),
    explanation: maybe(string("what it says; null where the text may not be published"))
  },
  verdicts: {
    run,
    debate: string("key of the debate"),
    stage: string("debate; of alignment: learned (what the student learned from), before and after (on other rows)"),
    example: string("id of the example"),
    protocol: string("debate, consultancy or blind"),
    judge: string("model, gold, or human"),
    oracle: boolean("whether the judge is the ground truth or stronger than the weak model"),
    order: string("strong_first, weak_first; alone for consultancy"),
    log_odds: float("log-odds (nats) that the strong side's explanation is the better one"),
    choice: string("strong or weak: the side the judge chose"),
    right: maybe(boolean("whether the chosen side decided right; null where both decided alike"))
  },
  demonstrations: {
    run,
    stage: int("stage of a cascade, from 0; 0 where there is none"),
    example: string("id of the example"),
    teachers: int("models that teach; the columns on a teacher are of the first"),
    elicitations: string(
      "keys of the teachers' elicitations, in their order, separated by spaces; empty where none is asked"
    ),
    chains: int("chains that the teacher wrote"),
    clusters: int("clusters of these chains"),
    largest: int("chains of the largest cluster"),
    entropy: float("entropy (nats) of the clusters' shares"),
    own: maybe(string("what the student says by itself; null where the text may not be published")),
    own_answer: maybe(string("the answer in it, normalised; null where there is none")),
    own_right: boolean("whether that is right"),
    teacher: maybe(string("what stands for the teacher's largest cluster; null where nobody teaches")),
    teacher_answer: maybe(string("the answer in it")),
    teacher_right: maybe(boolean("whether that is right")),
    uncertainty: maybe(string("what the student is told of the teacher's uncertainty; null where it is told nothing")),
    revised: maybe(string("what the student says in the end")),
    revised_answer: maybe(string("the answer in it")),
    revised_right: boolean("whether that is right"),
    learned: maybe(
      string("what the student learns: revised, teacher, both, or null where it learns nothing from this row")
    ),
    weight: float("weight of the row in the student's loss; 1 where nothing else is asked for")
  },
  elicitations: {
    elicitation: string("key of the chains that a teacher wrote, and of how they are clustered"),
    task: string("task"),
    seed: int("seed"),
    predictor: maybe(string("key of the teacher; null for a model as it is")),
    model: string("the teacher, as the study names it"),
    chains: int("chains for each question"),
    by: string("answer or embedding: what is compared"),
    threshold: maybe(float("cosine from which on a response joins a cluster; null by answer")),
    embedder: maybe(string("model of the embeddings; null where there are none")),
    dropped: boolean("whether clusters of one are dropped")
  },
  chains: {
    elicitation: string("key of the elicitation"),
    example: string("id of the example"),
    place: int("place among the question's different responses, in canonical order, from 0"),
    count: int("chains that say exactly this"),
    output: maybe(string("the response; null where the text may not be published")),
    answer: maybe(string("the answer in it, normalised; null where there is none, or where it may not be published")),
    answered: int("number of the answer among the question's different ones, from 0; -1 where there is none"),
    right: boolean("whether that is right"),
    logprob: maybe(float("log-likelihood of the response (nats), of the first that says this")),
    tokens: int("tokens of the response"),
    cluster: int("cluster, from 0, the largest first; -1 where it was dropped"),
    representative: boolean("whether it stands for its cluster")
  },
  cosines: {
    elicitation: string("key of the elicitation"),
    example: string("id of the example"),
    texts: int("different responses, in the order of their places"),
    cosines: bytes(
      "cosines of each pair of responses in hundredths, a signed byte each: the lower triangle row by row, without the diagonal"
    )
  },
  compute: {
    verb: string("activations, finetune, generate, score, embed, ..."),
    model: string("model"),
    device: string("device"),
    requests: int("requests or jobs"),
    rows: int("rows read"),
    tokens: int("tokens read or written"),
    seconds: float(
      "seconds, as logged while this study was computed (any study, where the log does not say which); what was since replaced and other work on the machine included"
    )
  },
  features: {
    task: string("task"),
    model: string("model"),
    example: string("id of the example"),
    vector: bytes("last-token hidden state, little-endian float16")
  },
  steps: {
    step: string("key of the step"),
    verb: string("rows, gold, portion, relabel, activations, finetune, classify, compose, generate, score"),
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
    position: int("place among the models of this role, from 0"),
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
