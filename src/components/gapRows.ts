import type {Row} from "../tables.js";
import type {Cell} from "./estimates.js";
import {cellsOf, lookup} from "./estimates.js";
import {d3} from "./kit.js";
import type {Names} from "./names.js";
import type {Arm} from "./palette.js";

export interface Estimated {
  value: number;
  /** Null where the interval has no end on that side. */
  low: number | null;
  high: number | null;
}

export interface GapArm extends Partial<Estimated> {
  arm: Arm;
  /** Accuracy of each seed's student. */
  seeds: {seed: number; run: string; value: number}[];
  pgr: Estimated | null;
  /** Why the PGR is withheld. */
  refused: string | null;
}

/** A task, with one pair of models: the gap from weak to ceiling, and where each method's student lands on it. */
export interface GapRow {
  task: string;
  cell: Cell;
  title: string;
  pair: string;
  weak: Estimated;
  ceiling: Estimated;
  arms: GapArm[];
  seeds: number;
  n: number;
}

type Tables = {
  estimates: Row<"estimates">[];
  metrics: Row<"metrics">[];
  runs: Row<"runs">[];
  run_models: Row<"run_models">[];
};

/** Rows of the gap chart, the widest gap first. */
export function gapRows(arms: readonly Arm[], names: Names, {estimates, metrics, runs, run_models}: Tables): GapRow[] {
  const find = lookup(estimates);
  const accuracy = new Map(
    metrics
      .filter((d) => d.role === "student" && d.stage === "evaluation" && d.metric === "accuracy" && d.value !== null)
      .map((d) => [d.run, d.value!])
  );
  const model = new Map(run_models.filter((d) => d.position === 0).map((d) => [`${d.run} ${d.role}`, d.model]));
  const rows = cellsOf(estimates).flatMap((cell): GapRow[] => {
    const first = (quantity: string) => arms.map((arm) => find(cell, arm, quantity)).find((d) => d && d.value !== null);
    const weak = first("weak");
    const ceiling = first("strong_ceiling");
    if (!weak || !ceiling) return [];
    return [
      {
        task: cell.task,
        cell,
        title: names.task(cell.task),
        pair: names.pair(cell.weak, cell.strong),
        weak: estimated(weak)!,
        ceiling: estimated(ceiling)!,
        seeds: weak.seeds,
        n: weak.n,
        arms: arms.map((arm): GapArm => {
          const pgr = find(cell, arm, "pgr");
          return {
            arm,
            ...estimated(find(cell, arm, "student")),
            seeds: runs
              .filter(
                (d) =>
                  d.task === cell.task &&
                  d.method === arm.method &&
                  d.variant === arm.variant &&
                  model.get(`${d.run} weak`) === cell.weak &&
                  model.get(`${d.run} strong`) === cell.strong &&
                  accuracy.has(d.run)
              )
              .map(({seed, run}) => ({seed, run, value: accuracy.get(run)!})),
            pgr: estimated(pgr) ?? null,
            refused: pgr ? pgr.refused : "not computed"
          };
        })
      }
    ];
  });
  return d3.sort(rows, (a, b) => d3.descending(a.ceiling.value - a.weak.value, b.ceiling.value - b.weak.value));
}

function estimated(row: Row<"estimates"> | undefined): Estimated | undefined {
  return row && row.value !== null ? {value: row.value, low: row.low, high: row.high} : undefined;
}
