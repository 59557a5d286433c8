import {expect, test} from "vitest";
import {crossedBootstrap, percentileInterval} from "../../src/statistics/bootstrap.js";
import {pairedDifference} from "../../src/statistics/pairedDifference.js";

const rows = Array.from({length: 40}, (_, i) => `row ${String(i).padStart(2, "0")}`);
const own = (row: string) => row;
const scores = (right: (i: number) => boolean, seeds: readonly number[] = [0, 1]) =>
  new Map(seeds.map((seed) => [seed, new Map(rows.map((row, i) => [row, Number(right(i))]))]));

test("is the mean difference on the rows and seeds that both have, with the interval of resampled seeds and rows", () => {
  // Right on 30 and on 20 of 40, the 20 among the 30: rows differ on 10, one way only.
  const [a, b] = [scores((i) => i < 30), scores((i) => i < 20)];
  const found = pairedDifference(a, b, own)!;
  expect(found.value).toBeCloseTo(0.25);
  const channel = [0, 1].flatMap(() => rows.map((_, i) => Number(i >= 20 && i < 30)));
  const [replicates] = crossedBootstrap([channel], 2, 40, {groups: rows});
  expect(found).toMatchObject(percentileInterval(replicates));
  expect(pairedDifference(b, a, own)!.value).toBeCloseTo(-0.25);
});

test("of models that are right on the same rows is nothing, without doubt, however many these are", () => {
  const same = scores((i) => i % 2 === 0);
  expect(pairedDifference(same, same, own)).toEqual({value: 0, low: 0, high: 0});
});

test("rows of a group are drawn together", () => {
  const [a, b] = [scores((i) => i < 30), scores((i) => i < 20)];
  const alone = pairedDifference(a, b, own)!;
  const grouped = pairedDifference(a, b, (row) => String(Math.floor(rows.indexOf(row) / 10)))!;
  expect(grouped.value).toBeCloseTo(alone.value);
  expect(grouped.high! - grouped.low!).toBeGreaterThan(alone.high! - alone.low!);
});

test("counts seeds and rows in common only; without any, there is none", () => {
  const a = scores((i) => i < 30, [0, 1, 2]);
  const b = new Map([[2, new Map(rows.slice(0, 25).map((row) => [row, 1]))]]);
  expect(pairedDifference(a, b, own)).toEqual({value: 0, low: 0, high: 0});
  expect(
    pairedDifference(
      a,
      scores(() => true, [7]),
      own
    )
  ).toBeNull();
});
