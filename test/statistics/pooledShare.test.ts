import {expect, test} from "vitest";
import {pooledShare} from "../../src/statistics/pooledShare.js";

test("counts cells together, so that a large one weighs more", () => {
  expect(
    pooledShare([
      {count: 1, of: 10},
      {count: 30, of: 40}
    ])
  ).toMatchObject({count: 31, of: 50, share: 0.62});
});

test("of one cell, or where there is nothing to count, nothing is said of others", () => {
  expect(pooledShare([{count: 3, of: 4}])).toEqual({count: 3, of: 4, share: 0.75, low: null, high: null});
  expect(
    pooledShare([
      {count: 0, of: 0},
      {count: 0, of: 0}
    ])
  ).toMatchObject({share: null, low: null, high: null});
});

test("the interval reaches from one of two cells to the other, and is none where all are alike", () => {
  const {low, high} = pooledShare([
    {count: 1, of: 10},
    {count: 30, of: 40}
  ]);
  expect([low, high]).toEqual([0.1, 0.75]);
  const alike = pooledShare(Array.from({length: 9}, () => ({count: 2, of: 5})));
  expect([alike.low, alike.share, alike.high]).toEqual([0.4, 0.4, 0.4]);
});

test("covers the share of the cells that others were drawn from about as often as it says", () => {
  let state = 11;
  const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const trials = 200;
  let covered = 0;
  for (let trial = 0; trial < trials; trial++) {
    // Shares of cells are spread evenly from 0.2 to 0.6.
    const cells = Array.from({length: 20}, () => ({count: Math.round(100 * (0.2 + 0.4 * uniform())), of: 100}));
    const {low, high} = pooledShare(cells, {replicates: 400, seed: `trial ${trial}`});
    covered += Number(low! <= 0.4 && 0.4 <= high!);
  }
  expect(covered / trials).toBeGreaterThan(0.88);
  expect(covered / trials).toBeLessThan(1);
});
