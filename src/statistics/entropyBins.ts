import {wilson} from "./wilson.js";

export interface EntropyBin {
  /** Entropies (nats) of the bin lie above `from` and up to `to`; those of the first are 0. */
  from: number;
  to: number;
  n: number;
  /** Mean entropy. */
  entropy: number;
  /** Share of right answers, with its 95 % Wilson interval. */
  accuracy: number;
  low: number;
  high: number;
}

/**
 * How often answers are right by the entropy of the clusters behind them: questions without any doubt by themselves, the others in
 * bins of equal width, empty ones left out.
 *
 * @param most highest entropy there can be
 * @param independent share of the questions that are different ones, for the intervals
 */
export function entropyBins(
  entropy: ArrayLike<number>,
  right: ArrayLike<number>,
  {most, bins = 5, independent = 1}: {most: number; bins?: number; independent?: number}
): EntropyBin[] {
  const [n, correct, sum] = [0, 1, 2].map(() => new Float64Array(bins + 1));
  for (let i = 0; i < entropy.length; i++) {
    const bin = Math.min(bins, Math.ceil((entropy[i] / most) * bins)) || 0;
    n[bin]++;
    correct[bin] += right[i];
    sum[bin] += entropy[i];
  }
  return Array.from(n.keys())
    .filter((bin) => n[bin] > 0)
    .map((bin) => ({
      from: bin === 0 ? 0 : ((bin - 1) * most) / bins,
      to: (bin * most) / bins,
      n: n[bin],
      entropy: sum[bin] / n[bin],
      accuracy: correct[bin] / n[bin],
      ...wilson(correct[bin] * independent, n[bin] * independent)
    }));
}
