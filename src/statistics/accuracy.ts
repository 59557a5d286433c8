/**
 * Whether each prediction equals its gold label: 1 or 0.
 * Both are classes (0 or 1), one per example, in the same order.
 */
export function rights(gold: ArrayLike<number>, predictions: ArrayLike<number>): Uint8Array {
  if (gold.length !== predictions.length) {
    throw new RangeError(`expected one prediction an example, ${gold.length}: ${predictions.length}`);
  }
  return Uint8Array.from({length: gold.length}, (_, i) => (predictions[i] === gold[i] ? 1 : 0));
}

/** Share of predictions that equal the gold label; null without examples. */
export function accuracy(gold: ArrayLike<number>, predictions: ArrayLike<number>): number | null {
  const right = rights(gold, predictions);
  return right.length === 0 ? null : right.reduce((a, b) => a + b, 0) / right.length;
}

/** Class 1 where the probability is above one half, otherwise class 0. */
export function classes(probabilities: ArrayLike<number>): Uint8Array {
  return Uint8Array.from({length: probabilities.length}, (_, i) => (probabilities[i] > 0.5 ? 1 : 0));
}
