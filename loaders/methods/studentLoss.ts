import type {Loss} from "../../src/statistics/loss.js";

/** Loss of a student; `isStrong` tells the arm's strong model from those on the way. */
export type StudentLoss = (isStrong: boolean) => Loss;

export const plain: StudentLoss = () => ({name: "cross_entropy"});
