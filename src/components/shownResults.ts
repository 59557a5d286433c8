import type {Study} from "../study.js";
import type {Row} from "../tables.js";
import {cellsOf, lookup, overallCells} from "./estimates.js";
import {d3} from "./kit.js";
import {armsOf} from "./palette.js";
import type {Shown} from "./settingControl.js";
import {isShown} from "./settingControl.js";

/** The estimates of what a page shows: its tasks, what stands over the tasks of a domain, and the methods that ran on any. */
export function shownResults(
  study: Pick<Study, "methods" | "tasks">,
  estimates: readonly Row<"estimates">[],
  shown: Shown
) {
  const cells = d3.sort(
    cellsOf(estimates).filter((d) => isShown(d, shown)),
    (d) => study.tasks.indexOf(d.task)
  );
  const overall = overallCells(estimates).filter((d) => isShown(d, shown));
  const find = lookup(estimates);
  const arms = armsOf(study, shown.setting).filter((arm) => cells.some((cell) => find(cell, arm, "student")));
  return {cells, overall, find, arms};
}

export type ShownResults = ReturnType<typeof shownResults>;
