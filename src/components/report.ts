import {gapChart} from "../charts/gapChart.js";
import type {Row} from "../tables.js";
import {citation} from "./citation.js";
import {cellsOf, overallCells, lookup} from "./estimates.js";
import type {KeyItem} from "./figure.js";
import {figure} from "./figure.js";
import {capital, inSentence, listed, plural, range, shortCommit} from "./format.js";
import type {GapRow} from "./gapRows.js";
import {gapRows} from "./gapRows.js";
import {headline} from "./headline.js";
import {d3, html} from "./kit.js";
import type {Leak} from "./leaks.js";
import {leakSentence, leaksOf} from "./leaks.js";
import {missing} from "./missing.js";
import {namesOf} from "./names.js";
import type {Arm} from "./palette.js";
import {armsOf, ceilingColor, weakColor} from "./palette.js";
import {resultsTable} from "./resultsTable.js";
import {settingsTables} from "./settingsTables.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

/** Key of every figure that places students between their supervisor and their ceiling. */
export function roleKey(arms: readonly Arm[]): KeyItem[] {
  return [
    {label: "weak supervisor", color: weakColor, shape: "tick"},
    ...arms.map(({title, color, mark, hollow}) => ({
      label: `student, ${inSentence(title)}`,
      color,
      shape: mark,
      hollow
    })),
    {label: "strong ceiling", color: ceilingColor, shape: "tick"}
  ];
}

/** The parts of a study's report. */
export async function reportFigures(study: OpenStudy) {
  const tables = await study.tables("estimates", "metrics", "runs", "run_models", "tasks", "predictors");
  const arms = armsOf(study);
  const names = namesOf(study, tables.tasks);
  const rows = gapRows(arms, names, tables);
  const leak = leaksOf(tables);
  const cells = cellsOf(tables.estimates);
  const leaks = leakSentence(arms, cells, leak);
  const commit = study.commit ? html`<code>${shortCommit(study.commit)}</code>` : "not recorded";
  return {
    headline: headline(tables.estimates, arms) + leaks,
    gap: rows.length
      ? figure({
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
          )} each. Bars are 95% intervals, faint ticks are seeds.${leaks}`,
          data: gapData(rows, leak),
          provenance: pageUrl(study.study, "provenance"),
          draw: (width) => gapChart(rows, overall(tables.estimates, arms), {width})
        })
      : missing("No estimate is published for this study.", study.command),
    results: resultsTable(tables.estimates, arms, names, leak, {
      name: study.study,
      caption: `${study.title}: test accuracy in percent, gain in points, PGR and agreement, with 95% intervals`
    }),
    settings: settingsTables(study),
    limits: html`<ul class="limits">
      ${[...study.limits, ...warnings(tables.tasks)].map((d) => html`<li>${d}</li>`)}
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
  const clear = rows.filter((row) => row.arms.some((d) => d.pgr)).length;
  const inside = rows.filter((row) =>
    row.arms.every((d) => d.value !== undefined && d.value > row.weak.value && d.value < row.ceiling.value)
  ).length;
  if (inside === rows.length) return "Students land between their supervisor and their ceiling";
  if (inside > 0)
    return `On ${inside} of ${plural(rows.length, "task")}, students land between their supervisor and their ceiling`;
  return `Where students land; the gap is clear on ${clear} of ${plural(rows.length, "task")}`;
}

function overall(estimates: Parameters<typeof lookup>[0], arms: readonly Arm[]) {
  const cells = overallCells(estimates);
  const find = lookup(estimates);
  if (cells.length !== 1) return [];
  return arms.flatMap((arm) => {
    const row = find(cells[0], arm, "pgr");
    return row && row.value !== null ? [{arm, value: row.value, low: row.low, high: row.high}] : [];
  });
}

function gapData(rows: readonly GapRow[], leak: Leak) {
  return rows.flatMap((row) =>
    row.arms.map((d) => ({
      task: row.task,
      pair: row.pair,
      method: d.arm.method,
      variant: d.arm.variant,
      weak: row.weak.value,
      student: d.value ?? null,
      student_low: d.low ?? null,
      student_high: d.high ?? null,
      strong_ceiling: row.ceiling.value,
      pgr: d.pgr?.value ?? null,
      pgr_low: d.pgr?.low ?? null,
      pgr_high: d.pgr?.high ?? null,
      withheld: d.pgr ? null : d.refused,
      leak: leak(row.cell, d.arm),
      seeds: row.seeds,
      n: row.n
    }))
  );
}
