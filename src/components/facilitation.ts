import {gapChart} from "../charts/gapChart.js";
import type {Row} from "../tables.js";
import {dataTable} from "./dataTable.js";
import {domainsOf, overTitle} from "./domains.js";
import {estimateCell} from "./estimateCell.js";
import {lookup, overallCells} from "./estimates.js";
import {figure} from "./figure.js";
import {afterFirstChart} from "./firstChart.js";
import {capital, inSentence, interval, percent, plural, points, range, share} from "./format.js";
import type {GapRow, SeedTables} from "./gapRows.js";
import {gapRows, overallShares} from "./gapRows.js";
import {d3, html} from "./kit.js";
import {noLeaks} from "./leaks.js";
import {missing} from "./missing.js";
import type {Names} from "./names.js";
import {namesOf} from "./names.js";
import type {Arm} from "./palette.js";
import {armsOf, ceilingColor, weakColor} from "./palette.js";
import type {Quantity} from "./resultsTable.js";
import {resultsTable} from "./resultsTable.js";
import {armItem} from "./roleKey.js";
import type {Shown} from "./settingControl.js";
import {settingControl, teacherAndLearner} from "./settingControl.js";
import type {ShownResults} from "./shownResults.js";
import {shownResults} from "./shownResults.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

const quantities: readonly Quantity[] = [
  {quantity: "weak", label: "Weak", format: percent},
  {quantity: "student", label: "Facilitated weak", format: percent},
  {quantity: "weak_ceiling", label: "Weak on gold labels", format: percent},
  {quantity: "strong_ceiling", label: "Strong", format: percent},
  {quantity: "gain", label: "Gain", format: points},
  {quantity: "facilitation", label: "Share gained", format: share}
];

/** Settings in which the strong model teaches, with their pairs of models. */
export const facilitationControl = (study: OpenStudy) => settingControl(study, () => true, "facilitation");

/** What weak models gain from a strong one's labels (EDA, definition 3): a result of its own, which enters no PGR. */
export async function facilitation(study: OpenStudy, shown: Shown) {
  const {estimates, tasks} = await study.tables("estimates", "tasks");
  const results = shownResults(study, estimates, shown);
  if (!results.cells.length) {
    const none = missing("No weak model has been taught by a strong one in this study.", study.command);
    return {headline: "Nothing has come out yet.", gap: none, results: html`<div></div>`, models: html`<div></div>`};
  }
  const names = namesOf(study, tasks);
  const domains = domainsOf(tasks);
  const cells = d3.sort(results.cells, (d) => domains.place(d.task));
  const gap = html`<div></div>`;
  const draw = (seeds?: SeedTables) =>
    gap.replaceChildren(
      gapFigure(
        study,
        results,
        gapRows({arms: results.arms, names, domains, cells, share: "facilitation"}, estimates, seeds)
      )
    );
  draw();
  // What each seed's model scored is in tables that grow with the runs.
  void afterFirstChart()
    .then(() => study.tables("metrics", "runs", "run_models"))
    .then(draw);
  return {
    headline: headline(results, teacherAndLearner(shown, names)),
    gap,
    results: resultsTable({...results, cells}, names, noLeaks, {
      name: `${study.study}-facilitation`,
      caption: "Facilitation: test accuracy in percent, gain in points and share of the gap, with 95% intervals",
      quantities,
      share: "facilitation"
    }),
    models: modelsTable(study, estimates, names)
  };
}

function gapFigure(study: OpenStudy, results: ShownResults, rows: readonly GapRow[]): HTMLElement {
  const overall = overallShares(results, "facilitation");
  return figure({
    id: "facilitated",
    title: gapTitle(rows),
    subtitle: "A row a task: from the weak model to the strong one that teaches it, and where the taught one lands.",
    key: [
      {label: "weak model", color: weakColor, shape: "tick"},
      ...results.arms.map((arm) => ({
        ...armItem(arm),
        label: results.arms.length > 1 ? `facilitated weak model, ${inSentence(arm.title)}` : "facilitated weak model"
      })),
      {label: "strong model", color: ceilingColor, shape: "tick"}
    ],
    note: `${range(
      rows.map((d) => d.seeds),
      "seed"
    )}, ${range(
      rows.map((d) => d.n),
      "test row"
    )} each. Bars are 95% intervals, faint ticks are seeds.`,
    data: rows.flatMap(({cell, weak, ceiling, seeds, n, arms}) =>
      arms.map((d) => ({
        task: cell.task,
        setting: cell.setting,
        weak_model: cell.weak,
        strong_model: cell.strong,
        method: d.arm.method,
        variant: d.arm.variant,
        weak: weak.value,
        facilitated_weak: d.value ?? null,
        facilitated_weak_low: d.low ?? null,
        facilitated_weak_high: d.high ?? null,
        strong: ceiling.value,
        facilitation: d.share?.value ?? null,
        facilitation_low: d.share?.low ?? null,
        facilitation_high: d.share?.high ?? null,
        withheld: d.share ? null : d.refused,
        seeds,
        n
      }))
    ),
    provenance: pageUrl(study.study, "provenance", {role: "student"}),
    draw: (width) =>
      gapChart(rows, overall, {
        width,
        words: {
          weak: "weak",
          strong: "strong",
          share: "Gained",
          ariaLabel: "Test accuracy of weak, facilitated weak and strong model, by task"
        }
      })
  });
}

/** What the chart shows, in words that its numbers bear out. */
function gapTitle(rows: readonly GapRow[]): string {
  const above = rows.filter((row) => row.arms.every((d) => d.value !== undefined && d.value > row.weak.value)).length;
  return above === rows.length
    ? "Taught by a strong model, the weak one rises on every task"
    : `Taught by a strong model, the weak one rises on ${above} of ${plural(rows.length, "task")}`;
}

/** What came out, in sentences whose numbers are read from the estimates. */
const headline = (results: ShownResults, models: readonly [string, string]): string =>
  results.arms.map((arm) => said(arm, results, models)).join(" ");

function said(
  arm: Arm,
  {cells, overall, find, arms}: ShownResults,
  [teacher, learner]: readonly [string, string]
): string {
  const gains = cells.flatMap((cell) => find(cell, arm, "gain") ?? []);
  const better = gains.filter((d) => d.low !== null && d.low > 0).length;
  const worse = gains.filter((d) => d.high !== null && d.high < 0).length;
  const withheld = cells.filter((cell) => find(cell, arm, "facilitation")?.value == null).length;
  const medians = overall.flatMap((cell) => {
    const row = find(cell, arm, "facilitation");
    if (!row || row.value === null) return [];
    const among = row.low === null && row.high === null ? "" : ` (${interval(row.low, row.high, share)})`;
    return [
      ` Over the tasks of ${overTitle(cell.task)} it gains a median of ${share(row.value)}${among} of the way to its teacher.`
    ];
  });
  return (
    `Taught by the strong model (${teacher})${arms.length > 1 ? ` with “${inSentence(arm.title)}”` : ""}, the weak one (${learner}) is clearly better than on the gold labels it had before on ${better} of ${plural(gains.length, "task")}` +
    `${worse ? `, and clearly worse on ${worse}` : ""}.${medians.join("")}` +
    (withheld
      ? ` The share of the way is withheld for ${withheld} of ${plural(cells.length, "task")}, where the strong model is not clearly above the weak one.`
      : "")
  );
}

/** Over the tasks of each domain, what each pair of models gains. */
function modelsTable(study: OpenStudy, estimates: readonly Row<"estimates">[], names: Names): HTMLElement {
  const find = lookup(estimates);
  const arms = armsOf(study);
  const place = (model: string) => study.models.findIndex((d) => d.model === model);
  const rows = d3
    .sort(
      overallCells(estimates),
      (d) => d.task,
      (d) => place(d.weak),
      (d) => -place(d.strong)
    )
    .flatMap((cell) =>
      arms.flatMap((arm) => {
        const found = find(cell, arm, "facilitation");
        return found ? [{...found, title: arm.title}] : [];
      })
    );
  if (!rows.length)
    return html`<p>Nothing stands for several tasks: no domain has two on which a strong model taught.</p>`;
  const titles = new Set(rows.map((d) => d.title)).size;
  return dataTable(rows, {
    caption: "Share gained, median over tasks, by models",
    grouped: true,
    columns: [
      {label: "Tasks", value: (d) => capital(overTitle(d.task))},
      {label: "Teacher to learner", value: (d) => teacherAndLearner(d, names).join(" to ")},
      {label: "Setting", value: (d) => (titles > 1 ? `${d.setting}: ${d.title}` : d.setting)},
      {
        label: "Median share gained",
        numeric: true,
        value: (d) => estimateCell(d, share)
      },
      {
        label: "Quartiles",
        numeric: true,
        value: (d) => (d.lower_quartile === null ? null : interval(d.lower_quartile, d.upper_quartile, share))
      }
    ],
    csv: {name: `${study.study}-facilitation-by-models.csv`, rows}
  });
}
