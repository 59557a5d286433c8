import {readdir, readFile} from "node:fs/promises";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {z} from "zod";
import {sha256} from "../hash.js";
import type {HubOptions} from "./hub.js";
import {hubFiles} from "./hub.js";
import {parsePackaged, readPackaged} from "./packaged.js";
import {sourceName} from "./source.js";
import type {Example, Source, Task} from "./task.js";
import {unite} from "./unite.js";
import {writeWhole} from "../wholeFile.js";

export type LoadOptions = HubOptions;

export interface LoadedTask {
  /** Rows to be divided into supervision, transfer and, where `test` is empty, test. */
  examples: Example[];
  /** Rows kept for testing. */
  test: Example[];
  /** sha256 of the sources' checksums and of the converted rows. */
  digest: string;
}

/**
 * A task's examples, from its sources, fetched where needed. Converted rows are kept in the cache under the
 * sources' checksums and the code that converts, so that a second call neither asks the hub nor reads Parquet.
 */
export async function loadTask(task: Task, options: LoadOptions): Promise<LoadedTask> {
  const sources = await checksums(task, options);
  const key = sha256(JSON.stringify([sources, task, String(task.convert), await codeFingerprint()])).slice(0, 32);
  const file = join(options.cache, "datasets", "examples", `${task.name}-${key}.json`);
  const kept = await readKept(file);
  if (kept) return kept;
  const pool = await convert(task, task.pool, options);
  const all = unite([...pool, ...(await convert(task, task.test, options))]);
  refuseUnusable(task, all);
  const [examples, test] = [all.slice(0, pool.length), all.slice(pool.length)];
  const body = JSON.stringify({sources, examples, test});
  const digest = sha256(body);
  await writeWhole(file, `${digest}\n${body}`);
  return {examples, test, digest};
}

/** The sources' names and checksums. */
async function checksums(task: Task, options: LoadOptions): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const source of [...task.pool, ...task.test])
    found[sourceName(source)] =
      source.kind === "package"
        ? [(await readPackaged(source)).sha256]
        : (await hubFiles(source, options)).map(({sha256}) => sha256);
  return found;
}

async function convert(task: Task, sources: readonly Source[], options: LoadOptions): Promise<Example[]> {
  const examples: Example[][] = [];
  for (const source of sources) {
    const rows = await rawRows(source, options);
    const converted = task.convert(rows, source);
    if (converted.length === 0)
      throw new Error(
        `task ${task.name}: expected rows with a label, which all ${rows.length} hide or lack: ${sourceName(source)}`
      );
    examples.push(converted);
  }
  return examples.flat();
}

async function rawRows(source: Source, options: LoadOptions): Promise<Record<string, unknown>[]> {
  if (source.kind === "package") return parsePackaged((await readPackaged(source)).text, source);
  const {parquetRows} = await import("./parquetRows.js");
  const rows: Record<string, unknown>[][] = [];
  for (const {path} of await hubFiles(source, options, true))
    rows.push(
      await parquetRows(await readFile(path)).catch((error: Error) => {
        throw new Error(`cannot read the Parquet file (${error.message}): ${path}`);
      })
    );
  return rows.flat();
}

function refuseUnusable(task: Task, examples: readonly Example[]): void {
  const ids = new Set<string>();
  for (const {id, text, label} of examples) {
    if (ids.has(id)) throw new Error(`task ${task.name}: expected ids to be unique: ${id}`);
    if (text === "") throw new Error(`task ${task.name}: expected text: ${id}`);
    if (label !== 0 && label !== 1) throw new Error(`task ${task.name}, ${id}: expected a label of 0 or 1: ${label}`);
    ids.add(id);
  }
}

const keptRows = z.object({examples: z.array(z.custom<Example>()), test: z.array(z.custom<Example>())});

/** Rows converted before, or null where they are not there or not as they were written. */
async function readKept(file: string): Promise<LoadedTask | null> {
  const content = await readFile(file, "utf8").catch(() => null);
  if (content === null) return null;
  const digest = content.slice(0, 64);
  const body = content.slice(65);
  return sha256(body) === digest ? {...keptRows.parse(JSON.parse(body)), digest} : null;
}

let fingerprint: Promise<string> | undefined;

/** Hash of the files of this folder: rows are converted anew when any of them changes. */
function codeFingerprint(): Promise<string> {
  return (fingerprint ??= (async () => {
    const folder = fileURLToPath(new URL(".", import.meta.url));
    const names = (await readdir(folder)).filter((name) => /\.[jt]s$/.test(name)).sort();
    return sha256(JSON.stringify(await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")))));
  })());
}
