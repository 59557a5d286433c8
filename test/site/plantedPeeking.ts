import {plantGrid} from "./plantedGrid.js";
import {writeTables} from "./plantedTables.js";

/**
 * The planted study `peeking`: `grid`, but that students of the baseline that goes to the end learned from the ceiling's
 * gold labels as well.
 */
export async function writePlantedPeeking(folder: string): Promise<void> {
  const {study, tables} = plantGrid();
  const {steps, predictors} = tables;
  const runs = new Set(tables.runs.filter((d) => d.variant === "to the end").map((d) => d.run));
  const inputs = new Map(steps.map((d) => [d.step, d.inputs]));
  const more = new Map<string, string>();
  for (const {run, step} of predictors.filter((d) => d.role === "student" && runs.has(d.run))) {
    const ceiling = predictors.find((d) => d.run === run && d.role === "strong_ceiling")!;
    more.set(step!, inputs.get(ceiling.step!)!);
  }
  await writeTables(
    folder,
    {...study, study: "peeking"},
    {
      ...tables,
      steps: steps.map((d) => (more.has(d.step) ? {...d, inputs: `${d.inputs} ${more.get(d.step)}`} : d)),
      predictors: predictors.map((d) =>
        d.role === "student" && runs.has(d.run) ? {...d, leak: "saw gold labels of transfer"} : d
      )
    }
  );
}
