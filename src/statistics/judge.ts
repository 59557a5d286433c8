import {wilson} from "./wilson.js";

/** A verdict of a judge, as the table of verdicts has it. */
export interface Verdict {
  example: string;
  /** `strong_first`, `weak_first`, or `alone` where one side spoke. */
  order: string;
  /** Log-odds (nats) that the strong side is the better one. */
  log_odds: number;
  /** The side that the judge chose in this order: strong or weak. */
  choice: string;
  /** Whether the chosen side decided right; null where both decided alike. */
  right: boolean | null;
}

export interface JudgedShare {
  /** Null where nothing was counted. */
  value: number | null;
  /** 95 %, Wilson. */
  low: number;
  high: number;
  /** Number of questions. */
  n: number;
}

/** Log-odds that are no more than rounding leaves of equal ones: no preference. */
export const noPreference = 1e-9;

/** D of EDA, definition 4, by question: log-odds (nats) that the strong side is the better one, averaged over the orders. */
export function debateValues(verdicts: readonly Verdict[]): Map<string, number> {
  return new Map([...byExample(verdicts)].map(([example, of]) => [example, averaged(of)]));
}

/**
 * Share of questions on which the judge, averaged over both orders, prefers the side that decided right. Only questions on
 * which the sides differ count; a tie counts one half.
 */
export function judgeAccuracy(verdicts: readonly Verdict[]): JudgedShare & {ties: number} {
  let right = 0;
  let ties = 0;
  let n = 0;
  for (const of of byExample(verdicts).values()) {
    const told = of.find((verdict) => verdict.right !== null);
    if (!told) continue;
    n++;
    const strongIsRight = (told.choice === "strong") === told.right;
    const value = averaged(of);
    if (value === 0) ties++;
    else if (value > 0 === strongIsRight) right++;
  }
  return {...share(right + ties / 2, n), ties};
}

/** Fewer questions than these agree too often by chance to call a judge constant. */
const fewestForConstant = 5;

/**
 * The side that a judge, averaged over both orders, prefers on every question on which the sides differ; null where there is
 * none. The accuracy of such a judge is how often that side is right, whatever was said.
 */
export function constantSide(verdicts: readonly Verdict[]): "strong" | "weak" | null {
  const values = [...byExample(verdicts).values()].filter((of) => of.some(({right}) => right !== null)).map(averaged);
  if (values.length < fewestForConstant) return null;
  if (values.every((value) => value > 0)) return "strong";
  return values.every((value) => value < 0) ? "weak" : null;
}

/**
 * Share of verdicts for the side that was shown first, over questions that were judged in both orders: one half for a judge
 * that does not look at the place. `logOdds` (nats) is how much the first place is worth, on average. The interval counts
 * questions, not verdicts, since the two verdicts on one question are not independent; it is then wide enough.
 */
export function positionBias(verdicts: readonly Verdict[]): JudgedShare & {logOdds: number | null} {
  let first = 0;
  let logOdds = 0;
  let n = 0;
  for (const of of byExample(verdicts).values()) {
    const strongFirst = of.find(({order}) => order === "strong_first");
    const weakFirst = of.find(({order}) => order === "weak_first");
    if (!strongFirst || !weakFirst) continue;
    n++;
    first += (forStrong(strongFirst.log_odds) + 1 - forStrong(weakFirst.log_odds)) / 2;
    logOdds += (strongFirst.log_odds - weakFirst.log_odds) / 2;
  }
  return {...share(first, n), logOdds: n ? logOdds / n : null};
}

/** 1 for the strong side, 0 for the weak one, one half for neither. */
const forStrong = (logOdds: number): number => (Math.abs(logOdds) < noPreference ? 0.5 : Number(logOdds > 0));

function averaged(verdicts: readonly Verdict[]): number {
  const value = verdicts.reduce((sum, {log_odds}) => sum + log_odds, 0) / verdicts.length;
  return Math.abs(value) < noPreference ? 0 : value;
}

const share = (count: number, n: number): JudgedShare => ({value: n ? count / n : null, ...wilson(count, n), n});

function byExample(verdicts: readonly Verdict[]): Map<string, Verdict[]> {
  const found = new Map<string, Verdict[]>();
  for (const verdict of verdicts) found.set(verdict.example, [...(found.get(verdict.example) ?? []), verdict]);
  return found;
}
