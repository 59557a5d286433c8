import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {crossEntropy, decay, sigmoid} from "../../src/statistics/logistic.js";

describe("decay", () => {
  it("is Math.exp of the negative, to a few units in the last place", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.double({min: 0, max: 700, noNaN: true}), fc.double({min: 0, max: 2, noNaN: true})),
        (x) => {
          expect(Math.abs(decay(x) / Math.exp(-x) - 1)).toBeLessThan(8 * Number.EPSILON);
        }
      ),
      {numRuns: 5000}
    );
    expect([decay(0), decay(740) > 0, decay(800), decay(Infinity)]).toEqual([1, true, 0, 0]);
    expect(decay(NaN)).toBeNaN();
  });
});

describe("sigmoid", () => {
  it("by hand, and mirrored about one half", () => {
    expect(sigmoid(0)).toBe(0.5);
    expect(sigmoid(Math.log(3))).toBeCloseTo(0.75, 15);
    expect([sigmoid(-Infinity), sigmoid(Infinity), sigmoid(-800)]).toEqual([0, 1, 0]);
    fc.assert(
      fc.property(fc.double({min: -50, max: 50, noNaN: true}), (z) => {
        expect(sigmoid(z) + sigmoid(-z)).toBeCloseTo(1, 14);
      })
    );
  });

  it("gives the cross entropy of its probability", () => {
    fc.assert(
      fc.property(fc.double({min: -20, max: 20, noNaN: true}), fc.double({min: 0, max: 1, noNaN: true}), (z, y) => {
        const p = 1 / (1 + Math.exp(-z));
        const q = 1 / (1 + Math.exp(z));
        expect(crossEntropy(z, y)).toBeCloseTo(-(y * Math.log(p) + (1 - y) * Math.log(q)), 9);
      })
    );
  });
});
