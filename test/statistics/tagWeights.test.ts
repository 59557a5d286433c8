import {expect, test} from "vitest";
import {meanWeight, prefersKind, weightsOf} from "../../src/components/tagWeights.js";
import {tagNames} from "../../src/errorTags.js";
import type {Row} from "../../src/tables.js";

const row = (example: string, tag: string, weight: number, tagger = "model"): Row<"error_tags"> => ({
  run: "r",
  example,
  tagger,
  tag,
  weight,
  log_likelihood: null
});
const errors = (n: number, first: (i: number) => number) =>
  weightsOf(
    Array.from({length: n}, (_, i) =>
      tagNames.map((tag, j) => row(`e${i}`, tag, j === 0 ? first(i) : (1 - first(i)) / 3))
    ).flat()
  )[0][1];

test("weights of an error are gathered by model, without what checkpoints say", () => {
  const rows = [row("a", "other", 0.7), row("a", "overfitting", 0.3), row("a", "overfit", 1, "checkpoints")];
  expect(weightsOf(rows)).toEqual([
    [
      "model",
      [
        new Map([
          ["other", 0.7],
          ["overfitting", 0.3]
        ])
      ]
    ]
  ]);
});

test("a mean weight has the interval of a mean, and no kind is preferred by a hair", () => {
  // Half at 0.2, half at 0.4: deviation 0.1 * sqrt(100 / 99), by sqrt(100) and 1.96.
  const {value, low, high} = meanWeight(
    errors(100, (i) => (i % 2 ? 0.2 : 0.4)),
    [tagNames[0]]
  );
  expect([value, low, high].map((d) => d.toFixed(4))).toEqual(["0.3000", "0.2803", "0.3197"]);
  // Largest on every error, and hardly more than the others.
  expect(prefersKind(errors(76, (i) => 0.26 + (i % 2) / 100))).toBe(false);
  expect(prefersKind(errors(76, (i) => 0.5 + (i % 2) / 100))).toBe(true);
  expect(
    meanWeight(
      errors(1, () => 0.4),
      [tagNames[0]]
    )
  ).toEqual({value: 0.4, low: 0, high: 1});
});
