import type {Run} from "../study.js";

/** A run as messages name it. */
export function runName({method, variant, task, seed}: Run): string {
  return [method, variant, task, `seed ${seed}`].filter(Boolean).join(" ");
}
