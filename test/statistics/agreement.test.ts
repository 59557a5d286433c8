import {describe, expect, it} from "vitest";
import {agreement} from "../../src/statistics/agreement.js";

describe("agreement", () => {
  const gold = [1, 1, 1, 0, 0, 0];
  const supervisor = [1, 1, 0, 0, 1, 1];

  it("by hand: three right of which two are followed, three wrong of which one is repeated", () => {
    const student = [1, 0, 1, 0, 1, 0];
    expect(agreement(gold, supervisor, student)).toEqual({
      overall: {value: 3 / 6, n: 6},
      right: {value: 2 / 3, n: 3},
      wrong: {value: 1 / 3, n: 3}
    });
  });

  it("is 1 throughout for an imitator, and 1 and 0 for a student that is always right", () => {
    expect(Object.values(agreement(gold, supervisor, supervisor)).map((share) => share.value)).toEqual([1, 1, 1]);
    expect(Object.values(agreement(gold, supervisor, gold)).map((share) => share.value)).toEqual([0.5, 1, 0]);
    expect(agreement(gold, gold, supervisor).wrong).toEqual({value: null, n: 0});
  });

  it("refuses lists of different lengths", () => {
    expect(() => agreement(gold, supervisor, [1])).toThrow("expected one prediction an example, 6: 1");
  });
});
