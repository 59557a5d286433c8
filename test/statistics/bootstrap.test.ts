import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {channelMeans, crossedBootstrap, nestedBootstrap, percentileInterval} from "../../src/statistics/bootstrap.js";
import {median, quantile} from "../../src/statistics/quantile.js";
import {random} from "../../src/statistics/random.js";
import {normal, plantedRights} from "./planted.js";
import {hasReference, reference} from "./python.js";

const variance = (values: Float64Array) => {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
};
const width = ({low, high}: {low: number; high: number}) => high - low;

describe("crossedBootstrap", () => {
  const draw = random("data");
  const values = Array.from({length: 80}, () => normal(draw));

  it.skipIf(!hasReference)("with one seed gives scipy's percentile interval of a mean", () => {
    const shares = [0, 0.025, 0.3, 0.5, 0.975, 1];
    const expected = reference<{low: number; high: number; quantiles: number[]}>("bootstrap", {values, shares});
    const [replicates] = crossedBootstrap([values], 1, 80, {replicates: 20000});
    const {low, high} = percentileInterval(replicates);
    expect(low).toBeCloseTo(expected.low, 1.7);
    expect(high).toBeCloseTo(expected.high, 1.7);
    const sorted = values.slice().sort((a, b) => a - b);
    shares.forEach((share, i) => expect(quantile(sorted, share)).toBeCloseTo(expected.quantiles[i], 12));
  });

  it("has the variance that theory gives, for examples alone and for seeds alone", () => {
    const squares = (list: number[]) => {
      const mean = list.reduce((a, b) => a + b) / list.length;
      return list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length;
    };
    const perExample = [0, 1, 2].flatMap(() => values);
    const [byExample] = crossedBootstrap([perExample], 3, 80, {replicates: 10000});
    expect(variance(byExample) / (squares(values) / 80)).toBeCloseTo(1, 1);
    const effects = [1, 2, 4, 7, 11];
    const perSeed = effects.flatMap((effect) => new Array<number>(20).fill(effect));
    const [bySeed] = crossedBootstrap([perSeed], 5, 20, {replicates: 10000});
    expect(variance(bySeed) / (squares(effects) / 5)).toBeCloseTo(1, 1);
  });

  it("resamples all channels alike: what two channels share leaves their difference", () => {
    const second = values.map((value) => value + 0.25);
    const [a, b] = crossedBootstrap([values, second], 4, 20);
    a.forEach((value, r) => expect(b[r] - value).toBeCloseTo(0.25, 12));
  });

  it("covers a planted accuracy in at least 93 of 100 worlds, at little more than the width that would do", () => {
    for (const spread of [
      {seed: 0, example: 0.25},
      {seed: 0.02, example: 0.2}
    ]) {
      const world = random(`world ${spread.seed}`);
      let covered = 0;
      let total = 0;
      const means: number[] = [];
      for (let w = 0; w < 300; w++) {
        const rights = plantedRights(5, 120, 0.7, spread, world);
        const interval = percentileInterval(crossedBootstrap([rights], 5, 120, {replicates: 300, seed: `${w}`})[0]);
        if (interval.low <= 0.7 && 0.7 <= interval.high) covered++;
        total += width(interval);
        means.push(...channelMeans([rights]));
      }
      const sufficient = 2 * 1.96 * Math.sqrt(variance(Float64Array.from(means)));
      expect(covered).toBeGreaterThanOrEqual(279);
      expect(total / 300 / sufficient).toBeGreaterThan(0.95);
      expect(total / 300 / sufficient).toBeLessThan(1.4);
    }
  });

  it("shrinks by half with four times the examples", () => {
    const world = random("shrink");
    const spread = {seed: 0, example: 0.2};
    const of = (n: number) =>
      width(percentileInterval(crossedBootstrap([plantedRights(3, n, 0.7, spread, world)], 3, n)[0]));
    expect(of(1600) / of(400)).toBeCloseTo(0.5, 1);
  });

  it("is wider where examples come in groups that share their fate", () => {
    const pairs = values.flatMap((value) => [value, value]);
    const groups = pairs.map((_, i) => `question ${i >> 1}`);
    const grouped = width(percentileInterval(crossedBootstrap([pairs], 1, 160, {groups})[0]));
    const single = width(percentileInterval(crossedBootstrap([pairs], 1, 160)[0]));
    expect(grouped / single).toBeCloseTo(Math.SQRT2, 0.9);
  });

  it("brackets the estimate, repeats itself, and does not care about the order of examples beyond chance", () => {
    const world = random("order");
    const rights = plantedRights(3, 200, 0.7, {seed: 0.02, example: 0.2}, world);
    const reversed = Uint8Array.from(rights.keys(), (i) => rights[Math.floor(i / 200) * 200 + 199 - (i % 200)]);
    const {low, high} = percentileInterval(crossedBootstrap([rights], 3, 200)[0]);
    const [mean] = channelMeans([rights]);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    expect(percentileInterval(crossedBootstrap([rights], 3, 200)[0])).toEqual({low, high});
    const other = percentileInterval(crossedBootstrap([reversed], 3, 200)[0]);
    expect(other.low).toBeCloseTo(low, 1.7);
    expect(other.high).toBeCloseTo(high, 1.7);
  });

  it("refuses channels and groups of another shape", () => {
    expect(() => crossedBootstrap([[1, 0, 1]], 2, 2)).toThrow("expected 2 x 2 observations in a channel: 3");
    expect(() => crossedBootstrap([[1, 0]], 1, 2, {groups: ["a"]})).toThrow("expected one group an example, 2: 1");
  });
});

describe("nestedBootstrap", () => {
  it("covers the median of the population of tasks", () => {
    const draw = random("tasks");
    let covered = 0;
    for (let w = 0; w < 200; w++) {
      const cells = Array.from({length: 9}, () => {
        const truth = 0.4 + 0.2 * normal(draw);
        const seen = truth + 0.1 * normal(draw);
        return Float64Array.from({length: 200}, () => seen + 0.1 * normal(draw));
      });
      const {low, high} = percentileInterval(nestedBootstrap(cells, median, {replicates: 500, seed: `${w}`}));
      if (low <= 0.4 && 0.4 <= high) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(186);
    expect(covered).toBeLessThan(200);
  });

  it("of one cell is that cell's own interval", () => {
    const draw = random("one");
    const cell = Float64Array.from({length: 4000}, () => normal(draw));
    const {low, high} = percentileInterval(nestedBootstrap([cell], median, {replicates: 20000}));
    expect(low).toBeCloseTo(percentileInterval(cell).low, 0.9);
    expect(high).toBeCloseTo(percentileInterval(cell).high, 0.9);
  });
});

describe("quantile", () => {
  it("stays within the values, rises with the share, and keeps infinite ends", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({noNaN: true, min: -1e9, max: 1e9}), {minLength: 1}),
        fc.double({min: 0, max: 1, noNaN: true}),
        fc.double({min: 0, max: 1, noNaN: true}),
        (values, a, b) => {
          const sorted = Float64Array.from(values).sort();
          const [low, high] = [Math.min(a, b), Math.max(a, b)].map((share) => quantile(sorted, share));
          expect(low).toBeLessThanOrEqual(high + 1e-6);
          expect(low).toBeGreaterThanOrEqual(sorted[0]);
          expect(high).toBeLessThanOrEqual(sorted[sorted.length - 1] + 1e-6);
        }
      )
    );
    expect(quantile([-Infinity, 0, Infinity, Infinity], 0.9)).toBe(Infinity);
    expect(median([3, 1, 2, 10])).toBe(2.5);
  });
});
