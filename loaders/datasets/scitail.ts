import {z} from "zod";
import {entailmentPrompt} from "./entailment.js";
import {parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const row = z.object({premise: z.string(), hypothesis: z.string(), label: z.enum(["entails", "neutral"])});

/** Whether a sentence from the web entails the answer to a question of a science examination. */
export const scitail: Task = {
  name: "scitail",
  title: "SciTail",
  licence: "not stated by its authors",
  attribution:
    "Khot, Sabharwal and Clark, SciTaiL: A Textual Entailment Dataset from Science Question Answering, AAAI 2018",
  publishable: false,
  conversion:
    "binary as published, with words for labels; pairs on the same hypothesis, one question's answer, share a group",
  positive: "entailed",
  negative: "not entailed",
  prompt: entailmentPrompt,
  pool: [{kind: "hub", dataset: "allenai/scitail", config: "tsv_format", split: "train"}],
  test: [{kind: "hub", dataset: "allenai/scitail", config: "tsv_format", split: "validation"}],
  sample: {
    premise: "When water freezes, it takes up more room than before.",
    hypothesis: "Water expands as it turns to ice.",
    label: "entails"
  },
  convert: (rows, source) =>
    parseRows(row, rows, source).map(({premise, hypothesis, label}, i) => ({
      id: `${splitOf(source)}/${i}`,
      group: groupOf(hypothesis),
      text: fill(entailmentPrompt, {premise: premise.trim(), hypothesis: hypothesis.trim()}),
      label: label === "entails" ? 1 : 0
    }))
};
