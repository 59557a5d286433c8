import {expect, test} from "vitest";
import {comparisonFrame} from "../../src/charts/comparisonChart.js";

const row = (value: number, half: number, detectable: number, aside = false) => ({
  value,
  low: value - half,
  high: value + half,
  detectable,
  aside
});

test("comparisons on too few pairs do not stretch the axis, unless there are no others", () => {
  const [wild, tame] = [row(0, 0.1, 0.6, true), row(0.01, 0.02, 0.02)];
  const [low, high] = comparisonFrame([wild, tame], {at: 0});
  expect([low, high].map((d) => d.toFixed(2))).toEqual(["-0.02", "0.03"]);
  expect(comparisonFrame([wild], {at: 0})).toEqual([-0.6, 0.6]);
});
