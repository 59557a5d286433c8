import {z} from "zod";
import {hubLabel, parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const prompt = "{paragraph}\nQuestion: {question}\nOption: {answer}\nCorrect:";

const row = z.object({
  paragraph: z.string(),
  question: z.string(),
  answer: z.string(),
  label: hubLabel,
  idx: z.object({question: z.int(), answer: z.int()})
});

/** Answers to questions that several sentences of a paragraph decide (SuperGLUE's MultiRC). */
export const multirc: Task = {
  name: "multirc",
  title: "MultiRC",
  licence: "Research and Academic Use License of its authors",
  attribution:
    "Khashabi et al., Looking Beyond the Surface: A Challenge Set for Reading Comprehension over Multiple Sentences, " +
    "NAACL 2018; Wang et al., SuperGLUE, NeurIPS 2019",
  publishable: false,
  conversion:
    "binary as published, one example for each answer, of which a question may have several right ones; questions on " +
    "the same paragraph share a group",
  positive: "right answer",
  negative: "wrong answer",
  prompt,
  pool: [{kind: "hub", dataset: "aps/super_glue", config: "multirc", split: "train"}],
  test: [{kind: "hub", dataset: "aps/super_glue", config: "multirc", split: "validation"}],
  sample: {
    paragraph:
      "The old mill closed in spring. Its owner, Mr. Tarn, moved to the coast. He took only the clock and two chairs, and " +
      "left the rest to his niece.",
    question: "What did the owner of the mill take along?",
    answer: "A clock",
    idx: {paragraph: 0, question: 0, answer: 0},
    label: 1
  },
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({paragraph, question, answer, label, idx}) => {
      if (label === -1) return [];
      const text = fill(prompt, {paragraph: paragraph.trim(), question: question.trim(), answer: answer.trim()});
      return [{id: `${splitOf(source)}/${idx.question}/${idx.answer}`, group: groupOf(paragraph), text, label}];
    })
};
