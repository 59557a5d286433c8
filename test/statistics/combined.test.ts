import {describe, expect, test} from "vitest";
import {combined, detectable, differenceOf} from "../../src/statistics/combined.js";
import {power} from "../../src/statistics/power.js";

describe("a sum of estimates", () => {
  test("has an interval whose sides add as squares, each on its own side", () => {
    // 0.7 (-0.03, +0.05) less 0.5 (-0.12, +0.04): below sqrt(0.03^2 + 0.04^2), above sqrt(0.05^2 + 0.12^2).
    const {value, low, high} = differenceOf({value: 0.7, low: 0.67, high: 0.75}, {value: 0.5, low: 0.38, high: 0.54});
    expect(value).toBeCloseTo(0.2, 12);
    expect(low).toBeCloseTo(0.15, 12);
    expect(high).toBeCloseTo(0.33, 12);
  });

  test("is open where one of them is", () => {
    const open = {value: 0.5, low: null, high: 0.6};
    const closed = {value: 0.2, low: 0.1, high: 0.3};
    expect(differenceOf(open, closed)).toMatchObject({low: null});
    expect(differenceOf(open, closed).high).not.toBeNull();
    expect(differenceOf(closed, open)).toMatchObject({high: null});
  });

  test("of one, weighed 1, is that one", () => {
    const {value, low, high} = combined([{weight: 1, of: {value: 0.3, low: 0.1, high: 0.4}}]);
    expect([value, low, high].map((d) => d!.toFixed(12))).toEqual([
      "0.300000000000",
      "0.100000000000",
      "0.400000000000"
    ]);
  });
});

test("the smallest difference that can be found agrees with the power of a test of many pairs", () => {
  // 1,000 pairs of deviation 1: a 95 % interval of ± 1.96 / sqrt(1000).
  const half = 1.959963984540054 / Math.sqrt(1000);
  const least = detectable({value: 0, low: -half, high: half})!;
  expect(power(1000, least)).toBeCloseTo(0.8, 2);
  expect(detectable({value: 0, low: null, high: 1})).toBeNull();
  // No test row was answered right by anyone: nothing varies, and nothing is known of what would.
  expect(detectable({value: 0, low: 0, high: 0})).toBeNull();
});
