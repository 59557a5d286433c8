import type {Row} from "../../src/tables.js";
import type {Results} from "./results.js";

export const elicitations = (_: Results): Row<"elicitations">[] => [];
export const chains = (_: Results): Row<"chains">[] => [];
export const cosines = (_: Results): Row<"cosines">[] => [];
