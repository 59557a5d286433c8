import {describe, expect, test} from "vitest";
import {constantSide, debateValues, judgeAccuracy, positionBias, type Verdict} from "../../src/statistics/judge.js";

/** Both orders of one question: what each said of the strong side, and which side decided right. */
function both(example: string, strongFirst: number, weakFirst: number, rightSide: "strong" | "weak" | null): Verdict[] {
  return (["strong_first", "weak_first"] as const).map((order, i) => {
    const log_odds = [strongFirst, weakFirst][i];
    const choice = log_odds >= 0 ? "strong" : "weak";
    return {example, order, log_odds, choice, right: rightSide === null ? null : choice === rightSide};
  });
}

describe("judge accuracy", () => {
  test("by hand: of four questions on which sides differ two are told right, one is a tie; alike ones do not count", () => {
    const verdicts = [
      ...both("a", 3, -1, "strong"), // mean 1: strong, right, though one order said weak
      ...both("b", 1, -3, "weak"), // mean -1: weak, right
      ...both("c", 2, 1, "weak"), // mean 1.5: strong, wrong
      ...both("d", 2, -2, "strong"), // mean 0: a tie
      ...both("e", 5, 5, null)
    ];
    const {value, n, ties, low, high} = judgeAccuracy(verdicts);
    expect({value, n, ties}).toEqual({value: 2.5 / 4, n: 4, ties: 1});
    // Wilson by hand: centre (p + z²/2n) / (1 + z²/n), half width z sqrt(p(1-p)/n + z²/4n²) / (1 + z²/n), z² = 3.8415.
    const z2 = 1.959963984540054 ** 2;
    const centre = (0.625 + z2 / 8) / (1 + z2 / 4);
    const half = Math.sqrt(z2 * ((0.625 * 0.375) / 4 + z2 / 64)) / (1 + z2 / 4);
    expect(low).toBeCloseTo(centre - half, 12);
    expect(high).toBeCloseTo(centre + half, 12);
  });

  test("of consultancy, one verdict a question; nothing counted is no share", () => {
    const alone = both("a", 1, 1, "weak").slice(0, 1);
    expect(judgeAccuracy(alone.map((verdict) => ({...verdict, order: "alone"})))).toMatchObject({value: 0, n: 1});
    expect(judgeAccuracy(both("a", 1, 1, null))).toEqual({value: null, n: 0, ties: 0, low: 0, high: 1});
  });
});

describe("position bias", () => {
  test("by hand: two questions by place, one by side, one tied in one order: 6.5 of 8 verdicts for the first", () => {
    const verdicts = [
      ...both("a", 2, -1, "strong"), // first, first
      ...both("b", 1, -1, null), // first, first: alike decisions show bias too
      ...both("c", 3, 1, "weak"), // strong in both: one of two
      ...both("d", 1, 0, "weak") // first, then neither
    ];
    const {value, n, logOdds} = positionBias(verdicts);
    expect(value).toBeCloseTo((2 + 2 + 1 + 1.5) / 8, 12);
    expect(n).toBe(4);
    expect(logOdds).toBeCloseTo((3 + 2 + 2 + 1) / 2 / 4, 12);
  });

  test("a pure one is a tie of every question once both orders are averaged", () => {
    const verdicts = ["a", "b", "c"].flatMap((example) => both(example, 1.7, -1.7, "strong"));
    expect(positionBias(verdicts)).toMatchObject({value: 1, logOdds: 1.7});
    expect([...debateValues(verdicts).values()]).toEqual([0, 0, 0]);
    expect(judgeAccuracy(verdicts)).toMatchObject({value: 0.5, ties: 3});
  });

  test("needs both orders", () => {
    expect(positionBias(both("a", 1, 1, null).slice(0, 1))).toMatchObject({value: null, n: 0, logOdds: null});
  });
});

describe("a constant judge", () => {
  const asked = (values: readonly number[], rightSide: "strong" | "weak" | null = "strong") =>
    values.flatMap((value, i) => both(`q${i}`, value, value, rightSide));

  test("prefers one side on every question on which the sides differ, in the mean of the orders", () => {
    expect(constantSide(asked([-1, -2, -3, -1, -7]))).toBe("weak");
    expect(constantSide(asked([1, 2, 3, 1, 7]))).toBe("strong");
    expect(constantSide([...asked([1, 2, 3, 1, 7]), ...both("alike", -1, -1, null)])).toBe("strong");
  });

  test("is none that once prefers the other, or neither, nor one of few questions", () => {
    expect(constantSide(asked([-1, -2, -3, -1, 7]))).toBeNull();
    expect(constantSide(asked([-1, -2, -3, -1, 0]))).toBeNull();
    expect(constantSide(asked([-1, -2, -3, -1]))).toBeNull();
    expect(constantSide(asked([-1, -2, -3, -1, -7], null))).toBeNull();
    expect(constantSide([])).toBeNull();
  });
});
