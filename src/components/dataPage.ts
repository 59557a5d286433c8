import type {BalanceRow} from "../charts/balance.js";
import {balance} from "../charts/balance.js";
import type {Row, TableName} from "../tables.js";
import {schema, tableNames} from "../tables.js";
import type {CsvRow} from "./csv.js";
import {csv} from "./csv.js";
import {dataTable} from "./dataTable.js";
import {download} from "./download.js";
import {figure} from "./figure.js";
import {afterFirstChart} from "./firstChart.js";
import {bytes, count, listed, plural, words} from "./format.js";
import {d3, html} from "./kit.js";
import {missing} from "./missing.js";
import {dataUrl, pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

const splitOrder = ["supervision", "supervision_validation", "transfer", "transfer_validation", "test"];

/** The parts of the page on data. Rows are large: what needs them follows the first chart. */
export async function dataPage(study: OpenStudy) {
  const {tasks, splits} = await study.tables("tasks", "splits");
  const distinct = new Set(splits.map((d) => `${d.task} ${d.example}`)).size;
  const rows = balanceRows(tasks, splits, null);
  const place = html`<div></div>`;
  const show = (rows: readonly BalanceRow[]) => place.replaceChildren(balanceFigure(study, rows));
  if (rows.length) show(rows);
  else place.replaceChildren(missing("No splits are published for this study.", study.command));
  void afterFirstChart().then(async () => {
    const {examples} = await study.tables("examples");
    if (rows.length) show(balanceRows(tasks, splits, examples));
  });
  return {
    headline: distinct
      ? `${plural(tasks.length, "task")} with ${count(distinct)} rows in all, divided anew for each of ${plural(study.seeds.length, "seed")}.`
      : "No rows are published for this study.",
    balance: place,
    files: files(study)
  };
}

/** @param examples null where labels are not there yet */
function balanceRows(
  tasks: readonly Row<"tasks">[],
  splits: readonly Row<"splits">[],
  examples: readonly Row<"examples">[] | null
): BalanceRow[] {
  const label = examples && new Map(examples.map((d) => [`${d.task} ${d.example}`, d.label]));
  const title = new Map(tasks.map((d) => [d.task, d.title]));
  return d3
    .flatRollup(
      splits,
      (v) => ({n: v.length, positives: label && d3.sum(v, (d) => label.get(`${d.task} ${d.example}`) ?? 0)}),
      (d) => d.task,
      (d) => d.split,
      (d) => d.seed
    )
    .map(([task, split, seed, counts]) => ({title: title.get(task) ?? task, split: words(split), seed, ...counts}))
    .sort((a, b) => d3.ascending(a.title, b.title) || place(a.split) - place(b.split) || a.seed - b.seed);
}

function balanceFigure(study: OpenStudy, rows: readonly BalanceRow[]): HTMLElement {
  return figure({
    id: "balance",
    title: "Rows and their balance, by split",
    subtitle:
      "Supervisors train on gold labels of supervision rows; students on weak labels of transfer rows; test rows score everyone.",
    note: `A dot a seed, ${plural(study.seeds.length, "seed")} (${study.seeds.join(", ")}). Examples of one group never fall on both sides of a split.`,
    data: rows.map((d) => ({...d})),
    provenance: pageUrl(study.study, "provenance"),
    draw: (width) => balance(rows, {width})
  });
}

const place = (split: string) => splitOrder.map(words).indexOf(split);

function files(study: OpenStudy): HTMLElement {
  const tables = tableNames.filter((d): d is Exclude<TableName, "features"> => d !== "features");
  const rows: {name: string; file: string; about: string; table: TableName | null}[] = [
    ...tables.map((table) => ({
      name: table,
      file: `${table}.parquet`,
      about: listed(Object.keys(schema[table])),
      table
    })),
    ...study.features.map((d) => ({
      name: `features, ${d.task}`,
      file: d.file,
      about: `${count(d.rows)} hidden states of ${d.model}, ${bytes(d.bytes)}`,
      table: null
    })),
    {name: "study", file: "study.json", about: "what was declared, with models, versions and limits", table: null}
  ];
  return dataTable(rows, {
    caption: "Files of this study",
    columns: [
      {label: "Table", value: (d) => d.name},
      {label: "Holds", value: (d) => d.about},
      {
        label: "File",
        value: (d) => html`<a href=${dataUrl(`${study.study}/${d.file}`)} download>${d.file.split(".").at(-1)}</a>`
      },
      {
        label: "CSV",
        value: ({table}) =>
          table &&
          html`<button
            type="button"
            class="plain"
            aria-label=${`${table} as CSV`}
            onclick=${async () => {
              const of = await study.tables(table);
              download(`${study.study}-${table}.csv`, csv(of[table] as CsvRow[]), "text/csv");
            }}
          >
            CSV
          </button>`
      }
    ]
  });
}
