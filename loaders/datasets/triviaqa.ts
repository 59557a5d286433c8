import {z} from "zod";
import {answerIn, contains, normaliseAnswer, questionPrompt} from "./question.js";
import {parseRows, splitOf} from "./source.js";
import type {Source, Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const row = z.object({
  question: z.string(),
  answer: z.object({value: z.string(), aliases: z.array(z.string())})
});

/** Trivia questions, closed book, whose answers go by several names. */
export const triviaqa: Task = {
  name: "triviaqa",
  title: "TriviaQA",
  kind: "generation",
  licence: "Apache 2.0 (its questions belong to their authors)",
  attribution: "Joshi et al., TriviaQA, ACL 2017",
  publishable: false,
  conversion:
    "the question alone, closed book; right where the answer contains the gold one or one of its aliases, without regard to case, " +
    "accents, articles and punctuation; questions with the same answer share a group",
  positive: "the right answer",
  negative: "another answer, or none",
  prompt: questionPrompt,
  pool: [{kind: "hub", dataset: "mandarjoshi/trivia_qa", config: "rc.nocontext", split: "train"}],
  test: [{kind: "hub", dataset: "mandarjoshi/trivia_qa", config: "rc.nocontext", split: "validation"}],
  sample: {question: "Which planet is known as the red one?", answer: {value: "Mars", aliases: ["Planet Mars"]}},
  clustersBy: "embedding",
  writes: {maxTokens: 256, stop: ["\nQuestion:"]},
  convert: (rows, source: Source) =>
    parseRows(row, rows, source).flatMap(({question, answer: {value, aliases}}, i) => {
      const answer = normaliseAnswer(value);
      if (answer === null) return [];
      return [
        {
          id: `${splitOf(source)}/${i}`,
          group: groupOf(value),
          text: fill(questionPrompt, {question: question.trim()}),
          label: 1 as const,
          answer,
          aliases: [...new Set(aliases.flatMap((alias) => normaliseAnswer(alias) ?? []))]
            .filter((alias) => alias !== answer)
            .sort(),
          written: value
        }
      ];
    }),
  parse: (output) => normaliseAnswer(answerIn(output)),
  right: contains
};
