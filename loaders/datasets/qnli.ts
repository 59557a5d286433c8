import {z} from "zod";
import {hubLabel, parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const prompt = "{sentence}\nQuestion: {question}\nAnswered:";

const row = z.object({question: z.string(), sentence: z.string(), label: hubLabel, idx: z.int()});

/** Whether a sentence from an article answers a question on it (GLUE's Question NLI, from SQuAD). */
export const qnli: Task = {
  name: "qnli",
  title: "QNLI",
  licence: "CC BY-SA 4.0",
  attribution:
    "Rajpurkar et al., SQuAD: 100,000+ Questions for Machine Comprehension of Text, EMNLP 2016; sentences from Wikipedia; " +
    "Wang et al., GLUE, ICLR 2019",
  publishable: true,
  conversion:
    "entailment (the sentence answers the question) against not entailment, which the source codes as 0 and 1; pairs that " +
    "have a question or a sentence in common share a group",
  positive: "answered",
  negative: "not answered",
  prompt,
  pool: [{kind: "hub", dataset: "nyu-mll/glue", config: "qnli", split: "train"}],
  test: [{kind: "hub", dataset: "nyu-mll/glue", config: "qnli", split: "validation"}],
  sample: {
    question: "When was the lighthouse built?",
    sentence: "The lighthouse was finished in 1874, after nine years of work.",
    label: 0,
    idx: 0
  },
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({question, sentence, label, idx}) => {
      if (label === -1) return [];
      const text = fill(prompt, {sentence: sentence.trim(), question: question.trim()});
      const [group, ties] = [groupOf(question), [groupOf(sentence)]];
      return [{id: `${splitOf(source)}/${idx}`, group, ties, text, label: label === 0 ? 1 : 0}];
    })
};
