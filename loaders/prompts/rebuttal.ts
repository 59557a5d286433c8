import {explanationPrompt, reason} from "./explanation.js";

/** What a model that has explained its decision is asked to go on with, once it has seen what both sides said so far. */
export function rebuttalPrompt(
  text: string,
  own: {answer: string; said: readonly string[]},
  other: {answer: string; said: readonly string[]}
): string {
  const [first, ...later] = own.said.map((said, round) => [
    ...(round ? [`Reply: ${reason(own.answer)}${said}`] : [said]),
    `Another view: ${reason(other.answer)}${other.said[round]}`
  ]);
  const lines = [`${explanationPrompt(text, own.answer)}${first.join("\n")}`, ...later.flat()];
  return [...lines, `Reply: ${reason(own.answer)}`].join("\n");
}
