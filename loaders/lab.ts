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

/** One probability of class 1 per row, and what stands behind them. Only verbs make them: others are refused. */
export interface Labels {
  readonly rows: Rows;
  /** Changing it is found out where the labels are used: see `relabel`. */
  readonly probability: Float64Array;
  /** Hash of rows and probabilities. */
  readonly key: string;
  readonly step: string;
  /** `gold`, the key of the predictor that gave them, or how they were made from others. */
  readonly source: string;
  readonly lineage: Lineage;
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
  /**
   * Labels made from others of the same rows, row by row: averaged, hardened, noised. `how` names what `make` does,
   * since it is part of what the labels are; nothing that `make` reads may come from elsewhere.
   */
  relabel(from: readonly Labels[], how: string, make: (probabilities: number[], row: number) => number): Labels;
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

/** What a method hands back to be evaluated on the test rows. Ceilings are not its business: it may not see their gold labels. */
export interface Outcome {
  weak: Predictor;
  student: Predictor;
}
