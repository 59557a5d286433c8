import {z} from "zod";
import {hubLabel, parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const prompt = "{passage}\nQuestion: {question}?\nAnswer:";

const row = z.object({question: z.string(), passage: z.string(), label: hubLabel, idx: z.int()});

/** Yes/no questions on a passage (SuperGLUE's BoolQ). */
export const boolq: Task = {
  name: "boolq",
  title: "BoolQ",
  licence: "CC BY-SA 3.0",
  attribution:
    "Clark et al., BoolQ: Exploring the Surprising Difficulty of Natural Yes/No Questions, NAACL 2019; passages from " +
    "Wikipedia; Wang et al., SuperGLUE, NeurIPS 2019",
  publishable: true,
  conversion: "binary as published; questions on the same passage share a group",
  positive: "yes",
  negative: "no",
  prompt,
  pool: [{kind: "hub", dataset: "aps/super_glue", config: "boolq", split: "train"}],
  test: [{kind: "hub", dataset: "aps/super_glue", config: "boolq", split: "validation"}],
  sample: {
    question: "does the marsh ferry still cross the river",
    passage: "Marsh ferry -- The marsh ferry crossed twice a day until the bridge opened, and now lies in a museum.",
    label: 0,
    idx: 0
  },
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({question: raw, passage, label, idx}) => {
      if (label === -1) return [];
      const question = raw.trim().replace(/\?+$/, "");
      const text = fill(prompt, {passage: passage.trim(), question});
      return [{id: `${splitOf(source)}/${idx}`, group: groupOf(passage), text, label}];
    })
};
