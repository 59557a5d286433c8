import {describeCell, mosaicChart} from "../charts/mosaic.js";
import type {MosaicCell} from "../statistics/mosaic.js";
import {mosaic} from "../statistics/mosaic.js";
import type {Row} from "../tables.js";
import type {NamedChoice} from "./addressedChoice.js";
import {addressedChoice, rememberChoice} from "./addressedChoice.js";
import {openDatabase} from "./database.js";
import {asked, exampleItem, saidColumns} from "./exampleItem.js";
import {exampleList, whenNear} from "./exampleList.js";
import {figure} from "./figure.js";
import {plural} from "./format.js";
import {Inputs, d3, html} from "./kit.js";
import {linked} from "./linked.js";
import {afterFirstChart} from "./firstChart.js";
import {missing} from "./missing.js";
import {namesOf} from "./names.js";
import {runChooser} from "./runChooser.js";
import {armKey, armsOf} from "./palette.js";
import {pageUrl} from "./site.js";
import type {Shown} from "./settingControl.js";
import {isShown} from "./settingControl.js";
import type {OpenStudy} from "./study.js";

const orders: Record<string, {title: string; sql: string}> = {
  "student-least": {title: "student least sure first", sql: "abs(student - 0.5), example"},
  "student-most": {title: "student most sure first", sql: "abs(student - 0.5) DESC, example"},
  "weak-least": {title: "supervisor least sure first", sql: "abs(weak - 0.5), example"},
  "weak-most": {title: "supervisor most sure first", sql: "abs(weak - 0.5) DESC, example"},
  example: {title: "by id", sql: "example"}
};
const cells = ["rrr", "rrw", "rwr", "rww", "wrr", "wrw", "wwr", "www"];

/** What the three models of a run said of its test rows: $1 the supervisor, $2 the student, $3 the ceiling, $4 the task. */
const query = `
WITH said AS (
  SELECT example,
    ${saidColumns((name, column) => `max(${column}) FILTER (predictor = $${asked.indexOf(name) + 1})`)}
  FROM predictions WHERE split = 'test' AND predictor IN ($1, $2, $3)
  GROUP BY example
), judged AS (
  SELECT said.*, label, text, other, answer, student_probability AS student, weak_probability AS weak,
    ${asked.map((name) => `CASE WHEN ${name}_score > 0.5 THEN 'r' ELSE 'w' END`).join(" || ")} AS who
  FROM said JOIN examples USING (example) WHERE task = $4
)
SELECT *, count(*) OVER () AS found
FROM judged
WHERE ($5 = '' OR who = $5) AND ($6 = '' OR contains(lower(concat_ws(' ', text, other)), lower($6)))
ORDER BY `;

/** A run with the keys of the models that are compared: supervisor, student, ceiling. */
interface ComparedRun extends Row<"runs"> {
  predictors: [weak: string, student: string, ceiling: string];
}

/**
 * Test rows by who was right, and the rows themselves, of the setting and pair of models that the page shows: one task, method
 * and seed at a time, all of it in the page's address. The tables are large, so a reader who comes near, or an address that asks
 * for rows, has them fetched.
 */
export function exampleExplorer(study: OpenStudy, shown: Shown): HTMLElement {
  const place = html`<section class="explorer">
    <p class="meta">The rows and what was said of them follow.</p>
  </section>`;
  const named = ["task", "method", "seed", "who", "order", "text"];
  const draw = () =>
    void afterFirstChart()
      .then(() => openExplorer(study, shown))
      .then((node) => place.replaceChildren(node));
  if (named.some((name) => new URLSearchParams(location.search).has(name))) draw();
  else whenNear(place, "600px", draw);
  return place;
}

async function openExplorer(study: OpenStudy, shown: Shown): Promise<HTMLElement> {
  const {runs, run_models, tasks, predictors, predictions} = await study.tables(
    "runs",
    "run_models",
    "tasks",
    "predictors",
    "predictions"
  );
  const names = namesOf(study, tasks);
  const predicted = d3.group(
    predictions.filter((d) => d.split === "test"),
    (d) => d.predictor
  );
  const model = new Map(run_models.filter((d) => d.position === 0).map((d) => [`${d.run} ${d.role}`, d.model]));
  const compared = ["weak", "student", "strong_ceiling"];
  const keys = new Map(predictors.filter((d) => d.position === 0).map((d) => [`${d.run} ${d.role}`, d.predictor]));
  // Of a large study, predictions are published of some seeds only.
  const done = runs.flatMap((d): ComparedRun[] => {
    const {run, setting, status} = d;
    const of = {setting, weak: model.get(`${run} weak`) ?? "", strong: model.get(`${run} strong`) ?? ""};
    if (status !== "done" || !isShown(of, shown)) return [];
    const models = compared.map((role) => keys.get(`${run} ${role}`) ?? "") as ComparedRun["predictors"];
    return models.every((key) => predicted.has(key)) ? [{...d, predictors: models}] : [];
  });
  if (!done.length) return missing("No prediction of these models is published.", study.command);
  const arms = new Map(armsOf(study, shown.setting).map((arm) => [arm.key, arm]));
  const keyOf = (d: Row<"runs">) => armKey(d.method, d.variant);
  const places = [...arms.keys()];
  const runsInOrder = d3.sort(
    done,
    (d) => study.tasks.indexOf(d.task),
    (d) => -places.indexOf(keyOf(d)),
    (d) => d.seed
  );
  const choices: NamedChoice<ComparedRun>[] = [
    {name: "task", label: "Task", of: (d) => d.task, format: names.task},
    {name: "method", label: "Method", of: keyOf, format: (key) => arms.get(key)?.title ?? key},
    {name: "seed", label: "Seed", of: (d) => String(d.seed), format: (d) => d}
  ];
  let run = addressedChoice(runsInOrder, choices);
  rememberChoice(runsInOrder, choices, run);
  const who = linked(
    "who",
    Inputs.select(["", ...cells], {label: "Who was right", format: (d) => (d ? describeCell(d) : "everything")})
  );
  const order = linked("order", Inputs.select(Object.keys(orders), {label: "Order", format: (d) => orders[d].title}));
  const search = linked("text", Inputs.text({label: "Text contains"}));
  const mosaicPlace = html`<div></div>`;
  const list = exampleList({
    query: async (limit) => {
      const database = await openDatabase(study, ["predictions", "examples"]);
      const parameters = [...run.predictors, run.task, who.value, search.value];
      return (await database.query(`${query}${orders[order.value].sql} LIMIT ${limit}`, parameters)).rows;
    },
    about: (found) =>
      found ? `${plural(found, "row")}${who.value ? `: ${describeCell(who.value)}` : ""}` : "No row is like this.",
    item: (row) =>
      exampleItem(
        row,
        chosen(),
        tasks.find((d) => d.task === run.task)
      )
  });
  let refocus: string | undefined;

  const chosen = () => arms.get(keyOf(run))!;

  function drawMosaic(): void {
    const counts = countCells(run.predictors.map((key) => predicted.get(key)!));
    const total = counts.reduce((n, d) => n + d.n, 0);
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

  const chooser = runChooser(runsInOrder, choices, {
    start: run,
    onchange: (next) => {
      run = next;
      rememberChoice(runsInOrder, choices, run);
      drawMosaic();
      list.restart();
    }
  });
  who.addEventListener("input", () => drawMosaic());
  for (const input of [who, order, search]) input.addEventListener("input", () => list.restart());
  drawMosaic();
  if (["who", "order", "text"].some((name) => new URLSearchParams(location.search).has(name))) list.restart(true);
  return html`<div>
    <div class="controls">${chooser}</div>
    ${mosaicPlace}
    <h3 id="examples">The rows</h3>
    <div class="controls">${who}${order}${search}</div>
    ${list.node}
  </div>`;
}

/** @param said what supervisor, student and ceiling said */
function countCells(said: readonly (readonly Row<"predictions">[])[]): MosaicCell[] {
  const right = said.map((rows) => new Map(rows.map((d) => [d.example, Number(d.score > 0.5)])));
  const common = [...right[1].keys()].filter((example) => right.every((of) => of.has(example)));
  const [weak, student, ceiling] = right.map((of) => common.map((example) => of.get(example)!));
  return mosaic(
    common.map(() => 1),
    weak,
    student,
    ceiling
  );
}
