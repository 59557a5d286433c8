import jStat from "jstat";

/** The most differences for which p is exact. */
const most = 50;

/**
 * Wilcoxon's signed-rank test, two-sided (Wilcoxon 1945): whether differences of pairs lie symmetrically around 0.
 *
 * Differences of 0 are left out; equal ones share the mean of their ranks. Up to 50 differences, p is exact: over all signs
 * that these ranks could have, ties included. Beyond, it is the normal approximation's, its variance corrected for ties and the
 * statistic moved half a rank towards its mean.
 *
 * @returns the smaller of the sums of positive and negative ranks; null where all differences are 0
 */
export function wilcoxon(differences: readonly number[]): {statistic: number; p: number} | null {
  const kept = differences.filter((d) => d !== 0);
  const n = kept.length;
  if (n === 0) return null;
  const ranks = midranks(kept.map(Math.abs));
  const positive = ranks.reduce((sum, rank, i) => sum + (kept[i] > 0 ? rank : 0), 0);
  const statistic = Math.min(positive, (n * (n + 1)) / 2 - positive);
  return {statistic, p: n <= most ? exact(ranks, statistic) : approximate(ranks, statistic)};
}

/** Ranks from 1; values that are equal share the mean of theirs. */
function midranks(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}

/** Twice the share of sign patterns whose sum is no larger: counted over doubled ranks, which are whole. */
function exact(ranks: readonly number[], statistic: number): number {
  let share = new Float64Array(ranks.length * (ranks.length + 1) + 1);
  share[0] = 1;
  for (const rank of ranks)
    share = share.map((without, sum) => (without + (sum >= 2 * rank ? share[sum - 2 * rank] : 0)) / 2);
  return Math.min(1, 2 * share.subarray(0, 2 * statistic + 1).reduce((a, b) => a + b, 0));
}

function approximate(ranks: readonly number[], statistic: number): number {
  const mean = (ranks.length * (ranks.length + 1)) / 4;
  // Σ rank² / 4 is n (n + 1) (2n + 1) / 24 less the correction for ties.
  const deviation = Math.sqrt(ranks.reduce((sum, rank) => sum + rank * rank, 0) / 4);
  return Math.min(1, 2 * jStat.normal.cdf((statistic - mean + 0.5) / deviation, 0, 1));
}
