import {join} from "node:path";
import {preview} from "../site/dev.js";
import {loadStudies, loadStudy} from "../study.js";
import {refreshTables} from "../tables/live.js";
import {cacheFolder, type CommandOptions, environment, interruptible, openCache, progress, root} from "./command.js";

/**
 * `w2s serve`, and `npm run dev` without a study: the notebook, live on the cache. With W2S_RUN=1 what a study misses
 * is computed meanwhile.
 */
export async function serve({study: name, port}: CommandOptions): Promise<number> {
  const {studies, refused} = name === undefined ? await loadStudies() : {studies: [await loadStudy(name)], refused: []};
  for (const {error} of refused) progress.message(`left out: ${error}`);
  return preview(studies, {
    root,
    folder: join(cacheFolder, "published"),
    refresh: (study, folder) => refreshTables(study, openCache(), environment, folder, root),
    message: (text) => progress.message(text),
    signal: interruptible(),
    port,
    compute: name !== undefined && process.env.W2S_RUN === "1"
  });
}
