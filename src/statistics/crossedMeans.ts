import {crossedBootstrap, percentileInterval} from "./bootstrap.js";
import type {BootstrapOptions} from "./bootstrap.js";

/** What was observed of a question in a seed, a value for each quantity. */
export interface CrossedCell {
  seed: string;
  question: string;
  values: readonly number[];
}

export interface CrossedMean {
  /** Null of no cells. */
  value: number | null;
  low: number | null;
  high: number | null;
}

/**
 * Means of several quantities over seeds and questions, where each seed may have seen others: the crossed bootstrap, in which a
 * cell that a seed has not seen has no weight.
 *
 * @returns one for each quantity, with the ends of its 95 % interval
 */
export function crossedMeans(
  cells: readonly CrossedCell[],
  quantities: number,
  options: BootstrapOptions = {}
): CrossedMean[] {
  if (!cells.length) return Array.from({length: quantities}, () => ({value: null, low: null, high: null}));
  const seeds = new Map([...new Set(cells.map((d) => d.seed))].map((seed, i) => [seed, i]));
  const questions = new Map([...new Set(cells.map((d) => d.question))].map((question, i) => [question, i]));
  const channels = Array.from({length: quantities + 1}, () => new Float64Array(seeds.size * questions.size));
  for (const {seed, question, values} of cells) {
    const at = seeds.get(seed)! * questions.size + questions.get(question)!;
    for (let k = 0; k < quantities; k++) channels[k][at] = values[k];
    channels[quantities][at] = 1;
  }
  const replicates = crossedBootstrap(channels, seeds.size, questions.size, options);
  const seen = replicates[quantities];
  return Array.from({length: quantities}, (_, k) => ({
    value: cells.reduce((sum, d) => sum + d.values[k], 0) / cells.length,
    ...percentileInterval(replicates[k].map((mean, r) => mean / seen[r]))
  }));
}
