import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {accuracy, classes} from "../../src/statistics/accuracy.js";
import {calibrationError, reliability} from "../../src/statistics/calibration.js";
import {random} from "../../src/statistics/random.js";
import {brier, logLoss} from "../../src/statistics/scores.js";
import {wilson} from "../../src/statistics/wilson.js";
import {hasReference, reference} from "./python.js";

const draw = random("calibration");
const probabilities = Array.from({length: 400}, () => draw() ** 2);
const gold = probabilities.map((p) => (draw() < 0.2 + 0.6 * p ? 1 : 0));

describe("calibration", () => {
  it.skipIf(!hasReference)("gives what scikit-learn and SciPy give", () => {
    const shares = [
      [0, 7],
      [7, 7],
      [3, 10],
      [140, 300]
    ];
    const expected = reference<{
      accuracy: number;
      brier: number;
      logLoss: number;
      observed: number[];
      predicted: number[];
      counts: number[];
      calibrationError: number;
      wilson: [number, number][];
    }>("calibration", {gold, probabilities, shares});
    const bins = reliability(gold, probabilities);
    expect(bins.map((bin) => bin.n)).toEqual(expected.counts);
    bins.forEach((bin, k) => {
      expect(bin.observed).toBeCloseTo(expected.observed[k], 12);
      expect(bin.predicted).toBeCloseTo(expected.predicted[k], 12);
    });
    expect(calibrationError(gold, probabilities)).toBeCloseTo(expected.calibrationError, 12);
    expect(brier(gold, probabilities)).toBeCloseTo(expected.brier, 12);
    expect(logLoss(gold, probabilities)).toBeCloseTo(expected.logLoss, 10);
    expect(accuracy(gold, classes(probabilities))).toBeCloseTo(expected.accuracy, 12);
    shares.forEach(([count, n], k) => {
      expect(wilson(count, n).low).toBeCloseTo(expected.wilson[k][0], 9);
      expect(wilson(count, n).high).toBeCloseTo(expected.wilson[k][1], 9);
    });
  });

  it("by hand", () => {
    // Bin (0.2, 0.3]: predicted 0.25, observed 1/2; bin (0.8, 0.9]: predicted 0.9, observed 1.
    expect(calibrationError([0, 1, 1, 1], [0.25, 0.25, 0.9, 0.9])).toBeCloseTo(0.5 * 0.25 + 0.5 * 0.1, 12);
    expect(brier([1, 0], [0.8, 0.4])).toBeCloseTo((0.04 + 0.16) / 2, 12);
    expect(logLoss([1, 0], [0.5, 0.5])).toBeCloseTo(Math.LN2, 12);
    expect(logLoss([1], [0])).toBeCloseTo(52 * Math.LN2, 9);
    expect(accuracy([1, 0, 1, 1], [1, 1, 1, 0])).toBe(0.5);
    expect([accuracy([], []), brier([], []), logLoss([], []), calibrationError([], [])]).toEqual([
      null,
      null,
      null,
      null
    ]);
    expect([...classes([0.5, 0.51, 0])]).toEqual([0, 1, 0]);
  });

  it("puts 0, 1 and every border into a bin, loses no example, and keeps intervals around shares", () => {
    expect(reliability([0, 1, 1, 0], [0, 1, 0.1, 0.10001]).map(({from, to, n}) => [from, to, n])).toEqual([
      [0, 0.1, 2],
      [0.1, 0.2, 1],
      [0.9, 1, 1]
    ]);
    const example = fc.tuple(fc.constantFrom(0, 1), fc.double({min: 0, max: 1, noNaN: true}));
    fc.assert(
      fc.property(fc.array(example, {minLength: 1}), (examples) => {
        const bins = reliability(
          examples.map(([y]) => y),
          examples.map(([, p]) => p)
        );
        expect(bins.reduce((sum, bin) => sum + bin.n, 0)).toBe(examples.length);
        for (const bin of bins) {
          expect(bin.low).toBeLessThanOrEqual(bin.observed);
          expect(bin.high).toBeGreaterThanOrEqual(bin.observed);
        }
      })
    );
    expect(() => reliability([1], [1.2])).toThrow("expected probabilities from 0 to 1, example 0: 1.2");
  });
});
