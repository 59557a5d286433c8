import type {CsvRow} from "./csv.js";
import {csv} from "./csv.js";
import {download} from "./download.js";
import {html} from "./kit.js";

export interface ColumnOptions<T> {
  label: string;
  value: (row: T) => Node | string | null;
  numeric?: boolean;
  /** A head above this column and those beside it that have the same. */
  group?: string;
}

export interface TableOptions<T> {
  /** What the table holds; read out, and shown where no heading says it. */
  caption: string;
  columns: readonly ColumnOptions<T>[];
  /** Rows whose first cell is the same share it. */
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
  // A group's first cell spans its rows.
  const spans = rows.map(() => 1);
  if (grouped)
    for (let i = rows.length - 1; i > 0; i--)
      if (columns[0].value(rows[i]) === columns[0].value(rows[i - 1])) {
        spans[i - 1] += spans[i];
        spans[i] = 0;
      }
  const body = rows.map((row, i) => {
    const cells = columns.map(({value, numeric}, j) => {
      if (j > 0)
        return html`<td class=${numeric ? "numeric" : ""}>${value(row) ?? html`<span class="absent">–</span>`}</td>`;
      return spans[i] === 0
        ? null
        : html`<th scope=${spans[i] > 1 ? "rowgroup" : "row"} rowspan=${spans[i]}>${value(row)}</th>`;
    });
    return html`<tr class=${grouped && spans[i] ? "group" : ""}>
      ${cells}
    </tr>`;
  });
  return html`<div class="data-table">
    <div class="table-scroll" tabindex="0" role="region" aria-label=${caption}>
      <table>
        <thead>
          ${columns.some((d) => d.group) ? groupHeads(columns) : null}
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

/** Heads above columns, each over as many as share it. */
function groupHeads<T>(columns: readonly ColumnOptions<T>[]): HTMLElement {
  const runs: {group: string; columns: number}[] = [];
  for (const {group = ""} of columns) {
    const last = runs.at(-1);
    if (last?.group === group) last.columns++;
    else runs.push({group, columns: 1});
  }
  return html`<tr class="column-groups">
    ${runs.map((d) =>
      d.group ? html`<th scope="colgroup" colspan=${d.columns}>${d.group}</th>` : html`<td colspan=${d.columns}></td>`
    )}
  </tr>`;
}
