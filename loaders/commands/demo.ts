import {once} from "node:events";
import {join} from "node:path";
import {duration} from "../progress.js";
import {buildOnce} from "../site/buildOnce.js";
import {loadStudy, runsOf, studyNames} from "../study.js";
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
import {reportFailed} from "./reportFailed.js";
import {runStudy} from "./run.js";

/** `npm run demo`: from nothing to the demo study's report, served at a printed address. */
export async function demo({port}: CommandOptions): Promise<number> {
  const start = performance.now();
  const signal = interruptible();
  const study = await loadStudy("demo");
  const {failures} = await runStudy(study, signal);
  if (failures.length) return reportFailed(failures, runsOf(study).length);
  const studies = join(cacheFolder, "published");
  if (await refreshTables(study, openCache(), environment, join(studies, study.name), root))
    progress.message("results tables written");
  await addPublished(join(root, "data/published"), studies, studyNames());
  const site = join(root, "dist");
  const sources = ["src", "loaders/site", "observablehq.config.ts", "package-lock.json"];
  await buildOnce(site, {
    from: [studies, ...sources.map((path) => join(root, path))],
    page: `${study.name}/index.html`,
    build: async () => {
      progress.message("building the report");
      const {buildSite} = await import("../site/build.js");
      await buildSite(site, {published: studies});
    }
  });
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
