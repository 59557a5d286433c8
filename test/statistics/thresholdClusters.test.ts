import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {bySize, canonicalOrder, clusterEntropy, leaderClusters} from "../../src/statistics/clustering.js";
import {clusterSummary} from "../../src/statistics/clusterSummary.js";
import {random, shuffle} from "../../src/statistics/random.js";
import {givenClusters, inHundredths, responsesOf, thresholdClusters} from "../../src/statistics/thresholdClusters.js";

interface Chain {
  text: string;
  right: boolean;
}

/** Cosine of two texts in hundredths, as embeddings on a circle give it; equal texts are alike. */
const cosine = (one: string, other: string): number =>
  Math.round(100 * Math.cos(0.37 * (Number(one.slice(1)) - Number(other.slice(1)))));

/**
 * Section 3.2 word for word, on chains and not on texts: an initial response is the reference, all that are similar enough to it are
 * grouped with it, and new references come from what is left. What is said most often comes first; the paper leaves open which of
 * those said as often does, and `texts` says it.
 */
function bySection32(chains: readonly Chain[], texts: readonly string[], hundredths: number): Chain[][] {
  const said = (text: string) => chains.filter((d) => d.text === text).length;
  let left = chains.toSorted((a, b) => said(b.text) - said(a.text) || texts.indexOf(a.text) - texts.indexOf(b.text));
  const groups: Chain[][] = [];
  while (left.length) {
    const [initial] = left;
    const grouped = left.filter((d) => d.text === initial.text || cosine(d.text, initial.text) >= hundredths);
    groups.push(grouped);
    left = left.filter((d) => !grouped.includes(d));
  }
  return groups;
}

/** Chains as the tables hold them: each different text once, in canonical order. */
function tabled(chains: readonly Chain[]) {
  const ordered = canonicalOrder(chains.map((d) => d.text)).map((i) => chains[i]);
  const texts = [...new Set(ordered.map((d) => d.text))];
  return {
    texts,
    responses: texts.map((text) => ({
      count: chains.filter((d) => d.text === text).length,
      right: chains.find((d) => d.text === text)!.right
    })),
    cosines: texts.flatMap((one, i) => texts.slice(0, i).map((other) => cosine(one, other)))
  };
}

const chain = fc.integer({min: 0, max: 14}).map((n): Chain => ({text: `t${n}`, right: n % 3 === 0}));
const question = fc.array(chain, {minLength: 1, maxLength: 30});
const questions = fc.array(question, {minLength: 1, maxLength: 6});
const threshold = fc.integer({min: -100, max: 101});

describe("clusters at a threshold", () => {
  test("are those of an implementation straight from the paper's words", () => {
    fc.assert(
      fc.property(questions, threshold, (asked, at) => {
        const tables = asked.map(tabled);
        const found = thresholdClusters(responsesOf(tables), at);
        asked.forEach((chains, q) => {
          const groups = bySection32(chains, tables[q].texts, at);
          const largest = groups.reduce((most, group) => (group.length > most.length ? group : most));
          const before = tables.slice(0, q).reduce((n, d) => n + d.texts.length, 0);
          expect(found.clusters[q]).toBe(groups.length);
          expect(found.largest[q]).toBe(largest.length);
          expect(found.rightInLargest[q]).toBe(largest.filter((d) => d.right).length);
          expect(tables[q].texts[found.reference[q] - before]).toBe(largest[0].text);
          expect(found.entropy[q]).toBeCloseTo(clusterEntropy(groups.map((d) => d.length)), 8);
        });
      }),
      {numRuns: 300}
    );
  });

  test("are those of the pipeline, which clusters chain by chain", () => {
    fc.assert(
      fc.property(question, threshold, (chains, at) => {
        const order = canonicalOrder(chains.map((d) => d.text));
        const similar = (i: number, j: number) =>
          chains[i].text === chains[j].text || cosine(chains[i].text, chains[j].text) >= at;
        const clusters = bySize(leaderClusters(order, similar));
        const found = thresholdClusters(responsesOf([tabled(chains)]), at);
        expect([found.clusters[0], found.largest[0]]).toEqual([clusters.length, clusters[0].length]);
        expect(tabled(chains).texts[found.reference[0]]).toBe(chains[clusters[0][0]].text);
      })
    );
  });

  test("do not depend on the order in which chains came", () => {
    fc.assert(
      fc.property(question, threshold, fc.integer(), (chains, at, seed) => {
        const shuffled = shuffle(chains, random(seed));
        expect(thresholdClusters(responsesOf([tabled(shuffled)]), at)).toEqual(
          thresholdClusters(responsesOf([tabled(chains)]), at)
        );
      })
    );
  });

  test("keep what is said twice together: with every chain doubled, sizes double and nothing else moves", () => {
    fc.assert(
      fc.property(question, threshold, (chains, at) => {
        const once = thresholdClusters(responsesOf([tabled(chains)]), at);
        const twice = thresholdClusters(responsesOf([tabled([...chains, ...chains])]), at);
        expect(twice).toEqual({
          ...once,
          largest: once.largest.map((n) => 2 * n),
          rightInLargest: once.rightInLargest.map((n) => 2 * n)
        });
      })
    );
  });

  test("at T = -1 are one, above 1 each different text alone", () => {
    fc.assert(
      fc.property(question, (chains) => {
        const {texts} = tabled(chains);
        const at = (T: number) => thresholdClusters(responsesOf([tabled(chains)]), inHundredths(T));
        expect([at(-1).clusters[0], at(-1).largest[0]]).toEqual([1, chains.length]);
        expect(at(1.01).clusters[0]).toBe(texts.length);
      })
    );
  });

  test("are not always more at a higher threshold", () => {
    // The second is near the first; the others are near the second alone, which is no reference once it has joined the first.
    const asked = responsesOf([
      {responses: [4, 3, 2, 1].map((count) => ({count, right: false})), cosines: [80, 0, 90, 0, 90, 0]}
    ]);
    expect([80, 81, 91].map((at) => thresholdClusters(asked, at).clusters[0])).toEqual([3, 2, 4]);
  });
});

test("a threshold in hundredths is a whole one, whatever its digits in binary", () => {
  expect([0.9, 0.29, 0.57, 1.01, -1, 0].map(inHundredths)).toEqual([90, 29, 57, 101, -100, 0]);
});

test("clusters of one chain are dropped where that is asked for, and questions with none are left with nothing", () => {
  const said = (...counts: number[]) => ({
    responses: counts.map((count, i) => ({count, right: i === 0})),
    cosines: counts.flatMap((_, i) => Array<number>(i).fill(0))
  });
  const asked = responsesOf([said(3, 2, 1), said(1, 1)]);
  const found = thresholdClusters(asked, 90, true);
  expect([...found.clusters, ...found.largest, ...found.reference]).toEqual([2, 0, 3, 0, 0, -1]);
  expect(found.entropy[0]).toBeCloseTo(clusterEntropy([3, 2]), 8);
  const summary = clusterSummary(asked, found, 2);
  expect([summary.coverage.value, summary.accuracy!.value]).toEqual([0.5, 1]);
  expect(givenClusters(asked, [0, 1, -1, -1, -1], [true, true, false, false, false])).toEqual(found);
  expect(clusterSummary(asked, thresholdClusters(responsesOf([said(1, 1)]), 90, true), 1).accuracy).toBeNull();
});

test("clusters that are given are described as those that are found", () => {
  const asked = {
    responses: [
      {count: 4, right: true},
      {count: 3, right: false},
      {count: 2, right: false}
    ],
    cosines: [92, 70, 95]
  };
  const responses = responsesOf([asked]);
  const found = thresholdClusters(responses, 90);
  expect(givenClusters(responses, [0, 0, 1], [true, false, true])).toEqual(found);
  // Another member may stand for the largest.
  expect(givenClusters(responses, [0, 0, 1], [false, true, true]).reference[0]).toBe(1);
});

describe("the summary over questions", () => {
  const counted = (...of: [count: number, right: boolean][]) => ({
    responses: of.map(([count, right]) => ({count, right})),
    cosines: of.flatMap((_, i) => Array<number>(i).fill(0))
  });
  const asked = responsesOf([
    counted([5, true]),
    counted([3, false], [1, true], [1, true]),
    counted([1, true], [1, false]),
    counted([2, true], [1, false])
  ]);

  test("counts clusters, coverage, right representatives and right chains", () => {
    const at = clusterSummary(asked, thresholdClusters(asked, 90), 4);
    expect(at.clusters).toEqual({median: 2, lower: 1.75, upper: 2.25});
    expect([at.coverage.value, at.accuracy!.value, at.agreement!.value]).toEqual([0.75, 0.75, 0.75]);
    const one = clusterSummary(asked, thresholdClusters(asked, -100), 4);
    expect([one.clusters.median, one.coverage.value, one.accuracy!.value]).toEqual([1, 1, 0.75]);
    expect(one.agreement!.value).toBeCloseTo((1 + 2 / 5 + 1 / 2 + 2 / 3) / 4, 12);
  });

  test("has wider intervals where fewer questions are different ones", () => {
    const [all, half] = [4, 2].map((distinct) => clusterSummary(asked, thresholdClusters(asked, 90), distinct));
    for (const name of ["coverage", "accuracy", "agreement"] as const) {
      const [few, many] = [half, all].map((d) => d[name]!);
      expect(few.value).toBe(many.value);
      expect(few.high - few.low).toBeGreaterThan(many.high - many.low);
    }
  });
});
