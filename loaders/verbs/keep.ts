/** Share of rows on which hardened predictions and hardened labels are the same class. */
export function hardAgreement(predicted: ArrayLike<number>, labels: ArrayLike<number>): number {
  let same = 0;
  for (let i = 0; i < labels.length; i++) if (predicted[i] > 0.5 === labels[i] > 0.5) same++;
  return same / labels.length;
}

/** The checkpoint that is kept: the earliest of those that agree best. */
export function earliestBest(agreements: readonly number[]): number {
  return agreements.indexOf(Math.max(...agreements));
}
