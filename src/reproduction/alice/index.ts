import type {Paper} from "../paper.js";
import {claims} from "./claims.js";
import {inside} from "./inside.js";
import {datasets} from "./published.js";

/** Wu et al. 2025: what it claims, in its order. */
export const alice: Paper = {
  id: "alice",
  title: "Alice",
  source: "Wu et al. 2025",
  quoted: true,
  claims,
  tasks: {place: "Section 4.1", rows: datasets.map(({title, group, task}) => ({title, type: group, task}))},
  inside
};
