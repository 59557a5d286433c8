import {describe, expect, it} from "vitest";
import {checkpointSteps, headDefaults, predictHead, trainHead} from "../../src/statistics/head.js";
import type {HeadOptions} from "../../src/statistics/head.js";
import {takeRows} from "../../src/statistics/matrix.js";
import type {Matrix} from "../../src/statistics/matrix.js";
import {random, shuffle} from "../../src/statistics/random.js";
import {plantedFeatures, toRows} from "./planted.js";
import {hasReference, reference} from "./python.js";

const confidence = (alpha: number, warmup = 0.2): HeadOptions => ({
  ...headDefaults,
  loss: {name: "confidence", alpha, warmup}
});
const matrix = (rows: number[][]): Matrix => ({
  data: Float32Array.from(rows.flat()),
  rows: rows.length,
  dimension: rows[0].length
});

describe("trainHead", () => {
  const train = plantedFeatures(350, 96, "train");
  const test = plantedFeatures(200, 96, "test");

  it.skipIf(!hasReference)("gives scikit-learn's logistic regression on soft labels", () => {
    const strengths = [0.01, 1];
    const solutions = reference<{probabilities: number[]; bias: number; weights: number[]}[]>("logistic_regression", {
      train: toRows(train.features),
      test: toRows(test.features),
      labels: train.labels,
      C: strengths
    });
    strengths.forEach((inverseRegularization, k) => {
      const {head} = trainHead(train.features, train.labels, {...headDefaults, inverseRegularization});
      const expected = solutions[k];
      const probabilities = predictHead(head, test.features);
      for (let i = 0; i < 200; i++) expect(probabilities[i]).toBeCloseTo(expected.probabilities[i], 4);
      expect(head.bias).toBeCloseTo(expected.bias, 4);
      expected.weights.forEach((weight, j) => expect(head.weights[j]).toBeCloseTo(weight, 3));
    });
  });

  it.skipIf(!hasReference)("gives scikit-learn's logistic regression without intercept, on features about 0", () => {
    const [solution] = reference<{probabilities: number[]; weights: number[]}[]>("logistic_regression", {
      train: toRows(train.features),
      test: toRows(test.features),
      labels: train.labels,
      C: [0.1],
      intercept: false
    });
    const {head} = trainHead(train.features, train.labels, {
      ...headDefaults,
      inverseRegularization: 0.1,
      intercept: false
    });
    expect(head.bias).toBe(0);
    const probabilities = predictHead(head, test.features);
    for (let i = 0; i < 200; i++) expect(probabilities[i]).toBeCloseTo(solution.probabilities[i], 4);
  });

  it("without intercept is a reward of two texts: swapped pairs teach the same, and are told the opposite", () => {
    const options: HeadOptions = {...confidence(0.5), intercept: false};
    const swapped: Matrix = {...train.features, data: train.features.data.map((value) => -value)};
    const one = trainHead(train.features, train.labels, options).head;
    const other = trainHead(
      swapped,
      train.labels.map((label) => 1 - label),
      {...options, loss: {name: "cross_entropy"}}
    ).head;
    const plain = trainHead(train.features, train.labels, {...options, loss: {name: "cross_entropy"}}).head;
    other.weights.forEach((weight, j) => expect(weight).toBeCloseTo(plain.weights[j], 10));
    const told = predictHead(one, test.features);
    const opposite = predictHead(one, {...test.features, data: test.features.data.map((value) => -value)});
    told.forEach((probability, i) => expect(opposite[i]).toBeCloseTo(1 - probability, 12));
  });

  it("reaches a point where the gradient of the penalised loss is zero", () => {
    const {head} = trainHead(train.features, train.labels, headDefaults);
    const p = predictHead(head, train.features);
    let biasGradient = 0;
    const gradient = new Float64Array(96);
    for (let i = 0; i < 350; i++) {
      const residual = p[i] - train.labels[i];
      biasGradient += residual;
      for (let j = 0; j < 96; j++) {
        gradient[j] += (residual * (train.features.data[i * 96 + j] - head.mean[j])) / head.scale[j];
      }
    }
    expect(Math.abs(biasGradient)).toBeLessThan(1e-3);
    for (let j = 0; j < 96; j++)
      expect(gradient[j] + head.weights[j] / headDefaults.inverseRegularization).toBeCloseTo(0, 2);
  });

  it("by hand: without information in the features, predicts the mean of the labels", () => {
    const constant = matrix([[7], [7], [7], [7]]);
    const {head} = trainHead(constant, [0.9, 0.2, 0.3, 0.2], headDefaults);
    expect(head.weights[0]).toBe(0);
    for (const p of predictHead(head, constant)) expect(p).toBeCloseTo(0.4, 6);
  });

  it("starts at log 2 and ends lower, a step at a time", () => {
    const {curve} = trainHead(train.features, train.labels, headDefaults);
    expect(curve[0].loss).toBeCloseTo(Math.LN2, 12);
    expect(curve.length).toBe(headDefaults.steps);
    expect(curve[curve.length - 1].loss).toBeLessThan(curve[0].loss);
  });

  it("gives the same bits again", () => {
    for (const options of [headDefaults, confidence(0.75)]) {
      expect(trainHead(train.features, train.labels, options)).toEqual(
        trainHead(train.features, train.labels, options)
      );
    }
  });

  it("does not depend on the order of the rows, or on shift and scale of a feature", () => {
    for (const options of [headDefaults, confidence(0.5)]) {
      const order = shuffle([...Array(350).keys()], random(3));
      const {data, rows, dimension} = train.features;
      const changed = {data: data.map((value, k) => 4 * value - (k % dimension)), rows, dimension};
      const changedTest = {...test.features, data: test.features.data.map((v, k) => 4 * v - (k % dimension))};
      const plain = predictHead(trainHead(train.features, train.labels, options).head, test.features);
      const shuffled = trainHead(
        takeRows(train.features, order),
        order.map((i) => train.labels[i]),
        options
      );
      predictHead(shuffled.head, test.features).forEach((p, i) => expect(p).toBeCloseTo(plain[i], 3));
      const rescaled = predictHead(trainHead(changed, train.labels, options).head, changedTest);
      rescaled.forEach((p, i) => expect(p).toBeCloseTo(plain[i], 3));
    }
  });

  it("exchanging the classes exchanges the probabilities", () => {
    for (const options of [headDefaults, confidence(0.5)]) {
      const labels = train.labels.slice();
      // A whole number of positives, so that rounding does not favour a class.
      labels[0] += Math.round(labels.reduce((a, b) => a + b)) - labels.reduce((a, b) => a + b);
      labels[0] = Math.min(1, Math.max(0, labels[0]));
      const one = predictHead(trainHead(train.features, labels, options).head, test.features);
      const other = predictHead(
        trainHead(
          train.features,
          labels.map((y) => 1 - y),
          options
        ).head,
        test.features
      );
      other.forEach((p, i) => expect(1 - p).toBeCloseTo(one[i], 3));
    }
  });

  it("with a confidence weight of 0 is cross entropy, bit for bit", () => {
    const plain = trainHead(train.features, train.labels, headDefaults);
    const zero = trainHead(train.features, train.labels, confidence(0));
    expect(zero.head).toEqual(plain.head);
  });

  it("with the confidence loss is surer, raises the weight without a jump, and keeps the share of positives", () => {
    const plain = predictHead(trainHead(train.features, train.labels, headDefaults).head, train.features);
    const {head, curve} = trainHead(train.features, train.labels, confidence(0.75));
    const sure = predictHead(head, train.features);
    const sureness = (p: Float64Array) => p.reduce((sum, value) => sum + Math.abs(value - 0.5), 0);
    expect(sureness(sure)).toBeGreaterThan(1.1 * sureness(plain));
    const weights = [0, ...curve.map((step) => step.confidenceWeight)];
    expect(weights[24]).toBeCloseTo(0.75, 12);
    expect(weights[12]).toBeCloseTo(0.375, 12);
    expect(weights[120]).toBe(0.75);
    for (let i = 1; i < weights.length; i++) expect(weights[i] - weights[i - 1]).toBeLessThanOrEqual(0.75 / 24 + 1e-12);
    const mean = train.labels.reduce((a, b) => a + b) / 350;
    expect(sure.reduce((a, b) => a + b) / 350).toBeCloseTo(mean, 2);
  });

  it("undoes symmetric noise of 20 % in the labels: more right than its labels", () => {
    const draw = random("noise");
    const truth = train.labels.map((y) => (y > 0.5 ? 1 : 0));
    const noisy = truth.map((y) => (draw() < 0.2 ? 1 - y : y));
    const right = (values: ArrayLike<number>) => truth.filter((y, i) => (values[i] > 0.5 ? 1 : 0) === y).length / 350;
    const {head} = trainHead(train.features, noisy, headDefaults);
    expect(right(noisy)).toBeLessThan(0.84);
    expect(right(predictHead(head, train.features))).toBeGreaterThan(right(noisy) + 0.04);
  });

  it("keeps evenly spaced checkpoints, each the head that training to there would have given", () => {
    expect(checkpointSteps(120, 12)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]);
    expect(checkpointSteps(5, 12)).toEqual([1, 2, 3, 4, 5]);
    const long = trainHead(train.features, train.labels, {...headDefaults, steps: 12, checkpoints: 4});
    const short = trainHead(train.features, train.labels, {...headDefaults, steps: 6, checkpoints: 1});
    expect(long.checkpoints.map((c) => c.step)).toEqual([3, 6, 9, 12]);
    expect(long.checkpoints[1].head).toEqual(short.head);
    expect(long.checkpoints[3].head).toEqual(long.head);
  });

  it("stays finite on one class, one row, and nothing but its own predictions", () => {
    const {features} = plantedFeatures(40, 8, "extreme");
    const first = takeRows(features, [0]);
    const probabilities = [
      predictHead(trainHead(features, new Float64Array(40), headDefaults).head, features),
      predictHead(trainHead(features, new Float64Array(40).fill(1), confidence(0.75)).head, features),
      predictHead(trainHead(first, [0.3], confidence(1)).head, first),
      predictHead(trainHead(features, train.labels.slice(0, 40), confidence(1, 0)).head, features)
    ];
    for (const p of probabilities[0]) expect(p).toBeLessThan(0.01);
    for (const p of probabilities[1]) expect(p).toBeGreaterThan(0.99);
    for (const p of probabilities.flatMap((list) => [...list])) expect(p >= 0 && p <= 1).toBe(true);
  });

  it("refuses what it cannot train on", () => {
    const two = matrix([[1], [2]]);
    expect(() => trainHead(two, [0, 1.5], headDefaults)).toThrow("expected labels from 0 to 1, row 1: 1.5");
    expect(() => trainHead(two, [0], headDefaults)).toThrow("expected one label a row, 2: 1");
    expect(() => trainHead(matrix([[1], [NaN]]), [0, 1], headDefaults)).toThrow("expected finite features");
    expect(() => trainHead(two, [0, 1], {...headDefaults, steps: 0})).toThrow("expected a positive number of steps: 0");
    expect(() => predictHead(trainHead(two, [0, 1], headDefaults).head, matrix([[1, 2]]))).toThrow("dimension 1: 2");
  });
});
