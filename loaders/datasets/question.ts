/** What tasks share whose models answer questions in their own words: the prompt, the answer in a text, and when it is right. */

export const questionPrompt = "Question: {question}\nAnswer:";

/** How a chain of thought ends, so that its answer can be found: `... The answer is Paris.` */
export const conclusion = (answer: string): string => `The answer is ${answer}.`;

const concludes = /\bthe (?:final |correct )?answer is\s*:?\s*|(?:^|\n)\s*(?:final )?answer\s*:\s*|####\s*|\\boxed\{/gi;

/** What a written text concludes with: what follows its last "the answer is", "Answer:", #### or \boxed; null where it does not. */
export function conclusionIn(output: string): string | null {
  const own = ownText(output);
  const last = [...own.matchAll(concludes)].at(-1);
  if (!last) return null;
  const said = own.slice(last.index + last[0].length);
  return (last[0].startsWith("\\") ? said.split("}")[0] : said).split("\n")[0].trim();
}

/** What a written text says in answer: its conclusion, or else its first line; "" where it says nothing. */
export const answerIn = (output: string): string =>
  conclusionIn(output) ?? ownText(output).trimStart().split("\n")[0].trim();

/** What a model wrote before a further question of its own, without marks of emphasis. */
export const ownText = (output: string): string => output.split(/\n\s*Question:/)[0].replace(/\*\*|__|`|\$(?=\\)/g, "");

/**
 * An answer as it is compared (after Rajpurkar et al. 2016): lower case without accents, articles and punctuation, of which full
 * stops, commas and apostrophes leave no gap; null where
 * nothing is left.
 */
export function normaliseAnswer(text: string): string | null {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[.,'’]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .replace(/\b(?:a|an|the)\b/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return plain || null;
}

/** Whether an answer contains a gold answer, word for word; both normalised. */
export const contains = (answer: string, gold: string): boolean => ` ${answer} `.includes(` ${gold} `);
