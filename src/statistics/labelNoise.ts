import {random, shuffle} from "./random.js";

/**
 * Soft labels with a share of them flipped (y becomes 1 - y). Nested: under one seed, what is flipped at 10 % is flipped at 20 %,
 * so that moving a slider adds noise and does not draw it anew.
 *
 * @param share of the labels to flip, 0 to 1; rounded to whole labels
 */
export function flipLabels(labels: ArrayLike<number>, share: number, seed: string | number): Float64Array {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`expected a share from 0 to 1: ${share}`);
  const flipped = Float64Array.from(labels);
  const order = shuffle([...flipped.keys()], random(seed));
  for (const i of order.slice(0, Math.round(share * flipped.length))) flipped[i] = 1 - flipped[i];
  return flipped;
}
