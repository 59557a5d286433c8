import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {pgr, pgrReplicate, withheld} from "../../src/statistics/pgr.js";

const performance = fc.double({min: 0, max: 1, noNaN: true});

describe("pgr", () => {
  it("is equation 3 of EDA, by hand", () => {
    expect(pgr([0.6], [0.7], [0.8])).toBeCloseTo(0.5, 12);
    expect(pgr([0.6], [0.6], [0.8])).toBe(0);
    expect(pgr([0.6], [0.5], [0.8])).toBeCloseTo(-0.5, 12);
    expect(pgr([0.6], [0.9], [0.8])).toBeCloseTo(1.5, 12);
  });

  it("pools seeds: a seed with a tiny gap does not rule, as it would in a mean of ratios", () => {
    // Ratios of 0.5 and 10, whose mean is 5.25.
    expect(pgr([0.6, 0.6], [0.7, 0.7], [0.8, 0.61])).toBeCloseTo(0.2 / 0.21, 12);
  });

  it("is 0 for a student like its supervisor, 1 for one like the ceiling, and in between on the line", () => {
    fc.assert(
      fc.property(performance, performance, performance, (weak, ceiling, share) => {
        fc.pre(Math.abs(ceiling - weak) > 1e-3);
        expect(pgr([weak], [weak], [ceiling])).toBeCloseTo(0, 9);
        expect(pgr([weak], [ceiling], [ceiling])).toBeCloseTo(1, 9);
        expect(pgr([weak], [weak + share * (ceiling - weak)], [ceiling])).toBeCloseTo(share, 9);
      })
    );
  });

  it("does not change when all performances are shifted or stretched alike, nor with the order of the seeds", () => {
    const seeds = fc.array(fc.tuple(performance, performance, performance), {minLength: 1, maxLength: 6});
    fc.assert(
      fc.property(seeds, fc.double({min: 0.1, max: 100, noNaN: true}), performance, (seeds, factor, shift) => {
        const of = (rows: number[][]) =>
          pgr(...([0, 1, 2].map((k) => rows.map((row) => row[k])) as [number[], number[], number[]]));
        fc.pre(Math.abs(seeds.reduce((sum, [weak, , ceiling]) => sum + ceiling - weak, 0)) > 1e-3);
        expect(of(seeds.map((row) => row.map((p) => factor * p + shift)))).toBeCloseTo(of(seeds), 6);
        expect(of(seeds.slice().reverse())).toBeCloseTo(of(seeds), 6);
      })
    );
  });

  it("a replicate without a gap stays on its side of every finite one", () => {
    expect([pgrReplicate(0.1, 0.2), pgrReplicate(0.1, 0), pgrReplicate(0.1, -0.2), pgrReplicate(-0.1, -0.2)]).toEqual([
      0.5,
      Infinity,
      Infinity,
      -Infinity
    ]);
  });

  it("is withheld in words unless the gap is clear", () => {
    expect(withheld(0.01)).toBe(null);
    expect(withheld(0)).toContain("0.0 points");
    expect(withheld(-0.0123)).toBe(
      "the strong ceiling is not clearly above the weak model: the 95 % interval of the gap starts at \u22121.2 points"
    );
    expect(withheld(null)).toContain("unknown");
  });
});
