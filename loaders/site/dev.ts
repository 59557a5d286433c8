import {spawn} from "node:child_process";
import {once} from "node:events";
import {existsSync, readdirSync} from "node:fs";
import {rm} from "node:fs/promises";
import {createRequire} from "node:module";
import {dirname, join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {cacheFolder, environment, openCache, root} from "../commands/command.js";
import {loadStudy, type Study} from "../study.js";
import {addPublished, refreshTables} from "../tables/live.js";
import {withBuildLock} from "./build.js";
import {expectFree} from "./freePort.js";

const refreshEvery = 3_000;

/**
 * The notebook while one works on it: pages change in place as they are edited, and tables follow the cache as runs
 * finish. Studies that the cache knows are shown as it has them, the others as published. With `compute` the missing
 * runs of the first study are computed meanwhile.
 */
export async function preview(
  studies: Study[],
  {signal, port, compute}: {signal: AbortSignal; port?: number; compute: boolean}
): Promise<number> {
  const folder = join(cacheFolder, "published");
  const loaded = join(root, "src/.observablehq/cache/data");
  // A build in the same checkout uses the same folder of Framework's.
  const forget = (path: string): Promise<void> => withBuildLock(() => rm(path, {recursive: true, force: true}));
  const refresh = async (): Promise<void> => {
    const cache = openCache();
    for (const study of studies)
      if (await refreshTables(study, cache, environment, join(folder, study.name), root))
        await forget(join(loaded, study.name));
  };
  await expectFree(port);
  await forget(loaded);
  await refresh();
  const live = studies.map(({name}) => name).filter((name) => existsSync(join(folder, name, "signature")));
  await addPublished(join(root, "data/published"), folder, live);
  const framework = join(
    dirname(createRequire(import.meta.url).resolve("@observablehq/framework/package.json")),
    "dist/bin/observable.js"
  );
  const server = spawn(
    process.execPath,
    [framework, "preview", "--no-open", ...(port === undefined ? [] : ["--port", String(port)])],
    {
      cwd: root,
      stdio: "inherit",
      env: {...process.env, W2S_PUBLISHED: folder, OBSERVABLE_TELEMETRY_DISABLE: "true"}
    }
  );
  const runner = compute
    ? spawn(process.execPath, [join(root, "loaders/w2s.js"), "run", studies[0].name], {cwd: root, stdio: "inherit"})
    : null;
  const stop = (): void => {
    server.kill("SIGTERM");
    runner?.kill("SIGTERM");
  };
  signal.addEventListener("abort", stop);
  void follow(refresh, signal);
  const [code] = (await once(server, "exit")) as [number | null];
  stop();
  return signal.aborted ? 0 : (code ?? 1);
}

async function follow(refresh: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(refreshEvery, undefined, {signal, ref: false}).catch(() => {});
    if (!signal.aborted) await refresh().catch((error: Error) => process.stderr.write(`w2s: ${error.message}\n`));
  }
}

/** Every study in `studies/` that can be loaded. */
export async function everyStudy(): Promise<Study[]> {
  const names = readdirSync(join(root, "studies")).filter((file) => file.endsWith(".ts"));
  return Promise.all(names.map((file) => loadStudy(file.slice(0, -3))));
}
