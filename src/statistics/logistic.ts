/** Probability of class 1. */
export function sigmoid(logit: number): number {
  if (logit >= 0) return 1 / (1 + Math.exp(-logit));
  const odds = Math.exp(logit);
  return odds / (1 + odds);
}

/** Cross entropy (nats) of a prediction, as a logit, against a target from 0 to 1. */
export function crossEntropy(logit: number, target: number): number {
  return Math.max(logit, 0) - target * logit + Math.log1p(Math.exp(-Math.abs(logit)));
}
