import type {DataType, Vector} from "apache-arrow";
import {
  Bool,
  Dictionary,
  Float32,
  Float64,
  Int32,
  Int64,
  Table,
  Utf8,
  makeData,
  makeVector,
  vectorFromArray
} from "apache-arrow";
import type {SchemaElement} from "hyparquet";
import {parquetMetadata, parquetRead, parquetSchema} from "hyparquet";

/** A Parquet file as an Arrow table, each column of its own type: left to itself, Arrow makes integers floats. */
export async function arrowTable(file: ArrayBuffer): Promise<Table> {
  const metadata = parquetMetadata(file);
  const chunks = new Map<string, {start: number; data: ArrayLike<unknown>}[]>();
  await parquetRead({
    file,
    metadata,
    onChunk: ({columnName, columnData, rowStart}) => {
      if (!chunks.has(columnName)) chunks.set(columnName, []);
      chunks.get(columnName)!.push({start: rowStart, data: columnData as ArrayLike<unknown>});
    }
  });
  const columns: Record<string, Vector> = {};
  for (const {element} of parquetSchema(metadata).children) {
    const parts = (chunks.get(element.name) ?? []).sort((a, b) => a.start - b.start).map(({data}) => data);
    columns[element.name] = vectorOf(parts, element);
  }
  return new Table(columns);
}

function vectorOf(parts: ArrayLike<unknown>[], {name, type}: SchemaElement): Vector {
  switch (type) {
    case "BOOLEAN":
      return vectorFromArray(parts.flatMap((part) => Array.from(part)) as (boolean | null)[], new Bool());
    case "INT32":
      return numbers(parts, new Int32(), Int32Array);
    case "INT64":
      return vectorFromArray(parts.flatMap((part) => Array.from(part)) as (bigint | null)[], new Int64());
    case "FLOAT":
      return numbers(parts, new Float32(), Float32Array);
    case "DOUBLE":
      return numbers(parts, new Float64(), Float64Array);
    case "BYTE_ARRAY":
      return texts(parts as ArrayLike<string | null>[]);
  }
  throw new Error(`expected a Parquet column of a simple type: ${name} ${type}`);
}

function numbers<A extends Int32Array | Float32Array | Float64Array>(
  parts: ArrayLike<unknown>[],
  type: DataType,
  TypedArray: new (length: number) => A
): Vector {
  const {length, valid} = validity(parts);
  const data = new TypedArray(length);
  let at = 0;
  for (const part of parts) for (let i = 0; i < part.length; i++) data[at++] = Number(part[i] ?? 0);
  return makeVector(makeData({type, data, length, ...valid} as never));
}

/** Each text once, and a number for each row: a table repeats few texts often. */
function texts(parts: ArrayLike<string | null>[]): Vector {
  const {length, valid} = validity(parts);
  // A stream without rows has no dictionaries, and its reader would wait for them.
  if (!length) return vectorFromArray([], new Utf8());
  const codes = new Map<string, number>();
  const data = new Int32Array(length);
  let at = 0;
  for (const part of parts)
    for (let i = 0; i < part.length; i++) {
      const text = part[i] ?? "";
      let code = codes.get(text);
      if (code === undefined) codes.set(text, (code = codes.size));
      data[at++] = code;
    }
  const dictionary = vectorFromArray([...codes.keys()], new Utf8());
  return makeVector(
    makeData({type: new Dictionary(new Utf8(), new Int32()), dictionary, data, length, ...valid} as never)
  );
}

/** Which rows have a value, as Arrow wants it: a bit each. */
function validity(parts: ArrayLike<unknown>[]): {length: number; valid: {nullCount: number; nullBitmap?: Uint8Array}} {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const nullBitmap = new Uint8Array(Math.ceil(length / 64) * 8);
  let at = 0;
  let nullCount = 0;
  for (const part of parts)
    for (let i = 0; i < part.length; i++, at++) {
      if (part[i] === null || part[i] === undefined) nullCount++;
      else nullBitmap[at >> 3] |= 1 << (at & 7);
    }
  return {length, valid: nullCount ? {nullCount, nullBitmap} : {nullCount}};
}
