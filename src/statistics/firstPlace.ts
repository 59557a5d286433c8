import type {JudgedShare, Verdict} from "./judge.js";
import {wilson} from "./wilson.js";

/**
 * Share of verdicts for the side that was shown first, where each question was judged once and the order drawn at random:
 * one half for a judge that does not look at the place. Consultancies, in which one side speaks, do not count.
 */
export function firstPlace(verdicts: readonly Pick<Verdict, "order" | "choice">[]): JudgedShare {
  const placed = verdicts.filter(({order}) => order !== "alone");
  const n = placed.length;
  const first = placed.filter(({order, choice}) => order === `${choice}_first`).length;
  return {value: n ? first / n : null, ...wilson(first, n), n};
}
