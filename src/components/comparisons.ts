import type {Row} from "../tables.js";
import {decimals} from "./format.js";
import type {Names} from "./names.js";

export type Comparison = Row<"comparisons">;

/** The domains of tasks, as headings name them, in their order. */
export const domains: Record<string, string> = {nlp: "Language", reward: "Reward modelling", chess: "Chess"};

/** A p value: three decimals, or that it is smaller than they can show. */
export function pValue(p: number | null): string {
  return p === null ? "" : p < 0.001 ? "<0.001" : decimals(3)(p);
}

/** Reasons why pairs were left out, with tasks and models named as people do. */
export function namedReasons(reasons: string, names: Names): string {
  return reasons
    .split(/(; |: |, | to | \(|\))/)
    .map((part) => names.model(names.task(part)))
    .join("");
}

export const isAll = (d: Pick<Comparison, "weak" | "strong">): boolean => d.weak === "all" && d.strong === "all";
