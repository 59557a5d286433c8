import {rights} from "./accuracy.js";

export interface MosaicCell {
  /** Who was right. */
  supervisor: boolean;
  student: boolean;
  ceiling: boolean;
  n: number;
}

/** Test examples by who was right: all eight combinations, supervisor right first, then student, then ceiling. */
export function mosaic(
  gold: ArrayLike<number>,
  supervisor: ArrayLike<number>,
  student: ArrayLike<number>,
  ceiling: ArrayLike<number>
): MosaicCell[] {
  const [weak, own, strong] = [supervisor, student, ceiling].map((predictions) => rights(gold, predictions));
  const counts = new Array<number>(8).fill(0);
  for (let i = 0; i < weak.length; i++) counts[7 - (4 * weak[i] + 2 * own[i] + strong[i])]++;
  return counts.map((n, k) => ({supervisor: (k & 4) === 0, student: (k & 2) === 0, ceiling: (k & 1) === 0, n}));
}
