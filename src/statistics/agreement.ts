import {rights} from "./accuracy.js";

export interface Share {
  /** Null where nothing was counted. */
  value: number | null;
  /** Number of examples of which it is a share. */
  n: number;
}

export interface Agreement {
  overall: Share;
  /** Where the supervisor is right. */
  right: Share;
  /** Where the supervisor is wrong: the share of its errors that the student repeats. */
  wrong: Share;
}

/**
 * Share of examples on which the student predicts what its supervisor predicts, overall and split by the supervisor being right
 * or wrong (EDA, "Student-Supervisor Agreement"; the split after Burns et al. 2023, section 5.1.3).
 */
export function agreement(
  gold: ArrayLike<number>,
  supervisor: ArrayLike<number>,
  student: ArrayLike<number>
): Agreement {
  const right = rights(gold, supervisor);
  const same = rights(supervisor, student);
  const share = (include: (i: number) => boolean): Share => {
    let n = 0;
    let agreeing = 0;
    for (let i = 0; i < right.length; i++) {
      if (!include(i)) continue;
      n++;
      agreeing += same[i];
    }
    return {value: n === 0 ? null : agreeing / n, n};
  };
  return {overall: share(() => true), right: share((i) => right[i] === 1), wrong: share((i) => right[i] === 0)};
}
