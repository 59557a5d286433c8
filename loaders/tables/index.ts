import {execFile} from "node:child_process";
import {mkdir, readdir, rm} from "node:fs/promises";
import {join} from "node:path";
import {promisify} from "node:util";
import {z} from "zod";
import {schema, type TableName, tableNames} from "../../src/tables.js";
import {type Cells, encodeParquet} from "../parquet.js";
import {comparisons} from "./comparisons.js";
import {compute} from "./compute.js";
import {demonstrations} from "./demonstrations.js";
import {chains, cosines, elicitations} from "./elicitations.js";
import {debates, verdicts} from "./debates.js";
import {errors} from "./errors.js";
import {errorTags} from "./errorTags.js";
import {estimates} from "./estimates.js";
import {features} from "./features.js";
import {metrics} from "./metrics.js";
import {predictions} from "./predictions.js";
import {probes} from "./probes.js";
import type {Results} from "./results.js";
import {runModels, runs} from "./runs.js";
import {examples, splits} from "./splits.js";
import {runSteps, steps} from "./steps.js";
import {describeStudy} from "./study.js";
import {readJson, writeWhole} from "../wholeFile.js";
import {tasks} from "./tasks.js";
import {checkpoints, predictors, training} from "./training.js";

type RowsOf = (results: Results) => object[] | Promise<object[]>;

/** One file a table. Features, a file a task, are written beside them. */
const tables: Record<Exclude<TableName, "features">, RowsOf> = {
  runs,
  run_models: runModels,
  tasks,
  examples,
  splits,
  predictions,
  metrics,
  estimates,
  training,
  checkpoints,
  predictors,
  steps,
  run_steps: runSteps,
  comparisons,
  errors,
  error_tags: errorTags,
  probes,
  debates,
  verdicts,
  demonstrations,
  elicitations,
  chains,
  cosines,
  compute
};

/** Writes the results tables and study.json of what the cache holds; the same results give the same bytes. Tables of an earlier study go. */
export async function writeTables(
  results: Results,
  folder: string,
  commit: string
): Promise<{file: string; rows: number; bytes: number}[]> {
  await mkdir(folder, {recursive: true});
  const earlier = await earlierTables(folder);
  const written: {file: string; rows: number; bytes: number}[] = [];
  const write = async (name: TableName, file: string, rows: object[]) => {
    const bytes = encodeTable(name, rows as Cells[]);
    await writeWhole(join(folder, file), bytes);
    written.push({file, rows: rows.length, bytes: bytes.length});
    return bytes.length;
  };
  for (const [name, rowsOf] of Object.entries(tables) as [Exclude<TableName, "features">, RowsOf][])
    await write(name, `${name}.parquet`, await rowsOf(results));
  const published = [];
  for (const task of results.workspace.study.tasks) {
    const rows = await features(results, task);
    if (!rows) continue;
    const file = `features-${task}.parquet`;
    published.push({task, file, model: rows[0].model, rows: rows.length, bytes: await write("features", file, rows)});
  }
  const study = JSON.stringify(await describeStudy(results, commit, published), null, 2) + "\n";
  await writeWhole(join(folder, "study.json"), study);
  const current = new Set(written.map(({file}) => file));
  for (const file of earlier) if (!current.has(file)) await rm(join(folder, file), {force: true});
  return written;
}

const ours = z.object({study: z.string(), command: z.string().startsWith("w2s run ")});

/** Tables that were written into a folder earlier; none where its study.json is not one of the lab's. */
async function earlierTables(folder: string): Promise<string[]> {
  if (!(await readJson(ours, join(folder, "study.json")))) return [];
  return (await readdir(folder)).filter(
    (file) => /^features-.+\.parquet$/.test(file) || tableNames.some((name) => file === `${name}.parquet`)
  );
}

/** Rows of a table as Parquet, sorted by its columns from left to right. */
function encodeTable(name: TableName, rows: readonly Cells[]): Uint8Array {
  const columns = schema[name];
  const names = Object.keys(columns).filter((column) => column !== "vector");
  const compare = (a: Cells, b: Cells): number => {
    for (const column of names) {
      const [x, y] = [a[column], b[column]];
      if (x === y) continue;
      if (x === null || x === undefined) return -1;
      if (y === null || y === undefined) return 1;
      return x < y ? -1 : 1;
    }
    return 0;
  };
  return encodeParquet(columns, [...rows].sort(compare));
}

/** Commit of the code, marked where files have changed since; empty outside a checkout. */
export async function commitOf(root: string): Promise<string> {
  try {
    const {stdout} = await promisify(execFile)(
      "git",
      ["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
      {cwd: root}
    );
    return stdout.trim();
  } catch {
    return "";
  }
}
