import {z} from "zod";
import {hubLabel, parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const prompt = "{sentence}\nAcceptable:";

const row = z.object({sentence: z.string(), label: hubLabel, idx: z.int()});

/** Sentences from the literature on linguistics, acceptable or not (GLUE's Corpus of Linguistic Acceptability). */
export const cola: Task = {
  name: "cola",
  title: "CoLA",
  licence: "not stated; its authors hold the sentences to be fair use",
  attribution:
    "Warstadt, Singh and Bowman, Neural Network Acceptability Judgments, TACL 2019; Wang et al., GLUE, ICLR 2019",
  publishable: false,
  conversion: "binary as published",
  positive: "acceptable",
  negative: "not acceptable",
  prompt,
  pool: [{kind: "hub", dataset: "nyu-mll/glue", config: "cola", split: "train"}],
  test: [{kind: "hub", dataset: "nyu-mll/glue", config: "cola", split: "validation"}],
  sample: {sentence: "The letter was read by everyone in the village.", label: 1, idx: 0},
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({sentence: raw, label, idx}) => {
      const sentence = raw.trim();
      if (label === -1) return [];
      return [{id: `${splitOf(source)}/${idx}`, group: groupOf(sentence), text: fill(prompt, {sentence}), label}];
    })
};
