import type {Row} from "../tables.js";
import {decimals, inSentence} from "./format.js";
import type {Shown} from "./settingControl.js";
import type {Names} from "./names.js";
import {armKey} from "./palette.js";
import {referenceOf} from "../statistics/reference.js";

export type Comparison = Row<"comparisons">;

/** The domains of tasks, as headings name them, in their order. */
export const domains: Record<string, string> = {nlp: "Language", reward: "Reward modelling", chess: "Chess"};

/** A p value: three decimals, or that it is smaller than they can show. */
export function pValue(p: number | null): string {
  return p === null ? "" : p < 0.001 ? "<0.001" : decimals(3)(p);
}

/** Reasons why pairs were left out, with tasks, models and methods named as people do. */
export function namedReasons(
  reasons: string,
  names: Pick<Names, "task" | "model">,
  arm: (key: string) => string
): string {
  return reasons
    .replace(/not asked of (.+?)(?=: | or |$)/g, (_, key: string) => `not run with “${inSentence(arm(key))}”`)
    .split(/(; |: |, | to | or | \(|\))/)
    .map((part) => names.model(names.task(part)))
    .join("");
}

export const isAll = (d: Pick<Comparison, "weak" | "strong">): boolean => d.weak === "all" && d.strong === "all";

/**
 * Whether a method trains the very students of the baseline: bootstrapping does, where no model lies between weak and strong. Tests
 * leave such places out and say so in their reasons.
 */
export function sameAsBaseline(
  comparisons: readonly Comparison[]
): (at: Shown, arm: {method: string; variant: string}) => boolean {
  const key = ({setting, weak, strong}: Shown, arm: {method: string; variant: string}) =>
    JSON.stringify([setting, weak, strong, armKey(arm.method, arm.variant)]);
  const same = new Set(
    comparisons
      .filter((d) => d.against === referenceOf(d.setting) && d.quantity === "accuracy" && d.n === 0)
      .filter((d) => !isAll(d) && d.reasons.includes("both train the same student"))
      .map((d) => key(d, d))
  );
  return (at, arm) => same.has(key(at, arm));
}
