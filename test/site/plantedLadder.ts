import type {Row} from "../../src/tables.js";
import {plantGrid} from "./plantedGrid.js";
import {emptyTables, writeTables} from "./plantedTables.js";

/**
 * The planted study `ladder`: the estimates of `grid`, but its models are networks of their own, of 1 to 8 million parameters,
 * and the PGR of Preferences is withheld for the smallest student.
 */
export async function writePlantedLadder(folder: string): Promise<void> {
  const {study, tables} = plantGrid();
  const own = (model: string) => model.replace(/tower#layers=(\d)/, "tower-$1");
  const refused = "the strong ceiling is not clearly above the weak model: the 95 % interval of the gap reaches 0";
  const estimates = tables.estimates.map((d): Row<"estimates"> => {
    const models = {weak: own(d.weak), strong: own(d.strong)};
    const withheld = d.task === "hh-rlhf" && d.quantity === "pgr" && d.strong.endsWith("4");
    return {...d, ...models, ...(withheld ? {value: null, low: null, high: null, refused} : {})};
  });
  const models = study.models.map((d) => ({
    ...d,
    model: own(d.model),
    title: d.title.replace(/, (\d) layers?/, "-$1M"),
    parameters: 1e6 * d.layers!
  }));
  await writeTables(folder, {...study, study: "ladder", models}, {...emptyTables(), tasks: tables.tasks, estimates});
}
