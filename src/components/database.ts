import type {TableName} from "../tables.js";
import type {Database} from "./duckdb.js";
import type {OpenStudy} from "./study.js";

const opened = new Map<string, Promise<Database>>();

/** DuckDB over some tables of a study; the engine is loaded when this is first called, once a page. */
export async function openDatabase(study: OpenStudy, tables: readonly TableName[]): Promise<Database> {
  let database = opened.get("");
  if (!database) opened.set("", (database = import("./duckdb.js").then(({Database}) => Database.open())));
  for (const table of tables) {
    if (opened.has(table)) continue;
    opened.set(
      table,
      Promise.all([database, study.bytes(table)]).then(async ([database, file]) => {
        await database.insert(table, file);
        return database;
      })
    );
  }
  await Promise.all(tables.map((table) => opened.get(table)));
  return database;
}
