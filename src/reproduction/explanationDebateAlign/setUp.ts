import {count, listed, plural, range} from "../../components/format.js";
import {modelSizes} from "../../components/modelSizes.js";
import type {Evidence} from "../evidence.js";
import type {Claim, Measured, Outcome} from "../paper.js";
import {lacking, notTestable} from "../paper.js";
import {tasks as published} from "./tasks.js";

/** What the paper says of its models and tasks. */
export const setUp: readonly Claim[] = [
  {
    id: "models",
    place: "Experimental Setup",
    says: "We use pretrained language models from the GPT-4 family, which span 7 orders of magnitude in compute.",
    published: [],
    page: {path: "provenance"},
    test: modelsHere
  },
  {
    id: "table-1",
    place: "Table 1",
    says: "We use a suite of 22 classification tasks.",
    published: [{label: "tasks", measure: "number", value: 22}],
    page: {path: "tasks"},
    test: tasksHere
  }
];

function modelsHere({study, compute}: Evidence): Outcome {
  const {depth, unit, of, format} = modelSizes(study);
  const ladder = [...new Set(study.models.filter((d) => d.role === "weak" || d.role === "strong").map((d) => d.model))];
  const sizes = ladder.map(of).filter(Number.isFinite);
  const hours = compute.reduce((sum, {seconds}) => sum + seconds, 0) / 3600;
  const spent = compute.length
    ? `, ${plural(Number(hours.toPrecision(2)), "hour")} on ${listed([...new Set(compute.map((d) => d.device))])}`
    : "";
  const span = sizes.length ? ` of ${format(Math.min(...sizes))} to ${format(Math.max(...sizes))} ${unit}` : "";
  const number: Measured = {
    label: "models",
    measure: "number",
    value: ladder.length,
    low: null,
    high: null,
    n: `${depth ? "one network" : "weights of their own"}${spent}`
  };
  return notTestable(
    `The models of the paper are not public, and their size is not said. Here are ${plural(ladder.length, "model")}${span}${depth ? ", cut from one network" : ""}.`,
    [number]
  );
}

function tasksHere({study, estimates}: Evidence): Outcome {
  const evaluated = new Set(estimates.map((d) => d.task));
  const here = published.filter(({task}) => evaluated.has(task));
  const seeds = here.map(({task}) => Math.max(...estimates.filter((d) => d.task === task).map((d) => d.seeds)));
  const missing = published.filter(({task}) => !evaluated.has(task));
  const ours: Measured[] = [
    {
      label: "tasks",
      measure: "number",
      value: here.length,
      low: null,
      high: null,
      n: here.length ? range(seeds, "seed") : `${plural(study.tasks.length, "other task")}`
    }
  ];
  if (!missing.length)
    return {verdict: "reproduced", undecided: false, reason: "All have results here; a list, not a finding.", ours};
  return lacking(
    `${count(here.length)} of ${count(published.length)} have results${here.length ? `; without: ${listed(missing.map((d) => d.title))}` : ""}. Why is in the list of tasks below.`,
    here.length
      ? `tasks: [${missing.map(({task}) => `"${task}"`).join(", ")}]`
      : "tasks: [...eda], of loaders/datasets/presets.ts",
    ours
  );
}
