import {z} from "zod";
import {rightAndWrong} from "./choices.js";
import {hubLabel, parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const prompt = "{premise}\nQuestion: {question}\nOption: {option}\nPlausible:";

const questions = {cause: "What was the cause of this?", effect: "What happened as a result?"} as const;

const row = z.object({
  premise: z.string(),
  choice1: z.string(),
  choice2: z.string(),
  question: z.enum(["cause", "effect"]),
  label: hubLabel,
  idx: z.int()
});

/** Causes and effects of everyday events (SuperGLUE's Choice of Plausible Alternatives). */
export const copa: Task = {
  name: "copa",
  title: "COPA",
  licence: "BSD 2-Clause",
  attribution:
    "Roemmele, Bejan and Gordon, Choice of Plausible Alternatives: An Evaluation of Commonsense Causal Reasoning, AAAI " +
    "Spring Symposium 2011, copyright 2010 University of Southern California; Wang et al., SuperGLUE, NeurIPS 2019",
  publishable: true,
  conversion:
    "each question gives two examples, its right option and its wrong one; questions on the same premise share a group; " +
    "training and validation rows are pooled, since 100 validation questions are few to test on",
  positive: "the more plausible option",
  negative: "the less plausible option",
  prompt,
  warning: "500 questions in all: intervals are wide",
  pool: [
    {kind: "hub", dataset: "aps/super_glue", config: "copa", split: "train"},
    {kind: "hub", dataset: "aps/super_glue", config: "copa", split: "validation"}
  ],
  test: [],
  sample: {
    premise: "The boat drifted away from the pier.",
    choice1: "The rope came undone.",
    choice2: "The captain bought a map.",
    question: "cause",
    label: 0,
    idx: 0
  },
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({premise, choice1, choice2, question, label, idx}) => {
      if (label === -1) return [];
      const id = `${splitOf(source)}/${idx}`;
      return rightAndWrong(id, [choice1, choice2], [label]).map(({option, text, label}) => ({
        id: `${id}/${option}`,
        group: groupOf(premise),
        text: fill(prompt, {premise: premise.trim(), question: questions[question], option: text}),
        label
      }));
    })
};
