import {errorTags, type ErrorTag} from "../../src/errorTags.js";

/** A student's error, in words: what was asked, what is right, and what was answered. */
export interface ToldError {
  text: string;
  /** The text that `text` was compared with. */
  other?: string;
  gold: string;
  student: string;
  supervisor: string;
}

/** The judge's words for kinds of error, in the order in which they are listed. */
export const letters = [" A", " B", " C", " D"] as const;

/** What a judge reads of a student's error. It names the kind that describes it best, by its place in the list: `letters`. */
export function errorTagPrompt(
  {text, other, gold, student, supervisor}: ToldError,
  kinds: readonly ErrorTag[]
): string {
  return [
    ...(other === undefined ? [text] : [`First: ${text}`, `Second: ${other}`]),
    `The right answer: ${gold}`,
    `The student's answer, which is wrong: ${student}`,
    `Its weak supervisor's answer: ${supervisor}`,
    "Why is the student wrong?",
    ...kinds.map((kind, i) => `${letters[i].trim()}: ${errorTags[kind].meaning}`),
    "Of A, B, C and D, the best description is"
  ].join("\n");
}
