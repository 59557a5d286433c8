import {z} from "zod";
import type {Source} from "./task.js";

/** A source as people read it: `nyu-mll/glue cola validation`, `sentiment@5.0.2 test/fixtures/yelp.json`. */
export function sourceName(source: Source): string {
  return source.kind === "hub"
    ? `${source.dataset} ${source.config} ${source.split}`
    : `${source.package}@${source.version} ${source.path}`;
}

/** First part of the ids of a source's examples: the name of its split, or of its file. */
export function splitOf(source: Source): string {
  return source.kind === "hub" ? source.split : source.path;
}

/** Label of a row on the hub: 0 or 1, or -1 where it is hidden. */
export const hubLabel = z.union([z.literal(-1), z.literal(0), z.literal(1)]);

/** Raw rows as a schema says; throws one line naming source, row, column, what was expected and the value. */
export function parseRows<T extends z.ZodType>(schema: T, rows: readonly unknown[], source: Source): z.output<T>[] {
  return rows.map((row, i) => {
    const result = schema.safeParse(row, {reportInput: true});
    if (result.success) return result.data;
    const {path, message, input} = result.error.issues[0];
    const value = (JSON.stringify(input) ?? "undefined").slice(0, 80);
    throw new Error(
      `${sourceName(source)}, row ${i}, ${path.join(".") || "row"}: ${message.replace(/^Invalid input: /, "").toLowerCase()}: ${value}`
    );
  });
}
