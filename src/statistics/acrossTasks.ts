import {nestedBootstrap, percentileInterval} from "./bootstrap.js";
import type {BootstrapOptions} from "./bootstrap.js";
import {quantities} from "./estimates.js";
import type {CellEstimates, Estimate, Quantity} from "./estimates.js";
import {median, quantile} from "./quantile.js";

export interface AcrossEstimate extends Estimate {
  /** Quartiles over the tasks. */
  lowerQuartile: number | null;
  upperQuartile: number | null;
  /** Number of tasks that enter, and number of those that do not since their value is withheld. */
  tasks: number;
  withheld: number;
}

/**
 * Median and quartiles over tasks, with a 95 % interval of the median by resampling tasks, then seeds, then test examples.
 * `seeds` is the smallest number among the tasks that enter, `n` the sum of their test examples.
 *
 * @param cells one per task: the same weak model, strong model, method and variant
 */
export function estimateAcross(
  cells: readonly CellEstimates[],
  options: BootstrapOptions = {}
): Record<Quantity, AcrossEstimate> {
  return Object.fromEntries(quantities.map((quantity) => [quantity, across(cells, quantity, options)])) as Record<
    Quantity,
    AcrossEstimate
  >;
}

function across(cells: readonly CellEstimates[], quantity: Quantity, options: BootstrapOptions): AcrossEstimate {
  const shown = cells.filter((cell) => cell.estimates[quantity].value !== null);
  const count = {tasks: shown.length, withheld: cells.length - shown.length};
  if (shown.length === 0) {
    const reasons = new Set(cells.map((cell) => cell.estimates[quantity].refused));
    const refused = cells.length === 0 ? "no tasks" : `withheld on every task: ${[...reasons].join("; ")}`;
    const none = {value: null, low: null, high: null, lowerQuartile: null, upperQuartile: null};
    return {...none, seeds: 0, n: 0, refused, ...count};
  }
  const own = shown.map((cell) => cell.estimates[quantity]);
  const values = Float64Array.from(own, (estimate) => estimate.value as number).sort();
  const replicates = shown.map((cell) => cell.replicates[quantity] as Float64Array);
  const {low, high} = percentileInterval(nestedBootstrap(replicates, median, options));
  return {
    value: median(values),
    low: Number.isFinite(low) ? low : null,
    high: Number.isFinite(high) ? high : null,
    lowerQuartile: quantile(values, 0.25),
    upperQuartile: quantile(values, 0.75),
    seeds: Math.min(...own.map((estimate) => estimate.seeds)),
    n: own.reduce((sum, estimate) => sum + estimate.n, 0),
    refused: null,
    ...count
  };
}
