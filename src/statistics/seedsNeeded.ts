import {detectableEffect} from "./power.js";
import {spread} from "./spread.js";

/** More seeds than these would help in theory alone. */
const mostSeeds = 100_000;

/**
 * Fewest seeds of each pair with which a paired t-test of as many pairs finds the observed mean difference with a power of 80 %.
 *
 * The variance of a pair's mean is that between pairs plus that between the seeds of a pair, divided by their number (one-way
 * analysis of variance, random effects). More seeds lessen the second part alone; test examples are the same for every seed, so
 * theirs is in the first.
 *
 * @param pairs differences of each pair, one a seed
 * @returns null where no number would do, or where no pair has two seeds
 */
export function seedsNeeded(pairs: readonly (readonly number[])[]): number | null {
  const means = spread(pairs.map((seeds) => spread(seeds).mean!));
  const repeated = pairs.filter((seeds) => seeds.length > 1);
  if (!means.mean || means.deviation === null || repeated.length === 0) return null;
  const squares = repeated.reduce((sum, seeds) => sum + spread(seeds).deviation! ** 2 * (seeds.length - 1), 0);
  const within = squares / repeated.reduce((sum, seeds) => sum + seeds.length - 1, 0);
  const perSeed = pairs.reduce((sum, seeds) => sum + 1 / seeds.length, 0) / pairs.length;
  const between = Math.max(0, means.deviation ** 2 - within * perSeed);
  // The variance at which the observed mean would be detectable.
  const wanted = (means.mean / detectableEffect(pairs.length)) ** 2;
  if (between + within <= wanted) return 1;
  const seeds = Math.ceil(within / (wanted - between));
  return between < wanted && seeds <= mostSeeds ? seeds : null;
}
