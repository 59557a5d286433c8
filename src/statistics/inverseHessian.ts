import {dot} from "./linear.js";

interface Pair {
  move: Float64Array;
  change: Float64Array;
  curvature: number;
}

/** Limited-memory estimate of the inverse of a Hessian (L-BFGS; Nocedal and Wright 2006, algorithm 7.4). */
export class InverseHessian {
  private readonly pairs: Pair[] = [];

  constructor(private readonly memory = 10) {}

  /** Learns that moving by `move` changed the gradient by `change`. Both are kept, not copied. */
  learn(move: Float64Array, change: Float64Array): void {
    const curvature = dot(move, change);
    if (!(curvature > 1e-12 * dot(change, change))) return;
    this.pairs.push({move, change, curvature});
    if (this.pairs.length > this.memory) this.pairs.shift();
  }

  /** Its product with a vector, negated: the direction of the next step where the vector is the gradient. */
  direction(gradient: Float64Array): Float64Array {
    const direction = gradient.map((value) => -value);
    const factors: number[] = [];
    for (let k = this.pairs.length - 1; k >= 0; k--) {
      const {move, change, curvature} = this.pairs[k];
      factors[k] = dot(move, direction) / curvature;
      for (let j = 0; j < direction.length; j++) direction[j] -= factors[k] * change[j];
    }
    const latest = this.pairs[this.pairs.length - 1];
    if (latest) {
      const scale = latest.curvature / dot(latest.change, latest.change);
      for (let j = 0; j < direction.length; j++) direction[j] *= scale;
    }
    for (let k = 0; k < this.pairs.length; k++) {
      const {move, change, curvature} = this.pairs[k];
      const factor = factors[k] - dot(change, direction) / curvature;
      for (let j = 0; j < direction.length; j++) direction[j] += factor * move[j];
    }
    return direction;
  }
}
