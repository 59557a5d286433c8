import {wilson} from "../statistics/wilson.js";
import type {Row} from "../tables.js";
import type {RoleAt} from "./scoresOfRoles.js";
import {runsByCell} from "./scoresOfRoles.js";

/** A metric over the seeds of an arm. */
export interface RoleMetric {
  value: number;
  low: number;
  high: number;
  seeds: number;
  /** Test rows a seed. */
  n: number;
}

/**
 * Metrics of any role on the test rows: the mean over seeds, with Wilson's interval of as many rows as are distinct, since seeds
 * are asked the same ones. At the stage of training, `taught`: the share of the rows that the model learned a text of.
 */
export function roleMetrics(tables: {
  runs: readonly Row<"runs">[];
  run_models: readonly Row<"run_models">[];
  metrics: readonly Row<"metrics">[];
}) {
  const runsOf = runsByCell(tables);
  const key = (run: string, role: string, position: number, metric: string) => `${run} ${role} ${position} ${metric}`;
  const values = new Map(
    tables.metrics
      .filter((d) => (d.stage === "evaluation" && d.split === "test") || d.stage === "training")
      .filter((d) => d.value !== null)
      .map((d) => [key(d.run, d.role, d.position, d.metric), {value: d.value!, n: d.n}])
  );
  return (at: RoleAt, metric: string, position = 0): RoleMetric | undefined => {
    const found = runsOf(at).flatMap(({run}) => values.get(key(run, at.role, position, metric)) ?? []);
    if (!found.length) return undefined;
    const value = found.reduce((sum, d) => sum + d.value, 0) / found.length;
    const {n} = found[0];
    return {value, ...wilson(value * n, n), seeds: found.length, n};
  };
}

export type FindMetric = ReturnType<typeof roleMetrics>;
