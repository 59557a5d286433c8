export interface Auroc {
  /** Null where all are of one class. */
  value: number | null;
  /** Ends of the 95 % interval; null where the data give none: the classes do not overlap, or one has a single case. */
  low: number | null;
  high: number | null;
}

const z95 = 1.959963984540054;

/**
 * Area under the receiver operating characteristic: the probability that a case of class 1 scores above one of class 0, ties
 * counting one half. The interval is DeLong's (1988), of the logit of the area; cases of one group, such as one question asked under
 * several seeds, count together (Obuchowski 1997).
 *
 * @param positive 1 for class 1
 * @param groups one per case (default: each by itself)
 */
export function auroc(scores: ArrayLike<number>, positive: ArrayLike<number>, groups?: ArrayLike<string>): Auroc {
  const all = Array.from({length: scores.length}, (_, i) => i);
  const [ones, zeros] = [all.filter((i) => positive[i]), all.filter((i) => !positive[i])];
  const [m, n] = [ones.length, zeros.length];
  if (!m || !n) return {value: null, low: null, high: null};
  const among = midranks(scores, all);
  const [amongOnes, amongZeros] = [midranks(scores, ones), midranks(scores, zeros)];
  // Of a case, the share of the other class that it is on the right side of.
  const placed = (i: number) =>
    positive[i] ? (among.get(i)! - amongOnes.get(i)!) / n : 1 - (among.get(i)! - amongZeros.get(i)!) / m;
  const value = ones.reduce((sum, i) => sum + placed(i), 0) / m;
  const sums = new Map<string | number, {ones: number; zeros: number; some: [boolean, boolean]}>();
  for (const i of all) {
    const key = groups ? groups[i] : i;
    const sum = sums.get(key) ?? {ones: 0, zeros: 0, some: [false, false]};
    sum[positive[i] ? "ones" : "zeros"] += placed(i) - value;
    sum.some[positive[i] ? 0 : 1] = true;
    sums.set(key, sum);
  }
  const every = [...sums.values()];
  const [ofOnes, ofZeros] = [0, 1].map((which) => every.filter(({some}) => some[which]).length);
  if (ofOnes < 2 || ofZeros < 2 || value === 0 || value === 1) return {value, low: null, high: null};
  const total = (of: (sum: (typeof every)[number]) => number) => every.reduce((sum, d) => sum + of(d), 0);
  const variance =
    ((ofOnes / (ofOnes - 1)) * total((d) => d.ones ** 2)) / m ** 2 +
    ((ofZeros / (ofZeros - 1)) * total((d) => d.zeros ** 2)) / n ** 2 +
    (2 * (every.length / (every.length - 1)) * total((d) => d.ones * d.zeros)) / (m * n);
  const logit = Math.log(value / (1 - value));
  const half = (z95 * Math.sqrt(Math.max(0, variance))) / (value * (1 - value));
  return {value, low: 1 / (1 + Math.exp(half - logit)), high: 1 / (1 + Math.exp(-half - logit))};
}

/** Ranks from 1, of equal scores their mean. */
function midranks(scores: ArrayLike<number>, cases: readonly number[]): Map<number, number> {
  const sorted = cases.toSorted((i, j) => scores[i] - scores[j]);
  const ranks = new Map<number, number>();
  for (let from = 0; from < sorted.length;) {
    let to = from;
    while (to < sorted.length && scores[sorted[to]] === scores[sorted[from]]) to++;
    for (let k = from; k < to; k++) ranks.set(sorted[k], (from + to + 1) / 2);
    from = to;
  }
  return ranks;
}
