import type {Random} from "../../src/statistics/random.js";
import {below, random} from "../../src/statistics/random.js";
import {groupOf} from "./text.js";

/** One option of a multiple-choice question. */
export interface Choice {
  /** Its place among the question's options, from 0. */
  option: number;
  text: string;
  /** 1 where it is right. */
  label: 0 | 1;
}

/**
 * The right option of a question and one wrong one, so that a multiple-choice task has as many examples of either class.
 * Both are drawn by the question's id alone where there are several. An option that says the `same` as a right one is
 * not wrong; a question without a right or without a wrong option gives nothing.
 */
export function rightAndWrong(
  id: string,
  options: readonly string[],
  right: readonly number[],
  same: (option: string, right: string) => boolean = (option, right) => groupOf(option) === groupOf(right)
): Choice[] {
  const wrong = options.flatMap((text, i) => (right.some((r) => same(text, options[r])) ? [] : [i]));
  if (right.length === 0 || wrong.length === 0) return [];
  const draw = random(id);
  return [choice(options, right, 1, draw), choice(options, wrong, 0, draw)];
}

function choice(options: readonly string[], from: readonly number[], label: 0 | 1, draw: Random): Choice {
  const option = from[below(from.length, draw)];
  return {option, text: options[option].trim(), label};
}
