import {convertEntailment, entailmentPrompt} from "./entailment.js";
import type {Task} from "./task.js";

/** Whether a premise, of ten kinds of speech and writing, entails a hypothesis (GLUE's Multi-Genre NLI). */
export const mnli: Task = {
  name: "mnli",
  title: "MNLI",
  licence: "mixed: the Open American National Corpus's, CC BY 3.0, CC BY-SA 3.0 and public domain, by part",
  attribution:
    "Williams, Nangia and Bowman, A Broad-Coverage Challenge Corpus for Sentence Understanding through Inference, " +
    "NAACL 2018; Wang et al., GLUE, ICLR 2019",
  publishable: false,
  conversion:
    "entailment against neutral and contradiction, which the source codes as 0, 1 and 2; pairs on the same premise share " +
    "a group; tested on the kinds of text that it also learns from (matched)",
  positive: "entailed",
  negative: "not entailed",
  prompt: entailmentPrompt,
  pool: [{kind: "hub", dataset: "nyu-mll/glue", config: "mnli", split: "train"}],
  test: [{kind: "hub", dataset: "nyu-mll/glue", config: "mnli", split: "validation_matched"}],
  sample: {
    premise: "uh-huh well we planted beans and they came up the second week",
    hypothesis: "The beans sprouted.",
    label: 0,
    idx: 0
  },
  convert: convertEntailment
};
