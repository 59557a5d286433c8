import type {Row} from "../../src/tables.js";
import {task as taskNamed} from "../datasets/index.js";
import type {Example} from "../datasets/task.js";
import type {SplitName} from "../datasets/split.js";
import type {Results} from "./results.js";

export async function splits({workspace}: Results): Promise<Row<"splits">[]> {
  const rows: Row<"splits">[] = [];
  for (const task of workspace.study.tasks)
    for (const seed of workspace.study.seeds)
      for (const [split, examples] of Object.entries(await workspace.split(task, seed)) as [SplitName, Example[]][])
        rows.push(...examples.map(({id}) => ({task, seed, split, example: id})));
  return rows;
}

/** The examples that some split holds; their text where it may be published. */
export async function examples({workspace}: Results): Promise<Row<"examples">[]> {
  const rows: Row<"examples">[] = [];
  for (const task of workspace.study.tasks) {
    const {publishable} = taskNamed(task);
    const used = new Map<string, Example>();
    for (const seed of workspace.study.seeds)
      for (const examples of Object.values(await workspace.split(task, seed)))
        for (const e of examples) used.set(e.id, e);
    for (const {id, group, label, text, other = null, answer = null} of used.values())
      rows.push({
        task,
        example: id,
        group,
        label,
        text: publishable ? text : null,
        other: publishable ? other : null,
        answer
      });
  }
  return rows;
}
