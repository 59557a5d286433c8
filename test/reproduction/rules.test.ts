import {describe, expect, test} from "vitest";
import {direction, every, frequency, level, reasonOf, significance, threshold} from "../../src/reproduction/rules.js";
import type {Row} from "../../src/tables.js";

const of = (low: number | null, high: number | null) => ({value: 0, low, high});

describe("a direction", () => {
  test("holds where the interval lies on its side, and does not where it lies on the other", () => {
    expect(direction(of(0.01, 0.05), 1, "accuracyDifference").holds).toBe(true);
    expect(direction(of(0.01, 0.05), -1, "accuracyDifference").holds).toBe(false);
    expect(direction(of(-0.05, -0.01), -1, "accuracyDifference").holds).toBe(true);
    // Open above: still above 0.
    expect(direction(of(0.01, null), 1, "accuracyDifference").holds).toBe(true);
  });

  test("is open where the interval contains 0, with the smallest difference that could have been found", () => {
    // ± 2 points: 2 * (1 + 0.8416 / 1.9600) = 2.86 points.
    const open = direction(of(-0.02, 0.02), 1, "accuracyDifference");
    expect(open.holds).toBeNull();
    expect(reasonOf(open)).toBe(
      "The interval of the difference contains 0; the smallest difference that this design could have found is 2.9 points."
    );
    expect(reasonOf(direction(of(-0.02, null), 1, "accuracyDifference"))).toContain("no smallest difference");
    // What a test could have found is known better.
    expect(reasonOf(direction({...of(-0.02, 0.02), least: 0.05}, 1, "accuracyDifference"))).toContain("is 5.0 points.");
  });

  test("does not hold where the interval contains 0 and excludes the published difference", () => {
    expect(direction(of(-0.02, 0.02), 1, "pgrDifference", 0.55).holds).toBe(false);
    expect(direction(of(-0.02, 0.02), 1, "pgrDifference", [0.01, 0.3]).holds).toBeNull();
    expect(direction(of(-0.2, null), 1, "pgrDifference", 0.55).holds).toBeNull();
  });
});

test("a level holds where the interval contains it and excludes no effect", () => {
  expect(level(of(0.5, 0.7), 0.6, 0, "pgr")).toEqual({
    holds: true,
    why: "The published value lies inside our interval, which is 20 points wide"
  });
  expect(level(of(0.1, 0.5), 0.6, 0, "pgr").holds).toBe(false);
  expect(level(of(-0.1, 0.4), 0.3, 0, "pgr")).toEqual({
    holds: null,
    why: "Our interval contains the published value, and 0% as well"
  });
  // Wide enough to contain most of what could be published.
  const wide = {holds: null, why: "Our interval, which is 76 points wide, decides nothing: it is wider than 50 points"};
  expect([level(of(0.12, 0.88), 0.55, 0, "pgr"), level(of(0.12, 0.88), 0.1, 0, "pgr")]).toEqual([wide, wide]);
  expect(level(of(0.12, null), 0.55, 0, "pgr").holds).toBeNull();
  // A range is met where it overlaps.
  expect(level(of(0.38, 0.7), [0.3, 0.4], 0, "pgr").holds).toBe(true);
  expect(level(of(0.41, 0.7), [0.3, 0.4], 0, "pgr").holds).toBe(false);
});

test("a threshold holds where the interval lies beyond it, and is open where it contains it", () => {
  expect(threshold(of(0.6, 0.7), 0.5, 1, "pgr").holds).toBe(true);
  expect(threshold(of(0.6, 0.7), 0.5, -1, "pgr").holds).toBe(false);
  expect(threshold(of(0.4, 0.7), 0.5, 1, "pgr").holds).toBeNull();
});

test("cells on neither side of a threshold count for and against", () => {
  const [above, below, neither] = [of(0.3, 0.4), of(0, 0.1), of(0.1, 0.3)];
  // Of 4: 1 above and 3 below is a quarter: rarely, and not often.
  expect(frequency([above, below, below, below], 0.2, "rarely", "pgr").holds).toBe(true);
  expect(frequency([above, below, below, below], 0.2, "often", "pgr").holds).toBe(false);
  // 1 above and 1 on neither side is a quarter to a half.
  expect(frequency([above, neither, below, below], 0.2, "rarely", "pgr").holds).toBeNull();
  // 3 above and 1 on neither side is more than a half either way.
  expect(frequency([above, above, above, neither], 0.2, "often", "pgr")).toEqual({
    holds: true,
    why: "Of 4 cells, 3 lie clearly above 20%, 0 clearly below, 1 on neither side"
  });
});

test("significance is of Holm’s p, and of the side", () => {
  const row = (p: number | null, mean: number, high = mean + 0.03) =>
    ({t_p_holm: p, mean, high, n: 12, detectable: 0.031, quantity: "accuracy"}) as Row<"comparisons">;
  expect(significance(row(0.04, 0.02))).toMatchObject({holds: true});
  expect(significance(row(0.04, -0.02))).toMatchObject({holds: false});
  const open = significance(row(0.06, 0.02))!;
  expect(open.holds).toBeNull();
  expect(reasonOf(open)).toBe(
    "Not significant: p = 0.060 after Holm’s correction, 12 tasks; the smallest difference that this design could have found is 3.1 points."
  );
  // Not significant, and yet on the other side.
  expect(significance(row(0.06, -0.02, -0.001))).toMatchObject({holds: false});
  expect(significance(row(null, 0.02))).toBeNull();
});

test("of several, all must hold; one that does not decides, one that is open leaves it open", () => {
  const ruling = (of: string, holds: boolean | null) => ({of, holds, why: `It is ${String(holds)}`});
  expect(every([ruling("a", true), ruling("b", true)])).toEqual({holds: true, why: "a, b: it is true"});
  expect(every([ruling("a", true), ruling("b", null)]).holds).toBeNull();
  expect(every([ruling("a", null), ruling("b", false)]).holds).toBe(false);
  const open = (half: number) => ({...direction(of(-half, half), 1, "accuracyDifference"), of: `± ${half}`});
  expect(reasonOf(every([open(0.01), open(0.02)]))).toBe(
    "± 0.01, ± 0.02: the interval of the difference contains 0, the smallest difference that this design could have found is 1.4 to 2.9 points."
  );
});
