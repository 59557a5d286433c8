import {describeCell, mosaicChart} from "../charts/mosaic.js";
import type {MosaicCell} from "../statistics/mosaic.js";
import {mosaic} from "../statistics/mosaic.js";
import type {Row} from "../tables.js";
import {openDatabase} from "./database.js";
import type {SqlRow} from "./duckdb.js";
import {figure} from "./figure.js";
import {count, plural} from "./format.js";
import {Inputs, d3, html} from "./kit.js";
import {linked} from "./linked.js";
import {afterFirstChart} from "./firstChart.js";
import {missing} from "./missing.js";
import {namesOf} from "./names.js";
import type {Arm} from "./palette.js";
import {armKey, armsOf} from "./palette.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

const orders: Record<string, {title: string; sql: string}> = {
  "student-least": {title: "student least sure first", sql: "abs(student - 0.5), example"},
  "student-most": {title: "student most sure first", sql: "abs(student - 0.5) DESC, example"},
  "weak-least": {title: "supervisor least sure first", sql: "abs(weak - 0.5), example"},
  "weak-most": {title: "supervisor most sure first", sql: "abs(weak - 0.5) DESC, example"},
  example: {title: "by id", sql: "example"}
};
const cells = ["rrr", "rrw", "rwr", "rww", "wrr", "wrw", "wwr", "www"];
const pageSize = 20;

const query = `
WITH said AS (
  SELECT run, example, any_value(label) AS label,
    max(probability) FILTER (role = 'weak') AS weak,
    max(probability) FILTER (role = 'student') AS student,
    max(probability) FILTER (role = 'strong_ceiling') AS ceiling
  FROM predictions WHERE stage = 'evaluation' AND split = 'test' AND run = ?
  GROUP BY run, example
), judged AS (
  SELECT *,
    CASE WHEN (weak > 0.5) = (label = 1) THEN 'r' ELSE 'w' END
    || CASE WHEN (student > 0.5) = (label = 1) THEN 'r' ELSE 'w' END
    || CASE WHEN (ceiling > 0.5) = (label = 1) THEN 'r' ELSE 'w' END AS who
  FROM said
)
SELECT judged.*, texts.text, count(*) OVER () AS found
FROM judged LEFT JOIN (SELECT example AS id, text FROM examples WHERE task = ?) AS texts ON texts.id = judged.example
WHERE (? = '' OR who = ?) AND (? = '' OR contains(lower(coalesce(texts.text, '')), lower(?)))
ORDER BY `;

/** Test rows by who was right, and the rows themselves: one task, method and seed at a time, all of it in the page's address. */
export async function exampleExplorer(study: OpenStudy): Promise<HTMLElement> {
  await afterFirstChart();
  const {runs, run_models, tasks, predictions} = await study.tables("runs", "run_models", "tasks", "predictions");
  const arms = armsOf(study);
  const names = namesOf(study, tasks);
  const done = runs.filter((d) => d.status === "done");
  if (!done.length) return missing("No run of this study is done.", study.command);
  const model = new Map(run_models.filter((d) => d.position === 0).map((d) => [`${d.run} ${d.role}`, d.model]));
  const pairOf = (run: string) => names.pair(model.get(`${run} weak`) ?? "", model.get(`${run} strong`) ?? "");
  const pairs = [...new Set(done.map((d) => pairOf(d.run)))];
  const tasksDone = study.tasks.filter((task) => done.some((d) => d.task === task));
  const armsDone = arms.filter((arm) => done.some((d) => armKey(d.method, d.variant) === arm.key));
  const armTitle = new Map(armsDone.map((d) => [d.key, d.title]));

  const task = linked("task", Inputs.select(tasksDone, {label: "Task", format: names.task}));
  const pair = linked("models", Inputs.select(pairs, {label: "Models", format: (d) => d || "the study’s pair"}));
  const arm = linked(
    "method",
    Inputs.select(
      armsDone.map((d) => d.key),
      {label: "Method", format: (key) => armTitle.get(key)!, value: armsDone.at(-1)!.key}
    )
  );
  const seed = linked("seed", Inputs.select(study.seeds.map(String), {label: "Seed"}));
  const who = linked(
    "who",
    Inputs.select(["", ...cells], {label: "Who was right", format: (d) => (d ? describeCell(d) : "everything")})
  );
  const order = linked("order", Inputs.select(Object.keys(orders), {label: "Order", format: (d) => orders[d].title}));
  const search = linked("text", Inputs.text({label: "Text contains"}));
  const mosaicPlace = html`<div></div>`;
  const list = html`<div class="examples" aria-live="polite"></div>`;
  const predicted = d3.group(
    predictions.filter((d) => d.stage === "evaluation" && d.split === "test"),
    (d) => d.run
  );
  let refocus: string | undefined;
  let shown = pageSize;
  let near = ["who", "order", "text"].some((name) => new URLSearchParams(location.search).has(name));

  const currentRun = () =>
    done.find(
      (d) =>
        d.task === task.value &&
        armKey(d.method, d.variant) === arm.value &&
        String(d.seed) === seed.value &&
        pairOf(d.run) === pair.value
    );
  const chosen = () => arms.find((d) => d.key === arm.value)!;

  function drawMosaic(): void {
    const run = currentRun();
    if (!run) {
      mosaicPlace.replaceChildren(missing("There is no such run.", study.command));
      return;
    }
    const counts = countCells(predicted.get(run.run) ?? []);
    const total = counts.reduce((n, d) => n + d.n, 0);
    if (!total) {
      mosaicPlace.replaceChildren(missing("No predictions of this run are published.", study.command));
      return;
    }
    const {color, title} = chosen();
    const node = figure({
      id: "who-was-right",
      title: "Imitation or generalisation: who was right on which test rows",
      subtitle:
        "Areas are counts. Top right: the student is right where its supervisor is wrong. Choose a tile to see its rows below.",
      note: `${names.task(run.task)}, ${title}, seed ${run.seed}: ${plural(total, "test row")}.`,
      data: counts.map(({supervisor, student, ceiling, n}) => ({
        supervisor_right: supervisor,
        student_right: student,
        ceiling_right: ceiling,
        n
      })),
      provenance: pageUrl(study.study, "provenance", {run: run.run, role: "student"}),
      draw: (width) => {
        const chart = mosaicChart(counts, {
          width,
          color,
          selected: who.value || null,
          onselect: (cell) => {
            who.value = cell ?? "";
            refocus = cell ?? undefined;
            who.dispatchEvent(new Event("input", {bubbles: true}));
          }
        });
        const focus = refocus;
        refocus = undefined;
        if (focus) requestAnimationFrame(() => chart.querySelector<SVGElement>(`[data-cell="${focus}"]`)?.focus());
        return chart;
      }
    });
    mosaicPlace.replaceChildren(node);
  }

  let asked = 0;
  async function drawList(): Promise<void> {
    const run = currentRun();
    if (!near || !run) return;
    const ask = ++asked;
    const waiting = setTimeout(() => list.replaceChildren(html`<p class="meta">Loading the examples…</p>`), 100);
    try {
      const database = await openDatabase(study, ["predictions", "examples"]);
      const {rows} = await database.query(`${query}${orders[order.value].sql} LIMIT ${shown}`, [
        run.run,
        run.task,
        who.value,
        who.value,
        search.value,
        search.value
      ]);
      if (ask !== asked) return;
      const about = tasks.find((d) => d.task === run.task);
      const found = Number(rows[0]?.found ?? 0);
      list.replaceChildren(
        html`<p class="meta">
          ${found ? `${plural(found, "row")}${who.value ? `: ${describeCell(who.value)}` : ""}` : "No row is like this."}
        </p>`,
        html`<ol>
          ${rows.map((row) => item(row, chosen(), about))}
        </ol>`,
        found > shown
          ? html`<p>
              <button
                type="button"
                class="plain"
                onclick=${() => {
                  shown += pageSize;
                  void drawList();
                }}
              >
                Show ${count(Math.min(pageSize, found - shown))} more of ${count(found)}
              </button>
            </p>`
          : ""
      );
    } catch (error) {
      list.replaceChildren(html`<p class="missing">${(error as Error).message.split("\n")[0]}</p>`);
    } finally {
      clearTimeout(waiting);
    }
  }

  for (const input of [task, pair, arm, seed]) input.addEventListener("input", () => drawMosaic());
  who.addEventListener("input", () => drawMosaic());
  for (const input of [task, pair, arm, seed, who, order, search])
    input.addEventListener("input", () => {
      shown = pageSize;
      void drawList();
    });
  drawMosaic();
  void drawList();
  // The engine is large: it is loaded when the address asks for examples, or a reader comes near them.
  new IntersectionObserver(
    ([entry], observer) => {
      if (!entry.isIntersecting) return;
      observer.disconnect();
      near = true;
      void drawList();
    },
    {rootMargin: "200px"}
  ).observe(list);
  return html`<section class="explorer">
    <div class="controls">${task}${pairs.length > 1 ? pair : null}${arm}${seed}</div>
    ${mosaicPlace}
    <h3 id="examples">The rows</h3>
    <div class="controls">${who}${order}${search}</div>
    ${list}
  </section>`;
}

function countCells(rows: readonly Row<"predictions">[]): MosaicCell[] {
  const by = (role: string) => new Map(rows.filter((d) => d.role === role).map((d) => [d.example, d]));
  const [weak, student, ceiling] = ["weak", "student", "strong_ceiling"].map(by);
  const common = [...student.values()].filter((d) => weak.has(d.example) && ceiling.has(d.example));
  const said = (of: Map<string, Row<"predictions">>) => common.map((d) => of.get(d.example)!.prediction ?? -1);
  return mosaic(
    common.map((d) => d.label),
    said(weak),
    said(student),
    said(ceiling)
  );
}

function item(row: SqlRow, {color, title}: Arm, about: Row<"tasks"> | undefined): HTMLElement {
  const label = Number(row.label);
  const meaning = about && (label === 1 ? about.positive : about.negative);
  const bar = (name: string, value: SqlRow[string], fill: string) => {
    const p = Number(value);
    const right = p > 0.5 === (label === 1);
    return html`<div class="said">
      <span class="who">${name}</span
      ><span class="bar" aria-hidden="true"
        ><span
          style=${`left:${Math.min(p, 0.5) * 100}%;width:${Math.abs(p - 0.5) * 100}%;background:${fill}`}
        ></span></span
      ><span class="number">${p.toFixed(2)}</span
      ><span class=${right ? "right" : "wrong"}>${right ? "right" : "wrong"}</span>
    </div>`;
  };
  return html`<li>
    <div class="text">
      ${row.text === null ? html`<span class="withheld">The licence of these rows does not let us show their text.</span>` : html`<span>${String(row.text)}</span>`}
    </div>
    <div class="facts">
      <p class="meta">Class ${label}${meaning ? `: ${meaning}` : ""}<br /><code>${String(row.example)}</code></p>
      ${bar("supervisor", row.weak, "var(--weak)")}${bar(title, row.student, color)}${bar("ceiling", row.ceiling, "var(--ceiling)")}
    </div>
  </li>`;
}
