import {z} from "zod";
import {conclusion, conclusionIn, ownText, questionPrompt} from "./question.js";
import {parseRows, splitOf} from "./source.js";
import type {Source, Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const row = z.object({question: z.string(), answer: z.string()});

/** Grade-school mathematics with annotated reasoning; the answer is a number. */
export const gsm8k: Task = {
  name: "gsm8k",
  title: "GSM8K",
  kind: "generation",
  licence: "MIT",
  attribution: "Cobbe et al., Training Verifiers to Solve Math Word Problems, 2021",
  publishable: true,
  conversion:
    "the number after #### is the answer, what stands before it the chain of thought, without its calculator annotations; " +
    "right where the number that the answer concludes with is the same",
  positive: "the right number",
  negative: "another number, or none",
  prompt: questionPrompt,
  pool: [{kind: "hub", dataset: "openai/gsm8k", config: "main", split: "train"}],
  test: [{kind: "hub", dataset: "openai/gsm8k", config: "main", split: "test"}],
  writes: {maxTokens: 256, stop: ["\nQuestion:"]},
  convert: (rows, source: Source) =>
    parseRows(row, rows, source).map(({question, answer}, i) => {
      const [reasoning, result] = answer.split("####").map((part) => part.trim());
      const number = numberIn(result)!;
      return {
        id: `${splitOf(source)}/${i}`,
        group: groupOf(question),
        text: fill(questionPrompt, {question: question.trim()}),
        label: 1,
        answer: number,
        written: number,
        chain: `${reasoning.replace(/<<[^>]*>>/g, "").replace(/\s*\n\s*/g, " ")} ${conclusion(number)}`
      };
    }),
  parse: (output) => {
    const concluded = conclusionIn(output);
    if (concluded === null) return numberIn(ownText(output).trim().split("\n").at(-1)!);
    // After a calculation its result, else the number that is named first: what follows explains it.
    const result = concluded.split("=").at(-1)!;
    return numbersIn(result)[0] ?? null;
  }
};

/** Numbers in a text, without their thousands separators, their currency and a fraction of zeros. */
const numbersIn = (text: string): string[] =>
  (text.match(/(?<![\w.])-?\d{1,3}(?:[ ,]\d{3})+(?:\.\d+)?(?!\d)|(?:(?<!\w)-)?\d+(?:\.\d+)?/g) ?? []).map((found) =>
    String(Number(found.replace(/[ ,]/g, "")))
  );

/** The last number in a text; null for none. */
const numberIn = (text: string): string | null => numbersIn(text).at(-1) ?? null;
