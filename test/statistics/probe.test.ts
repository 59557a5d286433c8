import {describe, expect, it} from "vitest";
import type {Matrix} from "../../src/statistics/matrix.js";
import {halves, probe, probeOptions} from "../../src/statistics/probe.js";
import {estimateProbes, type ProbedLayer} from "../../src/statistics/probeEstimates.js";
import {random} from "../../src/statistics/random.js";
import {normal, toRows} from "./planted.js";
import {hasReference, reference} from "./python.js";

const rows = 240;
const dimension = 24;
const labels = Array.from({length: rows}, (_, i) => i % 2);
const groups = Array.from({length: rows}, (_, i) => `g${Math.floor(i / 3)}`);
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

/** Activations that are noise, but for one direction along which the classes lie `distance` apart. */
function layer(distance: number, seed: string): Matrix {
  const draw = random(seed);
  const data = new Float32Array(rows * dimension).map(() => normal(draw));
  for (let i = 0; i < rows; i++) data[i * dimension + 5] += (labels[i] - 0.5) * distance;
  return {data, rows, dimension};
}

describe("halves", () => {
  it("keep groups whole, and are alike in size and labels", () => {
    const half = halves(labels, groups, 0);
    for (let i = 0; i < rows; i++) expect(half[i]).toBe(half[Math.floor(i / 3) * 3]);
    for (const label of [0, 1]) {
      const of = (side: number) => labels.filter((d, i) => d === label && half[i] === side).length;
      expect(Math.abs(of(0) - of(1))).toBeLessThanOrEqual(2);
    }
    expect(halves(labels, groups, 0)).toEqual(half);
    expect(halves(labels, groups, 1)).not.toEqual(half);
  });

  it("have exactly as many of each label where every row is its own group", () => {
    const half = halves(
      labels,
      labels.map((_, i) => String(i)),
      3
    );
    for (const label of [0, 1]) expect(labels.filter((d, i) => d === label && half[i] === 1)).toHaveLength(rows / 4);
  });
});

describe("a probe", () => {
  const half = halves(labels, groups, 0);

  it("finds a concept that is there linearly, not one that is not, and its control finds neither", () => {
    const carried = probe(layer(4, "carried"), labels, half, 0);
    const absent = probe(layer(0, "absent"), labels, half, 0);
    // Two normal classes 4 standard deviations apart: the best classifier is right on 97.7 %.
    expect(mean(carried.right)).toBeGreaterThan(0.93);
    // 0.5 within three standard errors of 240 rows.
    for (const found of [absent.right, absent.control, carried.control])
      expect(Math.abs(mean(found) - 0.5)).toBeLessThan(3 * Math.sqrt(0.25 / rows));
  });

  it("is asked only about rows that it did not learn from", () => {
    // One feature a row: whatever a probe learns of its half says nothing of the other.
    const data = new Float32Array(rows * rows);
    for (let i = 0; i < rows; i++) data[i * rows + i] = 1;
    const {right} = probe({data, rows, dimension: rows}, labels, half, 0);
    expect(Math.abs(mean(right) - 0.5)).toBeLessThan(3 * Math.sqrt(0.25 / rows));
  });

  it("of activations that do not vary is at chance, not below", () => {
    const one = labels.map((_, i) => String(i));
    const data = new Float32Array(rows * dimension).fill(2);
    const {right, control} = probe({data, rows, dimension}, labels, halves(labels, one, 0), 0);
    expect([mean(right), mean(control)]).toEqual([0.5, 0.5]);
  });

  it.skipIf(!hasReference)("is scikit-learn's logistic regression on the one half, asked about the other", () => {
    const features = layer(1, "compared");
    const {right} = probe(features, labels, half, 0);
    const all = toRows(features);
    const of = (side: number) => labels.flatMap((_, i) => (half[i] === side ? i : []));
    const [{probabilities}] = reference<{probabilities: number[]}[]>("logistic_regression", {
      train: of(0).map((i) => all[i]),
      test: of(1).map((i) => all[i]),
      labels: of(0).map((i) => labels[i]),
      C: [0.01]
    });
    expect(probeOptions.inverseRegularization).toBe(0.01);
    expect(of(1).map((i) => right[i])).toEqual(
      of(1).map((i, k) => Number(Number(probabilities[k] > 0.5) === labels[i]))
    );
  });
});

describe("estimates of probes", () => {
  /** Before, only layer 1 carries the concept; after training, layer 2 does too. */
  const distances = {before: [0, 3, 0], after: [0, 3, 3]};
  const seeds = [0, 1, 2];
  const probed = Object.entries(distances).flatMap(([stage, of]) =>
    of.map((distance, at): ProbedLayer => ({
      stage,
      layer: at,
      seeds: seeds.map((seed) =>
        probe(
          layer(distance, stage === "before" || at < 2 ? `layer ${at}` : `layer ${at} ${seed}`),
          labels,
          halves(labels, groups, seed),
          seed
        )
      )
    }))
  );
  const estimates = estimateProbes(probed, groups, {replicates: 500});
  const find = (stage: string, at: number | null) => estimates.find((d) => d.stage === stage && d.layer === at)!;

  it("find the layer that learned the concept, and no change where there is none", () => {
    expect(find("after", 2).change!.low).toBeGreaterThan(0.2);
    for (const at of [0, 1]) expect(find("after", at).change).toEqual({value: 0, low: 0, high: 0});
    expect(find("before", 1).low).toBeGreaterThan(0.8);
    expect(find("before", 0).low).toBeLessThan(0.5);
    expect(find("before", 2).change).toBeNull();
  });

  it("over layers are means, with an interval around them", () => {
    const {accuracy, control, change, low, high} = find("after", null);
    const of = [0, 1, 2].map((at) => find("after", at));
    expect(accuracy).toBeCloseTo(mean(of.map((d) => d.accuracy)), 12);
    expect(control).toBeCloseTo(mean(of.map((d) => d.control)), 12);
    expect(change!.value).toBeCloseTo(find("after", 2).change!.value / 3, 12);
    expect(low).toBeLessThan(accuracy);
    expect(high).toBeGreaterThan(accuracy);
  });

  it("by hand: of two seeds that are right on 3 and on 1 of 4 rows", () => {
    const rights = (right: number[]) => ({right: Uint8Array.from(right), control: Uint8Array.of(0, 0, 1, 1)});
    const [one] = estimateProbes(
      [{stage: "before", layer: 4, seeds: [rights([1, 1, 1, 0]), rights([0, 0, 0, 1])]}],
      ["a", "b", "c", "d"]
    );
    expect(one).toMatchObject({stage: "before", layer: 4, accuracy: 0.5, control: 0.5, change: null});
  });
});
