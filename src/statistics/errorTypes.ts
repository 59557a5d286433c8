import {crossedBootstrap, percentileInterval} from "./bootstrap.js";
import type {BootstrapOptions} from "./bootstrap.js";

/**
 * What models said of the test rows of one seed, 1 for yes and 0 for no; the rows are the same, in the same order, for all seeds.
 */
export interface SeedAnswers {
  /** Whether student and supervisor are right. */
  student: ArrayLike<number>;
  weak: ArrayLike<number>;
  /** Whether student and strong ceiling say what the supervisor says. */
  studentAgrees: ArrayLike<number>;
  ceilingAgrees: ArrayLike<number>;
  /** Whether the student gave an answer at all; null where it cannot but give one. */
  answered: ArrayLike<number> | null;
  /** Whether the student was right at a checkpoint before the one that was kept; null where none is recorded. */
  rightBefore: ArrayLike<number> | null;
}

export const errorKinds = ["copied", "copied_net", "novel", "other", "parse_failure", "overfit", "all"] as const;
export type ErrorKind = (typeof errorKinds)[number];

export interface ErrorType {
  kind: ErrorKind;
  /** Errors of this kind over all seeds. */
  count: number;
  /** Errors of the student over all seeds. */
  errors: number;
  /** Test examples over all seeds. */
  n: number;
  /** Of the copied: the supervisor's errors that the ceiling makes too. */
  expected: number | null;
  /** count / errors; null where there is no error. */
  share: number | null;
  /** Ends of the 95 % interval, over seeds and examples. */
  low: number | null;
  high: number | null;
}

/**
 * A student's errors by kind (EDA, "Error Analysis", as far as predictions tell). Each error is one of four: no answer
 * (`parse_failure`), the supervisor's own wrong answer (`copied`), wrong where the supervisor is right (`novel`), or wrong in
 * another way than the supervisor (`other`, which two classes leave no room for). Among the copied, `overfit` were right at an
 * earlier checkpoint. Of two classes, to be wrong together is partly chance or the task's doing: `copied_net` takes off the
 * errors on which a ceiling that never met the supervisor makes its error too, and may be negative.
 *
 * @param groups one per example: examples of one group are resampled together
 */
export function errorTypes(
  seeds: readonly SeedAnswers[],
  options: BootstrapOptions & {groups?: ArrayLike<string>} = {}
): ErrorType[] {
  const rows = seeds[0].student.length;
  const generates = seeds.some(({answered}) => answered);
  const channel = (of: (seed: SeedAnswers, i: number) => number) =>
    Int8Array.from(seeds.flatMap((seed) => Array.from({length: rows}, (_, i) => of(seed, i))));
  const all = channel(({student}, i) => 1 - student[i]);
  const unanswered = channel(({answered}, i) => (answered ? 1 - answered[i] : 0));
  const supervisorRight = channel(({weak}, i) => weak[i]);
  const copied = channel(({weak, studentAgrees}, i) => (1 - weak[i]) * studentAgrees[i]);
  const expected = channel(({weak, ceilingAgrees}, i) => (1 - weak[i]) * ceilingAgrees[i]);
  const novel = all.map((error, i) => error * (1 - unanswered[i]) * supervisorRight[i]);
  const kinds: Partial<Record<ErrorKind, Int8Array>> = {
    copied,
    copied_net: copied.map((one, i) => one - expected[i]),
    novel,
    ...(generates
      ? {other: all.map((error, i) => error - unanswered[i] - copied[i] - novel[i]), parse_failure: unanswered}
      : {}),
    ...(seeds.every(({rightBefore}) => rightBefore)
      ? {overfit: channel(({rightBefore}, i) => rightBefore![i]).map((before, i) => before * copied[i])}
      : {}),
    all
  };
  const entries = Object.entries(kinds) as [ErrorKind, Int8Array][];
  const replicates = crossedBootstrap(
    entries.map(([, counted]) => counted),
    seeds.length,
    rows,
    options
  );
  const ofAll = replicates.at(-1)!;
  const errors = total(all);
  return entries.map(([kind, counted], k) => {
    const count = total(counted);
    const {low, high} = percentileInterval(replicates[k].map((mean, r) => mean / ofAll[r]));
    return {
      kind,
      count,
      errors,
      n: all.length,
      expected: kind === "copied" ? total(expected) : null,
      share: errors ? count / errors : null,
      low: errors ? low : null,
      high: errors ? high : null
    };
  });
}

const total = (values: Int8Array): number => values.reduce((sum, value) => sum + value, 0);
