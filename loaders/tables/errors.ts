import type {Row} from "../../src/tables.js";
import type {Results} from "./results.js";

/** Errors of students by kind. */
export async function errors(_results: Results): Promise<Row<"errors">[]> {
  return [];
}
