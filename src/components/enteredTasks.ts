import type {Row} from "../tables.js";
import {range} from "./format.js";

type Over = Pick<Row<"estimates">, "tasks" | "withheld">;

/** On how many tasks estimates over tasks stand, where some are withheld: 6 to 8 of 18 tasks; null where none is. */
export function enteredTasks(estimates: readonly Over[]): string | null {
  const over = estimates.filter((d) => d.tasks !== null);
  if (!over.some((d) => d.withheld)) return null;
  const of = Math.max(...over.map((d) => d.tasks! + (d.withheld ?? 0)));
  return `${range(
    over.map((d) => d.tasks!),
    ""
  ).trim()} of ${of} tasks`;
}
