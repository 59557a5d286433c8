import {gridModels, plantGrid} from "./plantedGrid.js";
import {writeTables} from "./plantedTables.js";

/** The planted study `teachers`: `grid` with a second teacher, of 6 layers, from which weak models gain three tenths of the gap. */
export async function writePlantedTeachers(folder: string): Promise<void> {
  const {study, tables} = plantGrid();
  const [, second, first] = gridModels.strong;
  const taught = tables.estimates.filter((d) => d.method === "facilitate" && d.strong === first);
  tables.estimates.push(
    ...taught.map((d) => ({
      ...d,
      strong: second,
      ...(d.quantity === "facilitation" && d.value !== null ? {value: 0.3, low: 0.2, high: 0.4} : {})
    }))
  );
  await writeTables(folder, {...study, study: "teachers"}, tables);
}
