import type {Paper} from "../paper.js";
import {ablations} from "./ablations.js";
import {baseline} from "./baseline.js";
import {definitions} from "./definitions.js";
import {discussion} from "./discussion.js";
import {errors} from "./errors.js";
import {inside} from "./inside.js";
import {mechanisms} from "./mechanisms.js";
import {methods} from "./methods.js";
import {setUp} from "./setUp.js";
import {significance} from "./significance.js";
import {tasks} from "./tasks.js";

/** Zakershahrak and Ghodratnama: what it claims, in its order. */
export const explanationDebateAlign: Paper = {
  id: "explanation-debate-align",
  title: "Explanation, Debate, Align",
  source: "Zakershahrak and Ghodratnama",
  quoted: true,
  claims: [
    ...setUp,
    ...ablations,
    ...significance,
    ...baseline,
    ...methods,
    ...mechanisms,
    ...errors,
    ...definitions,
    ...discussion
  ],
  tasks: {place: "Table 1", rows: tasks},
  inside
};
