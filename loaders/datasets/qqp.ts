import {z} from "zod";
import {paraphrase, paraphrasePrompt} from "./paraphrase.js";
import {hubLabel, parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";

const row = z.object({question1: z.string(), question2: z.string(), label: hubLabel, idx: z.int()});

/** Whether two questions ask the same (GLUE's Quora Question Pairs). */
export const qqp: Task = {
  name: "qqp",
  title: "QQP",
  licence: "Quora's terms of service, non-commercial",
  attribution:
    "Iyer, Dandekar and Csernai, First Quora Dataset Release: Question Pairs, 2017; Wang et al., GLUE, ICLR 2019",
  publishable: false,
  conversion: "binary as published; pairs that have a question in common, on either side, share a group",
  positive: "same meaning",
  negative: "other meaning",
  prompt: paraphrasePrompt,
  pool: [{kind: "hub", dataset: "nyu-mll/glue", config: "qqp", split: "train"}],
  test: [{kind: "hub", dataset: "nyu-mll/glue", config: "qqp", split: "validation"}],
  sample: {
    question1: "How do I keep tomatoes fresh?",
    question2: "What is the best way to store tomatoes?",
    label: 1,
    idx: 0
  },
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({question1, question2, label, idx}) =>
      label === -1 ? [] : [{id: `${splitOf(source)}/${idx}`, ...paraphrase(question1, question2), label}]
    )
};
