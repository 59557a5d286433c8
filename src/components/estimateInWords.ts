import type {Row} from "../tables.js";
import {enteredTasks} from "./enteredTasks.js";
import {interval} from "./format.js";

/** An estimate with its interval and the tasks that entered, or why it is withheld: 10% (−19% to 36%; 6 of 18 tasks). */
export function estimateInWords(d: Row<"estimates">, format: (value: number) => string): string {
  if (d.value === null) return `withheld: ${d.refused}`;
  const entered = enteredTasks([d]);
  return `${format(d.value)} (${interval(d.low, d.high, format)}${entered ? `; ${entered}` : ""})`;
}
