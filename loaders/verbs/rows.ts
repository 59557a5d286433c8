import type {Example} from "../datasets/task.js";
import {task as taskNamed} from "../datasets/index.js";
import type {SplitName} from "../datasets/split.js";
import {hash} from "../hash.js";
import type {Labels, Rows} from "../lab.js";
import {random, shuffle} from "../../src/statistics/random.js";
import {issue} from "./labels.js";
import type {Scope} from "./workspace.js";

/** A task's examples for one split, without their gold labels. */
export async function rows(
  {workspace, task, kind, seed, steps}: Pick<Scope, "workspace" | "task" | "kind" | "seed" | "steps">,
  split: SplitName
): Promise<Rows> {
  const examples = (await workspace.split(task, seed))[split].map(withoutLabel);
  const {digest} = await workspace.task(task);
  const key = hash(examples.map(contentOf));
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
  return {key, step, task, kind, split, examples};
}

/** Part `index` (from 0) of rows that are divided into `parts` of about equal size, groups whole. */
export async function portion(
  {workspace, task, seed, steps}: Scope,
  rows: Rows,
  index: number,
  parts: number
): Promise<Rows> {
  if (!(index >= 0 && index < parts)) throw new Error(`expected a part from 0 to ${parts - 1}: ${index}`);
  const groups = new Map((await workspace.split(task, seed))[rows.split].map(({id, group}) => [id, group]));
  const order = shuffle([...new Set(rows.examples.map(({id}) => groups.get(id)!))].sort(), random(`portion/${seed}`));
  const size = new Map<string, number>();
  for (const {id} of rows.examples) size.set(groups.get(id)!, (size.get(groups.get(id)!) ?? 0) + 1);
  const part = new Map<string, number>();
  let before = 0;
  for (const group of order) {
    part.set(group, Math.min(parts - 1, Math.floor((before * parts) / rows.examples.length)));
    before += size.get(group)!;
  }
  const examples = rows.examples.filter(({id}) => part.get(groups.get(id)!) === index);
  if (!examples.length)
    throw new Error(`task ${task}: expected ${rows.split} rows in ${parts} parts, found ${order.length} groups`);
  const key = hash(examples.map(contentOf));
  const step = hash({verb: "portion", rows: rows.step, index, parts});
  steps.set(step, {
    key: step,
    verb: "portion",
    title: `part ${index + 1} of ${parts} of the ${rows.split.replace("_", " ")} rows of ${task}`,
    inputs: [rows.step],
    lineage: "no labels",
    rows: examples.length,
    model: "",
    family: null
  });
  return {...rows, key, step, examples};
}

/** The first `count` rows, in their order. */
export function first({steps}: Pick<Scope, "steps">, rows: Rows, count: number): Rows {
  if (count >= rows.examples.length) return rows;
  const examples = rows.examples.slice(0, count);
  const key = hash(examples.map(contentOf));
  const step = hash({verb: "first", rows: rows.step, count});
  steps.set(step, {
    key: step,
    verb: "first",
    title: `first ${count} of the ${rows.split.replace("_", " ")} rows of ${rows.task}`,
    inputs: [rows.step],
    lineage: "no labels",
    rows: count,
    model: "",
    family: null
  });
  return {...rows, key, step, examples};
}

/** The gold labels of rows, as probabilities 0 and 1 or as answers; whatever is computed from them carries that fact along. */
export async function gold({workspace, task, seed, steps, goldRead}: Scope, rows: Rows): Promise<Labels> {
  goldRead.add(rows.split);
  const byId = new Map((await workspace.split(task, seed))[rows.split].map((example) => [example.id, example]));
  const generated = taskNamed(task).kind === "generation";
  const answers = generated ? rows.examples.map(({id}) => byId.get(id)!.answer!) : undefined;
  const probability = Float64Array.from(generated ? [] : rows.examples, ({id}) => byId.get(id)!.label);
  const step = hash({verb: "gold", rows: rows.step});
  steps.set(step, {
    key: step,
    verb: "gold",
    title: `gold labels of the ${rows.split.replace("_", " ")} rows of ${task}`,
    inputs: [rows.step],
    lineage: `gold of ${rows.split}`,
    rows: rows.examples.length,
    model: "",
    family: null
  });
  return issue({
    rows,
    probability,
    ...(answers && {outputs: rows.examples.map(({id}, i) => byId.get(id)!.written ?? answers[i]), answers}),
    step,
    source: "gold",
    lineage: {gold: [rows.split], rows: [], supervisors: []}
  });
}

const withoutLabel = ({id, text, other}: Example): Rows["examples"][number] => ({
  id,
  text,
  ...(other !== undefined && {other})
});

const contentOf = ({text, other}: Rows["examples"][number]): string | string[] =>
  other === undefined ? text : [text, other];
