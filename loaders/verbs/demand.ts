import type {Training} from "../study.js";

/** Verbs that read or write texts as they are. */
export type Written = "generate" | "score" | "embed";

/** What a study still has to compute, each thing once whatever the number of arms that need it. */
export interface Demand {
  /** By source of the network: texts by hash, with the layers that are missing. */
  activations: Map<string, Map<string, {text: string; layers: Set<number>}>>;
  /** Trainings by key of the predictor. */
  trainings: Map<string, {model: string; train: Training["train"]; rows: number; steps: number; characters: number}>;
  /** Rows to classify by networks that were fine-tuned as a whole, by key of the predictor. */
  classifications: Map<string, {model: string; texts: Map<string, string>}>;
  /** Texts to be written or scored by generative models, or embedded: how many, and characters of their prompts. */
  generations: Map<string, {model: string; verb: Written; rows: number; characters: number; tokens: number}>;
  /** Keys of the outputs that were found in the cache; of trainings, with the way in which they train. */
  cached: {
    activations: Set<string>;
    trainings: Map<string, Training["train"]>;
    classifications: Set<string>;
    generations: Record<Written, Set<string>>;
  };
  /** Whether labels that do not exist yet stood in for others: counts behind them are upper bounds. */
  bounded: boolean;
}

export function noDemand(): Demand {
  return {
    activations: new Map(),
    trainings: new Map(),
    classifications: new Map(),
    generations: new Map(),
    cached: {
      activations: new Set(),
      trainings: new Map(),
      classifications: new Set(),
      generations: {generate: new Set(), score: new Set(), embed: new Set()}
    },
    bounded: false
  };
}
