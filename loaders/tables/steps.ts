import {readFile} from "node:fs/promises";
import {join} from "node:path";
import type {Row} from "../../src/tables.js";
import type {Provenance} from "../cache.js";
import {roles} from "../evaluate.js";
import type {Results} from "./results.js";

/** Every step behind the study's predictions, each once. */
export async function steps({done}: Results): Promise<Row<"steps">[]> {
  const seen = new Map<string, Row<"steps">>();
  for (const {steps} of done)
    for (const {key, verb, title, inputs, lineage, rows, model, family} of steps.values()) {
      if (seen.has(key)) continue;
      const provenance = family ? await provenanceOf(family) : null;
      seen.set(key, {
        step: key,
        verb,
        title,
        inputs: inputs.join(" "),
        lineage,
        rows,
        model,
        backend: provenance?.backend ?? "in the lab",
        device: provenance?.device ?? "cpu"
      });
    }
  return [...seen.values()];
}

/** Where to enter the steps of a run: the predictions of each of its models, and the weak labels. */
export function runSteps({done}: Results): Row<"run_steps">[] {
  return done.flatMap(({run, test, outcome}) => [
    ...roles.map((role) => ({run: run.key, role, step: test[role].step})),
    {run: run.key, role: "weak_labels", step: outcome.weakLabels.step}
  ]);
}

async function provenanceOf(family: string): Promise<Provenance | null> {
  try {
    return JSON.parse(await readFile(join(family, "provenance.json"), "utf8")) as Provenance;
  } catch {
    return null;
  }
}
