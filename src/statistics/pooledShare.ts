import {bootstrapDefaults, percentileInterval} from "./bootstrap.js";
import type {BootstrapOptions} from "./bootstrap.js";
import {below, random} from "./random.js";

export interface PooledShare {
  count: number;
  of: number;
  /** Null where there is nothing to count. */
  share: number | null;
  /** Ends of the 95 % interval; null of one cell, which says nothing of others. */
  low: number | null;
  high: number | null;
}

/** What share of something has a property over several cells (tasks), counted together; its interval by resampling cells. */
export function pooledShare(
  cells: readonly {count: number; of: number}[],
  options: BootstrapOptions = {}
): PooledShare {
  const {replicates, seed} = {...bootstrapDefaults, ...options};
  const count = cells.reduce((sum, d) => sum + d.count, 0);
  const of = cells.reduce((sum, d) => sum + d.of, 0);
  if (cells.length < 2 || !of) return {count, of, share: of ? count / of : null, low: null, high: null};
  const draw = random(seed);
  const shares = Float64Array.from({length: replicates}, () => {
    let [some, all] = [0, 0];
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[below(cells.length, draw)];
      some += cell.count;
      all += cell.of;
    }
    return some / all;
  });
  return {count, of, share: count / of, ...percentileInterval(shares)};
}
