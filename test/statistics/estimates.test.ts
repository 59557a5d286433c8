import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {estimateAcross} from "../../src/statistics/acrossTasks.js";
import {agreement} from "../../src/statistics/agreement.js";
import {estimateCell, quantities} from "../../src/statistics/estimates.js";
import type {Quantity, SeedPredictions} from "../../src/statistics/estimates.js";
import {pgr} from "../../src/statistics/pgr.js";
import {random} from "../../src/statistics/random.js";
import type {Random} from "../../src/statistics/random.js";
import {accuracy} from "../../src/statistics/accuracy.js";
import {hasReference, reference} from "./python.js";

const accuracies = {weak: 0.62, weak_ceiling: 0.66, student: 0.7, strong_ceiling: 0.82, baseline: 0.68};
type Accuracies = Partial<typeof accuracies>;

/** Predictions that are right with the given chance; harder examples are the same for all roles and seeds. */
function world(draw: Random, seeds: number, n: number, of: Accuracies = accuracies): SeedPredictions[] {
  const gold = Array.from({length: n}, () => (draw() < 0.5 ? 1 : 0));
  const ease = Array.from({length: n}, () => 0.36 * (draw() - 0.5));
  const predict = (chance: number) => gold.map((y, i) => (draw() < chance + ease[i] ? y : 1 - y));
  return Array.from({length: seeds}, (_, seed) => ({
    seed,
    gold,
    ...(Object.fromEntries(Object.entries(of).map(([role, chance]) => [role, predict(chance)])) as object)
  }));
}

describe("estimateCell", () => {
  it("by hand: two seeds, four test rows", () => {
    const gold = [1, 1, 0, 0];
    const {estimates} = estimateCell([
      {seed: 0, gold, weak: [1, 0, 0, 1], student: [1, 1, 0, 1], strong_ceiling: [1, 1, 0, 0]},
      {seed: 1, gold, weak: [0, 0, 0, 1], student: [1, 0, 0, 1], strong_ceiling: [1, 1, 0, 0]}
    ]);
    const value = (quantity: Quantity) => estimates[quantity].value;
    expect(value("weak")).toBe(3 / 8);
    expect(value("student")).toBe(5 / 8);
    expect(value("strong_ceiling")).toBe(1);
    expect(value("gap")).toBe(5 / 8);
    expect(value("gain")).toBe(2 / 8);
    expect(value("agreement")).toBe(6 / 8);
    expect(value("agreement_right")).toBe(1);
    expect(value("agreement_wrong")).toBeCloseTo(3 / 5, 12);
    // The ceiling is always right, so it agrees where the weak model is right and nowhere else.
    expect(value("ceiling_agreement")).toBe(3 / 8);
    expect(value("ceiling_agreement_right")).toBe(1);
    expect(value("ceiling_agreement_wrong")).toBe(0);
    expect(estimates.weak_ceiling).toEqual({
      value: null,
      low: null,
      high: null,
      seeds: 0,
      n: 4,
      refused: "no predictions of the weak ceiling"
    });
    expect(estimates.difference.refused).toBe("no predictions of the baseline's student");
  });

  it("believes what it is told of answers that are no classes: two wrong ones may differ", () => {
    const all = {seed: 0, gold: [1, 1, 1, 1], weak: [1, 0, 0, 0], student: [1, 0, 0, 1], strong_ceiling: [1, 1, 0, 0]};
    const {estimates} = estimateCell([{...all, agree: [1, 1, 0, 0], ceiling_agree: [1, 0, 0, 0]}]);
    expect(estimates.agreement.value).toBe(2 / 4);
    expect(estimates.agreement_wrong.value).toBeCloseTo(1 / 3, 12);
    expect(estimates.ceiling_agreement.value).toBe(1 / 4);
    expect(estimates.ceiling_agreement_wrong.value).toBe(0);
  });

  it.skipIf(!hasReference)(
    "gives the values and, within chance, the intervals of a row-by-row computation in NumPy",
    () => {
      const seeds = world(random("reference"), 4, 150);
      const {estimates} = estimateCell(seeds, {replicates: 8000});
      const roles = Object.fromEntries(
        Object.keys(accuracies).map((role) => [role, seeds.map((s) => s[role as "weak"])])
      );
      const input = {gold: seeds[0].gold, roles, replicates: 4000};
      const expected = reference<Record<Quantity, [number, number, number]>>("estimates", input);
      for (const quantity of quantities) {
        const {value, low, high} = estimates[quantity];
        const [v, l, h] = expected[quantity];
        expect(value, quantity).toBeCloseTo(v, 12);
        const tolerance = 0.06 * (h - l);
        expect(Math.abs((low as number) - l), quantity).toBeLessThan(tolerance);
        expect(Math.abs((high as number) - h), quantity).toBeLessThan(tolerance);
      }
    }
  );

  it("agrees with the definitions of accuracy, agreement and PGR, computed by themselves", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({min: 1, max: 4}), fc.integer({min: 30, max: 60}), (seed, count, n) => {
        const seeds = world(random(seed), count, n, {...accuracies, strong_ceiling: 0.8});
        const {estimates} = estimateCell(seeds, {replicates: 200});
        const all = (role: "gold" | "weak" | "student") => seeds.flatMap((s) => Array.from(s[role] as number[]));
        const {overall, right, wrong} = agreement(all("gold"), all("weak"), all("student"));
        expect(estimates.agreement.value).toBeCloseTo(overall.value as number, 12);
        if (right.value !== null) expect(estimates.agreement_right.value).toBeCloseTo(right.value, 12);
        if (wrong.value !== null) expect(estimates.agreement_wrong.value).toBeCloseTo(wrong.value, 12);
        const of = (role: "weak" | "student" | "strong_ceiling") =>
          seeds.map((s) => accuracy(s.gold, s[role] as number[]) as number);
        if (estimates.pgr.value !== null)
          expect(estimates.pgr.value).toBeCloseTo(pgr(of("weak"), of("student"), of("strong_ceiling")), 10);
        for (const quantity of quantities) {
          const {value, low, high, refused} = estimates[quantity];
          expect(refused === null).toBe(value !== null);
          if (low !== null && high !== null) expect(low).toBeLessThanOrEqual(high);
        }
      }),
      {numRuns: 25}
    );
  });

  it("withholds PGR by a rule that no student enters, and still shows the gain", () => {
    const seeds = world(random("no gap"), 3, 200, {weak: 0.7, student: 0.8, strong_ceiling: 0.7});
    const {estimates} = estimateCell(seeds);
    expect(estimates.gap.low).toBeLessThanOrEqual(0);
    expect(estimates.pgr).toMatchObject({value: null, low: null, high: null, seeds: 3, n: 200});
    expect(estimates.pgr.refused).toMatch(/^the strong ceiling is not clearly above the weak model/);
    expect(estimates.gain.value).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0.52, 0.61), (seed, ceiling) => {
        const draw = random(seed);
        const fixed = world(draw, 3, 120, {weak: 0.5, strong_ceiling: ceiling});
        const results = [0.2, 0.5, 0.9].map((chance) => {
          const students = world(draw, 3, 120, {student: chance});
          // One student lacks a seed, which must not matter either.
          const cell = fixed.map((s, k) => ({...s, student: chance === 0.5 && k === 2 ? null : students[k].student}));
          return estimateCell(cell, {replicates: 300}).estimates;
        });
        for (const result of results) {
          expect(result.gap).toEqual(results[0].gap);
          expect(result.pgr.refused).toBe(results[0].pgr.refused);
        }
      }),
      {numRuns: 15}
    );
  });

  it("shows PGR near 0, below 0 and above 1", () => {
    const of = (student: number) => {
      const seeds = world(random(`student ${student}`), 5, 400, {weak: 0.6, student, strong_ceiling: 0.8});
      return estimateCell(seeds).estimates.pgr;
    };
    const [below, none, above] = [of(0.5), of(0.6), of(0.9)];
    expect(below.high).toBeLessThan(0);
    expect(none.low).toBeLessThan(0);
    expect(none.high).toBeGreaterThan(0);
    expect(above.low).toBeGreaterThan(1);
  });

  it("covers the planted PGR, gain, gap and agreement in about 95 of 100 worlds", () => {
    const draw = random("coverage");
    const quantity = ["pgr", "gain", "gap", "difference"] as const;
    const truth = {pgr: 0.4, gain: 0.08, gap: 0.2, difference: 0.02};
    const covered = {pgr: 0, gain: 0, gap: 0, difference: 0};
    for (let w = 0; w < 150; w++) {
      const {estimates} = estimateCell(world(draw, 5, 150), {replicates: 300, seed: `${w}`});
      for (const name of quantity) {
        const {low, high} = estimates[name];
        if ((low ?? -Infinity) <= truth[name] && truth[name] <= (high ?? Infinity)) covered[name]++;
      }
    }
    for (const name of quantity) expect(covered[name], name).toBeGreaterThanOrEqual(138);
  });

  it("does not depend on the order of seeds or rows, but for chance in the interval", () => {
    const seeds = world(random("order"), 3, 200);
    const flip = (values: ArrayLike<number>) => Array.from(values).reverse();
    const reversed = seeds
      .map((s) => ({
        ...s,
        gold: flip(s.gold),
        weak: flip(s.weak!),
        student: flip(s.student!),
        strong_ceiling: flip(s.strong_ceiling!)
      }))
      .reverse();
    const [a, b] = [seeds, reversed].map((cell) => estimateCell(cell).estimates);
    for (const quantity of ["weak", "gap", "gain", "pgr", "agreement", "agreement_wrong"] as const) {
      expect(b[quantity].value).toBeCloseTo(a[quantity].value as number, 12);
      const tolerance = 0.1 * ((a[quantity].high as number) - (a[quantity].low as number));
      expect(Math.abs((b[quantity].low as number) - (a[quantity].low as number))).toBeLessThan(tolerance);
    }
  });

  it("says what is missing", () => {
    expect(estimateCell([]).estimates.weak.refused).toBe("no test examples");
    const {estimates} = estimateCell([{seed: 0, gold: [1, 0], weak: [1, 0], student: [1, 1], strong_ceiling: [1, 0]}]);
    expect(estimates.agreement_wrong.refused).toBe("the weak model is never wrong");
    expect(estimates.agreement_right.value).toBe(0.5);
    expect(() =>
      estimateCell([
        {seed: 0, gold: [1, 0]},
        {seed: 1, gold: [1]}
      ])
    ).toThrow("expected the same 2 test rows for every seed, seed 1: 1");
  });
});

describe("estimateAcross", () => {
  const cells = [0.62, 0.68, 0.71, 0.74, 0.79].map((student, k) =>
    estimateCell(world(random(`task ${k}`), 3, 300, {weak: 0.6, student, strong_ceiling: 0.8}))
  );
  const flat = estimateCell(world(random("flat"), 3, 300, {weak: 0.7, student: 0.75, strong_ceiling: 0.7}));

  it("is the median over tasks, with their quartiles, in a bracket", () => {
    const {student} = estimateAcross(cells);
    const values = cells.map((cell) => cell.estimates.student.value as number).sort();
    expect([student.lowerQuartile, student.value, student.upperQuartile]).toEqual(values.slice(1, 4));
    expect(student.low).toBeLessThan(student.value as number);
    expect(student.high).toBeGreaterThan(student.value as number);
    expect(student).toMatchObject({seeds: 3, n: 1500, refused: null, tasks: 5, withheld: 0});
  });

  it("leaves withheld cells out and counts them", () => {
    const {pgr, gain} = estimateAcross([...cells, flat]);
    expect(pgr).toMatchObject({tasks: 5, withheld: 1, value: estimateAcross(cells).pgr.value});
    expect(gain).toMatchObject({tasks: 6, withheld: 0});
    expect(estimateAcross([flat]).pgr.refused).toMatch(/^withheld on every task: the strong ceiling/);
    expect(estimateAcross([]).pgr.refused).toBe("no tasks");
  });
});
