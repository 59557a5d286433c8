import {overTitle} from "./domains.js";
import {inSentence, interval, listed, plural, share} from "./format.js";
import type {Arm} from "./palette.js";
import type {ShownResults} from "./shownResults.js";

/** What came out, in a sentence or two; every number in it is read from the estimates. */
export function headline({cells, overall, find, arms}: ShownResults): string {
  if (!cells.length) return "Nothing has come out yet: no estimate is published.";
  const seeds = Math.max(...cells.flatMap((cell) => arms.map((arm) => find(cell, arm, "student")?.seeds ?? 0)));
  const recovered = overall.flatMap((cell) => {
    const of = arms.flatMap((arm) => {
      const row = find(cell, arm, "pgr");
      return row && row.value !== null ? [{arm, row, value: row.value}] : [];
    });
    if (!of.length) return [];
    const tasks = Math.max(...of.map(({row}) => (row.tasks ?? 0) + (row.withheld ?? 0)));
    const domain = overall.length > 1 || tasks < cells.length ? ` of ${overTitle(cell.task)}` : "";
    const parts = of.map(({arm, row, value}, i) => {
      const range = row.low === null && row.high === null ? "" : ` (${interval(row.low, row.high, share)})`;
      return `${share(value)}${range}${i === 0 ? " of the gap between its supervisor and its ceiling" : ""} with ${name(arm)}`;
    });
    return [
      `Over ${plural(tasks, "task")}${domain} and ${plural(seeds, "seed")}, the student recovers a median of ${listed(parts)}.`
    ];
  });
  const withheld = cells.filter((cell) => arms.every((arm) => find(cell, arm, "pgr")?.value == null)).length;
  const without =
    withheld === 0
      ? ""
      : withheld === cells.length
        ? " The share of the gap that was recovered is withheld: no ceiling is clearly above its supervisor."
        : ` ${recovered.length ? "It" : "The share of the gap that was recovered"} is withheld for ${withheld} of ${plural(cells.length, "task")}, where the ceiling is not clearly above the supervisor.`;
  if (recovered.length) return `${recovered.join(" ")}${without}`;
  const parts = arms.map((arm) => {
    const gains = cells.map((cell) => find(cell, arm, "gain"));
    const clear = gains.filter((d) => d && d.low !== null && d.low > 0).length;
    return `on ${clear} of ${gains.filter(Boolean).length} with ${name(arm)}`;
  });
  return `Over ${plural(cells.length, "task")} and ${plural(seeds, "seed")}, the student is clearly better than its supervisor ${listed(parts)}.${without}`;
}

function name(arm: Arm): string {
  return `“${inSentence(arm.title)}”`;
}
