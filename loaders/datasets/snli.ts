import {convertEntailment, entailmentPrompt} from "./entailment.js";
import type {Task} from "./task.js";

/** Whether a caption of a photograph entails a hypothesis (Stanford NLI). */
export const snli: Task = {
  name: "snli",
  title: "SNLI",
  licence: "CC BY-SA 4.0",
  attribution:
    "Bowman, Angeli, Potts and Manning, A Large Annotated Corpus for Learning Natural Language Inference, EMNLP 2015; " +
    "premises from Flickr30k (Young et al., TACL 2014)",
  publishable: true,
  conversion:
    "entailment against neutral and contradiction, which the source codes as 0, 1 and 2; pairs on the same premise share " +
    "a group; pairs that the annotators did not agree on are left out",
  positive: "entailed",
  negative: "not entailed",
  prompt: entailmentPrompt,
  pool: [{kind: "hub", dataset: "stanfordnlp/snli", config: "plain_text", split: "train"}],
  test: [{kind: "hub", dataset: "stanfordnlp/snli", config: "plain_text", split: "test"}],
  sample: {
    premise: "An old man in a straw hat repairs a net beside a boat.",
    hypothesis: "A man is mending something.",
    label: 0
  },
  convert: convertEntailment
};
