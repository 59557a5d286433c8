import {conclusion} from "../datasets/question.js";

/** What a student is shown beside its own answer (Alice, section 3.3); null leaves the teacher's uncertainty out. */
export interface Shown {
  own: string;
  other: string;
  uncertainty: string | null;
}

/** Asks the student to keep its answer or to improve it (Alice, appendix A.2, in our words: its own stands in a figure). */
export const revisionPrompt = (question: string, {own, other, uncertainty}: Shown): string =>
  `${question}\n\nYour first answer: ${own}\n\nAnother answer: ${other}\n\n` +
  (uncertainty === null ? "" : `What the other is not certain of: ${uncertainty}\n\n`) +
  "Keep your first answer if it is right, or give a better one. Do not mention these answers. " +
  `Reason in a sentence or two, then end with “${conclusion("...")}”\n\nAnswer:`;
