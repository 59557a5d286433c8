import type {Row} from "../tables.js";

type Estimate = Row<"estimates">;

export interface Cell {
  task: string;
  weak: string;
  strong: string;
}

/** Looks up a study's estimates by cell, arm and quantity. */
export function lookup(estimates: readonly Estimate[]) {
  const key = (task: string, weak: string, strong: string, method: string, variant: string, quantity: string) =>
    JSON.stringify([task, weak, strong, method, variant, quantity]);
  const found = new Map(estimates.map((d) => [key(d.task, d.weak, d.strong, d.method, d.variant, d.quantity), d]));
  return (cell: Cell, arm: {method: string; variant: string}, quantity: string): Estimate | undefined =>
    found.get(key(cell.task, cell.weak, cell.strong, arm.method, arm.variant, quantity));
}

/** Tasks with their pairs of models, in the order of the table; `all` (over tasks) is left out. */
export function cellsOf(estimates: readonly Estimate[]): Cell[] {
  const cells = new Map<string, Cell>();
  for (const {task, weak, strong} of estimates)
    if (task !== "all") cells.set(JSON.stringify([task, weak, strong]), {task, weak, strong});
  return [...cells.values()];
}

/** The pairs of models over which `all` is estimated. */
export function overallCells(estimates: readonly Estimate[]): Cell[] {
  const cells = new Map<string, Cell>();
  for (const {task, weak, strong} of estimates)
    if (task === "all") cells.set(JSON.stringify([weak, strong]), {task, weak, strong});
  return [...cells.values()];
}
