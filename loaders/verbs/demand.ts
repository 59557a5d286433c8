import type {Length} from "../lab.js";
import type {Training} from "../study.js";

/** Verbs that read or write texts as they are. */
export type Written = "generate" | "score" | "embed";

/** Texts that a model still has to read or write: how many, and how long all of them may be, prompts included. */
export interface Work extends Length {
  model: string;
  rows: number;
}

/** What a study still has to compute, each thing once whatever the number of arms that need it. */
export interface Demand {
  /** By source of the network: texts by hash, with the layers that are missing. */
  activations: Map<string, Map<string, {text: string; layers: Set<number>}>>;
  /** Trainings by key of the predictor; what one reads in several epochs counts in each. */
  trainings: Map<string, Work & {train: Training["train"]; steps: number}>;
  /** Rows to classify by networks that were fine-tuned as a whole, by key of the predictor. */
  classifications: Map<string, {model: string; texts: Map<string, Length>}>;
  /** Texts to be written or scored by generative models, or embedded. */
  generations: Map<string, Work & {verb: Written}>;
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
