import {z} from "zod";
import type {Source} from "./task.js";

/** A source as people read it: `nyu-mll/glue cola validation`, `sentiment@5.0.2 test/fixtures/yelp.json`. */
export function sourceName(source: Source): string {
  return source.kind === "hub"
    ? `${source.dataset} ${source.config} ${source.split}`
    : `${source.package}@${source.version} ${source.path}`;
}

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
