/** What a model is trained to minimise on its labels. */
export type Loss =
  | {name: "cross_entropy"}
  /** EDA, algorithm 4: weight `alpha` of the model's own hardened predictions, reached linearly over the first `warmup` share of the steps. */
  | {name: "confidence"; alpha: number; warmup: number};

/**
 * Weight of the confidence term at a step (EDA, "Auxiliary Confidence Loss": linear warm-up over the first 20 % of training).
 * It starts at 0 before the first step, rises by equal amounts and stays at `alpha`: no jump where the warm-up ends.
 *
 * @param step from 1 to `steps`
 */
export function confidenceWeight(loss: Loss, step: number, steps: number): number {
  if (loss.name === "cross_entropy") return 0;
  const rising = loss.warmup * steps;
  return rising > 0 ? loss.alpha * Math.min(1, step / rising) : loss.alpha;
}

/**
 * The model's own predictions, hardened to 0 or 1 by the threshold under which as many are positive as the labels hold in total
 * (EDA, algorithm 4; threshold as in Burns et al. 2023, appendix A.4). Logits that tie at the threshold share the places left,
 * so the order of the rows does not matter.
 *
 * @param logits one per row of the whole batch
 * @param positives sum of the labels of the batch; rounded to whole rows
 */
export function harden(logits: Float64Array, positives: number, into = new Float64Array(logits.length)): Float64Array {
  const count = Math.min(logits.length, Math.max(0, Math.round(positives)));
  if (count === 0) return into.fill(0);
  const threshold = Float64Array.from(logits).sort()[logits.length - count];
  let above = 0;
  let tied = 0;
  for (const logit of logits) {
    if (logit > threshold) above++;
    else if (logit === threshold) tied++;
  }
  const share = (count - above) / tied;
  for (let i = 0; i < logits.length; i++) into[i] = logits[i] > threshold ? 1 : logits[i] === threshold ? share : 0;
  return into;
}
