import * as duckdb from "@duckdb/duckdb-wasm";
import type {DataType, Vector} from "apache-arrow";
import {Bool, Float32, Float64, Int32, Int64, Table, Utf8, makeVector, vectorFromArray} from "apache-arrow";
import type {SchemaElement} from "hyparquet";
import {parquetMetadata, parquetRead, parquetSchema} from "hyparquet";

const bundle = {
  module: import.meta.resolve("@duckdb/duckdb-wasm/dist/duckdb-eh.wasm"),
  worker: import.meta.resolve("@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js")
};

export type SqlValue = string | number | boolean | null | Date | bigint;
export type SqlRow = Record<string, SqlValue>;

export interface SqlResult {
  columns: {name: string; type: string; numeric: boolean}[];
  rows: SqlRow[];
}

/** SQL over tables in memory, by DuckDB in a worker; nothing is fetched beyond the site. */
export class Database {
  private constructor(private readonly db: duckdb.AsyncDuckDB) {}

  /** Starts the engine (34 MB, once a page). */
  static async open(): Promise<Database> {
    // Framework bundles the worker anew, as an ES module.
    const worker = new Worker(bundle.worker, {type: "module"});
    const db = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker);
    await db.instantiate(bundle.module);
    await db.open({query: {castBigIntToDouble: true, castTimestampToDate: true}});
    const database = new Database(db);
    // Extensions would come from the network, and a failed load leaves the engine corrupt.
    await database.query("SET autoinstall_known_extensions = false");
    await database.query("SET autoload_known_extensions = false");
    return database;
  }

  /** Adds a table from a Parquet file. */
  async insert(name: string, file: ArrayBuffer): Promise<void> {
    const table = await arrowTable(file);
    const connection = await this.db.connect();
    try {
      // DuckDB has its own copy of Arrow's types.
      await connection.insertArrowTable(table as never, {name});
    } finally {
      await connection.close();
    }
  }

  async query(text: string, parameters: readonly SqlValue[] = []): Promise<SqlResult> {
    const connection = await this.db.connect();
    try {
      const table = parameters.length
        ? await (await connection.prepare(text)).query(...parameters)
        : await connection.query(text);
      const columns = table.schema.fields.map(({name, type}) => ({
        name,
        type: String(type),
        numeric: /^(Int|Uint|Float|Decimal)/.test(String(type))
      }));
      return {columns, rows: table.toArray().map((row) => plain(row.toJSON() as Record<string, unknown>))};
    } finally {
      await connection.close();
    }
  }
}

function plain(row: Record<string, unknown>): SqlRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (value === null || value === undefined) return [name, null];
      if (typeof value === "bigint") return [name, Number(value)];
      if (typeof value === "number" || typeof value === "string" || typeof value === "boolean" || value instanceof Date)
        return [name, value];
      return [name, String(value)];
    })
  );
}

/** A Parquet file as an Arrow table, each column of its own type: left to itself, Arrow makes integers floats. */
async function arrowTable(file: ArrayBuffer): Promise<Table> {
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
    const type = arrowType(element);
    const parts = (chunks.get(element.name) ?? []).sort((a, b) => a.start - b.start);
    const vectors = parts.map(({data}) =>
      ArrayBuffer.isView(data) ? makeVector({type, data} as never) : vectorFromArray(Array.from(data), type)
    );
    columns[element.name] =
      vectors.length === 0
        ? vectorFromArray([], type)
        : vectors.length === 1
          ? vectors[0]
          : vectors[0].concat(...vectors.slice(1));
  }
  return new Table(columns);
}

function arrowType({name, type}: SchemaElement): DataType {
  switch (type) {
    case "BOOLEAN":
      return new Bool();
    case "INT32":
      return new Int32();
    case "INT64":
      return new Int64();
    case "FLOAT":
      return new Float32();
    case "DOUBLE":
      return new Float64();
    case "BYTE_ARRAY":
      return new Utf8();
  }
  throw new Error(`expected a Parquet column of a simple type: ${name} ${type}`);
}
