import {quantile} from "./quantile.js";
import type {ClusterOutcome, Responses} from "./thresholdClusters.js";
import {wilson} from "./wilson.js";

/** A share with its 95 % interval. */
export interface Interval {
  value: number;
  low: number;
  high: number;
}

/** What clusters of a teacher's chains say, over questions. */
export interface ClusterSummary {
  /** Clusters a question: median and quartiles. */
  clusters: {median: number; lower: number; upper: number};
  /** Share of questions with a cluster of several chains: those that are left where clusters of one are dropped. */
  coverage: Interval;
  /** Of the questions that have a cluster, share of those whose largest has a right response to stand for it; null without any. */
  accuracy: Interval | null;
  /** Of the same questions, the share of the largest cluster's chains that are right, as a mean. */
  agreement: Interval | null;
}

/**
 * @param distinct how many of the questions are different ones: several seeds that ask the same are no independent evidence, so
 *   intervals are those of as many questions. Shares have Wilson's interval, the mean agreement a normal one, within 0 and 1
 */
export function clusterSummary(
  {right}: Pick<Responses, "right">,
  {clusters, largest, rightInLargest, reference}: ClusterOutcome,
  distinct: number
): ClusterSummary {
  const n = clusters.length;
  if (n === 0) throw new RangeError("expected questions: 0");
  const sorted = clusters.slice().sort();
  let [kept, covered, correct, agreed, squared] = [0, 0, 0, 0, 0];
  for (let q = 0; q < n; q++) {
    if (reference[q] < 0) continue;
    kept++;
    covered += Number(largest[q] > 1);
    correct += right[reference[q]];
    const share = rightInLargest[q] / largest[q];
    agreed += share;
    squared += share * share;
  }
  const share = (count: number, of: number): Interval => {
    const independent = (of * distinct) / n;
    return {value: count / of, ...wilson((count / of) * independent, independent)};
  };
  const mean = agreed / kept;
  const spread = Math.sqrt(Math.max(0, squared / kept - mean * mean));
  const half = (1.959963984540054 * spread) / Math.sqrt(Math.max(1, (kept * distinct) / n - 1));
  return {
    clusters: {median: quantile(sorted, 0.5), lower: quantile(sorted, 0.25), upper: quantile(sorted, 0.75)},
    coverage: share(covered, n),
    accuracy: kept ? share(correct, kept) : null,
    agreement: kept ? {value: mean, low: Math.max(0, mean - half), high: Math.min(1, mean + half)} : null
  };
}
