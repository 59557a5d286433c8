import {conclusion} from "../datasets/question.js";

const example = "reasoning step by step in a sentence or two, then";

/** Asks for a chain of thought that ends in the answer (Alice, section 3.1: zero-shot). */
export const chainPrompt = (text: string): string =>
  `Answer the question, ${example} “${conclusion("...")}”\n\n${text} Let's think step by step.`;
