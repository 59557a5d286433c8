import {z} from "zod";
import {hubLabel, parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf} from "./text.js";
import {withoutParts} from "./withoutParts.js";

const prompt = "{sentence}\nSentiment:";

const row = z.object({sentence: z.string(), label: hubLabel, idx: z.int()});

/** Sentences from film reviews, positive or negative (GLUE's Stanford Sentiment Treebank). */
export const sst2: Task = {
  name: "sst2",
  title: "SST-2",
  licence: "not stated by its authors",
  attribution:
    "Socher et al., Recursive Deep Models for Semantic Compositionality Over a Sentiment Treebank, EMNLP 2013; " +
    "Wang et al., GLUE, ICLR 2019",
  publishable: false,
  conversion:
    "binary as published; training rows that are part of a longer one are left out, since the source also lists the " +
    "phrases of its sentences and these would fall on both sides of a split",
  positive: "positive sentiment",
  negative: "negative sentiment",
  answers: [" negative", " positive"],
  prompt,
  pool: [{kind: "hub", dataset: "nyu-mll/glue", config: "sst2", split: "train"}],
  test: [{kind: "hub", dataset: "nyu-mll/glue", config: "sst2", split: "validation"}],
  sample: {sentence: "a film to leave before its slow and joyless end", label: 0, idx: 0},
  convert(rows, source) {
    const labelled = parseRows(row, rows, source).flatMap(({sentence, label, idx}) =>
      label === -1 ? [] : [{sentence: sentence.trim(), label, idx}]
    );
    const whole = splitOf(source) === "train" ? withoutParts(labelled, ({sentence}) => sentence) : labelled;
    return whole.map(({sentence, label, idx}) => ({
      id: `${splitOf(source)}/${idx}`,
      group: groupOf(sentence),
      text: fill(prompt, {sentence}),
      label
    }));
  }
};
