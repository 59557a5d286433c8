import {burns} from "./burns.js";
import {explanationDebateAlign} from "./explanationDebateAlign/index.js";
import type {Paper} from "./paper.js";
import {weakToStrongReadme} from "./weakToStrongReadme.js";

/** A paper that studies reproduce, with the earlier works that it restates or builds on. */
export interface Reproduced {
  paper: Paper;
  earlier: readonly Paper[];
}

export const papers: readonly Reproduced[] = [{paper: explanationDebateAlign, earlier: [burns, weakToStrongReadme]}];
