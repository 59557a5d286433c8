import {spawn} from "node:child_process";
import {once} from "node:events";
import {rm} from "node:fs/promises";
import {createRequire} from "node:module";
import {dirname, join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {type Study, studyNames} from "../study.js";
import {addPublished} from "../tables/live.js";
import {withBuildLock} from "./build.js";
import {expectFree} from "./freePort.js";

const refreshEvery = 3_000;

export interface PreviewOptions {
  /** The checkout. */
  root: string;
  /** Where live tables go, beside copies of the published ones. */
  folder: string;
  /** Writes a study's tables into a folder as the cache has them now; says whether it wrote. */
  refresh: (study: Study, folder: string) => Promise<boolean>;
  message: (text: string) => void;
  signal: AbortSignal;
  port?: number;
  /** Whether the missing runs of the first study are computed meanwhile. */
  compute: boolean;
}

/**
 * The notebook while one works on it: pages change in place as they are edited, and tables follow the cache as runs
 * finish. Studies that the cache knows are shown as it has them, the others as published; one whose tables cannot be
 * written does not hide the others.
 */
export async function preview(studies: readonly Study[], options: PreviewOptions): Promise<number> {
  const {root, folder, message, signal, port, compute} = options;
  const loaded = join(root, "src/.observablehq/cache/data");
  // A build in the same checkout uses the same folder of Framework's.
  const forget = (path: string): Promise<void> => withBuildLock(() => rm(path, {recursive: true, force: true}));
  const said = new Map<string, string>();
  const refresh = async (): Promise<void> => {
    for (const study of studies)
      try {
        if (await options.refresh(study, join(folder, study.name))) await forget(join(loaded, study.name));
        said.delete(study.name);
      } catch (error) {
        const text = `${study.name}: ${(error as Error).message.split("\n")[0]}`;
        if (said.get(study.name) !== text) message(text);
        said.set(study.name, text);
      }
  };
  await expectFree(port);
  await forget(loaded);
  await refresh();
  const live = [...studyNames(join(root, "studies")), ...studies.map(({name}) => name)];
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
    if (!signal.aborted) await refresh();
  }
}
