import type {ClusterSummary} from "../statistics/clusterSummary.js";
import {clusterSummary} from "../statistics/clusterSummary.js";
import {thresholdClusters} from "../statistics/thresholdClusters.js";
import type {Clusterable} from "./elicitations.js";

/** What clusters say at one threshold. */
export interface ThresholdPoint extends ClusterSummary {
  /** In hundredths. */
  threshold: number;
}

/** Lowest and highest threshold that a reader may choose: 0 and 1, or what was declared where that lies beyond. */
export const thresholdRange = (declared: number): [number, number] => [Math.min(0, declared), Math.max(100, declared)];

/** Longest that the page is kept busy at a stretch, in milliseconds. */
const slice = 8;

/**
 * Summaries at all thresholds of a range, in hundredths: every tenth first, then the others; between slices of work the page may do
 * something else.
 *
 * @param show called with those found so far, in order, when a tenth of them are there and when all are
 * @param stale whether nobody waits for them any more
 */
export async function thresholdCurve(
  {responses, distinct}: Clusterable,
  dropped: boolean,
  [from, to]: readonly [number, number],
  show: (points: ThresholdPoint[]) => void,
  stale: () => boolean
): Promise<void> {
  const all = Array.from({length: to - from + 1}, (_, i) => from + i);
  const points: ThresholdPoint[] = [];
  for (const some of [all.filter((d) => d % 10 === 0), all.filter((d) => d % 10 !== 0)]) {
    let started = performance.now();
    for (const threshold of some) {
      const outcome = thresholdClusters(responses, threshold, dropped);
      points.push({threshold, ...clusterSummary(responses, outcome, distinct)});
      if (performance.now() - started < slice) continue;
      await new Promise((resolve) => setTimeout(resolve));
      if (stale()) return;
      started = performance.now();
    }
    points.sort((a, b) => a.threshold - b.threshold);
    show(points.slice());
  }
}
