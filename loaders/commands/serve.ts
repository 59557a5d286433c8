import {everyStudy, preview} from "../site/dev.js";
import {loadStudy} from "../study.js";
import {type CommandOptions, interruptible} from "./command.js";

/**
 * `w2s serve`, and `npm run dev` without a study: the notebook, live on the cache. With W2S_RUN=1 what a study misses
 * is computed meanwhile.
 */
export async function serve({study: name, port}: CommandOptions): Promise<number> {
  const studies = name === undefined ? await everyStudy() : [await loadStudy(name)];
  return preview(studies, {signal: interruptible(), port, compute: name !== undefined && process.env.W2S_RUN === "1"});
}
