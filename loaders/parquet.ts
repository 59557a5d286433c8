import {parquetMetadata, parquetReadObjects} from "hyparquet";
import {parquetWriteBuffer} from "hyparquet-writer";
import type {Column, ColumnType} from "../src/tables.js";

const basicTypes = {
  string: "STRING",
  int: "INT32",
  float: "DOUBLE",
  boolean: "BOOLEAN",
  bytes: "BYTE_ARRAY"
} as const satisfies Record<ColumnType, string>;

export type Columns = Readonly<Record<string, Column>>;
export type Cell = string | number | boolean | Uint8Array | null;
export type Cells = Record<string, Cell>;

/** Rows as a Parquet file (snappy), with notes on them: the same rows in the same order give the same bytes. */
export function encodeParquet(
  columns: Columns,
  rows: readonly Cells[],
  notes: Record<string, string> = {}
): Uint8Array {
  const buffer = parquetWriteBuffer({
    kvMetadata: Object.entries(notes).map(([key, value]) => ({key, value})),
    columnData: Object.entries(columns).map(([name, {type, nullable}]) => ({
      name,
      type: basicTypes[type],
      nullable: nullable ?? false,
      data: rows.map((row) => row[name] ?? null)
    })),
    rowGroupSize: 100_000
  });
  return new Uint8Array(buffer);
}

/** The rows of a Parquet file; throws on anything that is not one. */
export async function decodeParquet(bytes: Uint8Array): Promise<Cells[]> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return (await parquetReadObjects({file, utf8: false})) as Cells[];
}

/** Notes on the rows of a Parquet file. */
export function parquetNotes(bytes: Uint8Array): Record<string, string> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const notes = parquetMetadata(file).key_value_metadata ?? [];
  return Object.fromEntries(notes.map(({key, value}) => [key, value ?? ""]));
}
