import jStat from "jstat";
import {spread} from "./spread.js";

/**
 * Student's paired t-test, two-sided: whether differences of pairs have a mean other than 0.
 *
 * @returns null where t is undefined: fewer than two pairs, or differences that are all the same
 */
export function pairedTTest(differences: readonly number[]): {t: number; p: number} | null {
  const {n, mean, deviation} = spread(differences);
  if (mean === null || !deviation) return null;
  const t = mean / (deviation / Math.sqrt(n));
  return {t, p: Math.min(1, 2 * jStat.studentt.cdf(-Math.abs(t), n - 1))};
}
