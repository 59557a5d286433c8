/**
 * What planted teachers say: five kinds of questions, ten chains each, whose responses, cosines and clusters are known by hand.
 *
 *   sure        counts 6, 3, 1, all right, cosines 0.96: one cluster of 10
 *   divided     counts 4 (right), 3 (wrong), 2 (right), 1 (wrong); right with right 0.93, wrong with wrong 0.91, others at most
 *               0.62: clusters of 6 (right) and 4; a member that is not the reference stands for the larger
 *   mistaken    as divided, but what was right is wrong and the other way round
 *   scattered   ten responses of one chain each, cosines 0.30, the fourth right: ten clusters, the first of them wrong
 *   blurred     counts 4 (right), 3, 2 (wrong), 1 (without an answer); cosines 0.92 of the first two, 0.95 of the second and third,
 *               0.70 of the first and third, at most 0.40 of the last: by embedding clusters of 7 (right), 2 and 1; by answer of 5
 *               (wrong: the second and third say the same), 4 and 1
 */
import {clusterEntropy} from "../../src/statistics/clustering.js";

export const chainKinds = ["sure", "divided", "mistaken", "scattered", "blurred"] as const;
export type ChainKind = (typeof chainKinds)[number];

export interface PlantedResponse {
  count: number;
  /** Number of its answer: 0 is the gold one; -1 where there is none. */
  says: number;
}

interface Kind {
  responses: readonly PlantedResponse[];
  /** In hundredths: the lower triangle row by row, without the diagonal. */
  cosines: readonly number[];
  /** Clusters of places at T = 0.9, the largest first, each with the place that stands for it at its head. */
  byEmbedding: readonly (readonly number[])[];
  byAnswer: readonly (readonly number[])[];
}

const responses = (...of: [count: number, says: number][]): PlantedResponse[] =>
  of.map(([count, says]) => ({count, says}));

const two = {
  cosines: [60, 93, 62, 50, 91, 50],
  byEmbedding: [
    [2, 0],
    [1, 3]
  ],
  byAnswer: [
    [2, 0],
    [1, 3]
  ]
};

const alone = Array.from({length: 10}, (_, i) => [i]);

export const kinds: Record<ChainKind, Kind> = {
  sure: {
    responses: responses([6, 0], [3, 0], [1, 0]),
    cosines: [96, 96, 96],
    byEmbedding: [[0, 1, 2]],
    byAnswer: [[0, 1, 2]]
  },
  divided: {...two, responses: responses([4, 0], [3, 1], [2, 0], [1, 1])},
  mistaken: {...two, responses: responses([4, 1], [3, 0], [2, 1], [1, 0])},
  scattered: {
    responses: Array.from({length: 10}, (_, i) => ({count: 1, says: i === 3 ? 0 : i + 1})),
    cosines: Array<number>(45).fill(30),
    byEmbedding: alone,
    byAnswer: alone
  },
  blurred: {
    responses: responses([4, 0], [3, 1], [2, 1], [1, -1]),
    cosines: [92, 70, 95, 20, 40, 30],
    byEmbedding: [[0, 1], [2], [3]],
    byAnswer: [[1, 2], [0], [3]]
  }
};

export const clustersOf = (kind: ChainKind, by: "answer" | "embedding") =>
  by === "answer" ? kinds[kind].byAnswer : kinds[kind].byEmbedding;

/** Chains of each cluster, the largest first. */
export const clusterSizes = (kind: ChainKind, by: "answer" | "embedding"): number[] =>
  clustersOf(kind, by).map((places) => places.reduce((sum, place) => sum + kinds[kind].responses[place].count, 0));

export const entropyOf = (kind: ChainKind, by: "answer" | "embedding"): number =>
  clusterEntropy(clusterSizes(kind, by));

/** What stands for the largest cluster. */
export const finalOf = (kind: ChainKind, by: "answer" | "embedding"): PlantedResponse =>
  kinds[kind].responses[clustersOf(kind, by)[0][0]];
