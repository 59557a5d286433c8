import type {Row} from "../tables.js";

type Estimate = Row<"estimates">;

/** A cell of a study's design; with a method and its variant, it has estimates. */
export interface Cell {
  task: string;
  setting: string;
  weak: string;
  strong: string;
}

/** The share of a gap, by its name in the table: recovered where the weak model teaches, gained where the strong one does. */
export type ShareOfGap = "pgr" | "facilitation";

/** Looks up a study's estimates by cell, arm and quantity. */
export function lookup(estimates: readonly Estimate[]) {
  const key = (cell: Cell, {method, variant}: {method: string; variant: string}, quantity: string) =>
    JSON.stringify([cell.task, cell.setting, cell.weak, cell.strong, method, variant, quantity]);
  const found = new Map(estimates.map((d) => [key(d, d, d.quantity), d]));
  return (cell: Cell, arm: {method: string; variant: string}, quantity: string): Estimate | undefined =>
    found.get(key(cell, arm, quantity));
}

/** Whether what stands for a task stands for several: `all`, and `all chess` or `all reward`. */
export const isOverTasks = (task: string): boolean => task === "all" || task.startsWith("all ");

/** Tasks with their setting and pair of models, in the order of the table; what is over tasks is left out. */
export const cellsOf = (estimates: readonly Estimate[]): Cell[] =>
  distinct(estimates.filter((d) => !isOverTasks(d.task)));

/** Settings and pairs of models over whose tasks there are estimates: of language first, then of other domains. */
export const overallCells = (estimates: readonly Estimate[]): Cell[] =>
  distinct(estimates.filter((d) => isOverTasks(d.task)));

function distinct(cells: readonly Cell[]): Cell[] {
  const found = new Map<string, Cell>();
  for (const {task, setting, weak, strong} of cells)
    found.set(JSON.stringify([task, setting, weak, strong]), {task, setting, weak, strong});
  return [...found.values()];
}
