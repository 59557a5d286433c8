import {z} from "zod";
import {parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const prompt = "{premise}\nHypothesis: {hypothesis}\nEntailed:";

const row = z.object({premise: z.string(), hypothesis: z.string(), label: z.int().min(-1).max(2), idx: z.int()});

/** Whether a speaker is committed to what follows from their words (SuperGLUE's CommitmentBank). */
export const cb: Task = {
  name: "cb",
  title: "CB",
  licence: "not stated by its authors",
  attribution:
    "de Marneffe, Simons and Tonhauser, The CommitmentBank: Investigating Projection in Naturally Occurring Discourse, " +
    "Sinn und Bedeutung 23, 2019; Wang et al., SuperGLUE, NeurIPS 2019",
  publishable: false,
  conversion:
    "entailment, which the source codes as 0, against contradiction and neutral; pairs on the same premise share a group; " +
    "training and validation rows are pooled, since 56 validation rows are few to test on",
  positive: "entailed",
  negative: "contradicted or neither",
  prompt,
  warning: "306 pairs in all: intervals are very wide",
  pool: [
    {kind: "hub", dataset: "aps/super_glue", config: "cb", split: "train"},
    {kind: "hub", dataset: "aps/super_glue", config: "cb", split: "validation"}
  ],
  test: [],
  sample: {
    premise: "The kettle had been cold for an hour. Nora could tell that nobody had slept in the hut.",
    hypothesis: "nobody had slept in the hut",
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
