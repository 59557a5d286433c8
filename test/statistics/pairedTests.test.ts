import {beforeAll, describe, expect, it} from "vitest";
import {holm} from "../../src/statistics/holm.js";
import {pairedTTest} from "../../src/statistics/pairedTTest.js";
import {detectableEffect, pairsNeeded, power} from "../../src/statistics/power.js";
import {random} from "../../src/statistics/random.js";
import {seedsNeeded} from "../../src/statistics/seedsNeeded.js";
import {spread} from "../../src/statistics/spread.js";
import {wilcoxon} from "../../src/statistics/wilcoxon.js";
import {normal} from "./planted.js";
import {hasReference, reference} from "./python.js";

const draw = random("paired tests");
const drawn = (n: number, mean = 0) => Array.from({length: n}, () => mean + normal(draw));
const rounded = (values: number[]) => values.map((value) => Math.round(value * 2) / 2);
const differences = [
  drawn(2),
  drawn(3, 1),
  drawn(8, 0.5),
  drawn(22, 0.6),
  drawn(50, 0.2),
  drawn(51, 0.2),
  drawn(198, 0.1),
  drawn(60, 4),
  // Ties and zeros: to the nearest half.
  rounded(drawn(9, 0.5)),
  rounded(drawn(14, 0.3)),
  rounded(drawn(120, 0.1))
];
const sizes = [2, 3, 5, 10, 18, 22, 50, 198, 1000];
const designs = [2, 3, 8, 18, 22, 198, 5000].flatMap((n) => [0.01, 0.2, 0.5, 1, 2].map((effect) => [n, effect]));
const effects = [0.07, 0.1, 0.3, 0.5, 0.8, 1.2, 3, 8];

describe.skipIf(!hasReference)("as in scipy", () => {
  let expected: {
    t: [number, number][];
    wilcoxon: [number, number][];
    power: number[];
    detectable: number[];
    needed: number[];
  };
  beforeAll(() => {
    expected = reference("paired_tests", {differences, sizes, designs, effects});
  });

  it("are t and its p", () => {
    differences.forEach((values, i) => {
      const {t, p} = pairedTTest(values)!;
      expect(t).toBeCloseTo(expected.t[i][0], 10);
      expect(p / expected.t[i][1]).toBeCloseTo(1, 6);
    });
  });

  it("are the signed-rank statistic and its p: exact, exact with ties, and approximate", () => {
    differences.forEach((values, i) => {
      const {statistic, p} = wilcoxon(values)!;
      expect(statistic).toBe(expected.wilcoxon[i][0]);
      expect(p / expected.wilcoxon[i][1]).toBeCloseTo(1, 5);
    });
  });

  it("are power, the smallest detectable difference and the pairs needed", () => {
    designs.forEach(([n, effect], i) => expect(power(n, effect), `${n} ${effect}`).toBeCloseTo(expected.power[i], 6));
    sizes.forEach((n, i) => expect(detectableEffect(n) / expected.detectable[i]).toBeCloseTo(1, 6));
    effects.forEach((effect, i) => expect(pairsNeeded(effect * 0.07, 0.07)).toBe(expected.needed[i]));
  });
});

describe("the paired t-test", () => {
  it("is undefined where differences do not differ, or where there is one", () => {
    for (const values of [[], [0.1], [0, 0, 0], [0.07, 0.07, 0.07]]) expect(pairedTTest(values)).toBeNull();
  });

  it("of 1, 2, 3 has t = 2 over the root of 1 / 3 and, with two degrees of freedom, a p in closed form", () => {
    const {t, p} = pairedTTest([1, 2, 3])!;
    expect(t).toBeCloseTo(2 * Math.sqrt(3), 12);
    expect(p).toBeCloseTo(1 - t / Math.sqrt(t * t + 2), 10);
  });
});

describe("Wilcoxon's test", () => {
  it("counts sign patterns by hand", () => {
    // Of 32 patterns of ranks 1 to 5, only that of none sums to 0.
    expect(wilcoxon([1, 2, 3, 4, 5])).toEqual({statistic: 0, p: 2 / 32});
    // Ranks 1, 2.5, 2.5, 4: sums of at most 1 are those of none and of {1}; the zero counts for nothing.
    expect(wilcoxon([-1, 2, 2, 3, 0])).toEqual({statistic: 1, p: 4 / 16});
    expect(wilcoxon([1, -1])).toEqual({statistic: 1.5, p: 1});
  });

  it("is undefined where all differences are 0", () => {
    expect(wilcoxon([0, 0])).toBeNull();
  });

  it("moves by less than one in a hundred where exact counting ends", () => {
    const values = drawn(51, 0.3);
    const full = wilcoxon(values)!.p;
    const squares = values.map(Math.abs);
    const least = values[squares.indexOf(Math.min(...squares))];
    expect(Math.abs(full - wilcoxon(values.filter((value) => value !== least))!.p)).toBeLessThan(0.01);
  });
});

describe("Holm's correction", () => {
  it("is what one computes by hand", () => {
    // Ascending: 0.005 x 4, 0.01 x 3, 0.03 x 2, 0.04 x 1 raised to the one before.
    holm([0.01, 0.04, 0.03, 0.005]).forEach((p, i) => expect(p).toBeCloseTo([0.03, 0.06, 0.06, 0.02][i], 12));
    expect(holm([0.5, 0.6])).toEqual([1, 1]);
  });

  it("leaves tests without a p value out", () => {
    const corrected = holm([null, 0.02, null, 0.03]);
    expect(corrected).toEqual([null, 0.04, null, 0.04]);
    expect(holm([])).toEqual([]);
  });
});

describe("what a design would need", () => {
  it("is nothing that exists for a difference of 0 or one too small", () => {
    expect(pairsNeeded(0, 0.1)).toBeNull();
    expect(pairsNeeded(0.0001, 0.1)).toBeNull();
    expect(pairsNeeded(0.1, 0)).toBe(2);
  });

  /** Seeds of a pair around its mean, with a given variance between them. */
  const pairs = (means: number[], within: number, seeds = 2) =>
    means.map((mean) =>
      Array.from({length: seeds}, (_, s) => mean + (s % 2 ? 1 : -1) * Math.sqrt((within * (seeds - 1)) / seeds))
    );

  it("is as many seeds as shrink the seeds' part of the variance enough", () => {
    const means = [-0.02, 0.01, 0.03, 0.02, 0.06, -0.01, 0.04, 0.03];
    const {mean, deviation} = spread(means);
    const within = 0.0012;
    const between = deviation! ** 2 - within / 2;
    const wanted = (mean! / detectableEffect(8)) ** 2;
    // Solved by hand: between + within / seeds = wanted.
    const solution = within / (wanted - between);
    expect(solution).toBeGreaterThan(2);
    expect(seedsNeeded(pairs(means, within))).toBe(Math.ceil(solution));
  });

  it("is no number of seeds where pairs differ by themselves, and unknown from one seed", () => {
    expect(seedsNeeded(pairs([-0.2, 0.1, 0.3, 0, 0.1], 1e-6))).toBeNull();
    expect(seedsNeeded([[0.1], [0.2], [0.15]])).toBeNull();
    expect(seedsNeeded(pairs([0.1, 0.1, -0.2], 0.01))).toBeNull();
  });

  it("is one seed where pairs agree", () => {
    expect(seedsNeeded(pairs([0.1, 0.11, 0.1, 0.09], 1e-8))).toBe(1);
  });
});
