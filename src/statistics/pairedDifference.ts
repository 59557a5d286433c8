import {channelMeans, crossedBootstrap, percentileInterval} from "./bootstrap.js";
import type {Estimated} from "./combined.js";

/** What a model scored on each test row, by seed. */
export type Scores = ReadonlyMap<number, ReadonlyMap<string, number>>;

/**
 * How much more one model scores than another on the same rows of the same seeds, with its 95 % interval: seeds and, crossed with
 * them, groups of rows are resampled, alike for both. Null where the two have no row of a seed in common.
 *
 * @param groupOf rows of one group are resampled together
 */
export function pairedDifference(a: Scores, b: Scores, groupOf: (row: string) => string): Estimated | null {
  const seeds = [...a.keys()].filter((seed) => b.has(seed)).sort((x, y) => x - y);
  if (!seeds.length) return null;
  const everywhere = (row: string) => seeds.every((seed) => a.get(seed)!.has(row) && b.get(seed)!.has(row));
  const rows = [...a.get(seeds[0])!.keys()].filter(everywhere).sort();
  if (!rows.length) return null;
  const differences = seeds.flatMap((seed) => rows.map((row) => a.get(seed)!.get(row)! - b.get(seed)!.get(row)!));
  const groups = rows.map(groupOf);
  const [replicates] = crossedBootstrap([differences], seeds.length, rows.length, {groups});
  const [value] = channelMeans([differences]);
  return {value, ...percentileInterval(replicates)};
}
