import {convertEntailment, entailmentPrompt} from "./entailment.js";
import {mnli} from "./mnli.js";
import type {Task} from "./task.js";

/** Pairs that probe linguistic phenomena, to test a model of MNLI on (GLUE's diagnostic set). */
export const ax: Task = {
  name: "ax",
  title: "AX",
  licence: "not stated by its authors; what is learned from has MNLI's",
  attribution: `Wang et al., GLUE, ICLR 2019 (diagnostic set); learned from: ${mnli.attribution}`,
  publishable: false,
  conversion:
    "entailment against neutral and contradiction; learned from MNLI's training rows and tested on the diagnostic pairs, " +
    "which have none of their own to learn from",
  positive: "entailed",
  negative: "not entailed",
  prompt: entailmentPrompt,
  warning:
    "GLUE's own rows hide the labels of these pairs: they are scored only where another source of the rows has the labels, which GLUE's authors have published",
  evaluates: mnli.name,
  pool: mnli.pool,
  test: [{kind: "hub", dataset: "nyu-mll/glue", config: "ax", split: "test"}],
  sample: mnli.sample,
  convert: convertEntailment
};
