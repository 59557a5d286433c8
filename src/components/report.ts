import {gapChart} from "../charts/gapChart.js";
import type {Row} from "../tables.js";
import {citation} from "./citation.js";
import {domainsOf} from "./domains.js";
import {figure} from "./figure.js";
import {afterFirstChart} from "./firstChart.js";
import {capital, listed, plural, range, shortCommit} from "./format.js";
import type {GapRow, Overall, SeedTables} from "./gapRows.js";
import {gapRows, overallShares} from "./gapRows.js";
import {headline} from "./headline.js";
import {d3, html} from "./kit.js";
import type {Leak} from "./leaks.js";
import {leakSentence, leaksOf, noLeaks} from "./leaks.js";
import {missing} from "./missing.js";
import {namesOf} from "./names.js";
import type {Arm} from "./palette.js";
import {resultsTable} from "./resultsTable.js";
import {roleKey} from "./roleKey.js";
import type {Shown} from "./settingControl.js";
import {shownResults} from "./shownResults.js";
import {settingsTables} from "./settingsTables.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

/** The parts of a study's report that show results, of one setting and pair of models. */
export async function reportFigures(study: OpenStudy, shown: Shown) {
  const {estimates, comparisons, tasks} = await study.tables("estimates", "comparisons", "tasks");
  const results = shownResults(study, estimates, shown);
  const {arms} = results;
  const names = namesOf(study, tasks);
  const domains = domainsOf(tasks);
  const cells = d3.sort(results.cells, (d) => domains.place(d.task));
  const gap = html`<div></div>`;
  const draw = (leak: Leak, seeds?: SeedTables) => {
    const rows = gapRows({arms, names, domains, cells}, estimates, seeds);
    if (rows.length) gap.replaceChildren(gapFigure(study, {rows, arms, leak, overall: overallShares(results)}));
    else gap.replaceChildren(missing("No estimate is published for this study.", study.command));
  };
  draw(noLeaks);
  // What each seed's student scored, and what it saw, is in tables that grow with the runs.
  const leaks = afterFirstChart()
    .then(() => study.tables("predictors", "metrics", "runs", "run_models"))
    .then((tables) => {
      const leak = leaksOf(tables);
      draw(leak, tables);
      return leak;
    });
  const sentence = leaks.then((leak) => leakSentence(arms, cells, leak));
  return {
    headline: headline(results, comparisons),
    leaks: sentence,
    gap,
    results: leaks.then((leak) =>
      resultsTable({...results, cells}, names, leak, {
        name: study.study,
        caption: `${study.title}: test accuracy in percent, gain in points, PGR and agreement, with 95% intervals`
      })
    )
  };
}

/** The parts of a study's report that hold for all of it. */
export async function reportFrame(study: OpenStudy) {
  const {tasks} = await study.tables("tasks");
  const commit = study.commit ? html`<code>${shortCommit(study.commit)}</code>` : "not recorded";
  return {
    settings: settingsTables(study, namesOf(study, tasks)),
    limits: html`<ul class="limits">
      ${[...study.limits, ...warnings(tasks)].map((d) => html`<li>${d}</li>`)}
    </ul>`,
    reproduce: html`<div>
      <p>With the code at commit ${commit}:</p>
      <pre class="command" tabindex="0"><code>npm ci
npx ${study.command}</code></pre>
      <p>
        Every figure and table of these pages is drawn from the files of the
        <a href=${pageUrl(study.study, "data")}>Data</a> page, without a model;
        <a href=${pageUrl(study.study, "provenance")}>Provenance</a> leads from each number back to dataset rows.
      </p>
      <p class="meta">
        ${Object.entries(study.versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(", ")}
      </p>
    </div>`,
    cite: citation(study)
  };
}

interface Gap {
  rows: readonly GapRow[];
  arms: readonly Arm[];
  leak: Leak;
  overall: readonly Overall[];
}

function gapFigure(study: OpenStudy, {rows, arms, leak, overall}: Gap): HTMLElement {
  const cells = rows.map((d) => d.cell);
  return figure({
    id: "gap",
    title: gapTitle(rows),
    key: roleKey(
      arms.map((arm) =>
        cells.some((cell) => leak(cell, arm)) ? {...arm, title: `${arm.title} (not weak-to-strong)`} : arm
      )
    ),
    note: `${range(
      rows.map((d) => d.seeds),
      "seed"
    )}, ${range(
      rows.map((d) => d.n),
      "test row"
    )} each. Bars are 95% intervals, faint ticks are seeds.${leakSentence(arms, cells, leak)}`,
    data: gapData(rows, leak),
    provenance: pageUrl(study.study, "provenance"),
    draw: (width) => gapChart(rows, overall, {width})
  });
}

/** What tasks warn of, once for all that say the same. */
function warnings(tasks: readonly Row<"tasks">[]): string[] {
  return d3
    .groups(
      tasks.filter((d) => d.warning),
      (d) => d.warning!
    )
    .map(([warning, some]) => `${capital(warning.replace(/\.$/, ""))} (${listed(some.map((d) => d.title))}).`);
}

/** What the chart shows, in words that its numbers bear out. */
function gapTitle(rows: readonly GapRow[]): string {
  const clear = rows.filter((row) => row.arms.some((d) => d.share)).length;
  const inside = rows.filter((row) =>
    row.arms
      .filter((d) => d.value !== undefined)
      .every((d) => d.value! > row.weak.value && d.value! < row.ceiling.value)
  ).length;
  if (inside === rows.length) return "Students land between their supervisor and their ceiling";
  if (inside > 0)
    return `On ${inside} of ${plural(rows.length, "task")}, students land between their supervisor and their ceiling`;
  return `Where students land; the gap is clear on ${clear} of ${plural(rows.length, "task")}`;
}

function gapData(rows: readonly GapRow[], leak: Leak) {
  return rows.flatMap(({cell, ...row}) =>
    row.arms.map((d) => ({
      task: cell.task,
      setting: cell.setting,
      weak_model: cell.weak,
      strong_model: cell.strong,
      method: d.arm.method,
      variant: d.arm.variant,
      weak: row.weak.value,
      student: d.value ?? null,
      student_low: d.low ?? null,
      student_high: d.high ?? null,
      strong_ceiling: row.ceiling.value,
      pgr: d.share?.value ?? null,
      pgr_low: d.share?.low ?? null,
      pgr_high: d.share?.high ?? null,
      withheld: d.share ? null : d.refused,
      leak: leak(cell, d.arm),
      seeds: row.seeds,
      n: row.n
    }))
  );
}
