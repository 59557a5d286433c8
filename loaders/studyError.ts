import {z} from "zod";

/** A study that is refused, in one line: the field, what was expected, and the value. */
export class StudyError extends Error {
  override readonly name = "StudyError";
}

/** The value as a schema reads it; throws a StudyError that names the field after `where`. */
export function parseField<T extends z.ZodType>(schema: T, value: unknown, where: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  // A field that is misspelt is also missing: its name says more.
  const {issues} = result.error;
  const issue = issues.find(({code}) => code === "unrecognized_keys") ?? issues[0];
  const path = issue.path.join(".");
  const at = path ? `${where}: ${path}` : where;
  if (issue.code === "unrecognized_keys") {
    const fields = fieldsAt(schema, issue.path, value);
    const expected = fields ? `, expected some of ${fields.join(", ")}` : "";
    throw new StudyError(`${at}: unknown field${expected}: ${issue.keys.join(", ")}`);
  }
  const found = issue.path.reduce<unknown>((v, k) => (v as Record<PropertyKey, unknown> | undefined)?.[k], value);
  const shown = typeof found === "bigint" ? String(found) : JSON.stringify(found);
  const message = lowerFirst(describe(issue, schema));
  throw new StudyError(`${at}: ${message}${shown === undefined || message.endsWith(`: ${shown}`) ? "" : `: ${shown}`}`);
}

function describe(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  if (issue.code === "invalid_union" && issue.discriminator !== undefined) {
    const options = optionsOf(valueSchemaAt(schema, issue.path.slice(0, -1)), issue.discriminator);
    if (options) return `expected one of ${[...options.keys()].join(", ")}`;
  }
  if (issue.code === "invalid_union" && issue.errors.length)
    return `expected ${issue.errors.map(([first]) => withoutPrefix(first.message).replace(/^expected /, "")).join(" or ")}`;
  return withoutPrefix(issue.message);
}

const withoutPrefix = (message: string): string => message.replace(/^(Invalid input|Invalid option|Too \w+): /, "");

const lowerFirst = (text: string): string => text[0].toLowerCase() + text.slice(1);

/** Names of the fields that an object may have; of a union, of the option that `value` names. */
function fieldsAt(schema: z.ZodType, path: PropertyKey[], value: unknown): string[] | null {
  const found = valueSchemaAt(schema, path, value);
  return found instanceof z.ZodObject ? Object.keys(found.shape as object) : null;
}

function valueSchemaAt(schema: z.ZodType, path: PropertyKey[], value?: unknown): unknown {
  let [at, of]: [unknown, unknown] = [inner(schema, value), value];
  for (const key of path) {
    of = (of as Record<PropertyKey, unknown> | undefined)?.[key];
    if (at instanceof z.ZodObject) at = inner((at.shape as Record<string, unknown>)[String(key)], of);
    else if (at instanceof z.ZodArray) at = inner(at.element, of);
    else return null;
  }
  return at;
}

/** What a default, an optional field or a union stands for, as far as the value tells. */
function inner(schema: unknown, value: unknown): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
    return inner(schema.def.innerType, value);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const {discriminator} = schema.def;
    return (
      optionsOf(schema, discriminator)?.get((value as Record<string, unknown> | undefined)?.[discriminator]) ?? schema
    );
  }
  return schema;
}

function optionsOf(schema: unknown, discriminator: string): Map<unknown, unknown> | null {
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return null;
  return new Map(
    schema.options.flatMap((option) => {
      const literal = option instanceof z.ZodObject ? (option.shape as Record<string, unknown>)[discriminator] : null;
      return literal instanceof z.ZodLiteral ? [...literal.values].map((value) => [value, option] as const) : [];
    })
  );
}
