/** Powers of two, 2^-k for k from 0; halving is exact. */
const halves = new Float64Array(1076);
halves[0] = 1;
for (let k = 1; k < halves.length; k++) halves[k] = halves[k - 1] / 2;

/** Coefficients of the series of e^r: 1 / n!. */
const taylor = new Float64Array(14);
taylor[0] = 1;
for (let n = 1; n < taylor.length; n++) taylor[n] = taylor[n - 1] / n;

/**
 * e^-x for x >= 0, within a few units in the last place.
 *
 * Math.exp is free to round as it likes, and engines differ in the last bit, also versions of one engine; this is built from
 * operations that IEEE 754 fixes, so a head trained in the page is the recorded one to the bit. x = k log 2 - r with |r| at most
 * (log 2) / 2, log 2 split in two so that k log 2 loses nothing (Cody and Waite 1980), and the Taylor series of e^r to the 13th power.
 */
export function decay(x: number): number {
  if (!(x < 745)) return x > 0 ? 0 : NaN;
  const k = Math.round(x * 1.4426950408889634);
  const r = k * 0.6931471803691238 - x + k * 1.9082149292705877e-10;
  let series = taylor[13];
  for (let n = 12; n >= 0; n--) series = taylor[n] + r * series;
  return series * halves[k];
}

/** Probability of class 1. */
export function sigmoid(logit: number): number {
  const odds = decay(Math.abs(logit));
  return (logit >= 0 ? 1 : odds) / (1 + odds);
}

/** Cross entropy (nats) of a prediction, as a logit, against a target from 0 to 1. */
export function crossEntropy(logit: number, target: number): number {
  return Math.max(logit, 0) - target * logit + Math.log1p(decay(Math.abs(logit)));
}
