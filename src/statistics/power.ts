import jStat from "jstat";

/** Error of the first kind of a two-sided test, and the power that a design should have. */
export const design = {alpha: 0.05, power: 0.8};

/** More pairs than these are no answer. */
const mostPairs = 100_000;

/**
 * Power of a two-sided paired t-test (noncentral t).
 *
 * @param effect mean difference in standard deviations of the differences
 */
export function power(pairs: number, effect: number): number {
  const critical = jStat.studentt.inv(1 - design.alpha / 2, pairs - 1);
  const shift = Math.abs(effect) * Math.sqrt(pairs);
  return 1 - jStat.noncentralt.cdf(critical, pairs - 1, shift) + jStat.noncentralt.cdf(-critical, pairs - 1, shift);
}

const effects = new Map<number, number>();

/** Smallest mean difference, in standard deviations of the differences, that as many pairs find with that power. */
export function detectableEffect(pairs: number): number {
  let effect = effects.get(pairs);
  if (effect === undefined) effects.set(pairs, (effect = solveEffect(pairs)));
  return effect;
}

function solveEffect(pairs: number): number {
  let [low, high] = [0, 1];
  while (power(pairs, high) < design.power) high *= 2;
  for (let halving = 0; halving < 40; halving++) {
    const middle = (low + high) / 2;
    if (power(pairs, middle) < design.power) low = middle;
    else high = middle;
  }
  return high;
}

/** Fewest pairs that find a difference of this mean and deviation with that power; null beyond 100,000. */
export function pairsNeeded(mean: number, deviation: number): number | null {
  if (mean === 0) return null;
  // Were the deviation known, so many would do; a t-test needs a few more.
  const known = ((normal(1 - design.alpha / 2) + normal(design.power)) * (deviation / mean)) ** 2;
  if (known > mostPairs) return null;
  let pairs = Math.max(2, Math.floor(known));
  while (deviation > 0 && power(pairs, mean / deviation) < design.power) pairs++;
  return pairs <= mostPairs ? pairs : null;
}

const normal = (share: number): number => jStat.normal.inv(share, 0, 1);
