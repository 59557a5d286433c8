import type {Claim, Paper, Test} from "./paper.js";
import {lacking} from "./paper.js";
import {at} from "./selectors.js";
import {levelOf, untestable} from "./tests.js";

/** Of a data set: accuracy of the smallest and the largest model on gold labels, and the median PGR of both losses. */
interface Dataset {
  name: string;
  /** The task of a study that has the same rows and asks the same of them. */
  task?: string;
  smallest: number;
  largest: number;
  naive: number;
  confidence: number;
}

const datasets: readonly Dataset[] = [
  {name: "sciq", smallest: 0.636, largest: 0.922, naive: 0.332, confidence: 0.31},
  {name: "boolq", task: "boolq", smallest: 0.661, largest: 0.896, naive: 0.048, confidence: -0.355},
  {name: "cosmos_qa", smallest: 0.685, largest: 0.885, naive: 0.352, confidence: 0.369},
  {name: "amazon", smallest: 0.942, largest: 0.972, naive: 0.576, confidence: 0.521}
];

const noTask =
  (name: string): Test =>
  () =>
    lacking(`${name} is no task of the lab.`, "one file in loaders/datasets, see docs/tasks.md");

const place = "openai/weak-to-strong, README";
const page = {path: "evaluation"};

/** openai/weak-to-strong: median PGR by data set, from GPT-2 to Qwen-14B. */
export const weakToStrongReadme: Paper = {
  id: "weak-to-strong-readme",
  title: "openai/weak-to-strong",
  source: "README",
  quoted: false,
  claims: [
    ...datasets.flatMap((dataset) => [
      claim(dataset, "naive", "cross-entropy", "baseline", dataset.naive),
      claim(dataset, "confidence", "confidence loss", "confidence", dataset.confidence)
    ]),
    {
      id: "readme-anthropic_hh",
      place,
      says: "anthropic_hh: PGR 0.806, with an accuracy of about 0.49 of every model",
      published: [{label: "anthropic_hh", measure: "pgr", value: 0.806}],
      page,
      test: untestable(
        "Where every model is at chance there is no gap, and a share of it is noise: by the rule of this study it would be withheld.",
        at({quantity: "pgr", task: "hh-rlhf"}, "HH-RLHF, as pairs")
      )
    }
  ]
};

function claim({name, task, smallest, largest}: Dataset, id: string, loss: string, method: string, pgr: number): Claim {
  return {
    id: `readme-${name}-${id}`,
    place,
    says: `${name}, ${loss}: median PGR; accuracy on gold labels from ${smallest} (GPT-2) to ${largest} (Qwen-14B)`,
    published: [{label: `${name}, ${method}`, measure: "pgr", value: pgr}],
    page,
    test: task
      ? levelOf(at({quantity: "pgr", task, method}, `${name}, ${method}`), `${name}, ${method}`, 0)
      : noTask(name)
  };
}
