/** What tasks share whose models answer questions in their own words: the prompt, the answer in a text, and when it is right. */

export const questionPrompt = "Question: {question}\nAnswer:";

/** How a chain of thought ends, so that its answer can be found: `... The answer is Paris.` */
export const conclusion = (answer: string): string => `The answer is ${answer}.`;

const concludes = /\bthe (?:final |correct )?answer is:?\s*/gi;

/** What a written text says in answer: what follows its last "the answer is", or else its first line; "" where it says nothing. */
export function answerIn(output: string): string {
  const own = output.split(/\n\s*Question:/)[0];
  const last = [...own.matchAll(concludes)].at(-1);
  const said = last ? own.slice(last.index + last[0].length) : own.trimStart();
  return said.split("\n")[0].trim();
}

/**
 * An answer as it is compared (Rajpurkar et al. 2016): lower case without accents, articles and punctuation; null where
 * nothing is left.
 */
export function normaliseAnswer(text: string): string | null {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .replace(/\b(?:a|an|the)\b/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return plain || null;
}

/** Whether an answer contains a gold answer, word for word; both normalised. */
export const contains = (answer: string, gold: string): boolean => ` ${answer} `.includes(` ${gold} `);
