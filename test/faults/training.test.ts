import {spawnSync} from "node:child_process";
import {existsSync, watch} from "node:fs";
import {mkdir, mkdtemp, rm, symlink} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {afterAll, beforeAll, expect, test} from "vitest";
import {startEmbedded} from "../../loaders/backends/embedded.js";
import {model, python, testCache} from "../backend/realBackend.js";
import {cacheFiles, filesOf, lab, startLab, studyFile} from "../pipeline/labProcess.js";

/** Real trainings of the real model, and what kills them. */
let folder: string;
let study: string;
let undisturbed: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-training-"));
  const backend = await startEmbedded({cache: testCache, python: await python()});
  await backend.resolve(model);
  await backend.close();
  study = await studyFile(folder, {
    models: {weak: [`${model}#layers=2`], strong: [`${model}#layers=4`]},
    methods: [{method: "confidence"}],
    sizes: {supervision: 48, transfer: 48, test: 24},
    training: {
      train: "lora",
      epochs: 2,
      batchSize: 8,
      checkpointsPerEpoch: 2,
      maxTokens: 64,
      lora: {rank: 2, dropout: 0.1}
    }
  });
  const cache = await freshCache("undisturbed");
  expect(await lab(["run", study], {cache})).toMatchObject({code: 0});
  undisturbed = await tablesOf(cache);
});
afterAll(() => rm(folder, {recursive: true, force: true}));

async function freshCache(name: string): Promise<string> {
  const cache = join(folder, name);
  const converted = `pypi-${model.slice("pypi:".length).replace("@", "-")}`;
  await mkdir(join(cache, "models"), {recursive: true});
  await symlink(join(testCache, "models", converted), join(cache, "models", converted));
  return cache;
}

async function tablesOf(cache: string): Promise<Record<string, string>> {
  const out = `${cache}-tables`;
  expect(await lab(["tables", study, "--out", out], {cache})).toMatchObject({code: 0});
  // What it took is another time each time.
  await rm(join(out, "compute.parquet"));
  return filesOf(out);
}

async function expectUndisturbed(cache: string): Promise<void> {
  const found = await tablesOf(cache);
  for (const name of Object.keys(undisturbed)) expect(found[name] === undisturbed[name], name).toBe(true);
}

/** Process id of the backend that a lab started. */
function backendOf(pid: number): number {
  const children = spawnSync("pgrep", ["-P", String(pid)], {encoding: "utf8"})
    .stdout.split("\n")
    .filter(Boolean);
  const found = children.find((child) =>
    spawnSync("ps", ["-o", "args=", "-p", child], {encoding: "utf8"}).stdout.includes("w2s_backend")
  );
  expect(found, "a backend among the children of the lab").toBeDefined();
  return Number(found);
}

/** Resolves when a training has written its first checkpoint. */
async function firstCheckpoint(cache: string): Promise<void> {
  const jobs = join(cache, "jobs");
  await mkdir(jobs, {recursive: true});
  const watching = watch(jobs, {recursive: true});
  try {
    await new Promise<void>((found) => {
      const look = () =>
        void cacheFiles(jobs).then(
          (files) => files.some((file) => /checkpoint-\d+\/record\.json$/.test(file)) && found()
        );
      watching.on("change", look);
      look();
    });
  } finally {
    watching.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const {stdout} = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], {encoding: "utf8"});
    return stdout.trim() !== "" && !stdout.startsWith("Z");
  } catch {
    return false;
  }
}

test("the backend is killed in the middle of a training: it starts again and goes on to the same tables", async () => {
  const cache = await freshCache("backend-killed");
  const {child, result} = startLab(["run", study], {cache});
  await firstCheckpoint(cache);
  process.kill(backendOf(child.pid!), "SIGKILL");
  const {code, stderr} = await result;
  expect(stderr).toMatch(/^the backend ended \(SIGKILL\), starting it again$/m);
  expect(code).toBe(0);
  await expectUndisturbed(cache);
});

test("the lab is killed in the middle of a training: the backend ends by itself, a rerun goes on to the same tables", async () => {
  const cache = await freshCache("lab-killed");
  const {child, result} = startLab(["run", study], {cache});
  await firstCheckpoint(cache);
  const backend = backendOf(child.pid!);
  child.kill("SIGKILL");
  expect((await result).signal).toBe("SIGKILL");
  for (let waited = 0; isAlive(backend); waited++) {
    expect(waited, "hundredths of a second until the backend has ended").toBeLessThan(1000);
    await sleep(10);
  }
  expect(await lab(["run", study], {cache})).toMatchObject({code: 0});
  await expectUndisturbed(cache);
  expect((await cacheFiles(cache)).filter((file) => file.endsWith(".tmp"))).toEqual([]);
});

test("weights lost after their training: neither tables nor a rerun need them", async () => {
  const cache = await freshCache("weights-lost");
  expect(await lab(["run", study], {cache})).toMatchObject({code: 0});
  await rm(join(cache, "jobs"), {recursive: true});
  expect(await lab(["run", study], {cache, env: {W2S_PYTHON: "/nonexistent"}})).toMatchObject({code: 0});
  await expectUndisturbed(cache);
  expect(existsSync(join(cache, "jobs"))).toBe(false);
});
