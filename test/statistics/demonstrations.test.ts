import {expect, test} from "vitest";
import {crossedBootstrap, percentileInterval} from "../../src/statistics/bootstrap.js";
import {crossedMeans} from "../../src/statistics/crossedMeans.js";
import {flowName, flows} from "../../src/statistics/flows.js";
import {keptByDoubt} from "../../src/statistics/keptByDoubt.js";
import {wilson} from "../../src/statistics/wilson.js";

test("flows count who was right before and after, in a fixed order, with a case of their own where nobody teaches", () => {
  const of = (teacher: boolean | null, own: boolean, revised: boolean) => ({teacher, own, revised});
  const counted = flows([of(false, false, true), of(true, false, true), of(true, false, true), of(null, true, true)]);
  expect(counted.map((d) => [flowName(d), d.n])).toEqual([
    ["rwr", 2],
    ["wwr", 1],
    ["-rr", 1]
  ]);
});

test("means over seeds with the same questions are those of the crossed bootstrap", () => {
  const values = [
    [1, 0, 1, 1],
    [0, 0, 1, 0]
  ];
  const cells = values.flatMap((row, s) =>
    row.map((value, q) => ({seed: String(s), question: String(q), values: [value, 1 - value]}))
  );
  const [first, second] = crossedMeans(cells, 2);
  expect(first).toEqual({value: 0.5, ...percentileInterval(crossedBootstrap([values.flat()], 2, 4)[0])});
  expect(second.low).toBeCloseTo(1 - first.high!, 12);
  expect(crossedMeans([], 1)).toEqual([{value: null, low: null, high: null}]);
});

test("a question that a seed has not seen counts for nothing there", () => {
  const cells = [
    {seed: "0", question: "a", values: [1]},
    {seed: "0", question: "b", values: [1]},
    {seed: "1", question: "c", values: [1]}
  ];
  expect(crossedMeans(cells, 1)).toEqual([{value: 1, low: 1, high: 1}]);
});

test("covers the mean that questions were drawn from about as often as it says, where seeds see different ones", () => {
  let state = 7;
  const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const trials = 150;
  let covered = 0;
  for (let trial = 0; trial < trials; trial++) {
    const cells = ["0", "1", "2"].flatMap((seed) =>
      Array.from({length: 30}, (_, q) => ({seed, question: `${seed} ${q}`, values: [Number(uniform() < 0.3)]}))
    );
    const [{low, high}] = crossedMeans(cells, 1, {replicates: 300, seed: `trial ${trial}`});
    covered += Number(low! <= 0.3 && 0.3 <= high!);
  }
  expect(covered / trials).toBeGreaterThan(0.88);
});

test("answers kept by doubt: none at all is a bin of its own, and a question that two seeds ask counts once for the interval", () => {
  const of = (question: string, doubt: number, kept: boolean) => ({question, doubt, kept});
  const bins = keptByDoubt([of("a", 0, false), of("a", 0, false), of("b", 0.2, true), of("c", 0.5, false)], "entropy");
  expect(bins).toEqual([
    {title: "0", place: 0, value: 0, n: 2, ...wilson(0, 1)},
    {title: "0–0.5", place: 1, value: 0.5, n: 2, ...wilson(1, 2)}
  ]);
  const clusters = keptByDoubt([of("a", 1, true), of("b", 5, true), of("c", 8, true), of("d", 99, true)], "clusters");
  expect(clusters.map((d) => [d.title, d.n])).toEqual([
    ["1", 1],
    ["5–8", 2],
    ["17+", 1]
  ]);
});
