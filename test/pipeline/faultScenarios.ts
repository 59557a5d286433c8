import {spawnSync} from "node:child_process";
import {once} from "node:events";
import {cp, lstat, mkdir, mkdtemp, readFile, rm, stat, truncate, utimes, writeFile} from "node:fs/promises";
import {createServer, type RequestListener} from "node:http";
import type {AddressInfo} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {expect} from "vitest";
import {chance, plantedBackend} from "./plantedBackend.js";
import {plantedServer, type PlantedServer} from "./plantedServer.js";
import {compute, tables} from "./inProcess.js";
import {cacheFiles, faultyDisk, filesOf, lab, studyFile} from "./labProcess.js";
import {loadStudy, type Study} from "../../loaders/study.js";

/** A small study, its cache and its tables, as they are where nothing goes wrong. */
export interface World {
  folder: string;
  /** Path of the study. */
  path: string;
  study: Study;
  /** The cache of the run that nothing disturbed, and how many operations on files it took. */
  cache: string;
  moments: number;
  /** What it takes on a disk. */
  bytes: number;
  tables: Record<string, string>;
  /** Address of the backend that computed them. */
  address: string;
  /** A backend at that address. */
  serve(options?: {dieAt?: number}): Promise<PlantedServer>;
  close(): Promise<void>;
}

const planted = (folder: string) => ({cache: folder, tasks: ["uci-amazon"], noise: 0.25});

export async function openWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "w2s-faults-"));
  const path = await studyFile(folder);
  const study = await loadStudy(path);
  const server = await plantedServer(planted(folder));
  const [cache, count] = [join(folder, "undisturbed"), join(folder, "count")];
  const {code, stderr} = await lab(["run", path], {cache, backend: server, env: faultyDisk({count})});
  if (code !== 0) throw new Error(`the run that nothing disturbs failed: ${stderr}`);
  await server.die();
  const moments = Number(await readFile(count, "utf8"));
  return {
    folder,
    path,
    study,
    cache,
    moments,
    bytes: await bytesOnDisk(cache),
    tables: await tablesFrom(study, cache),
    address: server.url,
    serve: (options) => plantedServer({...planted(folder), port: Number(new URL(server.url).port), ...options}),
    close: () => rm(folder, {recursive: true, force: true})
  };
}

/** Every results table of what a cache holds, and study.json, byte for byte. */
export async function tablesFrom(study: Study, cache: string): Promise<Record<string, string>> {
  const out = await mkdtemp(join(tmpdir(), "w2s-tables-"));
  try {
    await tables(study, cache, out);
    // What was spent is no result: another run spends otherwise.
    await rm(join(out, "compute.parquet"));
    return await filesOf(out);
  } finally {
    await rm(out, {recursive: true, force: true});
  }
}

export async function expectUndisturbed({study, tables}: World, cache: string): Promise<void> {
  const found = await tablesFrom(study, cache);
  expect(Object.keys(found)).toEqual(Object.keys(tables));
  for (const name of Object.keys(tables)) expect(found[name] === tables[name], `${name} as undisturbed`).toBe(true);
}

/** SIGKILL of the lab after a number of operations on files; then a rerun. */
export async function killAt(world: World, moment: number): Promise<void> {
  const cache = join(world.folder, `killed-${moment}`);
  const server = await world.serve();
  try {
    const killed = await lab(["run", world.path], {cache, backend: server, env: faultyDisk({kill: moment})});
    expect(killed.signal).toBe("SIGKILL");
    const asked = new Set(server.asked.texts.keys());
    const rerun = await lab(["run", world.path], {cache, backend: server});
    expect(rerun).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^small: (2 of 2 runs done|nothing to do)/) as string
    });
    // At most what was in flight is asked again: here, one request of at most 64 texts.
    expect([...asked].filter((text) => server.asked.texts.get(text)! > 1).length).toBeLessThanOrEqual(64);
    await expectUndisturbed(world, cache);
    expect((await cacheFiles(cache)).filter((file) => file.endsWith(".tmp"))).toEqual([]);
  } finally {
    await server.die();
    await rm(cache, {recursive: true, force: true});
  }
}

/** Ways in which a file goes bad. */
export const damages = ["flipped", "truncated", "emptied", "overwritten", "removed"] as const;
export type Damage = (typeof damages)[number];

/** Spoils a file; what is drawn about it is drawn from `salt`. `quietly`: its time of change stays as it was. */
export async function damage(file: string, how: Damage, salt: string, quietly = false): Promise<void> {
  const {size, atime, mtime} = await stat(file);
  const place = Math.floor(chance(file, salt) * size);
  if (how === "removed") return rm(file);
  if (how === "truncated") await truncate(file, place);
  else if (how === "emptied") await truncate(file, 0);
  else {
    const bytes = await readFile(file);
    if (how === "flipped") bytes[place] ^= 1 << Math.floor(chance(file, `${salt} bit`) * 8);
    else bytes.fill(0x5a);
    await writeFile(file, bytes);
  }
  if (quietly) await utimes(file, atime, mtime);
}

/** A copy of the finished cache in which some file is damaged; then a rerun. */
export async function damageAndRerun(world: World, number: number): Promise<string> {
  const cache = join(world.folder, `damaged-${number}`);
  await cp(world.cache, cache, {recursive: true, preserveTimestamps: true});
  try {
    const salt = `damage ${number}`;
    const files = (await cacheFiles(cache)).filter((file) => !file.endsWith("/lock"));
    const count = 1 + Math.floor(chance("count", salt) * 3);
    const told: string[] = [];
    for (let i = 0; i < count; i++) {
      const file = files[Math.floor(chance(`file ${i}`, salt) * files.length)];
      const how = damages[Math.floor(chance(`how ${i}`, salt) * damages.length)];
      if (told.some((other) => other.endsWith(file))) continue;
      await damage(file, how, salt);
      told.push(`${how}: ${file}`);
    }
    const {backend} = await plantedBackend(planted(world.folder));
    // Provenance names the backend: here as where nothing was disturbed.
    const describe = async () => ({...(await backend.describe()), name: world.address});
    expect((await compute(world.study, cache, async () => ({...backend, describe}))).failures, told.join(", ")).toEqual(
      []
    );
    await expectUndisturbed(world, cache);
    return told.join(", ");
  } finally {
    await rm(cache, {recursive: true, force: true});
  }
}

/** The disk is full from a moment on: one line, nothing lost; with space again, a rerun completes. */
export async function fillDiskAt(world: World, moment: number): Promise<void> {
  const cache = join(world.folder, `full-${moment}`);
  const server = await world.serve();
  try {
    const stopped = await lab(["run", world.path], {cache, backend: server, env: faultyDisk({full: moment})});
    expect(stopped.stderr.split("\n").filter((line) => !/^(hidden states|runs: )/.test(line) && line)).toEqual([
      expect.stringMatching(/^w2s: disk full, nothing lost, free some space and run again: \//)
    ]);
    expect(stopped).toMatchObject({code: 1, stdout: ""});
    expect((await cacheFiles(cache)).filter((file) => file.endsWith(".tmp"))).toEqual([]);
    expect(await lab(["run", world.path], {cache, backend: server})).toMatchObject({code: 0});
    await expectUndisturbed(world, cache);
  } finally {
    await server.die();
    await rm(cache, {recursive: true, force: true});
  }
}

export const isRoot = process.getuid?.() === 0;

/** A file system of its own, so many bytes large; null where this user may not mount one. */
export async function smallDisk(world: World, name: string, size: string) {
  const folder = join(world.folder, name);
  await mkdir(folder, {recursive: true});
  const mount = (...options: string[]) => spawnSync("mount", [...options, folder]).status === 0;
  if (process.platform !== "linux" || !isRoot || !mount("-t", "tmpfs", "-o", `size=${size}`, "tmpfs")) return null;
  return {
    folder,
    change: (options: string) => expect(mount("-o", `remount,${options}`)).toBe(true),
    close: () => void spawnSync("umount", [folder])
  };
}

/** What the files of a folder take on a disk whose blocks are of 4 KiB. */
async function bytesOnDisk(folder: string): Promise<number> {
  const sizes = await Promise.all((await cacheFiles(folder)).map(async (file) => (await lstat(file)).size));
  return sizes.reduce((sum, size) => sum + 4096 * Math.ceil(size / 4096), 0);
}

const status =
  (code: number): RequestListener =>
  (_, response) =>
    void response.writeHead(code).end();

/** What W2S_BACKEND may name by mistake: an address, or what answers there, null for nothing; and what is said then. */
export const wrongBackends: [string, string | RequestListener | null, RegExp][] = [
  ["is no address", "backend:here", /^w2s: expected W2S_BACKEND to be an address with http or https: backend:here$/],
  ["is nothing", null, /^w2s: no answer from the backend at http:\/\/127\.0\.0\.1:\d+: ECONNREFUSED$/],
  [
    "serves pages",
    (_, response) => void response.writeHead(200, {"content-type": "text/html"}).end("<html>"),
    /^w2s: unexpected reply from the backend at http:.*$/
  ],
  [
    "answers half",
    (_, response) =>
      void response.writeHead(200, {"content-length": 50}).write('{"w2s": {"na', () => response.destroy()),
    /^w2s: .*from the backend at http:.*$/
  ],
  ["fails", status(500), /^w2s: the backend answered with status 500$/],
  ["knows nobody", status(401), /^w2s: the backend answered with status 401$/]
];

/** One line, exit code 1 (2 where it is no address), and nothing recorded. */
export async function askWrongBackend(
  world: World,
  answer: string | RequestListener | null,
  message: RegExp
): Promise<void> {
  const cache = await mkdtemp(join(world.folder, "wrong-"));
  const server = createServer(typeof answer === "function" ? answer : undefined).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = typeof answer === "string" ? answer : `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (typeof answer !== "function") server.close();
  const {code, stdout, stderr} = await lab(["run", world.path], {cache, backend: {url, token: "wrong"}});
  server.close();
  expect(stderr.split("\n")).toEqual([expect.stringMatching(message), ""]);
  expect([code, stdout]).toEqual([typeof answer === "string" ? 2 : 1, ""]);
  expect((await cacheFiles(cache)).filter((file) => !file.includes("/datasets/"))).toEqual([]);
}
