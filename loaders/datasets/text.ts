import {sha256} from "../hash.js";

/** Text as compared between rows: Unicode composed, lower case, letters and digits only, single spaces. */
export function normalise(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/**
 * Group of a text: texts that are equal once normalised share one. It is a hash, since groups are published where
 * texts may not be. A text without letters and digits is compared as it stands.
 */
export function groupOf(text: string): string {
  return sha256(normalise(text) || text).slice(0, 16);
}

/** A prompt with {fields} replaced by a row's; throws where the row lacks one. */
export function fill(prompt: string, fields: Readonly<Record<string, string>>): string {
  return prompt.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = fields[name];
    if (value === undefined) throw new Error(`prompt expects a field that the row lacks: ${name}`);
    return value;
  });
}
