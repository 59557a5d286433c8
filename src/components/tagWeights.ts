import {type ErrorTag, checkpointTag, tagNames} from "../errorTags.js";
import {spread} from "../statistics/spread.js";
import type {Row} from "../tables.js";

/** What a model gives each kind of one error: in all 1. */
export type TagWeights = ReadonlyMap<ErrorTag, number>;

/** Weights of each error, by the model that proposes them. */
export function weightsOf(rows: readonly Row<"error_tags">[]): [string, TagWeights[]][] {
  const found = new Map<string, Map<string, Map<ErrorTag, number>>>();
  for (const {tagger, run, example, tag, weight} of rows) {
    if (tagger === checkpointTag.tagger) continue;
    if (!found.has(tagger)) found.set(tagger, new Map());
    const own = found.get(tagger)!;
    const key = `${run} ${example}`;
    if (!own.has(key)) own.set(key, new Map());
    own.get(key)!.set(tag as ErrorTag, weight);
  }
  return [...found].map(([tagger, own]) => [tagger, [...own.values()]]);
}

/** Standard normal quantile at 0.975. */
const z95 = 1.959963984540054;

/** Mean weight of some kinds together over errors, with the normal 95 % interval of a mean. */
export function meanWeight(weights: readonly TagWeights[], tags: readonly ErrorTag[]) {
  const each = weights.map((of) => tags.reduce((sum, tag) => sum + (of.get(tag) ?? 0), 0));
  const {n, mean, deviation} = spread(each);
  const value = mean ?? NaN;
  if (deviation === null) return {value, low: 0, high: 1};
  const half = (z95 * deviation) / Math.sqrt(n);
  return {value, low: Math.max(0, value - half), high: Math.min(1, value + half)};
}

/** So far above an even share a kind is preferred; a figure of ours. */
export const preferenceMargin = 0.1;

/** Whether the mean weight of some kind is clearly above an even share. */
export const prefersKind = (weights: readonly TagWeights[]): boolean =>
  tagNames.some((tag) => meanWeight(weights, [tag]).low > 1 / tagNames.length + preferenceMargin);
