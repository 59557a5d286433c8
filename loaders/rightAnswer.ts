import {task as taskNamed} from "./datasets/index.js";
import type {Example} from "./datasets/task.js";

/** Whether an answer, normalised, gives the gold answer of an example or another that is as good. */
export function rightAnswer(
  task: string,
  answer: string,
  {answer: gold, aliases = []}: Pick<Example, "answer" | "aliases">
): boolean {
  const {right = (one: string, other: string) => one === other} = taskNamed(task);
  return gold !== undefined && [gold, ...aliases].some((other) => right(answer, other));
}
