import {quantile} from "./quantile.js";
import {below, random} from "./random.js";
import type {Random} from "./random.js";

export interface BootstrapOptions {
  /** Number of replicates, default 2,000. */
  replicates?: number;
  /** Same seed and same shape of the data, same resamples: what is compared is resampled alike. Default `bootstrap`. */
  seed?: string;
}

export const bootstrapDefaults: Required<BootstrapOptions> = {replicates: 2000, seed: "bootstrap"};

/** A quantity observed for every seed on every test example, the same examples for all seeds: row-major, seeds x examples. */
export type Channel = ArrayLike<number>;

/**
 * Means of several channels under resampling of seeds and, crossed with them, of test examples: all seeds of a replicate see the
 * same resampled examples, and so do all channels (the pigeonhole bootstrap; Owen 2007, Annals of Applied Statistics 1(2)).
 *
 * Chance that is neither the seed's nor the example's counts up to three times, so intervals are rather too wide than too narrow;
 * of the variance between S seeds they see (S - 1) / S, so where seeds are few and differ much, they are too narrow.
 *
 * @param groups one per example; examples of one group are drawn together (default: each by itself)
 * @returns one array per channel, a mean per replicate
 */
export function crossedBootstrap(
  channels: readonly Channel[],
  seeds: number,
  examples: number,
  options: BootstrapOptions & {groups?: ArrayLike<string>} = {}
): Float64Array[] {
  const {replicates, seed} = {...bootstrapDefaults, ...options};
  for (const channel of channels) {
    if (channel.length !== seeds * examples) {
      throw new RangeError(`expected ${seeds} x ${examples} observations in a channel: ${channel.length}`);
    }
  }
  const {members, size} = grouping(examples, options.groups);
  const draw = random(seed);
  const rows = channels.map((channel) => Float64Array.from(channel));
  const means = channels.map(() => new Float64Array(replicates));
  const seedCounts = new Float64Array(seeds);
  const groupCounts = new Float64Array(size);
  const counts = new Float64Array(examples);
  for (let replicate = 0; replicate < replicates; replicate++) {
    drawCounts(seedCounts, draw);
    drawCounts(groupCounts, draw);
    let total = 0;
    for (let e = 0; e < examples; e++) total += counts[e] = groupCounts[members[e]];
    for (let c = 0; c < rows.length; c++) {
      let sum = 0;
      for (let s = 0; s < seeds; s++)
        if (seedCounts[s] > 0) sum += seedCounts[s] * weighted(rows[c], s * examples, counts);
      means[c][replicate] = sum / (seeds * total);
    }
  }
  return means;
}

/** Mean of each channel over all seeds and examples. */
export function channelMeans(channels: readonly Channel[]): number[] {
  return channels.map((channel) => {
    let sum = 0;
    for (let i = 0; i < channel.length; i++) sum += channel[i];
    return sum / channel.length;
  });
}

/** Percentile interval of replicates (Efron 1979), 95 % unless told; replicates that are not a number are left out. */
export function percentileInterval(replicates: ArrayLike<number>, confidence = 0.95): {low: number; high: number} {
  const sorted = Float64Array.from(replicates)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (sorted.length === 0) return {low: NaN, high: NaN};
  return {low: quantile(sorted, (1 - confidence) / 2), high: quantile(sorted, (1 + confidence) / 2)};
}

/**
 * Replicates of a statistic over cells (tasks): draws as many cells as there are, with replacement, and from each one of its own
 * replicates, so that tasks, then seeds, then examples are resampled.
 *
 * @param cells replicates of each cell
 * @param statistic of one value per drawn cell, for example the median; the array is reused
 */
export function nestedBootstrap(
  cells: readonly Float64Array[],
  statistic: (values: Float64Array) => number,
  options: BootstrapOptions = {}
): Float64Array {
  const {replicates, seed} = {...bootstrapDefaults, ...options};
  const draw = random(seed);
  const values = new Float64Array(cells.length);
  return Float64Array.from({length: replicates}, () => {
    for (let i = 0; i < values.length; i++) {
      const cell = cells[below(cells.length, draw)];
      values[i] = cell[below(cell.length, draw)];
    }
    return statistic(values);
  });
}

function drawCounts(counts: Float64Array, draw: Random): void {
  counts.fill(0);
  for (let i = 0; i < counts.length; i++) counts[below(counts.length, draw)]++;
}

function weighted(row: Float64Array, from: number, counts: Float64Array): number {
  let sum = 0;
  for (let e = 0; e < counts.length; e++) sum += row[from + e] * counts[e];
  return sum;
}

function grouping(examples: number, groups: ArrayLike<string> | undefined): {members: Int32Array; size: number} {
  if (!groups) return {members: Int32Array.from({length: examples}, (_, e) => e), size: examples};
  if (groups.length !== examples) throw new RangeError(`expected one group an example, ${examples}: ${groups.length}`);
  const index = new Map<string, number>();
  const members = Int32Array.from({length: examples}, (_, e) => {
    if (!index.has(groups[e])) index.set(groups[e], index.size);
    return index.get(groups[e]) as number;
  });
  return {members, size: index.size};
}
