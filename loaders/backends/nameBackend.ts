import type {BackendDescription} from "./contract.js";

/** A backend with its versions, as provenance names it: `embedded (torch 2.13.0, transformers 5.23.0)`. */
export function nameBackend({name, versions}: BackendDescription): string {
  const named = Object.entries(versions).map(([library, version]) => `${library} ${version}`);
  return named.length ? `${name} (${named.sort().join(", ")})` : name;
}
