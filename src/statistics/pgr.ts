/**
 * Performance gap recovered (EDA, equation 3): (student - weak) / (ceiling - weak). 0 is the supervisor, 1 the ceiling; it may be
 * negative or above 1.
 *
 * Over several seeds: the numerators' sum over the denominators' sum, never a mean of ratios, which a seed with a small gap would
 * rule.
 *
 * @param weak performance of the supervisor, one per seed; so the others, on the same test examples
 * @returns not finite where the summed gap is 0
 */
export function pgr(weak: ArrayLike<number>, student: ArrayLike<number>, ceiling: ArrayLike<number>): number {
  if (student.length !== weak.length || ceiling.length !== weak.length) {
    throw new RangeError(`expected ${weak.length} seeds of each role: ${student.length}, ${ceiling.length}`);
  }
  let recovered = 0;
  let gap = 0;
  for (let s = 0; s < weak.length; s++) {
    recovered += student[s] - weak[s];
    gap += ceiling[s] - weak[s];
  }
  return recovered / gap;
}

/**
 * A replicate of PGR that keeps its place in the order where resampling closes or inverts the gap: without a gap, whatever is
 * above the supervisor recovers more than any finite share of it, and whatever is below less.
 */
export function pgrReplicate(recovered: number, gap: number): number {
  if (gap > 0) return recovered / gap;
  return recovered > 0 ? Infinity : recovered < 0 ? -Infinity : NaN;
}

/**
 * Why PGR is withheld, or null where it is not: the interval of ceiling - weak must lie above 0, otherwise there is no gap to
 * recover. No student enters the rule, so no method can influence which cells count.
 *
 * @param low lower end of the interval of ceiling - weak, on test examples, over all seeds
 */
export function withheld(low: number | null): string | null {
  if (low === null || Number.isNaN(low)) return "the gap between weak model and strong ceiling is unknown";
  if (low > 0) return null;
  const points = (100 * low).toFixed(1).replace("-", "\u2212");
  return `the strong ceiling is not clearly above the weak model: the 95 % interval of the gap starts at ${points} points`;
}
