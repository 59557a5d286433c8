import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {confidenceWeight, harden} from "../../src/statistics/loss.js";

describe("harden", () => {
  it("by hand: as many positives as the labels hold", () => {
    expect([...harden(Float64Array.of(-1, 3, 0, 2), 2)]).toEqual([0, 1, 0, 1]);
    expect([...harden(Float64Array.of(-1, 3, 0, 2), 2.4)]).toEqual([0, 1, 0, 1]);
    expect([...harden(Float64Array.of(-1, 3, 0, 2), 0)]).toEqual([0, 0, 0, 0]);
    expect([...harden(Float64Array.of(-1, 3, 0, 2), 4)]).toEqual([1, 1, 1, 1]);
    expect([...harden(Float64Array.of(5, 0, 0, -1), 2)]).toEqual([1, 0.5, 0.5, 0]);
  });

  it("keeps the number of positives and the order of the logits", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({min: -9, max: 9}), {minLength: 1, maxLength: 30}),
        fc.nat(30),
        (values, count) => {
          const hard = harden(Float64Array.from(values), count);
          expect(hard.reduce((a, b) => a + b)).toBeCloseTo(Math.min(count, values.length), 9);
          values.forEach((a, i) => values.forEach((b, j) => a > b && expect(hard[i]).toBeGreaterThanOrEqual(hard[j])));
        }
      )
    );
  });
});

describe("confidenceWeight", () => {
  it("rises linearly and stays", () => {
    const loss = {name: "confidence", alpha: 0.5, warmup: 0.2} as const;
    expect([1, 5, 10, 11, 50].map((step) => confidenceWeight(loss, step, 50))).toEqual([0.05, 0.25, 0.5, 0.5, 0.5]);
    expect(confidenceWeight({...loss, warmup: 0}, 1, 50)).toBe(0.5);
    expect(confidenceWeight({name: "cross_entropy"}, 1, 50)).toBe(0);
  });
});
