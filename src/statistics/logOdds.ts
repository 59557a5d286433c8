/** Natural log-odds of a probability; finite for 0 and 1 too, as far as they can be told apart from their neighbours. */
export function logOdds(probability: number): number {
  const bounded = Math.min(1 - Number.EPSILON / 2, Math.max(Number.MIN_VALUE, probability));
  return Math.log(bounded) - Math.log1p(-bounded);
}
