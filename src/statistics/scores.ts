/** Proper scores of P(class 1) against gold labels (0 or 1): lower is better; null without examples. */

/** Mean squared distance (Brier 1950), 0 to 1. */
export function brier(gold: ArrayLike<number>, probabilities: ArrayLike<number>): number | null {
  return mean(gold, probabilities, (y, p) => (p - y) ** 2);
}

/** Mean negative log-likelihood (nats). A probability is kept at least 2^-52 from 0 and 1, so that one sure error stays finite. */
export function logLoss(gold: ArrayLike<number>, probabilities: ArrayLike<number>): number | null {
  return mean(gold, probabilities, (y, p) => {
    const kept = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, p));
    return -(y * Math.log(kept) + (1 - y) * Math.log1p(-kept));
  });
}

function mean(
  gold: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  score: (label: number, probability: number) => number
): number | null {
  if (gold.length !== probabilities.length) {
    throw new RangeError(`expected one probability an example, ${gold.length}: ${probabilities.length}`);
  }
  if (gold.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < gold.length; i++) sum += score(gold[i], probabilities[i]);
  return sum / gold.length;
}
