import {spawn} from "node:child_process";
import {once} from "node:events";
import {mkdtemp, readFile, readdir, rm, truncate, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {setImmediate} from "node:timers/promises";
import {afterEach, beforeEach, expect, test} from "vitest";
import {Cache} from "../../loaders/cache.js";
import {parquetNotes} from "../../loaders/parquet.js";

const columns = {value: {type: "float", about: ""}} as const;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-cache-"));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const open = (warn: (message: string) => void = () => {}) =>
  new Cache(folder, warn).family("classify", "0123abcd", columns);
const valuesOf = async (family: ReturnType<typeof open>) =>
  Object.fromEntries([...(await family.read())].map(([key, {value}]) => [key, value]));

test("rows written by one process are read by the next", async () => {
  await open().append([{key: "a", value: 0.25}]);
  await open().append([{key: "b", value: 0.5}]);
  expect(await valuesOf(open())).toEqual({a: 0.25, b: 0.5});
});

test("a row that is there never changes", async () => {
  const family = open();
  await family.append([{key: "a", value: 0.25}]);
  await family.append([{key: "a", value: 0.75}]);
  expect(await valuesOf(family)).toEqual({a: 0.25});
  expect(await valuesOf(open())).toEqual({a: 0.25});
});

test("beyond so many rows, what was used longest ago leaves memory and is read again; who works keeps it", async () => {
  const cache = new Cache(folder, () => {}, 3);
  const [one, two, three] = ["01", "02", "03"].map((key) => cache.family("classify", key, columns));
  await one.append([
    {key: "a", value: 1},
    {key: "b", value: 2}
  ]);
  await two.append([{key: "c", value: 3}]);
  expect([one.size, two.size]).toEqual([2, 1]);
  const held = await one.read();
  await three.append([{key: "d", value: 4}]);
  // The second was used longest ago; what a caller holds of a family stays whole.
  expect([one.size, two.size, three.size]).toEqual([2, 0, 1]);
  await one.exclusively(async () => {
    await two.append([{key: "e", value: 5}]);
    expect(one.size).toBe(2);
    await one.append([{key: "f", value: 6}]);
  });
  expect([...held.keys()]).toEqual(["a", "b", "f"]);
  expect(await valuesOf(two)).toEqual({c: 3, e: 5});
  expect(await valuesOf(one)).toEqual({a: 1, b: 2, f: 6});
});

test("the same rows give the same file, byte for byte", async () => {
  await open().append([{key: "a", value: 1 / 3}]);
  const [first] = await readdir(open().folder);
  const bytes = await readFile(join(open().folder, first));
  await rm(open().folder, {recursive: true});
  await open().append([{key: "a", value: 1 / 3}]);
  expect(await readdir(open().folder)).toEqual([first]);
  expect(await readFile(join(open().folder, first))).toEqual(bytes);
});

test.each([
  ["truncated", (file: string, size: number) => truncate(file, size - 9)],
  ["overwritten", (file: string) => writeFile(file, "not what it was")],
  ["emptied", (file: string) => truncate(file, 0)]
])("a part that was %s is set aside and its rows are missing again", async (_, damage) => {
  await open().append([{key: "a", value: 0.25}]);
  await open().append([{key: "b", value: 0.5}]);
  const parts = (await readdir(open().folder)).sort();
  const file = join(open().folder, parts[0]);
  await damage(file, (await readFile(file)).length);
  const warnings: string[] = [];
  const family = open((message) => warnings.push(message));
  expect((await family.read()).size).toBe(1);
  expect(warnings).toEqual([expect.stringMatching(/^corrupt cache file set aside/)]);
  expect(await readdir(family.folder)).toContain(`corrupt-${parts[0]}`);
});

test("rows that come one by one are on disk one by one, in few files; of a process killed between two, each row is there once", async () => {
  const about = {title: "texts", inputs: [], model: "m", backend: "b", device: "cpu"};
  const family = open();
  const parts = async () => (await readdir(family.folder)).filter((name) => name.startsWith("part-"));
  let first: [name: string, bytes: Buffer] | undefined;
  await family.exclusively(async () => {
    for (let i = 0; i < 70; i++) {
      await family.grow([{key: `row ${i}`, value: i}], about);
      if (i === 0) first = [(await parts())[0], await readFile(join(family.folder, (await parts())[0]))];
      if (i === 1) {
        expect(await parts()).toHaveLength(1);
        expect(await valuesOf(open())).toEqual({"row 0": 0, "row 1": 1});
      }
    }
    await family.grow([{key: "row 0", value: 99}], about);
  });
  // Two of 32 rows, and six.
  expect(await parts()).toHaveLength(3);
  // As where a process was killed before it removed the part that it had put another in the place of.
  await writeFile(join(family.folder, first![0]), first![1]);
  expect(await valuesOf(open())).toEqual(Object.fromEntries(Array.from({length: 70}, (_, i) => [`row ${i}`, i])));
});

test("compaction keeps every row, also for a reader that listed the old parts", async () => {
  const family = open();
  for (let i = 0; i < 40; i++) await family.append([{key: `k${i}`, value: i}]);
  const reader = open();
  await reader.read();
  await family.exclusively(async () => {});
  expect((await readdir(family.folder)).filter((f) => f.startsWith("part-"))).toHaveLength(1);
  expect((await open().read()).size).toBe(40);
  await reader.refresh();
  expect((await reader.read()).size).toBe(40);
});

test("who reads while another process puts parts in the place of others never meets one that is gone", async () => {
  const about = {title: "texts", inputs: [], model: "m", backend: "b", device: "cpu"};
  const rows = 200;
  let isWriting = true;
  const writer = open();
  const write = writer
    .exclusively(async () => {
      for (let i = 0; i < rows; i++) await writer.grow([{key: `row ${i}`, value: i}], about);
    })
    .finally(() => (isWriting = false));
  const seen: number[] = [];
  while (isWriting) {
    seen.push((await open().read()).size);
    await open().provenance();
    await setImmediate();
  }
  await write;
  seen.push((await open().read()).size);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.at(-1)).toBe(rows);
  // It did read in between.
  expect(new Set(seen).size).toBeGreaterThan(3);
});

const computedOn = (device: string) => ({title: "t", inputs: [], model: "m", backend: `on ${device}`, device});
const devicesOf = async (family: ReturnType<typeof open>) => (await family.provenance()).map(({device}) => device);

test("each part says where its own rows come from, and compaction keeps them all", async () => {
  await open().append([{key: "a", value: 1}], computedOn("cuda"));
  const [first] = await readdir(open().folder);
  await open().append([{key: "b", value: 2}], computedOn("cpu"));
  const second = (await readdir(open().folder)).find((part) => part !== first)!;
  for (const [part, device] of [
    [first, "cuda"],
    [second, "cpu"]
  ])
    expect(parquetNotes(await readFile(join(open().folder, part))).provenance).toBe(JSON.stringify(computedOn(device)));
  expect(await devicesOf(open())).toEqual(["cpu", "cuda"]);
  const family = open();
  await family.append([{key: "c", value: 3}], computedOn("cpu"));
  await family.exclusively(() => family.compact());
  expect(await readdir(family.folder)).toHaveLength(1);
  for (const reader of [family, open()]) expect(await devicesOf(reader)).toEqual(["cpu", "cuda"]);
  const loaded = open();
  expect((await loaded.read()).size).toBe(3);
  expect(await devicesOf(loaded)).toEqual(["cpu", "cuda"]);
});

test("rows that are there already do not take the name of who wrote them again", async () => {
  await open().append([{key: "a", value: 1}], computedOn("cuda"));
  await open().append([{key: "a", value: 1}], computedOn("cpu"));
  expect(await devicesOf(open())).toEqual(["cuda"]);
});

test("work under the lock of one family is done once, whoever asks at the same moment", async () => {
  const [one, other] = [open(), open()];
  let computed = 0;
  const compute = (family: typeof one) =>
    family.exclusively(async () => {
      if ((await family.read()).has("a")) return;
      computed++;
      await family.append([{key: "a", value: computed}]);
    });
  await Promise.all([compute(one), compute(other), compute(one)]);
  expect(computed).toBe(1);
});

test("the lock of a process that was killed is taken over", async () => {
  const cache = new URL("../../loaders/cache.ts", import.meta.url).href;
  const script = `
    const {Cache} = await import(${JSON.stringify(cache)});
    const family = new Cache(${JSON.stringify(folder)}).family("classify", "0123abcd", {value: {type: "float", about: ""}});
    await family.exclusively(async () => {
      await family.append([{key: "before", value: 1}]);
      process.stdout.write("locked");
      await new Promise(() => setInterval(() => {}, 1000));
    });`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"]
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  const family = open();
  expect(await family.exclusively(async () => (await family.read()).size)).toBe(1);
});
