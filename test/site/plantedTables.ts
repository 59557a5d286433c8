import {createHash} from "node:crypto";
import {mkdir, writeFile} from "node:fs/promises";
import {join} from "node:path";
import type {Cells} from "../../loaders/parquet.js";
import {encodeParquet} from "../../loaders/parquet.js";
import type {Study} from "../../src/study.js";
import {studySchema} from "../../src/study.js";
import type {Row, TableName} from "../../src/tables.js";
import {schema, tableNames} from "../../src/tables.js";

export type Tables = {[T in TableName]: Row<T>[]};

export const emptyTables = (): Tables =>
  Object.fromEntries(tableNames.map((table) => [table, []])) as unknown as Tables;

/** Writes a study as it is published, into `folder/<study>`; features go by file. */
export async function writeTables(
  folder: string,
  study: Study,
  tables: Tables,
  features: readonly {file: string; rows: Row<"features">[]}[] = []
): Promise<void> {
  const to = join(folder, study.study);
  await mkdir(to, {recursive: true});
  for (const table of tableNames)
    if (table !== "features") await writeFile(join(to, `${table}.parquet`), encode(table, tables[table]));
  for (const {file, rows} of features) await writeFile(join(to, file), encode("features", rows));
  await writeFile(join(to, "study.json"), JSON.stringify(studySchema.parse(study), null, 2));
}

function encode<T extends TableName>(table: T, rows: Row<T>[]): Uint8Array {
  const columns = Object.keys(schema[table]);
  const compare = (a: Cells, b: Cells) => {
    for (const name of columns) {
      const [x, y] = [a[name], b[name]];
      if (x !== y && x !== null && y !== null) return x < y ? -1 : 1;
    }
    return 0;
  };
  return encodeParquet(schema[table], (rows as Cells[]).toSorted(compare));
}

/** A key as the pipeline's are: hexadecimal digits, 32 for models, 16 for runs and steps. */
export const keyOf = (what: string, digits = 16): string =>
  createHash("sha256").update(what).digest("hex").slice(0, digits);

/** The step that trained a model: as in the pipeline, another key than the model's. */
export const trainingStep = (predictor: string): string => keyOf(`trains ${predictor}`);

export function stepRow(row: Partial<Row<"steps">> & {step: string}): Row<"steps"> {
  return {
    verb: "",
    title: "",
    inputs: "",
    lineage: "",
    rows: 0,
    model: "",
    backend: "planted",
    device: "no device",
    ...row
  };
}

/** What only estimates over tasks have. */
export const oneTask = {lower_quartile: null, upper_quartile: null, tasks: null, withheld: null};

export function mean(values: readonly number[]): number {
  return values.length ? values.reduce((a, b) => a + b, 0) / values.length : NaN;
}

export function deviation(values: readonly number[]): number {
  const m = mean(values);
  return Math.sqrt(values.reduce((a, b) => a + (b - m) ** 2, 0) / (values.length - 1));
}

export function uniforms(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
