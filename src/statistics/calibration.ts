import {wilson} from "./wilson.js";

export interface ReliabilityBin {
  /** Probabilities of the bin lie above `from` (the first bin includes it) and up to `to`. */
  from: number;
  to: number;
  n: number;
  /** Mean predicted probability of class 1. */
  predicted: number;
  /** Share of class 1, with its 95 % Wilson interval. */
  observed: number;
  low: number;
  high: number;
}

/**
 * Reliability diagram of P(class 1): bins of equal width, empty ones left out (DeGroot and Fienberg 1983).
 *
 * @param gold labels, 0 or 1
 * @param probabilities of class 1
 */
export function reliability(gold: ArrayLike<number>, probabilities: ArrayLike<number>, bins = 10): ReliabilityBin[] {
  if (gold.length !== probabilities.length) {
    throw new RangeError(`expected one probability an example, ${gold.length}: ${probabilities.length}`);
  }
  const n = new Float64Array(bins);
  const positive = new Float64Array(bins);
  const predicted = new Float64Array(bins);
  for (let i = 0; i < gold.length; i++) {
    const p = probabilities[i];
    if (!(p >= 0 && p <= 1)) throw new RangeError(`expected probabilities from 0 to 1, example ${i}: ${p}`);
    const bin = Math.max(0, Math.ceil(p * bins) - 1);
    n[bin]++;
    positive[bin] += gold[i];
    predicted[bin] += p;
  }
  return Array.from(n.keys())
    .filter((bin) => n[bin] > 0)
    .map((bin) => ({
      from: bin / bins,
      to: (bin + 1) / bins,
      n: n[bin],
      predicted: predicted[bin] / n[bin],
      observed: positive[bin] / n[bin],
      ...wilson(positive[bin], n[bin])
    }));
}

/**
 * Expected calibration error of P(class 1): the distance between predicted and observed share in each bin of the reliability
 * diagram, averaged over examples (Naeini, Cooper and Hauskrecht 2015). Null without examples.
 */
export function calibrationError(gold: ArrayLike<number>, probabilities: ArrayLike<number>, bins = 10): number | null {
  if (gold.length === 0) return null;
  return reliability(gold, probabilities, bins).reduce(
    (sum, bin) => sum + (bin.n / gold.length) * Math.abs(bin.predicted - bin.observed),
    0
  );
}
