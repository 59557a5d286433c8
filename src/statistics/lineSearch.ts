import {dot} from "./linear.js";
import {sigmoid} from "./logistic.js";

/**
 * Length t >= 0 that minimises sum over i of crossEntropy(logits[i] + t slopes[i], targets[i]) + penalty / 2 |weights + t move|^2,
 * by Newton steps kept inside a bracket; 0 where the direction does not lead downhill.
 */
export function lineSearch(
  logits: Float64Array,
  slopes: Float64Array,
  targets: Float64Array,
  weights: Float64Array,
  move: Float64Array,
  penalty: number
): number {
  const linear = penalty * dot(weights, move);
  const quadratic = penalty * dot(move, move);
  let low = 0;
  let high = Infinity;
  let length = 0;
  let start = 0;
  for (let round = 0; round < 50; round++) {
    let slope = linear + length * quadratic;
    let curvature = quadratic;
    for (let i = 0; i < logits.length; i++) {
      const p = sigmoid(logits[i] + length * slopes[i]);
      slope += (p - targets[i]) * slopes[i];
      curvature += p * (1 - p) * slopes[i] * slopes[i];
    }
    if (round === 0) {
      if (!(slope < 0)) return 0;
      start = slope;
    }
    if (Math.abs(slope) <= 1e-6 * -start) return length;
    if (slope < 0) low = length;
    else high = length;
    const newton = length - slope / curvature;
    length = newton > low && newton < high ? newton : high === Infinity ? 2 * low + 1 : (low + high) / 2;
  }
  return low;
}
