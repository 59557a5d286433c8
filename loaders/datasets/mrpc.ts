import {z} from "zod";
import {paraphrase, paraphrasePrompt} from "./paraphrase.js";
import {hubLabel, parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";

const row = z.object({sentence1: z.string(), sentence2: z.string(), label: hubLabel, idx: z.int()});

/** Whether two sentences from the news say the same (GLUE's Microsoft Research Paraphrase Corpus). */
export const mrpc: Task = {
  name: "mrpc",
  title: "MRPC",
  licence: "the terms of Microsoft Research",
  attribution:
    "Dolan and Brockett, Automatically Constructing a Corpus of Sentential Paraphrases, IWP 2005; " +
    "Wang et al., GLUE, ICLR 2019",
  publishable: false,
  conversion:
    "binary as published; pairs that have a sentence in common, on either side, share a group; training and " +
    "validation rows are pooled, and the test rows, whose labels are public, tested on, since 129 negative validation rows are few",
  positive: "same meaning",
  negative: "other meaning",
  prompt: paraphrasePrompt,
  pool: [
    {kind: "hub", dataset: "nyu-mll/glue", config: "mrpc", split: "train"},
    {kind: "hub", dataset: "nyu-mll/glue", config: "mrpc", split: "validation"}
  ],
  test: [{kind: "hub", dataset: "nyu-mll/glue", config: "mrpc", split: "test"}],
  sample: {
    sentence1: "The council approved the new bridge on Tuesday .",
    sentence2: "On Tuesday , the new bridge won the council 's approval .",
    label: 1,
    idx: 0
  },
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({sentence1, sentence2, label, idx}) =>
      label === -1 ? [] : [{id: `${splitOf(source)}/${idx}`, ...paraphrase(sentence1, sentence2), label}]
    )
};
