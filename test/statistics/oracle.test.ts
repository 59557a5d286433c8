import {describe, expect, it} from "vitest";
import {earliestBest, oracleStop} from "../../src/statistics/oracle.js";

describe("oracleStop", () => {
  const gold = [1, 1, 0, 0];
  const checkpoints = [
    {step: 10, predictions: [0, 1, 1, 0]},
    {step: 20, predictions: [1, 1, 0, 1]},
    {step: 30, predictions: [1, 0, 0, 0]},
    {step: 40, predictions: [1, 0, 0, 1]}
  ];

  it("by hand: the earliest of the most accurate, and what it would have gained", () => {
    expect(oracleStop(checkpoints, gold, 40)).toEqual({
      kept: {step: 40, accuracy: 0.5},
      oracle: {step: 20, accuracy: 0.75},
      last: {step: 40, accuracy: 0.5},
      gain: 0.25
    });
    expect(oracleStop(checkpoints, gold, 30).gain).toBe(0);
  });

  it("refuses a step that is no checkpoint", () => {
    expect(() => oracleStop(checkpoints, gold, 15)).toThrow(
      "expected the step of a checkpoint, one of 10, 20, 30, 40: 15"
    );
  });

  it("keeps the earliest of the best", () => {
    expect(earliestBest([...[0.1, 0.7, 0.7, 0.3].entries()], ([, value]) => value)[0]).toBe(1);
    expect(() => earliestBest([], () => 0)).toThrow("expected at least one checkpoint: 0");
  });
});
