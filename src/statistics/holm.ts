/**
 * Holm's correction of p values for how many there are (Holm 1979, Scandinavian Journal of Statistics 6): in ascending order, the
 * i-th of m times m - i + 1, and no smaller than the one before. Tests without a p value (null) do not count.
 */
export function holm(values: readonly (number | null)[]): (number | null)[] {
  const order = values.flatMap((p, i) => (p === null ? [] : i)).sort((a, b) => values[a]! - values[b]!);
  const corrected = values.map(() => null as number | null);
  let largest = 0;
  order.forEach((at, i) => {
    largest = Math.max(largest, Math.min(1, values[at]! * (order.length - i)));
    corrected[at] = largest;
  });
  return corrected;
}
