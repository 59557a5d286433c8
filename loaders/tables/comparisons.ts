import type {Row} from "../../src/tables.js";
import type {Results} from "./results.js";

/** Paired comparisons of methods. */
export async function comparisons(_results: Results): Promise<Row<"comparisons">[]> {
  return [];
}
