import type {Evidence} from "../reproduction/evidence.js";
import {ofPair} from "../reproduction/evidence.js";
import type {Paper, PublishedTask} from "../reproduction/paper.js";
import type {Row} from "../tables.js";
import {dataTable} from "./dataTable.js";
import {intervalCell} from "./estimateCell.js";
import {capital, percent, plural} from "./format.js";
import {html} from "./kit.js";

/** A paper's tasks, one by one: which are here and how they became binary, which are left out and why. */
export function publishedTasks(evidence: Evidence, {tasks}: Paper): HTMLElement {
  if (!tasks) return html`<div></div>`;
  const here = new Map(evidence.tasks.map((d) => [d.task, d]));
  const estimate = (task: string, quantity: string) => ofPair(evidence, {quantity, task});
  const present = tasks.rows.filter(({task}) => estimate(task, "weak"));
  const table = dataTable<PublishedTask>(tasks.rows, {
    caption: `${tasks.place}: tasks`,
    columns: [
      {label: tasks.place, value: (d) => d.title},
      {label: "Type there", value: (d) => d.type},
      {
        label: "Here",
        value: ({task, title}) =>
          html`<span class="prose"
            >${about(evidence, here.get(task), {title, run: Boolean(estimate(task, "weak"))})}</span
          >`
      },
      {label: "Supervisor", numeric: true, value: ({task}) => accuracy(estimate(task, "weak"))},
      {label: "Ceiling", numeric: true, value: ({task}) => accuracy(estimate(task, "strong_ceiling"))},
      {
        label: "n",
        numeric: true,
        value: ({task}) => {
          const found = estimate(task, "weak");
          return found
            ? html`<span class="estimate">${plural(found.n, "row")}<small>${plural(found.seeds, "seed")}</small></span>`
            : null;
        }
      }
    ]
  });
  return html`<details class="fold" open=${present.length > 0}>
    <summary>${capital(`${present.length} of ${plural(tasks.rows.length, "task")} have results here`)}</summary>
    ${table}
  </details>`;
}

function about({study}: Evidence, task: Row<"tasks"> | undefined, {title, run}: {title: string; run: boolean}): string {
  const named = new RegExp(`\\b${title}\\b`);
  if (task) {
    const {conversion, warning} = task;
    return [run ? "Here" : "No result yet", conversion, ...(warning ? [warning] : [])].join(": ").replace(/\.?$/, ".");
  }
  return `Left out. ${study.limits.find((limit) => named.test(limit)) ?? "The study does not name it."}`;
}

function accuracy(row: Row<"estimates"> | undefined): Node | null {
  return row ? intervalCell(row, percent) : null;
}
