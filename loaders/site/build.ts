import {spawn} from "node:child_process";
import {existsSync} from "node:fs";
import {mkdir, rename, rm, writeFile} from "node:fs/promises";
import {createRequire} from "node:module";
import {dirname, join, resolve} from "node:path";
import {pathToFileURL} from "node:url";
import {checkSite} from "./checkSite.js";
import {withLock} from "../lock.js";
import {mendSite} from "./mendSite.js";
import {publishedFolder} from "./published.js";
import {siteFile, siteFiles} from "./siteFiles.js";

const root = "src";

export interface BuildOptions {
  /** Folder of the published studies; `W2S_PUBLISHED` or data/published where left out. */
  published?: string;
  log?: (text: string) => void;
}

/**
 * Builds the site from the published studies into `dist` (or `to`), which is replaced only once the new site is whole.
 * Framework exits with 0 on most defects, so what it wrote is checked. Starts no backend.
 */
export async function buildSite(
  to = "dist",
  {published = publishedFolder(), log = () => {}}: BuildOptions = {}
): Promise<void> {
  await withBuildLock(async () => {
    const fresh = `${resolve(to)}.${process.pid}`;
    try {
      await fillCache(published);
      await runFramework(fresh, published, log);
      await mendSite(fresh, published);
      const defects = await checkSite(fresh);
      if (defects.length) throw new Error(`the site has defects: ${defects.join("; ")}`);
      const old = `${fresh}.old`;
      if (existsSync(to)) await rename(to, old);
      await rename(fresh, to);
      await rm(old, {recursive: true, force: true});
    } finally {
      await rm(fresh, {recursive: true, force: true});
    }
  });
}

/** Framework's cache belongs to one build at a time. */
export async function withBuildLock<T>(work: () => Promise<T>): Promise<T> {
  await mkdir(join(root, ".observablehq"), {recursive: true});
  return withLock(join(root, ".observablehq", "build.lock"), work);
}

/** Framework would start a process for each file; one process writes them where it looks for what loaders returned. */
async function fillCache(published: string): Promise<void> {
  const cache = join(root, ".observablehq", "cache");
  for (const folder of ["data", "fonts"]) await rm(join(cache, folder), {recursive: true, force: true});
  for (const path of siteFiles(published)) {
    const file = join(cache, path);
    await mkdir(dirname(file), {recursive: true});
    await writeFile(file, await siteFile(path, published));
  }
}

async function runFramework(output: string, published: string, log: (text: string) => void): Promise<void> {
  const framework = join(
    dirname(createRequire(import.meta.url).resolve("@observablehq/framework/package.json")),
    "dist/bin/observable.js"
  );
  const child = spawn(process.execPath, [framework, "build"], {
    env: {
      ...process.env,
      W2S_DIST: output,
      W2S_PUBLISHED: resolve(published),
      W2S_KEEP_LOADED: "1",
      OBSERVABLE_TELEMETRY_DISABLE: "true"
    },
    stdio: ["ignore", "pipe", "pipe"]
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      log(text);
    });
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0)
    throw new Error(
      `framework’s build failed with exit code ${code}:\n${said.trim().split("\n").slice(-20).join("\n")}`
    );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const verbose = process.argv.includes("--verbose");
  try {
    const start = performance.now();
    await buildSite(process.env.W2S_DIST ?? "dist", {
      log: verbose ? (text) => process.stdout.write(text) : undefined
    });
    console.log(`built ${process.env.W2S_DIST ?? "dist"} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
