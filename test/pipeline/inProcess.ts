import {readFile} from "node:fs/promises";
import {join} from "node:path";
import type {Backend} from "../../loaders/backends/contract.js";
import {Cache} from "../../loaders/cache.js";
import {type Environment, openWorkspace} from "../../loaders/openWorkspace.js";
import {decodeParquet} from "../../loaders/parquet.js";
import {planStudy} from "../../loaders/planStudy.js";
import {computeRuns, type RunFailure, unfinished} from "../../loaders/runStudy.js";
import type {Study} from "../../loaders/study.js";
import {writeTables} from "../../loaders/tables/index.js";
import {readResults} from "../../loaders/tables/results.js";
import {noDemand} from "../../loaders/verbs/demand.js";

/** What `w2s run` does, with a backend of this process. */
export async function compute(
  study: Study,
  folder: string,
  startBackend: () => Promise<Backend>,
  message?: (text: string) => void,
  servers?: Environment["servers"]
): Promise<{computed: number; failures: RunFailure[]}> {
  const demand = noDemand();
  const options = {study, cache: new Cache(folder), environment: {servers}, startBackend, demand, message};
  const counting = await openWorkspace({...options, policy: "count"});
  const left = await unfinished(counting);
  if (!left.length) return {computed: 0, failures: []};
  await planStudy(
    counting,
    left.map(({run}) => run)
  );
  const workspace = await openWorkspace({...options, policy: "compute"});
  const pending = await unfinished(workspace);
  const failures = await computeRuns(workspace, pending, {signal: new AbortController().signal, finished: () => {}});
  return {computed: pending.length - failures.length, failures};
}

/** What `w2s tables` does, without naming a commit; rows of each table by its name. */
export async function tables(study: Study, folder: string, out: string, servers?: Environment["servers"]) {
  const startBackend = () => Promise.reject(new Error("tables start no backend"));
  const cache = new Cache(folder);
  const workspace = await openWorkspace({study, cache, environment: {servers}, policy: "read", startBackend});
  await writeTables(await readResults(workspace), out, "");
  return async <R>(name: string) => (await decodeParquet(await readFile(join(out, `${name}.parquet`)))) as R[];
}
