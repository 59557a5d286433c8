import {sigmoid} from "../../src/statistics/logistic.js";
import {random} from "../../src/statistics/random.js";
import type {Matrix} from "../../src/statistics/matrix.js";
import type {Random} from "../../src/statistics/random.js";

/** A nearly normal deviate of mean 0 and variance 1: additions only, so that every engine draws the same. */
export function normal(draw: Random): number {
  let sum = -6;
  for (let k = 0; k < 12; k++) sum += draw();
  return sum;
}

/** Correlated features with a decaying spectrum, as hidden states have, and soft labels from a planted direction. */
export function plantedFeatures(rows: number, dimension: number, seed: string): {features: Matrix; labels: number[]} {
  const mixing = random("mixing");
  const factors = Math.min(dimension, 40);
  const loadings = Array.from({length: factors}, (_, f) =>
    Array.from({length: dimension}, () => normal(mixing) / Math.sqrt(f + 1))
  );
  const draw = random(seed);
  const data = new Float32Array(rows * dimension);
  const labels: number[] = [];
  for (let i = 0; i < rows; i++) {
    const latent = Array.from({length: factors}, () => normal(draw));
    for (let j = 0; j < dimension; j++) {
      let value = 3 + 0.1 * normal(draw);
      for (let f = 0; f < factors; f++) value += latent[f] * loadings[f][j];
      data[i * dimension + j] = value;
    }
    labels.push(sigmoid(2 * latent[0] + latent[3] + latent[factors - 1]));
  }
  return {features: {data, rows, dimension}, labels};
}

/** Rows of a matrix as arrays of numbers, for JSON. */
export function toRows({data, rows, dimension}: Matrix): number[][] {
  return Array.from({length: rows}, (_, i) => Array.from(data.subarray(i * dimension, (i + 1) * dimension)));
}

/** How far the planted world lets accuracies vary: standard deviations on the scale of probabilities. */
export interface Spread {
  seed: number;
  example: number;
}

/**
 * Whether predictions are right, seeds x examples, drawn from a world in which the expected accuracy is known: the right answer is
 * drawn around `accuracy`, plus an effect of the seed and one of the example, each plus or minus its spread with equal chances.
 */
export function plantedRights(
  seeds: number,
  examples: number,
  accuracy: number,
  spread: Spread,
  draw: Random
): Uint8Array {
  const effect = (size: number) => (draw() < 0.5 ? size : -size);
  const perSeed = Array.from({length: seeds}, () => effect(spread.seed));
  const perExample = Array.from({length: examples}, () => effect(spread.example));
  return Uint8Array.from({length: seeds * examples}, (_, i) =>
    draw() < accuracy + perSeed[Math.floor(i / examples)] + perExample[i % examples] ? 1 : 0
  );
}
