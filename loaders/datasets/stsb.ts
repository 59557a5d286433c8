import {z} from "zod";
import {paraphrase, paraphrasePrompt} from "./paraphrase.js";
import {parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";

/** From 0, nothing in common, to 5, the same meaning; -1 where it is hidden. */
const similarity = z.union([z.literal(-1), z.number().min(0).max(5)]);

const row = z.object({sentence1: z.string(), sentence2: z.string(), label: similarity, idx: z.int()});

/** Whether two sentences mean much the same or little of it (GLUE's Semantic Textual Similarity Benchmark). */
export const stsb: Task = {
  name: "stsb",
  title: "STS-B",
  licence: "mixed: captions, headlines and forum posts, each under its source's own terms",
  attribution:
    "Cer et al., SemEval-2017 Task 1: Semantic Textual Similarity Multilingual and Crosslingual Focused Evaluation; " +
    "Wang et al., GLUE, ICLR 2019",
  publishable: false,
  conversion:
    "a similarity of 4 or more, of 5, against 2 or less; pairs between them are left out; pairs that have a " +
    "sentence in common, on either side, share a group",
  positive: "same meaning",
  negative: "other meaning",
  prompt: paraphrasePrompt,
  pool: [{kind: "hub", dataset: "nyu-mll/glue", config: "stsb", split: "train"}],
  test: [{kind: "hub", dataset: "nyu-mll/glue", config: "stsb", split: "validation"}],
  sample: {sentence1: "A boy feeds a goat.", sentence2: "A goat is fed by a boy.", label: 4.8, idx: 0},
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({sentence1, sentence2, label: similarity, idx}) =>
      similarity === -1 || (similarity > 2 && similarity < 4)
        ? []
        : [{id: `${splitOf(source)}/${idx}`, ...paraphrase(sentence1, sentence2), label: similarity >= 4 ? 1 : 0}]
    )
};
