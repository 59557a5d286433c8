import {conclusion} from "../datasets/question.js";

/** What a student is shown of another's answer; null leaves the uncertainty out. */
export interface Shown {
  answer: string;
  uncertainty: string | null;
}

/**
 * Asks the student to keep its answer or to improve it (Alice, section 3.3, and appendix A.2, in our words: its own stands in a
 * figure). Without other answers it improves what it said alone.
 */
export const revisionPrompt = (question: string, own: string, others: readonly Shown[]): string =>
  [
    question,
    `Your first answer: ${own}`,
    ...others.flatMap(({answer, uncertainty}) => [
      `Another answer: ${answer}`,
      ...(uncertainty === null ? [] : [`What the other is not certain of: ${uncertainty}`])
    ]),
    `Keep your first answer if it is right, or give a better one.${others.length ? " Do not mention these answers." : ""} ` +
      `Reason in a sentence or two, then end with “${conclusion("...")}”`,
    question
  ].join("\n\n");
