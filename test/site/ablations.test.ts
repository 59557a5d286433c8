import {expect, test} from "vitest";
import {againstBaseline} from "../../src/components/ablations.js";
import type {Comparison} from "../../src/components/comparisons.js";
import {armsOf} from "../../src/components/palette.js";
import type {Row} from "../../src/tables.js";

const at = {setting: "head", weak: "small", strong: "large"};
const [baseline] = armsOf({methods: [{...at, method: "baseline", variant: "", title: "Baseline", options: {}}]});

test("ablations say how the whole stands to the baseline, and on which tasks clearly", () => {
  const row = (mean: number, low: number, high: number) => [
    {domain: "nlp", arm: baseline, comparison: {mean, low, high, n: 2} as Comparison}
  ];
  const difference = (task: string, low: number, high: number) =>
    ({...at, task, method: "full", variant: "", quantity: "difference", low, high}) as Row<"estimates">;
  const estimates = [difference("sst2", -0.1075, -0.0075), difference("snli", -0.11, 0.07)];
  const said = (rows: ReturnType<typeof row>) =>
    againstBaseline(rows, {...at, whole: "full"}, estimates, {task: (d) => d.toUpperCase()});
  expect(said(row(0.0351, -0.0329, 0.0904))).toBe(
    " The baseline is 3.5 points above the whole over 2 tasks (−3.3 to +9.0), which is not clear; it is clearly above it on SST2."
  );
  expect(said(row(-0.05, -0.08, -0.02))).toContain(
    "5.0 points below the whole over 2 tasks (−8.0 to −2.0), which is clear"
  );
});
