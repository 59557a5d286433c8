import {random} from "./random.js";

/** A cluster of responses: their places, the one that stands for the others first. */
export type Cluster = number[];

/**
 * Greedy leader clustering (Alice, section 3.2): in the order given, a response joins the first cluster whose reference it is
 * similar enough to, or is the reference of a new one. The outcome depends on the order: see `canonicalOrder`.
 *
 * @param similar whether a response is similar enough to a reference; asked of each pair at most once
 */
export function leaderClusters(
  order: readonly number[],
  similar: (response: number, reference: number) => boolean
): Cluster[] {
  const clusters: Cluster[] = [];
  for (const response of order) {
    const own = clusters.find(([reference]) => similar(response, reference));
    if (own) own.push(response);
    else clusters.push([response]);
  }
  return clusters;
}

/**
 * Responses in an order that does not depend on which came first: the text said most often leads; of texts said as often, each has
 * a place that is drawn by itself, so that none leads for how it is written. Equal texts follow each other.
 */
export function canonicalOrder(texts: readonly string[]): number[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const drawn = new Map([...counts.keys()].map((text) => [text, random(text)()]));
  return [...texts.keys()].sort(
    (i, j) =>
      counts.get(texts[j])! - counts.get(texts[i])! ||
      drawn.get(texts[i])! - drawn.get(texts[j])! ||
      (texts[i] < texts[j] ? -1 : texts[i] > texts[j] ? 1 : i - j)
  );
}

/** Clusters with the largest first; of equal ones, the one that came first. */
export const bySize = (clusters: readonly Cluster[]): Cluster[] =>
  [...clusters.keys()].sort((i, j) => clusters[j].length - clusters[i].length || i - j).map((i) => clusters[i]);

/** Entropy (nats) of the shares of the clusters: 0 where all responses are alike. */
export function clusterEntropy(sizes: readonly number[]): number {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return -sizes.reduce((sum, size) => sum + (size / total) * Math.log(size / total), 0) || 0;
}

/** Different texts in canonical order, each with the places of those that say it, in their order. */
export function distinctTexts(texts: readonly string[]): {text: string; places: number[]}[] {
  const groups: {text: string; places: number[]}[] = [];
  for (const place of canonicalOrder(texts)) {
    const last = groups.at(-1);
    if (last?.text === texts[place]) last.places.push(place);
    else groups.push({text: texts[place], places: [place]});
  }
  return groups;
}

/**
 * Cosines of each pair of vectors in whole hundredths below (but for rounding of vectors), so that one is at least a threshold in
 * hundredths where the cosine is, which thresholds are given in: the lower triangle row by row, without the
 * diagonal, so that (i, j) with j < i is at i (i - 1) / 2 + j.
 *
 * @param vectors of length 1
 */
export function pairCosines(vectors: readonly Float32Array[]): Int8Array {
  const cosines = new Int8Array((vectors.length * (vectors.length - 1)) / 2);
  for (let i = 1, at = 0; i < vectors.length; i++)
    for (let j = 0; j < i; j++, at++) {
      let sum = 0;
      for (let k = 0; k < vectors[i].length; k++) sum += vectors[i][k] * vectors[j][k];
      cosines[at] = Math.max(-100, Math.min(100, Math.floor(100 * sum + 1e-4)));
    }
  return cosines;
}

/** Cosine of two different texts in hundredths, of what `pairCosines` gives. */
export const cosineOf = (cosines: Int8Array, i: number, j: number): number =>
  i > j ? cosines[(i * (i - 1)) / 2 + j] : cosines[(j * (j - 1)) / 2 + i];
