import {join, resolve} from "node:path";
import {openWorkspace} from "../openWorkspace.js";
import {loadStudy, type Study} from "../study.js";
import {commitOf, writeTables} from "../tables/index.js";
import {readResults} from "../tables/results.js";
import {align} from "./align.js";
import {type CommandOptions, environment, openCache, print, progress, root} from "./command.js";

/** `w2s tables`: the results tables from the cache; starts no backend and says what is missing. */
export async function tables({study: name, out, json}: CommandOptions): Promise<number> {
  const study = await loadStudy(name!);
  const folder = resolve(out ?? join(root, "data/published", study.name));
  const {written, missing} = await tablesOf(study, folder);
  if (json) print(JSON.stringify({study: study.name, folder, tables: written, missing}, null, 2));
  else print(align(written.map(({file, rows, bytes}) => [file, `${rows} rows`, `${(bytes / 1024).toFixed(0)} KB`])));
  if (missing) progress.message(`${missing} runs are missing, compute them with: w2s run ${study.name}`);
  return missing ? 3 : 0;
}

async function tablesOf(study: Study, folder: string) {
  const workspace = await openWorkspace({
    study,
    cache: openCache(),
    policy: "read",
    environment,
    startBackend: () => Promise.reject(new Error("tables start no backend"))
  });
  const results = await readResults(workspace);
  const written = await writeTables(results, folder, await commitOf(root));
  return {written, missing: results.runs.filter(({status}) => status !== "done").length};
}
