export type Cell = string | number | boolean | null | undefined | bigint | Date;
export type CsvRow = Readonly<Record<string, Cell>>;

/** Rows as CSV (RFC 4180), with the first row's names as header; absent values are empty. */
export function csv(rows: readonly CsvRow[]): string {
  const names = Object.keys(rows[0] ?? {});
  return (
    [names, ...rows.map((row) => names.map((name) => row[name]))]
      .map((cells) => cells.map(quote).join(","))
      .join("\r\n") + "\r\n"
  );
}

function quote(value: Cell): string {
  const text = value === null || value === undefined ? "" : value instanceof Date ? value.toISOString() : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
