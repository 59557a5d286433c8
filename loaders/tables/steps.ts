import type {Row} from "../../src/tables.js";
import type {Family, Provenance} from "../cache.js";
import type {Columns} from "../parquet.js";
import type {Results} from "./results.js";

const inTheLab = {backend: "in the lab", device: "cpu"};

/** Several where machines shared the work. */
const distinct = (names: readonly string[]): string => [...new Set(names)].sort().join("; ") || "unknown";

/** Keys as they are published: the first 16 of 32 digits. */
export const shortStep = (key: string): string => key.slice(0, 16);

/** Every step behind the study's predictions, each once. */
export async function steps({done}: Results): Promise<Row<"steps">[]> {
  const seen = new Map<string, Row<"steps">>();
  // Steps on the same model share a family, whose files are many.
  const known = new Map<string, Promise<Provenance[]>>();
  const originsOf = (family: Family<Columns>): Promise<Provenance[]> => {
    if (!known.has(family.folder)) known.set(family.folder, family.provenance());
    return known.get(family.folder)!;
  };
  for (const {steps} of done)
    for (const {key, verb, title, inputs, lineage, rows, model, family} of steps.values()) {
      if (seen.has(key)) continue;
      const origins = family ? await originsOf(family) : [inTheLab];
      seen.set(key, {
        step: shortStep(key),
        verb,
        title,
        inputs: inputs.map(shortStep).join(" "),
        lineage,
        rows,
        model,
        backend: distinct(origins.map((origin) => origin.backend)),
        device: distinct(origins.map((origin) => origin.device))
      });
    }
  return [...seen.values()];
}

/** Where to enter the steps of a run: the predictions of each of its models, and the weak labels. */
export function runSteps({done}: Results): Row<"run_steps">[] {
  return done.flatMap(({run, models, labels}) => [
    ...models.map(({role, position, test}) => ({run: run.key, role, position, step: shortStep(test.step)})),
    {run: run.key, role: "weak_labels", position: 0, step: shortStep(labels.learned.step)}
  ]);
}
