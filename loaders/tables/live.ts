import {cp, mkdir, readdir, readFile, rm} from "node:fs/promises";
import {existsSync} from "node:fs";
import {join} from "node:path";
import type {Cache} from "../cache.js";
import {hash} from "../hash.js";
import {type Environment, openWorkspace} from "../openWorkspace.js";
import {readRecord, recordKey} from "../runStudy.js";
import {runsOf, type Study} from "../study.js";
import {commitOf, writeTables} from "./index.js";
import {readResults} from "./results.js";
import {lacksModels} from "../verbs/workspace.js";
import {writeWhole} from "../wholeFile.js";

/**
 * Writes a study's tables as the cache has them now, also partial ones; does nothing where no run has changed since.
 * Returns whether it wrote.
 */
export async function refreshTables(
  study: Study,
  cache: Cache,
  environment: Environment,
  folder: string,
  root: string
): Promise<boolean> {
  const startBackend = () => Promise.reject(new Error("tables start no backend"));
  const counting = await openWorkspace({study, cache, policy: "count", environment, startBackend});
  // Nothing was ever computed of a study whose models the cache does not know; its rows may not even be here.
  if (lacksModels(counting)) return false;
  const states: unknown[] = [study];
  let done = 0;
  for (const run of runsOf(study)) {
    const {digest} = await counting.task(run.task);
    const key = recordKey(counting, run, digest);
    const record = await readRecord(cache, key);
    if (record?.status === "done") done++;
    states.push([key, record?.status ?? null, record?.families.verdicts ?? null]);
  }
  if (!done) return false;
  const signature = hash(states);
  const signatureFile = join(folder, "signature");
  if ((await readFile(signatureFile, "utf8").catch(() => "")) === signature) return false;
  const workspace = await openWorkspace({study, cache, policy: "read", environment, startBackend});
  await writeTables(await readResults(workspace), folder, await commitOf(root));
  await writeWhole(signatureFile, signature);
  return true;
}

/**
 * Makes a folder of live tables one that a whole site can be built from: published studies are copied beside those that
 * are live, and what is neither goes. A copy keeps its times, so that copying again changes nothing.
 *
 * @param live names of studies whose tables in the folder follow the cache, where it has any
 */
export async function addPublished(published: string, folder: string, live: readonly string[]): Promise<void> {
  await mkdir(folder, {recursive: true});
  const isLive = (name: string) => live.includes(name) && existsSync(join(folder, name, "signature"));
  for (const name of await readdir(folder))
    if (!isLive(name)) await rm(join(folder, name), {recursive: true, force: true});
  for (const name of existsSync(published) ? await readdir(published) : [])
    if (!isLive(name) && existsSync(join(published, name, "study.json")))
      await cp(join(published, name), join(folder, name), {recursive: true, preserveTimestamps: true});
}
