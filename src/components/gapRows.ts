import type {Row} from "../tables.js";
import type {Cell, ShareOfGap} from "./estimates.js";
import type {domainsOf} from "./domains.js";
import {lookup} from "./estimates.js";
import {d3} from "./kit.js";
import type {Names} from "./names.js";
import type {Arm} from "./palette.js";
import type {ShownResults} from "./shownResults.js";

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
  /** What it recovers of the gap, or gains of it. */
  share: Estimated | null;
  /** Why that is withheld. */
  refused: string | null;
}

/** A task, with its setting and pair of models: the gap from weak to ceiling, and where each method's student lands on it. */
export interface GapRow {
  task: string;
  cell: Cell;
  title: string;
  /** The domain of the task, as a heading names it. */
  domain: string;
  weak: Estimated;
  ceiling: Estimated;
  arms: GapArm[];
  seeds: number;
  n: number;
}

interface Design {
  arms: readonly Arm[];
  names: Names;
  domains: ReturnType<typeof domainsOf>;
  cells: readonly Cell[];
  /** What the share of the gap is called; PGR where left out. */
  share?: ShareOfGap;
}

/** What stands for several tasks. */
export interface Overall extends Estimated {
  /** `all`, or `all` with a domain. */
  task: string;
  arm: Arm;
}

/** What each seed's student scored; without these, no seed is drawn. */
export interface SeedTables {
  metrics: Row<"metrics">[];
  runs: Row<"runs">[];
  run_models: Row<"run_models">[];
}

/** Rows of the gap chart: domain by domain, the widest gap first. */
export function gapRows(
  {arms, names, domains, cells, share = "pgr"}: Design,
  estimates: readonly Row<"estimates">[],
  {metrics, runs, run_models}: SeedTables = {metrics: [], runs: [], run_models: []}
): GapRow[] {
  const find = lookup(estimates);
  const accuracy = new Map(
    metrics
      .filter((d) => d.role === "student" && d.stage === "evaluation" && d.metric === "accuracy" && d.value !== null)
      .map((d) => [d.run, d.value!])
  );
  const model = new Map(run_models.filter((d) => d.position === 0).map((d) => [`${d.run} ${d.role}`, d.model]));
  const key = (...of: string[]) => JSON.stringify(of);
  const runsOf = d3.group(
    runs.filter((d) => accuracy.has(d.run)),
    ({run, task, setting, method, variant}) =>
      key(task, setting, model.get(`${run} weak`) ?? "", model.get(`${run} strong`) ?? "", method, variant)
  );
  const rows = cells.flatMap((cell): GapRow[] => {
    const first = (quantity: string) => arms.map((arm) => find(cell, arm, quantity)).find((d) => d && d.value !== null);
    const weak = first("weak");
    const ceiling = first("strong_ceiling");
    if (!weak || !ceiling) return [];
    return [
      {
        task: cell.task,
        cell,
        title: names.task(cell.task),
        domain: domains.title(cell.task),
        weak: estimated(weak)!,
        ceiling: estimated(ceiling)!,
        seeds: weak.seeds,
        n: weak.n,
        arms: arms.flatMap((arm): GapArm[] => {
          const student = find(cell, arm, "student");
          if (!student) return [];
          const part = find(cell, arm, share);
          const runs = runsOf.get(key(cell.task, cell.setting, cell.weak, cell.strong, arm.method, arm.variant));
          const own: GapArm = {
            arm,
            ...estimated(student),
            seeds: (runs ?? []).map(({seed, run}) => ({seed, run, value: accuracy.get(run)!})),
            share: estimated(part) ?? null,
            refused: part ? part.refused : "not computed"
          };
          return [own];
        })
      }
    ];
  });
  return d3.sort(
    rows,
    (a, b) =>
      domains.place(a.task) - domains.place(b.task) ||
      d3.descending(a.ceiling.value - a.weak.value, b.ceiling.value - b.weak.value)
  );
}

/** The share of the gap over tasks, for each arm that has one. */
export function overallShares({overall, arms, find}: ShownResults, share: ShareOfGap = "pgr"): Overall[] {
  return overall.flatMap((cell) =>
    arms.flatMap((arm) => {
      const row = find(cell, arm, share);
      return row && row.value !== null ? [{task: cell.task, arm, value: row.value, low: row.low, high: row.high}] : [];
    })
  );
}

function estimated(row: Row<"estimates"> | undefined): Estimated | undefined {
  return row && row.value !== null ? {value: row.value, low: row.low, high: row.high} : undefined;
}
