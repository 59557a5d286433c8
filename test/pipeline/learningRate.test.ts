import {expect, test} from "vitest";
import {learningRateOf} from "../../loaders/verbs/learningRate.js";

test("by size, larger networks learn more slowly, and adapters ten times as fast as all weights; a number stands", () => {
  const by = (train: "lora" | "full", parameters: number) =>
    learningRateOf({train, learningRate: "by size"}, {parameters});
  // As openai/weak-to-strong has it for GPT-2 (124M), GPT-2 large (774M) and Mistral (7B).
  expect([124e6, 774e6, 7e9].map((parameters) => by("full", parameters))).toEqual([5e-5, 1e-5, 1e-5]);
  expect(by("lora", 124e6)).toBeCloseTo(5e-4, 12);
  expect(by("lora", 7e9)).toBeCloseTo(1e-4, 12);
  expect(learningRateOf({train: "full", learningRate: 3e-5}, {parameters: 7e9})).toBe(3e-5);
  expect(learningRateOf({train: "full", learningRate: "by size"}, null)).toBe("by size");
});
