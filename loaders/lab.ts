import type {Loss} from "../src/statistics/loss.js";
import type {SplitName} from "./datasets/split.js";
import type {TaskKind} from "./datasets/task.js";
import type {Lineage} from "./lineage.js";

/** Examples of one split, in a fixed order, without their gold labels. */
export interface Rows {
  /** Hash of the texts in their order. */
  key: string;
  /** Key of the step that drew them. */
  step: string;
  task: string;
  kind: TaskKind;
  split: SplitName;
  examples: readonly {id: string; text: string; other?: string}[];
}

/** How long a text may be: characters that are known, and at most so many tokens that are still to be written. */
export interface Length {
  characters: number;
  tokens: number;
}

/**
 * One probability of class 1 per row, or one written answer where the task generates, and what stands behind them. Only
 * verbs make them: others are refused.
 */
export interface Labels {
  readonly rows: Rows;
  /** Empty where the task generates. Changing it is found out where the labels are used: see `relabel`. */
  readonly probability: Float64Array;
  /** Of a task that generates: what was written, one per row. */
  readonly outputs?: readonly string[];
  /** Of a task that generates: the answers in them, normalised; null where there is none. */
  readonly answers?: readonly (string | null)[];
  /** Of a task that generates: weight of each row in the loss of whoever learns them, from 0; 1 where left out. */
  readonly weights?: readonly number[];
  /** Of what is still to be written, where a study is counted: how long it may be, one per row. Part of no key. */
  readonly longest?: readonly Length[];
  /** Hash of rows and labels. */
  readonly key: string;
  readonly step: string;
  /** `gold`, the key of the predictor that gave them, or how they were made from others. */
  readonly source: string;
  readonly lineage: Lineage;
}

/** One text per row (a prompt, an explanation), and what stands behind it. Only verbs make them. */
export interface Texts {
  readonly rows: Rows;
  readonly texts: readonly string[];
  readonly key: string;
  readonly step: string;
  readonly source: string;
  readonly lineage: Lineage;
  /** Whether they only stand for what they will be, where a study is counted and not computed. */
  readonly pending: boolean;
  /** How long they may be, where they are pending, one per row. Part of no key. */
  readonly longest?: readonly Length[];
}

/** A fine-tuned model, or the promise of one: it is trained when something that is not in the cache needs it. */
export interface Predictor {
  /** Hash of what determines its weights: models that learn the same from the same are trained once. */
  key: string;
  /** Key of the step that gives it: its key, and the steps behind what it learns from. */
  step: string;
  /** As the study names it. */
  model: string;
  /** The model whose weights its own training began with, where it was fine-tuned before. */
  from: Predictor | null;
  spec: FinetuneSpec;
  lineage: Lineage;
}

/** A model as the study names it, or one that was fine-tuned. */
export type Model = string | Predictor;

/** Roles of a study whose models may be served elsewhere. */
export const servedRoles = ["weak", "strong", "judge", "summariser", "embedder"] as const;
export type ServedRole = (typeof servedRoles)[number];

/** A model as it is, in a role that no place on the ladder gives it: where that role has a server of its own, it is asked there. */
export interface RoleModel {
  role: "judge" | "summariser";
  /** As the study names it. */
  model: string;
}

/** What is asked for texts and decisions: one that is named alone, as a model of the ladder. */
export type Asked = Model | RoleModel;

/** Two texts per row, of which one is the better. */
export interface Compared {
  one: Texts;
  two: Texts;
}

/** How rows are classified, where not as they are. */
export interface Classifying {
  /** Texts that are compared in place of the rows' own. */
  compared?: Compared;
  /** Of a task that generates: an answer may be so long, where that is longer than the task says. */
  tokens?: number;
}

/** A classifier or, where the task generates, a model that writes the labels' outputs. */
export interface ClassificationSpec {
  objective?: "classification";
  labels: Labels;
  /** Rows and labels that decide which checkpoint is kept: the earliest that agrees best; without it, the last. */
  stopOn?: Labels;
  loss: Loss;
  /** Of a task that generates: other labels of the same rows, learned beside the first. */
  also?: readonly Labels[];
  /**
   * Texts that are compared in place of the rows' own: a reward model (Bradley-Terry) of texts, whose labels are the
   * probability that the first is the better. Rows at one half, or with the same text twice, are no pair.
   */
  compared?: Compared;
  /** Factor on the study's learning rate, 1 where left out. */
  learningRateScale?: number;
  /** Rows a batch; the study's where left out. */
  batchSize?: number;
}

/** A language model of the inputs alone (EDA, algorithm 6, step 1), or of each of some completions after them. */
export interface LanguageModelSpec {
  objective: "lm";
  inputs: Rows | Texts;
  completions?: readonly Texts[];
  /** Weight of each completion in the loss (reward-weighted fine-tuning): its labels' probability. */
  weights?: readonly Labels[];
  learningRateScale?: number;
  batchSize?: number;
}

/** Which of two texts a judge preferred, a pair per row: the first with the probability that `first` gives. */
export interface Preferences {
  prompts: Texts;
  one: Texts;
  two: Texts;
  /** Probability that `one` is the better; rows at one half are no pair. */
  verdicts: Labels;
}

/** A generative model whose log-odds of two answers after the text are the decision; it goes on to explain. */
export interface DecisionSpec {
  objective: "decision";
  labels: Labels;
  stopOn?: Labels;
  loss: Loss;
  /** The words for class 0 and class 1, as continuations of a row's text. */
  answers: [string, string];
  /** EDA, equation 2: L + weight * L_DPO on judged pairs. */
  preferences?: Preferences & {weight: number; beta: number};
  learningRateScale?: number;
  batchSize?: number;
}

export type FinetuneSpec = ClassificationSpec | LanguageModelSpec | DecisionSpec;

export interface Sampling {
  maxTokens: number;
  /** 0 takes the likeliest token. */
  temperature: number;
  topP: number;
  stop: string[];
}

/** How chains are clustered, and which of a cluster stands for it. */
export interface ClusterBy {
  /** Chains with the same answer, or those whose embeddings have a cosine of at least `threshold` with a reference. */
  what: "answer" | "embedding";
  /** From -1 to 1, in hundredths. */
  threshold: number;
  /** What is put before each chain as its embedding is asked for. */
  instruction: string;
  /** One drawn by the seed, or the first. */
  representative: "random" | "first";
  /** Whether clusters of one chain are left out. */
  drop: boolean;
}

/** Clusters of one row's chains, by the places of the chains. */
export interface RowClusters {
  /** The largest first; each with its reference first. Empty where all were dropped. */
  members: number[][];
  /** One of each. */
  representatives: number[];
  /** Cosines of each pair of different chains, in canonical order: see `pairCosines`; null by answer. */
  cosines: Int8Array | null;
}

/** Each row's chains, clustered by what they say. */
export interface Clusters {
  step: string;
  rows: Rows;
  chains: readonly Texts[];
  by: ClusterBy;
  /** By row; empty while the chains are only counted. */
  clusters: readonly RowClusters[];
  /** What stands for the largest cluster; nothing where there is none. */
  final: Texts;
  /** What stands for each cluster, numbered, one below the other. */
  representatives: Texts;
}

/** One row's written labels, as `lab.select` sees them: each with its answer, and the clusters they may stand for. */
export interface Choice {
  outputs: readonly string[];
  answers: readonly (string | null)[];
  clusters: readonly RowClusters[];
}

/** The verbs that a method may use, and all that it may use. */
export interface Lab {
  /** The words for class 0 and class 1, as continuations of a row's text. */
  answers: [string, string];
  /** A task's examples for one split, without gold labels; split by group, seeded. */
  rows(split: SplitName): Promise<Rows>;
  /** Part `index` (from 0) of rows that are divided into `parts` of about equal size, groups whole. */
  portion(rows: Rows, index: number, parts: number): Promise<Rows>;
  /** The first `count` rows, in their order; all where there are no more. */
  first(rows: Rows, count: number): Promise<Rows>;
  /** The gold labels of rows, as probabilities 0 and 1, or as answers. */
  gold(rows: Rows): Promise<Labels>;
  /**
   * Labels made from others of the same rows, row by row: averaged, hardened, noised. `how` names what `make` does,
   * since it is part of what the labels are; nothing that `make` reads may come from elsewhere.
   */
  relabel(from: readonly Labels[], how: string, make: (probabilities: number[], row: number) => number): Labels;
  /** A model fine-tuned on labels, lazily. */
  finetune(model: Model, spec: FinetuneSpec): Predictor;
  /** Probabilities of class 1, or of the first of two texts being the better; of a task that generates, the answer that the model writes. */
  classify(predictor: Model, rows: Rows, how?: Classifying): Promise<Labels>;
  /**
   * Texts made from labels and texts of the same rows, row by row: prompts, transcripts. `values` holds, in the order of
   * `from`, a text or a probability; nothing else that changes may enter `make`, which `how` names. While a study is counted, what
   * is not there yet is an empty text, or one half.
   */
  compose(
    rows: Rows,
    from: readonly (Texts | Labels)[],
    how: string,
    make: (values: (string | number)[], text: string, other: string | undefined) => string
  ): Texts;
  /** Of the split and of training; what a method draws at random is drawn by it. */
  seed: number;
  /** How the task's chains are clustered where a method does not say. */
  clustersBy: "answer" | "embedding";
  /** Each row's text replaced by that of a row of another group: a control. */
  ofAnotherRow(texts: Texts): Promise<Texts>;
  /** `n` continuations of each prompt, each drawn with its own seed. */
  generate(model: Asked, prompts: Texts, n: number, sampling: Sampling): Promise<Texts[]>;
  /** Written texts as labels: what was written, and the answer that the task reads in it. */
  answersIn(texts: Texts): Labels;
  /** Rejection sampling: of some chains of each row the first whose answer is the gold one; nothing where none is. */
  keepRight(chains: readonly Texts[], gold: Labels): Promise<Labels>;
  /** The annotated chains of thought of rows whose gold labels these are; null where the task has none. */
  annotated(gold: Labels): Promise<Labels | null>;
  /** Each row's chains, clustered by what they say. */
  cluster(chains: readonly Texts[], by: ClusterBy): Promise<Clusters>;
  /**
   * Written labels made from others of the same rows, row by row: which of them is learned, null for none, and with which
   * weight. `how` names what `choose` does, since it is part of what the labels are.
   */
  select(
    from: readonly Labels[],
    clusters: readonly Clusters[],
    how: string,
    choose: (choice: Choice) => {which: number | null; weight?: number}
  ): Labels;
  /** Probability of the second of two answers as continuations of each prompt: sigmoid of their log-odds. */
  decide(model: Asked, prompts: Texts, answers: readonly [string, string]): Promise<Labels>;
  /** Which side people preferred in a debate, by order: 1 near the strong one, 0 near the weak one, one half where nobody judged. */
  verdicts(rows: Rows, debate: string): Promise<Record<"strong_first" | "weak_first", Labels>>;
}

/** A verdict that a person entered in the notebook, blind to who spoke. */
export interface HumanVerdict {
  example: string;
  /** The side that was preferred. */
  choice: "strong" | "weak";
  /** The side that was shown first. */
  first: "strong" | "weak";
}

/** The models of one arm, as the study names them. */
export interface Arm {
  weak: string;
  /** What supervises in place of the weak model fine-tuned on gold labels: the student of an earlier stage of a cascade. */
  supervisor?: Predictor;
  strong: string;
  /** Whether no strong model of the study is larger. */
  largest: boolean;
  /** Models of the study between the two, from the weakest to the strongest. */
  between: readonly string[];
  /** Model that puts a teacher's uncertainty into words. */
  summariser: Asked;
  /** Model that judges, where the study names one. */
  judge: RoleModel | null;
  /** Whether that one is stronger than the weak model. */
  oracle: boolean;
}

/** What a judge sees: what both sides say, what one says, or both decisions without a word. */
export type Protocol = "debate" | "consultancy" | "blind";

/** What one side said in a debate, a row per example. */
export interface DebateTurn {
  protocol: Protocol;
  /** From 1; 0 where nothing was said. */
  round: number;
  side: "strong" | "weak";
  model: string;
  decision: Labels;
  explanation: Texts | null;
}

/** What a judge said of a debate: log-odds that the strong side's explanation is the better one. */
export interface DebateVerdict {
  protocol: Protocol;
  judge: string;
  /** Whether the judge is the ground truth, or stronger than the weak model. */
  oracle: boolean;
  order: "strong_first" | "weak_first" | "alone";
  /** Probability that the strong side is the better one. */
  preferred: Labels;
}

/** What was said on some rows, and what judges said of that. */
export interface DebateRecord {
  /** Hash of what was said: verdicts that people enter are known by it. */
  key: string;
  /** `debate`; of alignment, `learned` where the student learned from it, `before` and `after` it did, on other rows. */
  stage: "debate" | "learned" | "before" | "after";
  turns: DebateTurn[];
  verdicts: DebateVerdict[];
}

/** What a teacher answers, and where its chains disagree, in words. */
export interface Teaching {
  model: Model;
  clusters: Clusters;
  /** What stands for the largest cluster. */
  answer: Labels;
  uncertainty: Texts | null;
}

/** What a student learns from in Alice, and what it made of it: a row per example of the student's half. */
export interface Demonstrations {
  /** What the student says by itself. */
  own: Labels;
  /** By teacher; none where the student only looks at its own answer. */
  teachings: readonly Teaching[];
  /** What the student says in the end. */
  revised: Labels;
  /** What it learns: one of the former by row, or nothing. */
  learned: Labels;
  also: readonly Labels[];
}

/** What a method hands back to be evaluated on the test rows. Ceilings are not its business: it may not see their gold labels. */
export interface Outcome {
  weak: Predictor;
  student: Predictor;
  /** Models that learned on the way from weak to strong, in their order. */
  rungs?: Predictor[];
  /** The strong model, where it is the one that teaches (EDA, definition 3). */
  strong?: Predictor;
  debates?: DebateRecord[];
  /** How each row's demonstration came about (Alice, section 3.3), by stage of a cascade. */
  demonstrations?: readonly Demonstrations[];
  /** What whoever runs the study should know, a line each. */
  notes?: string[];
}
