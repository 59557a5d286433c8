import type {CsvRow} from "./csv.js";

/** Rows as a Parquet file, made in the page; a column's type follows from its values. */
export async function parquetFile(rows: readonly CsvRow[]): Promise<ArrayBuffer> {
  const {parquetWriteBuffer} = await import("hyparquet-writer");
  const names = Object.keys(rows[0] ?? {});
  return parquetWriteBuffer({
    columnData: names.map((name) => {
      const data = rows.map((row) => row[name] ?? null);
      const present = data.filter((value) => value !== null);
      const type = present.every((value) => typeof value === "number")
        ? "DOUBLE"
        : present.every((value) => typeof value === "boolean")
          ? "BOOLEAN"
          : "STRING";
      return {
        name,
        type,
        nullable: true,
        data: type === "STRING" ? data.map((value) => (value === null ? null : String(value))) : data
      };
    })
  });
}
