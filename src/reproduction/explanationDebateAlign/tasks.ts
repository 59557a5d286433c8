import type {PublishedTask} from "../paper.js";

/** "Explanation, Debate, Align", table 1: names and types as printed, with the name that a study gives each task. */
export const tasks: readonly PublishedTask[] = [
  {title: "CoLA", type: "Binary", task: "cola"},
  {title: "SST-2", type: "Binary", task: "sst2"},
  {title: "MRPC", type: "Binary", task: "mrpc"},
  {title: "STS-B", type: "Regression", task: "stsb"},
  {title: "QQP", type: "Binary", task: "qqp"},
  {title: "MNLI", type: "Multi-class", task: "mnli"},
  {title: "QNLI", type: "Binary", task: "qnli"},
  {title: "RTE", type: "Binary", task: "rte"},
  {title: "WNLI", type: "Binary", task: "wnli"},
  {title: "AX", type: "Multi-class", task: "ax"},
  {title: "CB", type: "Multi-class", task: "cb"},
  {title: "COPA", type: "Binary", task: "copa"},
  {title: "MultiRC", type: "Binary", task: "multirc"},
  {title: "ReCoRD", type: "Binary", task: "record"},
  {title: "WiC", type: "Binary", task: "wic"},
  {title: "WSC", type: "Binary", task: "wsc"},
  {title: "BoolQ", type: "Binary", task: "boolq"},
  {title: "RACE", type: "Multi-class", task: "race"},
  {title: "SciTail", type: "Binary", task: "scitail"},
  {title: "SNLI", type: "Multi-class", task: "snli"},
  {title: "SWAG", type: "Multi-class", task: "swag"},
  {title: "HellaSWAG", type: "Multi-class", task: "hellaswag"}
];
