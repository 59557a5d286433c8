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
  /** Share of questions whose largest cluster has a right response to stand for it. */
  accuracy: Interval;
  /** Share of the largest cluster's chains that are right, mean over questions. */
  agreement: Interval;
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
  let [covered, correct, agreed, squared] = [0, 0, 0, 0];
  for (let q = 0; q < n; q++) {
    covered += Number(largest[q] > 1);
    correct += right[reference[q]];
    const share = rightInLargest[q] / largest[q];
    agreed += share;
    squared += share * share;
  }
  const mean = agreed / n;
  const half = 1.959963984540054 * Math.sqrt(Math.max(0, squared / n - mean * mean) / Math.max(1, distinct - 1));
  const share = (count: number): Interval => ({value: count / n, ...wilson((count / n) * distinct, distinct)});
  return {
    clusters: {median: quantile(sorted, 0.5), lower: quantile(sorted, 0.25), upper: quantile(sorted, 0.75)},
    coverage: share(covered),
    accuracy: share(correct),
    agreement: {value: mean, low: Math.max(0, mean - half), high: Math.min(1, mean + half)}
  };
}
