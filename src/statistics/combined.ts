/** An estimate with its 95 % interval. */
export interface Estimated {
  value: number;
  /** Null where the interval has no end on that side. */
  low: number | null;
  high: number | null;
}

/**
 * A weighted sum of estimates with an interval from theirs (MOVER; Zou and Donner 2008, Statistics in Medicine 27(10)): distances
 * from an estimate to the end of its interval add as squares. Estimates count as independent; where they share test rows and
 * supervisors, differences vary less than that, and the interval is rather too wide.
 */
export function combined(parts: readonly {weight: number; of: Estimated}[]): Estimated {
  let value = 0;
  let below = 0;
  let above = 0;
  for (const {weight, of} of parts) {
    value += weight * of.value;
    const [low, high] = weight > 0 ? [of.low, of.high] : [of.high, of.low];
    below += low === null ? Infinity : (weight * (of.value - low)) ** 2;
    above += high === null ? Infinity : (weight * (of.value - high)) ** 2;
  }
  return {value, low: finite(value - Math.sqrt(below)), high: finite(value + Math.sqrt(above))};
}

export const differenceOf = (a: Estimated, b: Estimated): Estimated =>
  combined([
    {weight: 1, of: a},
    {weight: -1, of: b}
  ]);

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Standard normal quantiles at 0.975 and 0.8. */
const [z95, z80] = [1.959963984540054, 0.8416212335729143];

/**
 * Smallest difference that a two-sided test at 5 % finds with a power of 80 %, by the width of a 95 % interval; null where that is
 * open, or has none: where all rows are alike, resampling tells nothing.
 */
export const detectable = ({low, high}: Estimated): number | null =>
  low === null || high === null || low === high ? null : ((high - low) / 2) * (1 + z80 / z95);
