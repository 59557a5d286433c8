import type {Row} from "../tables.js";
import {enteredTasks} from "./enteredTasks.js";
import {interval} from "./format.js";
import {html} from "./kit.js";

/** An estimate in a cell of a table, with its interval and the tasks that entered below it; null where there is none. */
export function estimateCell(d: Row<"estimates"> | undefined, format: (value: number) => string): Node | null {
  if (!d) return null;
  if (d.value === null) return html`<span class="withheld" title=${d.refused ?? ""}>withheld</span>`;
  const entered = enteredTasks([d]);
  return html`<span class="estimate"
    >${format(d.value)}${d.low === null && d.high === null ? null : html`<small>${interval(d.low, d.high, format)}</small>`}${entered ? html`<small>${entered}</small>` : null}</span
  >`;
}
