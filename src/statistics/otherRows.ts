import {shuffle} from "./random.js";

/**
 * For each row the place of one of another group, each place once, in an order that is drawn: a derangement. Where a group has more
 * than half of the rows, some of its own meet each other.
 *
 * @param groups by row
 */
export function otherRows(groups: readonly string[], draw: () => number): number[] {
  const order = new Map(shuffle([...new Set(groups)], draw).map((group, i) => [group, i]));
  // Groups one after the other: half of the rows further on is another one.
  const together = [...groups.keys()].sort((a, b) => order.get(groups[a])! - order.get(groups[b])! || a - b);
  const half = Math.floor(together.length / 2);
  const other = new Array<number>(groups.length);
  for (const [place, row] of together.entries()) other[row] = together[(place + half) % together.length];
  return other;
}
