import * as duckdb from "@duckdb/duckdb-wasm";
import {arrowTable} from "./arrowTable.js";

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

const reading = /^(select|with|from|values|pivot|unpivot|summarize|describe|desc|show|explain)$/i;

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
    // A query such as FROM 'https://…' would ask another host.
    await database.query("SET enable_external_access = false");
    await database.query("SET lock_configuration = true");
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
      return result(table);
    } finally {
      await connection.close();
    }
  }

  /**
   * Runs what a reader wrote: one statement that leaves the tables as they are. At most `most` rows come back.
   *
   * @throws where the statement is not one that reads, or the engine refuses it
   */
  async read(text: string, most: number): Promise<SqlResult> {
    const verb = /^(?:\s|\(|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)*([a-z]*)/i.exec(text)![1];
    if (!reading.test(verb))
      throw new Error(`expected a query that reads, such as SELECT: ${verb || text.slice(0, 20)}`);
    const limited = /^explain$/i.test(verb) ? text : `SELECT * FROM (\n${text}\n) LIMIT ${most}`;
    const connection = await this.db.connect();
    try {
      // Closing the connection ends the transaction.
      await connection.query("BEGIN TRANSACTION READ ONLY");
      // What is prepared is one statement.
      return result(await (await connection.prepare(limited)).query());
    } finally {
      await connection.close();
    }
  }
}

function result(table: {
  schema: {fields: {name: string; type: unknown}[]};
  toArray: () => {toJSON: () => unknown}[];
}): SqlResult {
  const columns = table.schema.fields.map(({name, type}) => ({
    name,
    type: String(type),
    numeric: /^(Int|Uint|Float|Decimal)/.test(String(type))
  }));
  return {columns, rows: table.toArray().map((row) => plain(row.toJSON() as Record<string, unknown>))};
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
