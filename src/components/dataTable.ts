import type {CsvRow} from "./csv.js";
import {csv} from "./csv.js";
import {download} from "./download.js";
import {html} from "./kit.js";

export interface ColumnOptions<T> {
  label: string;
  value: (row: T) => Node | string | null;
  numeric?: boolean;
}

export interface TableOptions<T> {
  /** What the table holds; read out, and shown where no heading says it. */
  caption: string;
  columns: readonly ColumnOptions<T>[];
  /** Rows whose first cell repeats the one above leave it empty. */
  grouped?: boolean;
  /** File name and rows for CSV; left out, there is no such button. */
  csv?: {name: string; rows: readonly CsvRow[]};
  actions?: readonly Node[];
}

/** A table that scrolls where the page is narrow, by keyboard too, and prints whole. */
export function dataTable<T>(
  rows: readonly T[],
  {caption, columns, grouped = false, csv: file, actions = []}: TableOptions<T>
): HTMLElement {
  let above: string | null = null;
  const body = rows.map((row) => {
    const cells = columns.map(({value, numeric}, i) => {
      let content = value(row);
      let repeated = false;
      if (i === 0 && grouped && typeof content === "string") {
        repeated = content === above;
        above = content;
      }
      if (repeated) content = html`<span class="repeated">${content}</span>`;
      return i === 0
        ? html`<th scope="row">${content}</th>`
        : html`<td class=${numeric ? "numeric" : ""}>${content ?? html`<span class="absent">–</span>`}</td>`;
    });
    const first = columns.length > 0 && grouped && !cells[0].querySelector(".repeated");
    return html`<tr class=${first ? "group" : ""}>
      ${cells}
    </tr>`;
  });
  return html`<div class="data-table">
    <div class="table-scroll" tabindex="0" role="region" aria-label=${caption}>
      <table>
        <thead>
          <tr>
            ${columns.map(({label, numeric}) => html`<th scope="col" class=${numeric ? "numeric" : ""}>${label}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${body}
        </tbody>
      </table>
    </div>
    ${
      file || actions.length
        ? html`<p class="table-actions">
            ${file ? html`<button type="button" onclick=${() => download(file.name, csv(file.rows), "text/csv")}>CSV</button>` : null}${actions}
          </p>`
        : null
    }
  </div>`;
}
