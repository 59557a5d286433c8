import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {auroc} from "../../src/statistics/auroc.js";
import {entropyBins} from "../../src/statistics/entropyBins.js";
import {random} from "../../src/statistics/random.js";
import {riskCoverage} from "../../src/statistics/riskCoverage.js";

const scored = fc
  .array(fc.record({score: fc.integer({min: 0, max: 6}), positive: fc.integer({min: 0, max: 1})}), {
    minLength: 4,
    maxLength: 30
  })
  .filter((d) => [0, 1].every((which) => d.filter(({positive}) => positive === which).length > 1));

describe("the area under the curve", () => {
  test("and its variance are DeLong's, pair by pair", () => {
    fc.assert(
      fc.property(scored, (cases) => {
        const [x, y] = [1, 0].map((which) => cases.filter((d) => d.positive === which).map((d) => d.score));
        const wins = (a: number, b: number) => (a > b ? 1 : a === b ? 0.5 : 0);
        const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
        const variance = (values: number[]) =>
          values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0) / (values.length - 1);
        const v10 = x.map((a) => mean(y.map((b) => wins(a, b))));
        const v01 = y.map((b) => mean(x.map((a) => wins(a, b))));
        const area = mean(v10);
        const found = auroc(
          cases.map((d) => d.score),
          cases.map((d) => d.positive)
        );
        expect(found.value).toBeCloseTo(area, 12);
        if (area === 0 || area === 1) {
          expect(found.low).toBeNull();
          return;
        }
        const se = Math.sqrt(variance(v10) / x.length + variance(v01) / y.length) / (area * (1 - area));
        const logit = (p: number) => Math.log(p / (1 - p));
        expect(logit(found.high!)).toBeCloseTo(logit(area) + 1.959964 * se, 4);
        expect(logit(found.low!)).toBeCloseTo(logit(area) - 1.959964 * se, 4);
      })
    );
  });

  test("has an interval that does not shrink where every case is there three times", () => {
    const draw = random("auroc");
    const positive = Array.from({length: 60}, (_, i) => i % 2);
    const scores = positive.map((d) => d * 0.5 + draw());
    const groups = positive.map((_, i) => String(i));
    const thrice = <T>(values: T[]) => [...values, ...values, ...values];
    const once = auroc(scores, positive);
    const grouped = auroc(thrice(scores), thrice(positive), thrice(groups));
    for (const end of ["value", "low", "high"] as const) expect(grouped[end]).toBeCloseTo(once[end]!, 10);
    const naive = auroc(thrice(scores), thrice(positive));
    expect(naive.high! - naive.low!).toBeLessThan(0.7 * (once.high! - once.low!));
  });

  test("covers the truth about as often as it says", () => {
    const draw = random("coverage");
    let covered = 0;
    const runs = 400;
    for (let run = 0; run < runs; run++) {
      // Of uniform scores, shifted by 0.3: P(x > y) = 1 - 0.7² / 2.
      const positive = Array.from({length: 80}, (_, i) => i % 2);
      const {low, high} = auroc(
        positive.map((d) => 0.3 * d + draw()),
        positive
      );
      covered += Number(low! <= 0.755 && 0.755 <= high!);
    }
    expect(covered / runs).toBeGreaterThan(0.92);
    expect(covered / runs).toBeLessThan(0.985);
  });

  test("is withheld without both classes, its interval where they do not overlap", () => {
    expect(auroc([1, 2], [1, 1]).value).toBeNull();
    expect(auroc([1, 2, 3, 4], [0, 0, 1, 1])).toEqual({value: 1, low: null, high: null});
  });
});

const entropy = [0, 0, 0.7, 0.7, 1.5, 1.5, 2.3];
const right = [1, 1, 1, 0, 0, 1, 0];

test("risk by coverage takes questions of equal entropy together, the surest first", () => {
  const points = riskCoverage(entropy, right);
  expect(points.map((d) => [d.n, d.risk])).toEqual([
    [2, 0],
    [4, 1 / 4],
    [6, 2 / 6],
    [7, 3 / 7]
  ]);
  expect(points.at(-1)!.coverage).toBe(1);
  expect(points[0].high).toBeGreaterThan(0);
});

test("bins of entropy keep those without doubt apart, and lose nothing", () => {
  const bins = entropyBins(entropy, right, {most: 2.5, bins: 5});
  expect(bins.map((d) => [d.from, d.to, d.n, d.accuracy])).toEqual([
    [0, 0, 2, 1],
    [0.5, 1, 2, 0.5],
    [1, 1.5, 2, 0.5],
    [2, 2.5, 1, 0]
  ]);
  fc.assert(
    fc.property(fc.array(fc.double({min: 0, max: 2.5, noNaN: true}), {minLength: 1}), (some) => {
      const bins = entropyBins(
        some,
        some.map(() => 1),
        {most: 2.5}
      );
      expect(bins.reduce((n, d) => n + d.n, 0)).toBe(some.length);
      expect(entropyBins([0, 0], [1, 0], {most: 0}).map((d) => d.n)).toEqual([2]);
    })
  );
});
