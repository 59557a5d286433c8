import type {Found} from "../reproduction/alice/arms.js";
import {isFound} from "../reproduction/alice/arms.js";
import type {Line} from "../reproduction/alice/published.js";
import {datasets, printed} from "../reproduction/alice/published.js";
import type {CsvRow} from "./csv.js";
import type {ColumnOptions} from "./dataTable.js";
import {dataTable} from "./dataTable.js";
import {intervalCell} from "./estimateCell.js";
import {decimals, percent, plural} from "./format.js";
import {html} from "./kit.js";
import type {Names} from "./names.js";

/** A number of ours with what it rests on. */
export interface Ours {
  value: number | null;
  low: number | null;
  high: number | null;
  seeds: number;
  n: number;
}

/** A row of a table of the paper, or one beyond it. */
export interface BesideRow {
  /** Heading that rows below each other share. */
  head: string;
  label: string;
  /** What ours is of, where the label does not say it. */
  about?: string;
  /** What the paper printed; none beyond its rows. */
  line?: Line;
  find: (task: string) => Found;
}

export interface BesideOptions {
  /** Name of the table in the reader's files. */
  name: string;
  caption: string;
  heads: readonly [string, string];
  rows: readonly BesideRow[];
  /** Tasks of the study. */
  tasks: readonly string[];
  names: Names;
  /** Ours, where a source has it. */
  ours: (found: Found, task: string) => Ours | undefined;
}

/** Of a dataset that a study leaves out. */
const notHere = "not in this study";

/** A dataset of the paper, or a task of ours that it lacks. */
export const titleOf = (task: string, names: Names): string =>
  datasets.find((d) => d.task === task)?.title ?? names.task(task);

/** The paper's datasets in its order, then the tasks of a study that it lacks. */
export const columnsOf = (tasks: readonly string[]): string[] => [
  ...datasets.map((d) => d.task),
  ...tasks.filter((task) => !datasets.some((d) => d.task === task))
];

/** A table of the paper in its layout: in each cell ours, with its interval and what it rests on, and the paper's number beside it. */
export function besidePaper({name, caption, heads, rows, tasks, names, ours}: BesideOptions): HTMLElement {
  const at = (row: BesideRow, task: string): Found => (tasks.includes(task) ? row.find(task) : {missing: notHere});
  const cell = (row: BesideRow, task: string): Node => {
    const found = at(row, task);
    const own = ours(found, task);
    const paper = row.line && printed(row.line, task);
    const lacking = isFound(found) ? "no result" : found.missing === notHere ? "–" : found.missing;
    return html`<span class="beside"
      >${
        (own && intervalCell(own, percent, `${plural(own.n, "row")}, ${plural(own.seeds, "seed")}`)) ??
        html`<span class="estimate absent">${lacking}</span>`
      }${paper === undefined ? null : html`<span class="published">${decimals(2)(100 * paper)}</span>`}</span
    >`;
  };
  const columns: ColumnOptions<BesideRow>[] = [
    {label: heads[0], value: (d) => d.head},
    {
      label: heads[1],
      value: (d) => html`<span class="estimate">${d.label}${d.about ? html`<small>${d.about}</small>` : null}</span>`
    },
    ...columnsOf(tasks).map((task) => ({
      label: `${titleOf(task, names)}${tasks.includes(task) ? "" : `, ${notHere}`}`,
      group: datasets.find((d) => d.task === task)?.group ?? "Not in the paper",
      value: (d: BesideRow) => cell(d, task)
    }))
  ];
  return dataTable(rows, {
    caption,
    columns,
    grouped: true,
    csv: {name: `${name}.csv`, rows: rows.flatMap((row) => columnsOf(tasks).map((task) => csvRow(row, task)))}
  });

  function csvRow(row: BesideRow, task: string): CsvRow {
    const found = at(row, task);
    const own = ours(found, task);
    const paper = row.line && printed(row.line, task);
    const arm = isFound(found) ? found : undefined;
    return {
      head: row.head,
      row: row.label,
      task,
      ours: own?.value ?? null,
      low: own?.low ?? null,
      high: own?.high ?? null,
      seeds: own?.seeds ?? null,
      n: own?.n ?? null,
      paper: paper ?? null,
      setting: arm?.setting ?? null,
      weak_model: arm?.weak ?? null,
      strong_model: arm?.strong ?? null,
      method: arm?.method ?? null,
      variant: arm?.variant ?? null,
      role: arm?.role ?? null,
      missing: isFound(found) ? null : found.missing
    };
  }
}
