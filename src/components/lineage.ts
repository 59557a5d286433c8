import type {Row} from "../tables.js";

type Step = Row<"steps">;

/** What labels are, for the colour of what puts them out and of the lines that leave it: gold, of a weaker model, or of one that is not. */
export type LineageKind = "none" | "gold" | "weak" | "stronger";

export const stepsByKey = (steps: readonly Step[]): Map<string, Step> => new Map(steps.map((d) => [d.step, d]));

/** Steps from which some steps follow, those included, inputs before what reads them. */
export function ancestors(byKey: ReadonlyMap<string, Step>, from: Iterable<string>): Step[] {
  const visited = new Set<string>();
  const found: Step[] = [];
  const visit = (key: string) => {
    const step = byKey.get(key);
    if (!step || visited.has(key)) return;
    visited.add(key);
    for (const input of inputsOf(step)) visit(input);
    found.push(step);
  };
  for (const key of from) visit(key);
  return found;
}

const parsed = new WeakMap<Step, string[]>();

/** Keys of the steps that a step reads; asked often, so parsed once. */
export function inputsOf(step: Step): string[] {
  let inputs = parsed.get(step);
  if (!inputs) parsed.set(step, (inputs = step.inputs.split(" ").filter(Boolean)));
  return inputs;
}

/** Steps that another one reads. */
export const readSteps = (steps: readonly Step[]): Set<string> => new Set(steps.flatMap(inputsOf));

/** Predictions are labels of a supervisor where a step learns from them; a model, rows and hidden states are no labels. */
export function lineageKind({step, verb}: Step, read: ReadonlySet<string>): LineageKind {
  if (verb === "gold") return "gold";
  return verb === "classify" && read.has(step) ? "weak" : "none";
}
