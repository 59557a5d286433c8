import {parquetReadObjects} from "hyparquet";
import {compressors} from "hyparquet-compressors";

/** The rows of a Parquet file, in order; whole numbers come as numbers. Throws on anything that is not one. */
export async function parquetRows(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const rows = await parquetReadObjects({file, compressors});
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
}

const plain = (value: unknown) => (typeof value === "bigint" ? Number(value) : value);
