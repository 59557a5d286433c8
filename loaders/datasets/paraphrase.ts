import type {Example} from "./task.js";
import {fill, groupOf} from "./text.js";

/** What a model reads in the tasks of paraphrase. */
export const paraphrasePrompt = "{first}\n{second}\nSame meaning:";

/** Groups and text of a pair; pairs that have a text in common, on either side, share a group. */
export function paraphrase(first: string, second: string): Pick<Example, "group" | "ties" | "text"> {
  const text = fill(paraphrasePrompt, {first: first.trim(), second: second.trim()});
  return {group: groupOf(first), ties: [groupOf(second)], text};
}
