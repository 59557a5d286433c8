import type {Row} from "../../src/tables.js";
import type {Results} from "./results.js";

/** Accuracy of linear probes by layer. */
export async function probes(_results: Results): Promise<Row<"probes">[]> {
  return [];
}
