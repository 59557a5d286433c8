import type {Row} from "../tables.js";

type Step = Row<"steps">;

/** What labels a step puts out, for the colour of its box and of the lines that leave it. */
export type LineageKind = "none" | "gold" | "weak";

/** Steps from which some steps follow, those included, inputs before what reads them. */
export function ancestors(steps: readonly Step[], from: readonly string[]): Step[] {
  const byKey = new Map(steps.map((d) => [d.step, d]));
  const found = new Map<string, Step>();
  const visit = (key: string) => {
    const step = byKey.get(key);
    if (!step || found.has(key)) return;
    for (const input of inputsOf(step)) visit(input);
    found.set(key, step);
  };
  from.forEach(visit);
  return [...found.values()];
}

export const inputsOf = (step: Step): string[] => step.inputs.split(" ").filter(Boolean);

/** Steps that another one reads. */
export const readSteps = (steps: readonly Step[]): Set<string> => new Set(steps.flatMap(inputsOf));

/** Predictions are labels of a supervisor where a step learns from them; a model, rows and hidden states are no labels. */
export function lineageKind({step, verb}: Step, read: ReadonlySet<string>): LineageKind {
  if (verb === "gold") return "gold";
  return verb === "classify" && read.has(step) ? "weak" : "none";
}

/** The longest way from a row of the data to each step: its column in the graph. */
export function depths(steps: readonly Step[]): Map<string, number> {
  const depth = new Map<string, number>();
  for (const step of steps)
    depth.set(step.step, Math.max(-1, ...inputsOf(step).map((input) => depth.get(input) ?? -1)) + 1);
  return depth;
}
