import type {CsvRow} from "./csv.js";
import type {ColumnOptions} from "./dataTable.js";
import {dataTable} from "./dataTable.js";
import {download} from "./download.js";
import {estimateCell} from "./estimateCell.js";
import type {Cell, ShareOfGap} from "./estimates.js";
import {listed, percent, points, share} from "./format.js";
import {d3, html} from "./kit.js";
import type {Leak} from "./leaks.js";
import {leakSentence} from "./leaks.js";
import type {TexColumn} from "./latex.js";
import {latexTable} from "./latex.js";
import type {Names} from "./names.js";
import type {ShownResults} from "./shownResults.js";
import type {Arm} from "./palette.js";

interface Result {
  cell: Cell;
  arm: Arm;
}

export interface Quantity {
  quantity: string;
  label: string;
  format: (value: number) => string;
}

const weakToStrong: readonly Quantity[] = [
  {quantity: "weak", label: "Weak", format: percent},
  {quantity: "student", label: "Student", format: percent},
  {quantity: "strong_ceiling", label: "Ceiling", format: percent},
  {quantity: "gain", label: "Gain", format: points},
  {quantity: "pgr", label: "PGR", format: share},
  {quantity: "agreement", label: "Agreement", format: percent}
];

export interface ResultsTableOptions {
  /** Name of its files. */
  name: string;
  caption: string;
  /** What its columns show; the quantities of weak-to-strong learning where left out. */
  quantities?: readonly Quantity[];
  /** What the share of the gap is called; PGR where left out. */
  share?: ShareOfGap;
}

/** What a page shows with its intervals, a row a task and method: on the page, as CSV at full precision and as LaTeX. */
export function resultsTable(
  {cells, find, arms}: ShownResults,
  names: Names,
  leak: Leak,
  {name, caption, quantities = weakToStrong, share: named = "pgr"}: ResultsTableOptions
): HTMLElement {
  const results: Result[] = cells.flatMap((cell) =>
    arms.filter((arm) => find(cell, arm, "student")).map((arm) => ({cell, arm}))
  );
  const leaks = leakSentence(arms, cells, leak);
  const columns: ColumnOptions<Result>[] = [
    {
      label: "Task",
      value: (d) => names.task(d.cell.task)
    },
    {
      label: "Method",
      value: (d) =>
        leak(d.cell, d.arm)
          ? html`<span>${d.arm.title} <strong class="leak">not weak-to-strong</strong></span>`
          : d.arm.title
    },
    ...quantities.map(({quantity, label, format}) => ({
      label,
      numeric: true,
      value: ({cell, arm}: Result) => estimateCell(find(cell, arm, quantity), format)
    }))
  ];
  const rows: CsvRow[] = results.map(({cell, arm}) => ({
    task: cell.task,
    setting: cell.setting,
    weak_model: cell.weak,
    strong_model: cell.strong,
    method: arm.method,
    variant: arm.variant,
    ...Object.fromEntries(
      quantities.flatMap(({quantity}) => {
        const row = find(cell, arm, quantity);
        return [
          [quantity, row?.value ?? null],
          [`${quantity}_low`, row?.low ?? null],
          [`${quantity}_high`, row?.high ?? null]
        ];
      })
    ),
    withheld: find(cell, arm, named)?.refused ?? null,
    leak: leak(cell, arm),
    seeds: find(cell, arm, "student")?.seeds ?? null,
    n: find(cell, arm, "student")?.n ?? null
  }));
  const tex: TexColumn<Result>[] = [
    {label: "Task", value: (d) => names.task(d.cell.task), group: true},
    {label: "Method", value: (d) => (leak(d.cell, d.arm) ? `${d.arm.title} (not weak-to-strong)` : d.arm.title)},
    ...quantities.map(({quantity, label, format}) => ({
      label,
      numeric: true,
      value: ({cell, arm}: Result) => {
        const row = find(cell, arm, quantity);
        if (!row || row.value === null) return "withheld";
        return `${format(row.value)}${row.low === null && row.high === null ? "" : ` [${row.low === null ? "−∞" : format(row.low)}, ${row.high === null ? "∞" : format(row.high)}]`}`;
      }
    }))
  ];
  const withheld = results.flatMap(({cell, arm}) => {
    const part = find(cell, arm, named);
    return part && part.value === null
      ? [{task: names.task(cell.task), reason: part.refused ?? "no reason recorded"}]
      : [];
  });
  const label = quantities.find((d) => d.quantity === named)!.label;
  // Behind a colon are a task's own numbers, which its cells tell.
  const reasons = d3
    .groups(withheld, (d) => d.reason.replace(/:.*/, ""))
    .map(([reason, some]) => {
      const own = new Set(some.map((d) => d.reason));
      return `${label} of ${listed([...new Set(some.map((d) => d.task))])} is withheld: ${own.size === 1 ? some[0].reason : reason}.`;
    });
  const table = dataTable(results, {
    caption,
    columns,
    grouped: true,
    csv: {name: `${name}-results.csv`, rows},
    actions: [
      html`<button
        type="button"
        onclick=${() => download(`${name}-results.tex`, latexTable(results, tex, caption, `tab:${name}`), "application/x-tex")}
      >
        LaTeX
      </button>`
    ]
  });
  return reasons.length || leaks
    ? html`<div>
        ${table}${leaks ? html`<p class="meta"><strong class="leak">${leaks.trim()}</strong></p>` : null}${reasons.map((reason) => html`<p class="meta">${reason}</p>`)}
      </div>`
    : table;
}
