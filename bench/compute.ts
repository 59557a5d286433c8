import type {Backend} from "../loaders/backends/contract.js";
import {Cache} from "../loaders/cache.js";
import {openWorkspace} from "../loaders/openWorkspace.js";
import {planStudy} from "../loaders/planStudy.js";
import {computeRuns, unfinished} from "../loaders/runStudy.js";
import type {Study} from "../loaders/study.js";
import {noDemand} from "../loaders/verbs/demand.js";

/** Computes a study in this process, as `w2s run` does in its own, on the given backend. */
export async function compute(study: Study, folder: string, startBackend: () => Promise<Backend>): Promise<void> {
  const demand = noDemand();
  const options = {study, cache: new Cache(folder), environment: {}, startBackend, demand};
  const counting = await openWorkspace({...options, policy: "count"});
  await planStudy(
    counting,
    (await unfinished(counting)).map(({run}) => run)
  );
  const workspace = await openWorkspace({...options, policy: "compute"});
  const failures = await computeRuns(workspace, await unfinished(workspace), {
    signal: new AbortController().signal,
    finished: () => {}
  });
  if (failures.length) throw new Error(`a run failed: ${failures[0].error}`);
}
