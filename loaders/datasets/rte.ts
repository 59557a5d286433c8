import {z} from "zod";
import {hubLabel, parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const prompt = "{premise}\nHypothesis: {hypothesis}\nEntailed:";

const row = z.object({premise: z.string(), hypothesis: z.string(), label: hubLabel, idx: z.int()});

/** Whether a premise entails a hypothesis (SuperGLUE's Recognizing Textual Entailment). */
export const rte: Task = {
  name: "rte",
  title: "RTE",
  licence: "not stated by its authors",
  attribution:
    "Dagan et al. 2006, Bar Haim et al. 2006, Giampiccolo et al. 2007, Bentivogli et al. 2009 (PASCAL Recognizing " +
    "Textual Entailment); Wang et al., SuperGLUE, NeurIPS 2019",
  publishable: false,
  conversion:
    "entailment against not entailment, which the source codes as 0 and 1; pairs on the same premise share a group; " +
    "training and validation rows are pooled, since 277 validation rows are few to test on",
  positive: "entailed",
  negative: "not entailed",
  prompt,
  warning: "2,767 pairs in all: intervals are wide",
  pool: [
    {kind: "hub", dataset: "aps/super_glue", config: "rte", split: "train"},
    {kind: "hub", dataset: "aps/super_glue", config: "rte", split: "validation"}
  ],
  test: [],
  sample: {
    premise: "The bridge over the river was closed on Monday, after a ship had hit one of its pillars.",
    hypothesis: "A ship damaged a bridge.",
    label: 0,
    idx: 0
  },
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({premise, hypothesis, label, idx}) => {
      if (label === -1) return [];
      const text = fill(prompt, {premise: premise.trim(), hypothesis: hypothesis.trim()});
      return [{id: `${splitOf(source)}/${idx}`, group: groupOf(premise), text, label: label === 0 ? 1 : 0}];
    })
};
