import {expect, test} from "vitest";
import type {Comparison} from "../../src/components/comparisons.js";
import {headline} from "../../src/components/headline.js";
import {shownResults} from "../../src/components/shownResults.js";
import type {Row} from "../../src/tables.js";

const shown = {setting: "head", weak: "small", strong: "large"};
const titles: Record<string, string> = {baseline: "Baseline", confidence: "Confidence loss", full: "Full method"};
const methods = Object.entries(titles).map(([method, title]) => ({...shown, method, variant: "", title, options: {}}));

const estimate = (of: Partial<Row<"estimates">>): Row<"estimates"> => ({
  ...shown,
  task: "all",
  method: "baseline",
  variant: "",
  quantity: "pgr",
  value: 0.2,
  low: -0.1,
  high: 0.5,
  lower_quartile: null,
  upper_quartile: null,
  tasks: 4,
  withheld: 14,
  seeds: 5,
  n: 100,
  refused: null,
  ...of
});

const comparison = (method: string, t_p_holm: number | null, of: Partial<Comparison> = {}): Comparison =>
  ({
    ...shown,
    domain: "nlp",
    method,
    variant: "",
    against: "baseline",
    quantity: "pgr",
    unit: "tasks",
    n: 4,
    mean: 0.3,
    t_p_holm,
    ...of
  }) as Comparison;

function said(medians: readonly Partial<Row<"estimates">>[], comparisons: readonly Comparison[]): string {
  const students = Object.keys(titles).map((method) =>
    estimate({method, task: "one", quantity: "student", tasks: null, withheld: null})
  );
  const study = {tasks: ["one"], methods};
  return headline(shownResults(study, [...students, ...medians.map(estimate)], shown), comparisons);
}

const fewer = {method: "full", value: 0.9, tasks: 1, withheld: 1, seeds: 3};

test("the headline says on how many tasks the baseline stands, and leaves out what stands on fewer", () => {
  const text = said([{}, {method: "confidence", value: 0.3}, fewer], [comparison("confidence", 0.4)]);
  expect(text).toBe(
    "The ceiling is clearly above the supervisor on 4 of 18 tasks; elsewhere the share of the gap is withheld. " +
      "There, the student recovers a median of 20% of the gap (−10% to 50%; 5 seeds) with “baseline”. " +
      "The other method on the same tasks does not differ clearly from it: with “confidence loss” it is 30%."
  );
});

test("the headline names the methods that a paired test on the same tasks tells apart", () => {
  const same = [{}, {method: "confidence", value: 0.3}, {method: "full", value: 0.1}];
  expect(said(same, [comparison("confidence", 0.01), comparison("full", 0.7)])).toContain(
    "On the same tasks “confidence loss” (+30% on average) differs clearly from it; no other method does."
  );
  expect(said(same, [comparison("confidence", 0.5), comparison("full", 0.7)])).toContain(
    "Neither of the two other methods on the same tasks differs clearly from it: their medians go from 10% (“full method”) to 30% (“confidence loss”)."
  );
  // A test over other pairs, and one that is undefined, say nothing of these.
  expect(said(same, [comparison("confidence", 0.01, {n: 3}), comparison("full", null)])).toContain(
    "No test tells the 2 other methods on the same tasks from it"
  );
});

test("without a task that is withheld, the headline is over all tasks", () => {
  const text = said([{tasks: 1, withheld: 0}], []);
  expect(text).toBe(
    "Over 1 task, the student recovers 20% of the gap between supervisor and ceiling (−10% to 50%; 5 seeds) with “baseline”."
  );
});
