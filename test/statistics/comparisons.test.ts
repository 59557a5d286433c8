import {describe, expect, it} from "vitest";
import {crossedBootstrap} from "../../src/statistics/bootstrap.js";
import {compare} from "../../src/statistics/comparisons.js";
import type {ComparedCell} from "../../src/statistics/comparisons.js";
import {pairedTTest} from "../../src/statistics/pairedTTest.js";
import {random} from "../../src/statistics/random.js";
import {wilcoxon} from "../../src/statistics/wilcoxon.js";

interface Planted {
  task?: string;
  domain?: string;
  setting?: string;
  weak?: string;
  strong?: string;
  arm?: string;
  /** The student's accuracy on seeds 0, 1, ...; null for a seed that it lacks. */
  students?: (number | null)[];
  /** Of every seed. */
  supervisor?: number;
  ceiling?: number;
  absent?: string;
  dependent?: string;
  withheld?: string;
  /** What its students are; others than any other cell's where left out. */
  model?: string;
}

function cell({task = "a", domain = "nlp", setting = "head", weak = "w", strong = "s", ...of}: Planted): ComparedCell {
  const {
    arm = "baseline",
    students = [],
    supervisor = 0.6,
    ceiling = 0.8,
    absent = null,
    dependent = null,
    withheld = null,
    model = arm
  } = of;
  const [method, variant = ""] = arm.split("/");
  const seeds = students.flatMap((student, seed) =>
    student === null ? [] : {seed, weak: supervisor, student, ceiling, model}
  );
  return {
    ...{task, domain, setting, weak, strong, method, variant, absent, dependent, withheld, seeds},
    resampled: (some) => {
      const mean = some.reduce((sum, at) => sum + students[at]!, 0) / some.length;
      return new Float64Array(50).fill(mean);
    }
  };
}

type Rows = ReturnType<typeof compare>;
const pick = (rows: Rows, wanted: Partial<Rows[number]>) =>
  rows.filter((row) => Object.entries(wanted).every(([name, value]) => row[name as keyof typeof row] === value));
const one = (rows: Rows, wanted: Partial<Rows[number]>) => {
  const found = pick(rows, {weak: "all", unit: "tasks", quantity: "accuracy", ...wanted});
  expect(found).toHaveLength(1);
  return found[0];
};

describe("compare", () => {
  // Differences from the baseline: 0.1, 0.2 and 0.3 on tasks a, b and c, each the mean of two seeds; gaps of 0.2.
  const three = ["a", "b", "c"].flatMap((task, i) => [
    cell({task, students: [0.6, 0.62]}),
    cell({task, arm: "other", students: [0.6 + (i + 1) / 10 - 0.01, 0.62 + (i + 1) / 10 + 0.01]})
  ]);

  it("pairs tasks: their mean, t by hand, and Wilcoxon's p", () => {
    const row = one(compare(three), {method: "other"});
    expect(row).toMatchObject({domain: "nlp", setting: "head", strong: "all", variant: "", against: "baseline"});
    expect(row).toMatchObject({n: 3, left_out: 0, reasons: "", wilcoxon: 0, wilcoxon_p: 0.25});
    expect(row.mean).toBeCloseTo(0.2, 12);
    expect(row.deviation).toBeCloseTo(0.1, 12);
    // t = 0.2 / (0.1 / sqrt 3); of two degrees of freedom, p in closed form.
    expect(row.t).toBeCloseTo(2 * Math.sqrt(3), 9);
    expect(row.t_p).toBeCloseTo(1 - row.t! / Math.sqrt(row.t! ** 2 + 2), 9);
    expect(row.t_p_holm).toBe(row.t_p);
    // No chance within tasks is planted, so the interval is that of means of three draws: from 3 x 0.1 to 3 x 0.3.
    expect(row.low).toBeCloseTo(0.1, 9);
    expect(row.high).toBeCloseTo(0.3, 9);
    expect(row.detectable).toBeGreaterThan(row.mean!);
    expect(row.needed_pairs).toBeGreaterThan(3);
  });

  it("leaves out a task that another task's models are tested on, and a place where both arms train the same student", () => {
    const dependent = "its models are those of A";
    const rows = compare([
      ...three,
      ...["baseline", "other"].map((arm) => cell({task: "d", arm, students: [0.6], dependent})),
      ...["baseline", "other"].map((arm) => cell({task: "e", arm, students: [0.6], model: "alike"}))
    ]);
    expect(one(rows, {method: "other"})).toMatchObject({
      n: 3,
      left_out: 2,
      mean: one(compare(three), {method: "other"}).mean,
      reasons: "its models are those of A: d; both train the same student: e"
    });
  });

  it("divides by the gap for PGR, and leaves out what is withheld, with the reason and its name", () => {
    const withheld = "the strong ceiling is not clearly above the weak model: the 95 % interval starts at −1.0 points";
    const flat = ["baseline", "other"].map((arm) => cell({task: "flat", arm, students: [0.6, 0.6], withheld}));
    const row = one(compare([...three, ...flat]), {quantity: "pgr"});
    expect(row.mean).toBeCloseTo(1, 12);
    expect(row).toMatchObject({
      n: 3,
      left_out: 1,
      reasons: "the strong ceiling is not clearly above the weak model: flat"
    });
    expect(one(compare([...three, ...flat]), {}).n).toBe(4);
  });

  it("averages pairs of models within a task; cells are an option of their own", () => {
    const cells = ["w", "v"].flatMap((weak) => [
      cell({weak, students: [0.6]}),
      cell({weak, arm: "other", students: [weak === "w" ? 0.7 : 0.64]}),
      cell({weak, task: "b", students: [0.6]}),
      cell({weak, task: "b", arm: "other", students: [0.65]})
    ]);
    const rows = compare(cells);
    expect(one(rows, {})).toMatchObject({n: 2});
    expect(one(rows, {}).mean).toBeCloseTo((0.07 + 0.05) / 2, 12);
    const over = one(rows, {unit: "cells"});
    expect(over).toMatchObject({n: 4, weak: "all", strong: "all"});
    const differences = [0.1, 0.05, 0.04, 0.05];
    expect(over.t).toBeCloseTo(pairedTTest(differences)!.t, 9);
    // 0.05 twice: the differences of accuracies tie, though their last digits differ.
    expect(over.wilcoxon_p).toBe(wilcoxon(differences)!.p);
    expect(one(rows, {weak: "w"}).mean).toBeCloseTo(0.075, 12);
    expect(one(rows, {weak: "v"}).mean).toBeCloseTo(0.045, 12);
  });

  it("compares on the seeds that both have, and says what has no other side", () => {
    const cells = [
      cell({students: [0.6, 0.9]}),
      cell({arm: "other", students: [0.7, null]}),
      cell({task: "b", students: [0.6, 0.6]}),
      cell({task: "b", arm: "other", absent: "its run failed"}),
      cell({task: "c", students: [0.5]}),
      cell({task: "d", students: [0.5, null]}),
      cell({task: "d", arm: "other", students: [null, 0.5]})
    ];
    const row = one(compare(cells), {});
    expect(row.mean).toBeCloseTo(0.1, 12);
    expect(row).toMatchObject({n: 1, left_out: 3});
    expect(row.reasons).toBe("its run failed: b; no seed in common: d; not asked of other: c");
    expect(one(compare(cells), {unit: "cells"}).reasons).toContain("its run failed: b (w to s)");
    // One pair has a mean; nothing more can be said.
    const silent = ["low", "high", "deviation", "t", "t_p", "t_p_holm", "wilcoxon", "wilcoxon_p", "wilcoxon_p_holm"];
    for (const name of [...silent, "detectable", "needed_pairs", "needed_seeds"])
      expect(row[name as keyof typeof row], name).toBeNull();
  });

  it("compares an arm without a part with the whole as well, within its domain and setting alone", () => {
    const arms = ["baseline", "full", "full/without confidence"];
    const cells = [
      ...["a", "b"].flatMap((task) => arms.map((arm, i) => cell({task, arm, students: [0.6 + i / 10]}))),
      ...arms.map((arm) => cell({task: "chess", domain: "chess", arm, students: [0.5]})),
      cell({setting: "words", arm: "full", students: [0.6]})
    ];
    const rows = compare(cells);
    const compared = (domain: string) =>
      pick(rows, {domain, weak: "all", unit: "tasks", quantity: "accuracy"}).map((d) => [
        d.setting,
        d.method,
        d.variant,
        d.against
      ]);
    const expected = [
      ["head", "full", "", "baseline"],
      ["head", "full", "without confidence", "baseline"],
      ["head", "full", "without confidence", "full"]
    ];
    expect(compared("nlp")).toEqual(expected);
    expect(compared("chess")).toEqual(expected);
    expect(one(rows, {domain: "nlp", against: "full"}).mean).toBeCloseTo(0.1, 12);
  });

  it("corrects over all that is compared in a setting, and leaves tests without a p value out", () => {
    const tasks = ["a", "b", "c", "d", "e"];
    const noise = [0.01, -0.012, 0.02, 0.004, -0.003];
    const cells = tasks.flatMap((task, i) => [
      cell({task, students: [0.6]}),
      cell({task, arm: "same", students: [0.6]}),
      cell({task, arm: "sure", students: [0.65 + noise[i]]}),
      cell({task, arm: "unsure", students: [0.605 + noise[i]]})
    ]);
    const rows = compare(cells);
    const [same, sure, unsure] = ["same", "sure", "unsure"].map((method) => one(rows, {method}));
    expect(same).toMatchObject({mean: 0, deviation: 0, t: null, t_p: null, t_p_holm: null, wilcoxon: null});
    expect(same).toMatchObject({wilcoxon_p: null, detectable: null, needed_pairs: null, needed_seeds: null});
    expect(sure.t_p_holm).toBeCloseTo(2 * sure.t_p!, 12);
    expect(unsure.t_p_holm).toBe(unsure.t_p);
    expect(sure.wilcoxon_p).toBe(2 / 32);
    expect(sure.wilcoxon_p_holm).toBe(4 / 32);
  });

  it("finds a planted difference as often as it should: intervals cover it, and p below 5 % is rare without one", () => {
    const draw = random("planted comparisons");
    const [tasks, seeds, rows, trials] = [12, 3, 40, 100];
    let covered = 0;
    let found = 0;
    for (let trial = 0; trial < trials; trial++) {
      const cells = Array.from({length: tasks}, (_, t) => {
        // Tasks differ in what the method does for them; there is no difference on average.
        const effect = (draw() - 0.5) * 0.3;
        return ["baseline", "other"].map((arm) => {
          const right = Float64Array.from({length: seeds * rows}, () =>
            Number(draw() < 0.6 + (arm === "other" ? effect : 0))
          );
          const mean = (at: number) => right.subarray(at * rows, (at + 1) * rows).reduce((a, b) => a + b) / rows;
          return {
            ...cell({task: `${t}`, arm, students: Array.from({length: seeds}, (_, s) => mean(s))}),
            resampled: () => crossedBootstrap([right], seeds, rows, {replicates: 40})[0]
          };
        });
      }).flat();
      const row = one(compare(cells, {replicates: 200}), {});
      if (row.low! <= 0 && row.high! >= 0) covered++;
      if (row.t_p! < 0.05) found++;
    }
    // Binomial: 95 % and 5 % of the trials, within three standard deviations; intervals of seeds and rows are rather too wide.
    expect(covered).toBeGreaterThan(trials * 0.95 - 3 * Math.sqrt(trials * 0.05 * 0.95));
    expect(Math.abs(found - trials * 0.05)).toBeLessThan(3 * Math.sqrt(trials * 0.05 * 0.95));
  }, 30_000);
});
