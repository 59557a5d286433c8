import {chmod, cp, mkdir, rm} from "node:fs/promises";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {cacheFiles, lab} from "./labProcess.js";
import {
  askWrongBackend,
  damage,
  damageAndRerun,
  expectUndisturbed,
  fillDiskAt,
  killAt,
  isRoot,
  openWorld,
  smallDisk,
  wrongBackends,
  type World
} from "./faultScenarios.js";

/** A sample of what test/faults does at length. */
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

describe("SIGKILL of the lab", () => {
  test.each([0.5])("at %d of its way: a rerun gives the tables of an undisturbed run", (share) =>
    killAt(world, Math.round(share * world.moments))
  );
});

describe("a backend that dies", () => {
  test("while hidden states are computed: one line; a rerun asks only for what is missing", async () => {
    const cache = join(world.folder, "backend-died");
    const dying = await world.serve({dieAt: 2});
    const stopped = await lab(["run", world.path], {cache, backend: dying});
    expect(stopped).toMatchObject({code: 1, stdout: ""});
    expect(stopped.stderr.trimEnd().split("\n").at(-1)).toBe(
      `w2s: no answer from the backend at ${dying.url}: ECONNREFUSED`
    );
    const next = await world.serve();
    expect(await lab(["run", world.path], {cache, backend: next})).toMatchObject({code: 0});
    expect(dying.asked.texts.size).toBeGreaterThan(0);
    expect([...next.asked.texts.keys()].filter((text) => dying.asked.texts.has(text))).toEqual([]);
    await expectUndisturbed(world, cache);
    await next.die();
  });

  test.each(wrongBackends.slice(0, 2))("W2S_BACKEND %s: one line, nothing recorded", (_, answer, message) =>
    askWrongBackend(world, answer, message)
  );
});

describe("a full disk", () => {
  test.each([0.6])("at %d of the way: one line, nothing lost", (share) =>
    fillDiskAt(world, Math.round(share * world.moments))
  );

  test("of the system's own", async (context) => {
    const disk = await smallDisk(world, "small-disk", `${Math.round(0.8 * world.bytes)}`);
    if (!disk) return void context.skip("needs root on Linux, to mount a small disk");
    const server = await world.serve();
    try {
      const stopped = await lab(["run", world.path], {cache: disk.folder, backend: server});
      expect(stopped.stderr.trimEnd().split("\n").at(-1)).toMatch(
        /^w2s: disk full, nothing lost, free some space and run again: /
      );
      expect(stopped.code).toBe(1);
      disk.change("size=20m");
      expect(await lab(["run", world.path], {cache: disk.folder, backend: server})).toMatchObject({code: 0});
      await expectUndisturbed(world, disk.folder);
    } finally {
      await server.die();
      disk.close();
    }
  });
});

test("a folder that cannot be written to: one line that says so; what is there can be read", async (context) => {
  const cache = join(world.folder, "read-only");
  const disk = isRoot ? await smallDisk(world, "read-only", "20m") : null;
  if (isRoot && !disk) return void context.skip("as root, needs to mount a disk");
  const server = await world.serve();
  const close = (writable: boolean) =>
    disk ? disk.change(writable ? "rw" : "ro") : chmod(cache, writable ? 0o755 : 0o555);
  try {
    await mkdir(cache, {recursive: true});
    await close(false);
    const refused = await lab(["run", world.path], {cache, backend: server});
    expect(refused).toMatchObject({code: 1, stdout: ""});
    expect(refused.stderr).toMatch(/^w2s: expected a folder that can be written to: \S+\n$/);
    await close(true);
    await cp(world.cache, cache, {recursive: true, preserveTimestamps: true});
    await close(false);
    expect(await lab(["run", world.path], {cache})).toMatchObject({
      code: 0,
      stdout: "small: nothing to do, 2 runs done\n"
    });
    await expectUndisturbed(world, cache);
  } finally {
    await close(true);
    disk?.close();
    await server.die();
  }
});

describe("damaged files", () => {
  test.each([1, 2, 3, 4])(
    "some of the cache's, sample %d: a rerun gives the tables of an undisturbed run",
    async (number) => {
      await damageAndRerun(world, number);
    }
  );

  test("that nothing but their content betrays are found when they are read, and then repaired", async () => {
    const cache = join(world.folder, "rotten");
    await cp(world.cache, cache, {recursive: true, preserveTimestamps: true});
    const parts = (await cacheFiles(cache)).filter((file) => /\/(classify|checkpoints|curve)\/.*\.parquet$/.test(file));
    for (const verb of ["classify", "checkpoints", "curve"])
      await damage(
        parts.find((file) => file.includes(`/${verb}/`))!,
        "flipped",
        "rot",
        true
      );
    const out = join(world.folder, "rotten-tables");
    const tables = await lab(["tables", world.path, "--out", out], {cache});
    expect(tables.stderr).toMatch(/^w2s: corrupt cache file set aside, its rows will be computed again: .*part-/);
    expect(tables.stderr).toMatch(/\d runs? (is|are) missing, compute (it|them) with: w2s run small\n$/);
    expect(tables.code).toBe(3);
    const server = await world.serve();
    expect(await lab(["run", world.path], {cache, backend: server})).toMatchObject({code: 0});
    await server.die();
    expect(server.asked.requests).toBe(0);
    await expectUndisturbed(world, cache);
    await rm(cache, {recursive: true});
  });
});

test("two runs of one study at once, as processes: each text is asked for once, and both see it through", async () => {
  const cache = join(world.folder, "at-once");
  const server = await world.serve();
  const both = await Promise.all([1, 2].map(() => lab(["run", world.path], {cache, backend: server})));
  expect(both.map(({code}) => code)).toEqual([0, 0]);
  expect(server.asked.texts.size).toBeGreaterThan(0);
  expect([...server.asked.texts.values()].filter((times) => times !== 1)).toEqual([]);
  await server.die();
  await expectUndisturbed(world, cache);
  expect(await lab(["run", world.path], {cache})).toMatchObject({
    code: 0,
    stdout: "small: nothing to do, 2 runs done\n"
  });
});
