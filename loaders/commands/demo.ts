import {existsSync} from "node:fs";
import {readFile, readdir, stat} from "node:fs/promises";
import {join} from "node:path";
import {once} from "node:events";
import {hash} from "../hash.js";
import {duration} from "../progress.js";
import {loadStudy} from "../study.js";
import {addPublished, refreshTables} from "../tables/live.js";
import {
  type CommandOptions,
  cacheFolder,
  environment,
  interruptible,
  openCache,
  print,
  progress,
  root
} from "./command.js";
import {writeWhole} from "../wholeFile.js";
import {runStudy} from "./run.js";

/** `npm run demo`: from nothing to the demo study's report, served at a printed address. */
export async function demo({port}: CommandOptions): Promise<number> {
  const start = performance.now();
  const signal = interruptible();
  const study = await loadStudy("demo");
  const {failures} = await runStudy(study, signal);
  if (failures.length) {
    for (const {run, error} of failures)
      progress.message(`failed: ${run.method} ${run.task} seed ${run.seed}: ${error}`);
    return 1;
  }
  const studies = join(cacheFolder, "published");
  if (await refreshTables(study, openCache(), environment, join(studies, study.name), root))
    progress.message("results tables written");
  await addPublished(join(root, "data/published"), studies, [study.name]);
  const site = join(root, "dist");
  await buildOnce(studies, site);
  progress.message(`ready after ${duration(performance.now() - start)}`);
  if (!process.stdout.isTTY || process.env.CI) {
    print(`the report is in ${join("dist", study.name, "index.html")}; serve dist/ with any static server`);
    return 0;
  }
  const {serveFolder} = await import("../site/staticServer.js");
  const {url, server} = await serveFolder(site, {port});
  print(`the report is at ${url}${study.name}/ (Ctrl-C ends)`);
  await once(signal, "abort");
  server.closeAllConnections();
  server.close();
  return 0;
}

/** Builds the site unless what it was built from is what it would be built from now. */
async function buildOnce(studies: string, site: string): Promise<void> {
  const sources = ["src", "loaders/site", "observablehq.config.ts", "package-lock.json"].map((path) =>
    join(root, path)
  );
  const state = hash(await Promise.all([studies, ...sources].map(fingerprint)));
  const stamp = join(cacheFolder, "built");
  if (existsSync(site) && (await readFile(stamp, "utf8").catch(() => "")) === state) return;
  progress.message("building the report");
  process.env.W2S_PUBLISHED = studies;
  const {buildSite} = await import("../site/build.js");
  await buildSite(site);
  await writeWhole(stamp, state);
}

async function fingerprint(path: string): Promise<unknown> {
  const {size, mtimeMs} = await stat(path);
  if (!(await stat(path)).isDirectory()) return [path, size, mtimeMs];
  const names = (await readdir(path)).filter((name) => name !== ".observablehq").sort();
  return Promise.all(names.map((name) => fingerprint(join(path, name))));
}
