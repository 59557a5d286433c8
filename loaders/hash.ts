import {createHash} from "node:crypto";

/** sha256 of bytes or text, as 64 hexadecimal digits. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Key of anything that JSON can say: independent of the order of fields, 32 hexadecimal digits. */
export function hash(value: unknown): string {
  return sha256(canonical(value)).slice(0, 32);
}

function canonical(value: unknown): string {
  if (value instanceof Float64Array)
    return `"${sha256(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))}"`;
  // Most of what is hashed are long lists of texts and numbers.
  if (Array.isArray(value)) return value.every(isPlain) ? JSON.stringify(value) : `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object")
    return `{${Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`)
      .join(",")}}`;
  if (typeof value === "number" && !Number.isFinite(value)) return `"${value}"`;
  return JSON.stringify(value);
}

/** Whether JSON says a value as `canonical` does. */
const isPlain = (value: unknown): boolean =>
  typeof value === "string" || typeof value === "boolean" || value === null || Number.isFinite(value);
