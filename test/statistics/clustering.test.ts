import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {bySize, canonicalOrder, clusterEntropy, leaderClusters} from "../../src/statistics/clustering.js";

const unit = fc.double({min: -Math.PI, max: Math.PI, noNaN: true});

/** Clusters as an independent reading of section 3.2 gives them: take a reference, group what is similar, go on with the rest. */
function byTheBook(order: readonly number[], similar: (i: number, j: number) => boolean): number[][] {
  const groups: number[][] = [];
  for (let left = [...order]; left.length;) {
    const [reference] = left;
    const group = left.filter((i) => i === reference || similar(i, reference));
    groups.push(group);
    left = left.filter((i) => !group.includes(i));
  }
  return groups;
}

describe("leader clustering", () => {
  test("is what taking a reference and grouping what is left gives, time after time", () => {
    fc.assert(
      fc.property(fc.array(unit, {maxLength: 40}), fc.double({min: -1, max: 1, noNaN: true}), (angles, threshold) => {
        const similar = (i: number, j: number) => Math.cos(angles[i] - angles[j]) >= threshold;
        const order = [...angles.keys()];
        expect(leaderClusters(order, similar)).toEqual(byTheBook(order, similar));
      })
    );
  });

  test("at the lowest threshold all are one cluster, above the highest each is its own", () => {
    const angles = [0, 1, 2, 3];
    const at = (threshold: number) =>
      leaderClusters([0, 1, 2, 3], (i, j) => Math.cos(angles[i] - angles[j]) >= threshold);
    expect(at(-1)).toEqual([[0, 1, 2, 3]]);
    expect(at(1.01)).toEqual([[0], [1], [2], [3]]);
  });
});

describe("the canonical order", () => {
  const text = fc.constantFrom("Paris", "Lyon", "Paris.", "I do not know", "");

  test("is that of the texts, whatever order they came in", () => {
    fc.assert(
      fc.property(fc.array(text, {maxLength: 20}), fc.integer(), (texts, turn) => {
        const turned = texts.map((_, i) => texts[(((i + turn) % texts.length) + texts.length) % texts.length]);
        const read = (some: string[]) => canonicalOrder(some).map((i) => some[i]);
        expect(read(turned)).toEqual(read(texts));
      })
    );
  });

  test("what was said most often leads, and the same words stand together", () => {
    expect(canonicalOrder(["b", "a", "c", "a", "c", "c"])).toEqual([2, 4, 5, 1, 3, 0]);
  });

  test("of what was said as often, none leads for how it is written: each place of the alphabet as often as any", () => {
    const questions = 3000;
    const first = Array.from({length: questions}, (_, question) => {
      const texts = ["A", "B", "C", "Not", "The", "the"].map((word) => `${word} capital of ${question} is it.`);
      return canonicalOrder(texts)[0];
    });
    for (const place of [0, 1, 2, 3, 4, 5]) {
      const led = first.filter((d) => d === place).length;
      // Five standard errors of one in six.
      expect(Math.abs(led - questions / 6)).toBeLessThan(5 * Math.sqrt((questions * 5) / 36));
    }
  });
});

test("the largest cluster comes first; of two alike, the earlier", () => {
  expect(bySize([[3], [0, 1], [2, 4], [5, 6, 7]])).toEqual([[5, 6, 7], [0, 1], [2, 4], [3]]);
});

test("entropy is 0 where all agree, and ln n where n say something else each", () => {
  expect(clusterEntropy([8])).toBe(0);
  expect(clusterEntropy([1, 1, 1, 1])).toBeCloseTo(Math.log(4), 12);
  expect(clusterEntropy([3, 1])).toBeCloseTo(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 12);
});
