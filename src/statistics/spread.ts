/** Mean and standard deviation of a sample. */
export interface Spread {
  n: number;
  /** Null of no values. */
  mean: number | null;
  /** With n - 1 in the denominator; null of fewer than two values. */
  deviation: number | null;
}

export function spread(values: readonly number[]): Spread {
  const n = values.length;
  if (n === 0) return {n, mean: null, deviation: null};
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n === 1) return {n, mean, deviation: null};
  // Exactly, whatever the mean's last digit.
  if (values.every((value) => value === values[0])) return {n, mean: values[0], deviation: 0};
  return {n, mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1))};
}
