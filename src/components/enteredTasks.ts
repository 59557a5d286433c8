import type {Row} from "../tables.js";
import {d3} from "./kit.js";

type Over = Pick<Row<"estimates">, "value" | "tasks" | "withheld">;

/** On how many tasks estimates over tasks stand, where some are withheld: 6 to 8 of 18 tasks; null where none is. */
export function enteredTasks(estimates: readonly Over[]): string | null {
  const over = estimates.filter((d) => d.value !== null && d.tasks !== null);
  if (!over.some((d) => d.withheld)) return null;
  const [low, high] = d3.extent(over, (d) => d.tasks!);
  const all = d3.max(over, (d) => d.tasks! + (d.withheld ?? 0));
  return `${low === high ? low : `${low} to ${high}`} of ${all} tasks`;
}
