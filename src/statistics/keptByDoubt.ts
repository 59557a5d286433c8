import {countedOnce} from "./countedOnce.js";
import {wilson} from "./wilson.js";

/** One demonstration: how much its teacher doubted, and whether the student kept its own answer. */
export interface Kept {
  /** Question, of whichever seed. */
  question: string;
  /** Entropy (nats) or number of the clusters of the teacher's chains. */
  doubt: number;
  kept: boolean;
}

export interface KeptBin {
  title: string;
  /** Place among all bins. */
  place: number;
  value: number;
  low: number;
  high: number;
  n: number;
}

/** What tells how much a teacher doubts, with bins of it: each reaches up to and includes its `to`, from where the one before ends. */
export const doubts = {
  entropy: {
    title: "entropy of the clusters",
    unit: "nats",
    bins: [
      {to: 0, title: "0"},
      ...[0.5, 1, 1.5, 2, 2.5, 3].map((to) => ({to, title: `${to - 0.5}–${to}`})),
      {to: Infinity, title: "over 3"}
    ]
  },
  clusters: {
    title: "number of clusters",
    unit: "clusters",
    bins: [
      ...[1, 2, 3, 4].map((to) => ({to, title: String(to)})),
      {to: 8, title: "5–8"},
      {to: 16, title: "9–16"},
      {to: Infinity, title: "17+"}
    ]
  }
} as const;

export type Doubt = keyof typeof doubts;

/**
 * Share of demonstrations in which the student keeps its own answer, by how much its teacher doubts; bins without any are left
 * out. Wilson intervals that count a question once, however many seeds ask it.
 */
export function keptByDoubt(demonstrations: readonly Kept[], doubt: Doubt): KeptBin[] {
  const {bins} = doubts[doubt];
  return bins.flatMap(({to, title}, place) => {
    const from = place ? bins[place - 1].to : -Infinity;
    const own = demonstrations.filter((d) => d.doubt > from && d.doubt <= to);
    if (!own.length) return [];
    const kept = own.filter((d) => d.kept).length;
    const n = own.length;
    const distinct = new Set(own.map((d) => d.question)).size;
    return [{title, place, ...countedOnce({value: kept / n, ...wilson(kept, n), n}, distinct)}];
  });
}
