import type {Loss} from "../src/statistics/loss.js";
import type {SplitName} from "./datasets/split.js";
import type {Lineage} from "./lineage.js";

/** Examples of one split, in a fixed order, without their gold labels. */
export interface Rows {
  /** Hash of the texts in their order. */
  key: string;
  /** Key of the step that drew them. */
  step: string;
  task: string;
  split: SplitName;
  examples: readonly {id: string; text: string}[];
}

/** One probability of class 1 per row, and what stands behind them. */
export interface Labels {
  rows: Rows;
  probability: Float64Array;
  /** Hash of rows and probabilities. */
  key: string;
  step: string;
  /** `gold`, or the key of the predictor that gave them. */
  source: string;
  lineage: Lineage;
}

/** A fine-tuned model, or the promise of one: it is trained when something that is not in the cache needs it. */
export interface Predictor {
  key: string;
  /** As the study names it. */
  model: string;
  spec: FinetuneSpec;
  lineage: Lineage;
}

export interface FinetuneSpec {
  labels: Labels;
  /** Rows and labels that decide which checkpoint is kept: the earliest that agrees best; without it, the last. */
  stopOn?: Labels;
  loss: Loss;
}

/** The verbs that a method may use, and all that it may use. */
export interface Lab {
  /** A task's examples for one split, without gold labels; split by group, seeded. */
  rows(split: SplitName): Promise<Rows>;
  /** The gold labels of rows, as probabilities 0 and 1. */
  gold(rows: Rows): Promise<Labels>;
  /** A model fine-tuned on labels, lazily. */
  finetune(model: string, spec: FinetuneSpec): Predictor;
  /** Probabilities of class 1. */
  classify(predictor: Predictor, rows: Rows): Promise<Labels>;
}

/** The models of one arm, as the study names them. */
export interface Arm {
  weak: string;
  strong: string;
  /** Whether no strong model of the study is larger. */
  largest: boolean;
}

/** What a method hands back to be evaluated on the test rows. */
export interface Outcome {
  weak: Predictor;
  weakLabels: Labels;
  student: Predictor;
  weak_ceiling: Predictor;
  strong_ceiling: Predictor;
}
