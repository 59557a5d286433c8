import type {Labels} from "./lab.js";

/** 1 where two models say the same of a row: the same class, or the same answer; no answer agrees with nothing. */
export function agreesWith(one: Labels, two: Labels): Uint8Array {
  return Uint8Array.from(one.rows.examples, (_, i) => {
    if (!one.answers || !two.answers) return Number(one.probability[i] > 0.5 === two.probability[i] > 0.5);
    return Number(one.answers[i] !== null && one.answers[i] === two.answers[i]);
  });
}
