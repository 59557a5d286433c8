import type {ClusterSummary} from "../statistics/clusterSummary.js";
import {clusterSummary} from "../statistics/clusterSummary.js";
import {thresholdClusters} from "../statistics/thresholdClusters.js";
import type {Clusterable} from "./elicitations.js";

/** What clusters say at one threshold. */
export interface ThresholdPoint extends ClusterSummary {
  /** In hundredths. */
  threshold: number;
}

export const thresholdPoint = ({responses, distinct}: Clusterable, threshold: number): ThresholdPoint => ({
  threshold,
  ...clusterSummary(responses, thresholdClusters(responses, threshold), distinct)
});

/** Longest that the page is kept busy at a stretch, in milliseconds. */
const slice = 8;

/**
 * Summaries at all thresholds from 0 to 1, in hundredths: every tenth first, then the others; between slices of work the page may do
 * something else.
 *
 * @param show called with those found so far, in order, when a tenth of them are there and when all are
 * @param stale whether nobody waits for them any more
 */
export async function thresholdCurve(
  asked: Clusterable,
  show: (points: ThresholdPoint[]) => void,
  stale: () => boolean
): Promise<void> {
  const all = Array.from({length: 101}, (_, threshold) => threshold);
  const points: ThresholdPoint[] = [];
  for (const some of [all.filter((d) => d % 10 === 0), all.filter((d) => d % 10 !== 0)]) {
    let started = performance.now();
    for (const threshold of some) {
      points.push(thresholdPoint(asked, threshold));
      if (performance.now() - started < slice) continue;
      await new Promise((resolve) => setTimeout(resolve));
      if (stale()) return;
      started = performance.now();
    }
    points.sort((a, b) => a.threshold - b.threshold);
    show(points.slice());
  }
}
