import {z} from "zod";
import {answerIn, conclusion, questionPrompt} from "./question.js";
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
    "right where the last number of the answer is the same number",
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
  parse: (output) => numberIn(answerIn(output))
};

/** The last number in a text, without its thousands separators, its currency and a fraction of zeros; null for none. */
function numberIn(text: string): string | null {
  const found = text.match(/-?\d[\d,]*(?:\.\d+)?/g)?.at(-1);
  if (found === undefined) return null;
  return String(Number(found.replaceAll(",", "")));
}
