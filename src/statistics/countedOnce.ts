import type {JudgedShare} from "./judge.js";
import {wilson} from "./wilson.js";

/**
 * A share over several debates with the Wilson interval of as many questions as are distinct: what several seeds say of one
 * question is not independent, so the interval is wide enough. The share and its `n` stay as they are.
 */
export const countedOnce = <T extends JudgedShare>(share: T, distinct: number): T =>
  share.value === null ? share : {...share, ...wilson(share.value * distinct, distinct)};
