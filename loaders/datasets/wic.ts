import {z} from "zod";
import {hubLabel, parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const prompt = "{first}\n{second}\nWord: {word}\nSame meaning:";

const row = z.object({word: z.string(), sentence1: z.string(), sentence2: z.string(), label: hubLabel, idx: z.int()});

/** Whether a word means the same in two sentences (SuperGLUE's Word-in-Context). */
export const wic: Task = {
  name: "wic",
  title: "WiC",
  licence: "CC BY-NC 4.0",
  attribution:
    "Pilehvar and Camacho-Collados, WiC: the Word-in-Context Dataset for Evaluating Context-Sensitive Meaning " +
    "Representations, NAACL 2019; Wang et al., SuperGLUE, NeurIPS 2019",
  publishable: false,
  conversion: "binary as published; pairs on the same word share a group",
  positive: "same meaning",
  negative: "other meaning",
  prompt,
  pool: [{kind: "hub", dataset: "aps/super_glue", config: "wic", split: "train"}],
  test: [{kind: "hub", dataset: "aps/super_glue", config: "wic", split: "validation"}],
  sample: {
    word: "bank",
    sentence1: "We tied the canoe to a tree on the bank.",
    sentence2: "The bank opens at nine.",
    start1: 35,
    start2: 4,
    end1: 39,
    end2: 8,
    idx: 0,
    label: 0
  },
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({word, sentence1, sentence2, label, idx}) => {
      if (label === -1) return [];
      const text = fill(prompt, {first: sentence1.trim(), second: sentence2.trim(), word: word.trim()});
      return [{id: `${splitOf(source)}/${idx}`, group: groupOf(word), text, label}];
    })
};
