import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {accuracy} from "../../src/statistics/accuracy.js";
import {mosaic} from "../../src/statistics/mosaic.js";

describe("mosaic", () => {
  it("by hand: each combination in its place", () => {
    const gold = [0, 0, 0, 0];
    const cells = mosaic(gold, [0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 1]);
    const shown = cells
      .filter((cell) => cell.n > 0)
      .map(({supervisor, student, ceiling, n}) => [supervisor, student, ceiling, n]);
    expect(shown).toEqual([
      [true, true, true, 1],
      [true, false, true, 1],
      [false, true, true, 1],
      [false, false, false, 1]
    ]);
    expect(cells.length).toBe(8);
  });

  it("adds up to the accuracies", () => {
    const bit = fc.constantFrom(0, 1);
    fc.assert(
      fc.property(fc.array(fc.tuple(bit, bit, bit, bit), {minLength: 1}), (rows) => {
        const [gold, supervisor, student, ceiling] = [0, 1, 2, 3].map((k) => rows.map((row) => row[k]));
        const cells = mosaic(gold, supervisor, student, ceiling);
        const share = (role: "supervisor" | "student" | "ceiling") =>
          cells.reduce((sum, cell) => sum + (cell[role] ? cell.n : 0), 0) / rows.length;
        expect(share("supervisor")).toBeCloseTo(accuracy(gold, supervisor) as number, 12);
        expect(share("student")).toBeCloseTo(accuracy(gold, student) as number, 12);
        expect(share("ceiling")).toBeCloseTo(accuracy(gold, ceiling) as number, 12);
      })
    );
  });
});
