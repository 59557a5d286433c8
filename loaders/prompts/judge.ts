import {reason} from "./explanation.js";

/** What one side told the judge: its answer, and what it said for it, round by round. */
export interface Told {
  answer: string;
  said: readonly string[];
}

/** The judge's words for the side that is shown first and for the other. */
export const places = [" A", " B"] as const;

/** What a judge reads of a debate. It names the side that explained better: `places`. */
export function judgePrompt(text: string, first: Told, second: Told): string {
  const rounds = first.said.flatMap((_, round) => [
    `A: ${reason(first.answer)}${first.said[round]}`,
    `B: ${reason(second.answer)}${second.said[round]}`
  ]);
  return [text, ...rounds, "Of A and B, the better explanation was given by"].join("\n");
}
