/** Standard normal quantile at 0.975. */
const z95 = 1.959963984540054;

/**
 * Score interval of a share (Wilson 1927), 95 % unless another quantile is given: stays within 0 and 1, also for shares of 0 and 1.
 *
 * @param count of `n` that have the property
 */
export function wilson(count: number, n: number, z = z95): {low: number; high: number} {
  if (n === 0) return {low: 0, high: 1};
  const share = count / n;
  const centre = share + (z * z) / (2 * n);
  const spread = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const width = 1 + (z * z) / n;
  return {
    low: count === 0 ? 0 : (centre - spread) / width,
    high: count === n ? 1 : (centre + spread) / width
  };
}
