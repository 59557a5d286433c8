import {z} from "zod";
import {answerIn, contains, normaliseAnswer, questionPrompt} from "./question.js";
import {parseRows, splitOf} from "./source.js";
import type {Source, Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const row = z.object({id: z.string(), question: z.string(), answer: z.string()});

/** Questions whose answer takes two steps, closed book. */
export const hotpotqa: Task = {
  name: "hotpotqa",
  title: "HotpotQA",
  kind: "generation",
  licence: "CC BY-SA 4.0",
  attribution: "Yang et al., HotpotQA, EMNLP 2018",
  publishable: true,
  conversion:
    "the question alone, closed book; right where the answer contains the gold one, without regard to case, accents, articles and " +
    "punctuation, or begins with it where that is yes or no; answers of which nothing is left then are left out",
  positive: "the right answer",
  negative: "another answer, or none",
  prompt: questionPrompt,
  pool: [{kind: "hub", dataset: "hotpotqa/hotpot_qa", config: "distractor", split: "train"}],
  test: [{kind: "hub", dataset: "hotpotqa/hotpot_qa", config: "distractor", split: "validation"}],
  clustersBy: "embedding",
  writes: {maxTokens: 256, stop: ["\nQuestion:"]},
  convert: (rows, source: Source) =>
    parseRows(row, rows, source).flatMap(({id, question, answer: written}) => {
      const answer = normaliseAnswer(written);
      if (answer === null) return [];
      const text = fill(questionPrompt, {question: question.trim()});
      return [{id: `${splitOf(source)}/${id}`, group: groupOf(question), text, label: 1 as const, answer, written}];
    }),
  parse: (output) => normaliseAnswer(answerIn(output)),
  // Of a longer answer, "no" says little.
  right: (answer, gold) => (/^(?:yes|no)$/.test(gold) ? answer.split(" ")[0] === gold : contains(answer, gold))
};
