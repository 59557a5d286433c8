import type {QuickMark} from "../charts/quickChart.js";
import {quickChart} from "../charts/quickChart.js";
import type {Column, TableName} from "../tables.js";
import {schema, tableNames} from "../tables.js";
import {openDatabase} from "./database.js";
import type {SqlResult, SqlRow, SqlValue} from "./duckdb.js";
import {dataTable} from "./dataTable.js";
import {figure} from "./figure.js";
import {count, plural} from "./format.js";
import {Inputs, html} from "./kit.js";
import {setAddress} from "./linked.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";
import {startingQueries} from "./startingQueries.js";

const tables = tableNames.filter((d): d is Exclude<TableName, "features"> => d !== "features");
/** Rows that are listed, that are drawn, and that the engine returns. */
const limits = {listed: 200, drawn: 2_000, returned: 20_000};

/** The tables that a query names; all of them where it asks what there is. */
function tablesIn(sql: string): typeof tables {
  if (/\b(show|describe|pragma|information_schema|duckdb_\w+)\b/i.test(sql)) return tables;
  return tables.filter((table) => new RegExp(`\\b${table}\\b`, "i").test(sql));
}

/** An editor of SQL over a study's tables; query and chart live in the page's address. */
export function workbench(study: OpenStudy): HTMLElement {
  const address = new URLSearchParams(location.search);
  const first = startingQueries[0];
  const editor = html`<textarea
    id="sql"
    class="sql"
    spellcheck="false"
    rows="9"
    aria-label="SQL query"
    aria-describedby="sql-help"
  ></textarea>` as HTMLTextAreaElement;
  editor.value = address.get("sql") ?? first.sql;
  let chart: Chart | null = address.has("sql") ? chartOf(address) : first.chart;
  const starts = html`<select aria-label="Starting query">
    <option value="">Start from a question…</option>
    ${startingQueries.map(({title}, i) => html`<option value=${i}>${title}</option>`)}
  </select>` as HTMLSelectElement;
  const run = html`<button type="button" class="primary">Run</button>`;
  const status = html`<p class="live-status" role="status"></p>`;
  const output = html`<div></div>`;
  let asked = 0;

  async function execute(): Promise<void> {
    const ask = ++asked;
    const sql = editor.value.trim().replace(/;\s*$/, "");
    status.className = "live-status";
    if (!sql) {
      status.textContent = "";
      output.replaceChildren();
      remember();
      return;
    }
    const waiting = setTimeout(() => (status.textContent = "Running…"), 100);
    try {
      const database = await openDatabase(study, tablesIn(sql));
      const start = performance.now();
      const result = await database.read(sql, limits.returned + 1);
      if (ask !== asked) return;
      const time = `in ${(performance.now() - start).toFixed(0)} ms`;
      const more = result.rows.length > limits.returned;
      status.textContent = more
        ? `More than ${count(limits.returned)} rows ${time}; those beyond are left out, so a LIMIT or an aggregate serves better`
        : `${plural(result.rows.length, "row")} ${time}`;
      show({...result, rows: result.rows.slice(0, limits.returned)});
    } catch (error) {
      if (ask !== asked) return;
      status.className = "live-status failed";
      status.textContent = (error as Error).message.split("\n").find((line) => line.trim()) ?? "the query failed";
      output.replaceChildren();
    } finally {
      clearTimeout(waiting);
      remember();
    }
  }

  function remember(): void {
    const started = editor.value === first.sql && JSON.stringify(chart) === JSON.stringify(first.chart);
    setAddress("sql", started ? null : editor.value);
    for (const name of ["x", "y", "color", "mark"] as const) setAddress(name, started ? null : (chart?.[name] ?? null));
  }

  function show(result: SqlResult): void {
    const names = result.columns.map((d) => d.name);
    const shown = result.rows.slice(0, limits.listed);
    const table = dataTable(shown, {
      caption: "Result of the query",
      columns: result.columns.map(({name, numeric}) => ({
        label: name,
        numeric,
        value: (row: SqlRow) => cell(row[name])
      })),
      csv: {name: `${study.study}-query.csv`, rows: result.rows}
    });
    const place = html`<div></div>`;
    output.replaceChildren(
      result.rows.length ? chartControls(result, place) : "",
      place,
      names.length ? table : "",
      result.rows.length > limits.listed
        ? html`<p class="meta">
            The first ${count(limits.listed)} of ${count(result.rows.length)} rows; CSV has them all.
          </p>`
        : ""
    );
  }

  function chartControls(result: SqlResult, place: HTMLElement): HTMLElement {
    const names = result.columns.map((d) => d.name);
    const drawn = result.rows.slice(0, limits.drawn);
    const known = (name: string | null | undefined) => (name && names.includes(name) ? name : null);
    const x = Inputs.select([...names], {label: "x", value: known(chart?.x) ?? names[0]});
    const y = Inputs.select([...names], {
      label: "y",
      value: known(chart?.y) ?? result.columns.find((d) => d.numeric)?.name ?? names.at(-1)!
    });
    const color = Inputs.select(["", ...names], {
      label: "Colour",
      value: known(chart?.color) ?? "",
      format: (d) => d || "none"
    });
    const mark = Inputs.select<string>(["none", "dot", "bar", "line"], {label: "Chart", value: chart?.mark ?? "none"});
    const draw = () => {
      chart =
        mark.value === "none"
          ? null
          : {x: x.value, y: y.value, color: color.value || null, mark: mark.value as QuickMark};
      const now = chart;
      place.replaceChildren(
        now
          ? figure({
              id: "chart",
              title: result.columns.find((d) => d.name === now.y)?.numeric
                ? `${now.y} by ${now.x}`
                : `${now.x} by ${now.y}`,
              note:
                drawn.length < result.rows.length
                  ? `The first ${count(drawn.length)} of ${count(result.rows.length)} rows of the query above.`
                  : `${plural(drawn.length, "row")} of the query above.`,
              data: drawn,
              provenance: pageUrl(study.study, "provenance"),
              draw: (width) => quickChart(drawn, {width, ...now})
            })
          : ""
      );
    };
    for (const input of [x, y, color, mark])
      input.addEventListener("input", () => {
        draw();
        remember();
      });
    draw();
    return html`<div class="controls">${mark}${x}${y}${color}</div>`;
  }

  run.addEventListener("click", () => void execute());
  editor.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void execute();
  });
  starts.addEventListener("change", () => {
    const start = startingQueries[Number(starts.value)];
    if (starts.value === "" || !start) return;
    editor.value = start.sql;
    chart = start.chart;
    starts.value = "";
    void execute();
  });
  void execute();
  return html`<section class="workbench">
    <div class="controls">${starts}</div>
    ${editor}
    <p class="run">
      ${run}<span class="meta" id="sql-help"
        >Ctrl or ⌘ with Enter runs the query. The address of this page holds it.</span
      >
    </p>
    ${status} ${output}
  </section>`;
}

interface Chart {
  x: string;
  y: string;
  color: string | null;
  mark: QuickMark;
}

function chartOf(address: URLSearchParams): Chart | null {
  const [x, y, mark] = ["x", "y", "mark"].map((name) => address.get(name));
  return x && y && (mark === "dot" || mark === "bar" || mark === "line")
    ? {x, y, mark, color: address.get("color")}
    : null;
}

function cell(value: SqlValue): Node | string | null {
  if (value === null) return null;
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
  return value instanceof Date ? value.toISOString() : breakable(String(value));
}

/** A text that may break where the parts of a model's name meet: it is long, and has no space. */
function breakable(text: string): Node | string {
  const [first, ...parts] = text.split(/(?<=[:@#/])/);
  return parts.length ? html`<span>${first}${parts.map((part) => html`<wbr />${part}`)}</span>` : text;
}

/** Tables and columns, with what they hold. */
export function schemaListing(): HTMLElement {
  return html`<div class="schema">
    ${tables.map(
      (table) =>
        html`<details class="fold">
          <summary>${table}</summary>
          <dl class="settings">
            ${Object.entries(schema[table] as Record<string, Column>).map(
              ([name, {type, nullable, about}]) =>
                html`<div>
                  <dt><code>${name}</code> ${type}${nullable ? ", may be null" : ""}</dt>
                  <dd>${about}</dd>
                </div>`
            )}
          </dl>
        </details>`
    )}
  </div>`;
}
