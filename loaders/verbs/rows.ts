import type {SplitName} from "../datasets/split.js";
import {hash} from "../hash.js";
import type {Labels, Rows} from "../lab.js";
import {issue} from "./labels.js";
import type {Scope} from "./workspace.js";

/** A task's examples for one split, without their gold labels. */
export async function rows(
  {workspace, task, seed, steps}: Pick<Scope, "workspace" | "task" | "seed" | "steps">,
  split: SplitName
): Promise<Rows> {
  const examples = (await workspace.split(task, seed))[split].map(({id, text}) => ({id, text}));
  const {digest} = await workspace.task(task);
  const key = hash(examples.map(({text}) => text));
  const step = hash({verb: "rows", digest, split, key});
  const drawn = split === "test" ? "the same for every seed" : `seed ${seed}`;
  steps.set(step, {
    key: step,
    verb: "rows",
    title: `${split.replace("_", " ")} rows of ${task}, ${drawn}`,
    inputs: [],
    lineage: "no labels",
    rows: examples.length,
    model: "",
    family: null
  });
  return {key, step, task, split, examples};
}

/** The gold labels of rows, as probabilities 0 and 1; whatever is computed from them carries that fact along. */
export async function gold({workspace, task, seed, steps, goldRead}: Scope, rows: Rows): Promise<Labels> {
  goldRead.add(rows.split);
  const byId = new Map((await workspace.split(task, seed))[rows.split].map(({id, label}) => [id, label]));
  const probability = Float64Array.from(rows.examples, ({id}) => byId.get(id)!);
  const step = hash({verb: "gold", rows: rows.step});
  steps.set(step, {
    key: step,
    verb: "gold",
    title: `gold labels of the ${rows.split.replace("_", " ")} rows of ${task}`,
    inputs: [rows.step],
    lineage: `gold of ${rows.split}`,
    rows: probability.length,
    model: "",
    family: null
  });
  return issue({rows, probability, step, source: "gold", lineage: {gold: [rows.split], rows: [], supervisors: []}});
}
