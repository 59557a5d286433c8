import {z} from "zod";
import {entailmentPrompt} from "./entailment.js";
import {hubLabel, parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf, normalise} from "./text.js";

const row = z.object({sentence1: z.string(), sentence2: z.string(), label: hubLabel, idx: z.int()});

/** Whether a sentence with a pronoun entails the same with a noun in its place (GLUE's Winograd NLI). */
export const wnli: Task = {
  name: "wnli",
  title: "WNLI",
  licence: "CC BY 4.0 in part; not stated for the other texts",
  attribution:
    "Levesque, Davis and Morgenstern, The Winograd Schema Challenge, KR 2012 (collection by Davis); " +
    "Wang et al., GLUE, ICLR 2019",
  publishable: false,
  conversion:
    "binary as published, 1 for entailment; first sentences that begin or end with the same four words share a group, since " +
    "schemas come in twins that differ in a word, and so do equal second ones; training and validation rows are pooled, since " +
    "71 validation rows are few to test on and the labels of the test rows are hidden",
  positive: "entailed",
  negative: "not entailed",
  prompt: entailmentPrompt,
  warning: "706 pairs in all, of some 300 sentences: intervals are wide, and most models do no better than chance",
  pool: [
    {kind: "hub", dataset: "nyu-mll/glue", config: "wnli", split: "train"},
    {kind: "hub", dataset: "nyu-mll/glue", config: "wnli", split: "validation"}
  ],
  test: [],
  sample: {
    sentence1: "The kettle would not fit on the shelf because it was too wide.",
    sentence2: "The kettle was too wide.",
    label: 1,
    idx: 0
  },
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({sentence1, sentence2, label, idx}) => {
      if (label === -1) return [];
      const text = fill(entailmentPrompt, {premise: sentence1.trim(), hypothesis: sentence2.trim()});
      const words = normalise(sentence1).split(" ");
      const ties = [groupOf(words.slice(-4).join(" ")), groupOf(sentence2)];
      return [{id: `${splitOf(source)}/${idx}`, group: groupOf(words.slice(0, 4).join(" ")), ties, text, label}];
    })
};
