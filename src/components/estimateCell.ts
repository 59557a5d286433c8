import type {Row} from "../tables.js";
import {enteredTasks} from "./enteredTasks.js";
import {interval} from "./format.js";
import {html} from "./kit.js";

export interface Bounded {
  value: number | null;
  low: number | null;
  high: number | null;
}

/** A number in a cell of a table, with its interval and what else is said of it below; null where there is none. */
export function intervalCell(
  {value, low, high}: Bounded,
  format: (value: number) => string,
  below?: string | null
): Node | null {
  if (value === null) return null;
  const lines = [...(low === null && high === null ? [] : [interval(low, high, format)]), ...(below ? [below] : [])];
  return html`<span class="estimate">${format(value)}${lines.map((line) => html`<small>${line}</small>`)}</span>`;
}

/** An estimate in a cell of a table, with its interval and the tasks that entered below it; null where there is none. */
export function estimateCell(d: Row<"estimates"> | undefined, format: (value: number) => string): Node | null {
  if (!d) return null;
  if (d.value === null) return html`<span class="withheld" title=${d.refused ?? ""}>withheld</span>`;
  return intervalCell(d, format, enteredTasks([d]));
}
