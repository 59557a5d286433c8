import {InverseHessian} from "./inverseHessian.js";
import {addRows, dot, timesVector} from "./linear.js";
import {lineSearch} from "./lineSearch.js";
import {crossEntropy, sigmoid} from "./logistic.js";
import {confidenceWeight, harden} from "./loss.js";
import type {Loss} from "./loss.js";
import type {Matrix} from "./matrix.js";
import {standardisation, standardise} from "./standardise.js";

export type {Matrix} from "./matrix.js";

export interface HeadOptions {
  loss: Loss;
  /** C of the L2-regularised logistic regression: minimises the sum of the cross entropies + |w|^2 / (2 C); the bias is not penalised. */
  inverseRegularization: number;
  /** Iterations over the whole training set. */
  steps: number;
  /** Number of heads kept on the way, evenly spaced; the last one is that of the last step. */
  checkpoints: number;
  /**
   * Whether there is a bias, and features are centred; true where left out. Without, the head is odd: the opposite features
   * give the opposite logit, as a reward of two texts must that are swapped (Bradley-Terry).
   */
  intercept?: boolean;
}

export const headDefaults: HeadOptions = {
  loss: {name: "cross_entropy"},
  inverseRegularization: 0.01,
  steps: 120,
  checkpoints: 12
};

/** P(class 1) = sigmoid(bias + sum over j of weights[j] (x[j] - mean[j]) / scale[j]). */
export interface LinearHead {
  weights: Float64Array;
  bias: number;
  /** Mean and standard deviation of each feature over the training rows. */
  mean: Float64Array;
  scale: Float64Array;
}

export interface HeadStep {
  /** From 1. */
  step: number;
  /** Mean cross entropy against this step's targets, before the step (nats per example, without the penalty). */
  loss: number;
  /** Length of the step along its direction, by line search; 0 once the optimum is reached. */
  learningRate: number;
  confidenceWeight: number;
}

export interface TrainedHead {
  /** The head of the last step. */
  head: LinearHead;
  checkpoints: {step: number; head: LinearHead}[];
  curve: HeadStep[];
}

/** Gain per row (nats) that the next step may promise at most for the head to stay as it is. */
const settled = 1e-13;

/**
 * Trains a linear classification head on frozen features: logistic regression on soft labels, on standardised features, from zero.
 *
 * Every step uses the whole training set: a direction by L-BFGS, its length by an exact line search, which costs nothing since the
 * logits are linear in it. With the confidence loss, each step's targets are (1 - a) label + a harden(own logits), held fixed for
 * the gradient (EDA, algorithm 4); the curvature does not depend on the targets, so what was learned of it stays valid.
 *
 * Nothing is drawn at random: the same input gives the same bits in Node and in the browser.
 *
 * @param features training rows
 * @param labels one per row: probability of class 1
 */
export function trainHead(features: Matrix, labels: ArrayLike<number>, options: HeadOptions): TrainedHead {
  const {rows, dimension} = features;
  const {loss, steps, intercept = true} = options;
  check(features, labels, options);
  const {mean, scale} = standardisation(features, intercept);
  const x = standardise(features, {mean, scale});
  const penalty = 1 / options.inverseRegularization;
  const kept = new Set(checkpointSteps(steps, options.checkpoints));

  const weak = Float64Array.from(labels);
  const positives = weak.reduce((a, b) => a + b, 0);
  const weakSums = columnSums(x, weak, dimension);
  const own = new Float64Array(rows);
  const ownSums = new Float64Array(dimension + 1);
  const parameters = new Float64Array(dimension + 1); // the bias comes last
  const logits = new Float64Array(rows);
  const slopes = new Float64Array(rows);
  const targets = new Float64Array(rows);
  let sums = columnSums(x, new Float64Array(rows).fill(0.5), dimension);
  const hessian = new InverseHessian();
  const curve: HeadStep[] = [];
  const checkpoints: TrainedHead["checkpoints"] = [];

  for (let step = 1; step <= steps; step++) {
    const weight = confidenceWeight(loss, step, steps);
    if (weight > 0) {
      const hard = harden(logits, positives);
      const flips = hard.map((value, i) => value - own[i]);
      add(ownSums, columnSums(x, flips, dimension));
      own.set(hard);
    }
    let entropy = 0;
    for (let i = 0; i < rows; i++) {
      targets[i] = (1 - weight) * weak[i] + weight * own[i];
      entropy += crossEntropy(logits[i], targets[i]);
    }
    const gradient = sums.map((sum, j) => {
      const pull = sum - (1 - weight) * weakSums[j] - weight * ownSums[j];
      if (j < dimension) return pull + penalty * parameters[j];
      return intercept ? pull : 0;
    });

    const move = hessian.direction(gradient);
    let length = 0;
    if (-dot(gradient, move) > settled * rows) {
      timesVector(x, move.subarray(0, dimension), slopes);
      for (let i = 0; i < rows; i++) slopes[i] += move[dimension];
      length = lineSearch(
        logits,
        slopes,
        targets,
        parameters.subarray(0, dimension),
        move.subarray(0, dimension),
        penalty
      );
      for (let j = 0; j <= dimension; j++) parameters[j] += move[j] *= length;
      for (let i = 0; i < rows; i++) logits[i] += length * slopes[i];
      const moved = columnSums(x, logits.map(sigmoid), dimension);
      hessian.learn(
        move,
        moved.map((sum, j) => {
          if (j < dimension) return sum - sums[j] + penalty * move[j];
          return intercept ? sum - sums[j] : 0;
        })
      );
      sums = moved;
    }

    curve.push({step, loss: entropy / rows, learningRate: length, confidenceWeight: weight});
    if (kept.has(step)) {
      const head = {weights: parameters.slice(0, dimension), bias: parameters[dimension], mean, scale};
      checkpoints.push({step, head});
    }
  }
  return {head: checkpoints[checkpoints.length - 1].head, checkpoints, curve};
}

/** Probability of class 1, one per row. */
export function predictHead({weights, bias, mean, scale}: LinearHead, features: Matrix): Float64Array {
  const {data, rows, dimension} = features;
  if (dimension !== weights.length) {
    throw new RangeError(`expected features of dimension ${weights.length}: ${dimension}`);
  }
  const slopes = weights.map((weight, j) => weight / scale[j]);
  const probabilities = new Float64Array(rows);
  for (let i = 0, k = 0; i < rows; i++) {
    let logit = bias;
    for (let j = 0; j < dimension; j++, k++) logit += slopes[j] * (data[k] - mean[j]);
    probabilities[i] = sigmoid(logit);
  }
  return probabilities;
}

/** Steps after which a head is kept: `count` of them, evenly spaced, the last one at the end; fewer where there are fewer steps. */
export function checkpointSteps(steps: number, count: number): number[] {
  const kept = Math.min(steps, Math.max(1, count));
  return Array.from({length: kept}, (_, i) => Math.round(((i + 1) * steps) / kept));
}

/** x' r, and the sum of r for the bias at the end. */
function columnSums(x: Float64Array, r: Float64Array, dimension: number): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(dimension + 1);
  addRows(x, r, sums.subarray(0, dimension));
  for (const value of r) sums[dimension] += value;
  return sums;
}

function add(into: Float64Array, values: Float64Array): void {
  for (let j = 0; j < into.length; j++) into[j] += values[j];
}

function check({data, rows, dimension}: Matrix, labels: ArrayLike<number>, options: HeadOptions): void {
  const {inverseRegularization, steps, checkpoints, loss} = options;
  if (data.length !== rows * dimension) throw new RangeError(`expected ${rows} x ${dimension} values: ${data.length}`);
  if (rows === 0) throw new RangeError("expected at least one training row: 0");
  if (labels.length !== rows) throw new RangeError(`expected one label a row, ${rows}: ${labels.length}`);
  for (let i = 0; i < rows; i++) {
    if (!(labels[i] >= 0 && labels[i] <= 1))
      throw new RangeError(`expected labels from 0 to 1, row ${i}: ${labels[i]}`);
  }
  if (!(inverseRegularization > 0 && inverseRegularization < Infinity)) {
    throw new RangeError(`expected a positive inverse regularization: ${inverseRegularization}`);
  }
  if (!(Number.isInteger(steps) && steps > 0)) throw new RangeError(`expected a positive number of steps: ${steps}`);
  if (!(Number.isInteger(checkpoints) && checkpoints > 0)) {
    throw new RangeError(`expected a positive number of checkpoints: ${checkpoints}`);
  }
  if (loss.name === "confidence") {
    if (!(loss.alpha >= 0 && loss.alpha <= 1)) throw new RangeError(`expected alpha from 0 to 1: ${loss.alpha}`);
    if (!(loss.warmup >= 0 && loss.warmup <= 1)) throw new RangeError(`expected warmup from 0 to 1: ${loss.warmup}`);
  }
}
