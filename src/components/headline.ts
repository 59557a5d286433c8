import type {Row} from "../tables.js";
import {cellsOf, lookup, overallCells} from "./estimates.js";
import {inSentence, interval, listed, plural, share} from "./format.js";
import type {Arm} from "./palette.js";

/** What came out, in a sentence or two; every number in it is read from the estimates. */
export function headline(estimates: readonly Row<"estimates">[], arms: readonly Arm[]): string {
  const find = lookup(estimates);
  const cells = cellsOf(estimates);
  if (!cells.length) return "Nothing has come out yet: no estimate is published.";
  const tasks = new Set(cells.map((d) => d.task)).size;
  const seeds = Math.max(...estimates.map((d) => d.seeds));
  const over = `Over ${plural(tasks, "task")} and ${plural(seeds, "seed")}`;
  const overall = overallCells(estimates)[0];
  const recovered = arms.flatMap((arm) => {
    const row = overall && find(overall, arm, "pgr");
    if (!row || row.value === null) return [];
    const range = row.low === null && row.high === null ? "" : ` (${interval(row.low, row.high, share)})`;
    return [{arm, text: `${share(row.value)}${range}`}];
  });
  const withheld = cells.filter((cell) => arms.every((arm) => find(cell, arm, "pgr")?.value == null)).length;
  const without =
    withheld === 0
      ? ""
      : withheld === cells.length
        ? " The share of the gap that was recovered is withheld: no ceiling is clearly above its supervisor."
        : ` It is withheld for ${withheld} of ${cells.length}, where the ceiling is not clearly above the supervisor.`;
  if (!recovered.length)
    return `${over}, ${gained(cells.length, arms, (cell, arm) => find(cells[cell], arm, "gain"))}${without}`;
  const parts = recovered.map(({arm, text}, i) =>
    i === 0
      ? `${text} of the gap between its supervisor and its ceiling with ${name(arm)}`
      : `${text} with ${name(arm)}`
  );
  return `${over}, the student recovers a median of ${listed(parts)}.${without}`;
}

function gained(
  cells: number,
  arms: readonly Arm[],
  gain: (cell: number, arm: Arm) => Row<"estimates"> | undefined
): string {
  const parts = arms.map((arm) => {
    const clear = Array.from({length: cells}, (_, i) => gain(i, arm)).filter(
      (d) => d && d.low !== null && d.low > 0
    ).length;
    return `on ${clear} of ${cells} with ${name(arm)}`;
  });
  return `the student is clearly better than its supervisor ${listed(parts)}.`;
}

function name(arm: Arm): string {
  return `“${inSentence(arm.title)}”`;
}
