import {wilson} from "./wilson.js";

/** What is left to be wrong where only the questions with an entropy of at most `entropy` are answered. */
export interface RiskPoint {
  entropy: number;
  /** Questions answered, and their share of all. */
  n: number;
  coverage: number;
  /** Share of wrong ones among them, with its 95 % Wilson interval. */
  risk: number;
  low: number;
  high: number;
}

/**
 * Risk by coverage (El-Yaniv and Wiener 2010), the surest questions first; those of equal entropy come together, since no order
 * among them means anything.
 *
 * @param right 1 where the answer is right
 * @param independent share of the questions that are different ones, for the intervals
 */
export function riskCoverage(entropy: ArrayLike<number>, right: ArrayLike<number>, independent = 1): RiskPoint[] {
  const order = Array.from({length: entropy.length}, (_, i) => i).sort((i, j) => entropy[i] - entropy[j]);
  const points: RiskPoint[] = [];
  let wrong = 0;
  order.forEach((i, place) => {
    wrong += Number(!right[i]);
    const n = place + 1;
    if (n < order.length && entropy[order[n]] === entropy[i]) return;
    const risk = wrong / n;
    points.push({
      entropy: entropy[i],
      n,
      coverage: n / order.length,
      risk,
      ...wilson(risk * n * independent, n * independent)
    });
  });
  return points;
}
