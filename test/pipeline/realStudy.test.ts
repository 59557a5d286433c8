import {spawnSync} from "node:child_process";
import {cp, mkdir, mkdtemp, readFile, rm, symlink} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {startEmbedded} from "../../loaders/backends/embedded.js";
import {Cache} from "../../loaders/cache.js";
import {decodeParquet} from "../../loaders/parquet.js";
import type {StudyDeclaration} from "../../loaders/study.js";
import {checkpointFamily} from "../../loaders/verbs/finetune.js";
import type {Workspace} from "../../loaders/verbs/workspace.js";
import type {Row, TableName} from "../../src/tables.js";
import {model, python, testCache} from "../backend/realBackend.js";
import {filesOf, lab, startLab, studyFile} from "./labProcess.js";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-real-"));
  const backend = await startEmbedded({cache: testCache, python: await python()});
  await backend.resolve(model);
  await backend.close();
});
afterAll(() => rm(folder, {recursive: true, force: true}));

/** A cache of its own with the converted model of the tests. */
async function freshCache(name: string): Promise<string> {
  const cache = join(folder, name);
  const converted = `pypi-${model.slice("pypi:".length).replace("@", "-")}`;
  await mkdir(join(cache, "models"), {recursive: true});
  await symlink(join(testCache, "models", converted), join(cache, "models", converted));
  return cache;
}

async function read<T extends TableName>(tables: string, name: T): Promise<Row<T>[]> {
  return (await decodeParquet(await readFile(join(tables, `${name}.parquet`)))) as Row<T>[];
}

async function tablesFrom(study: string, cache: string, out: string): Promise<string> {
  expect(await lab(["tables", study, "--out", out], {cache, env: {W2S_PYTHON: "/nonexistent"}})).toMatchObject({
    code: 0
  });
  return out;
}

const heads: Partial<StudyDeclaration> = {
  models: {weak: [`${model}#layers=2`], strong: [`${model}#layers=6`]},
  training: {train: "head"}
};
const adapters: Partial<StudyDeclaration> = {
  models: {weak: [`${model}#layers=2`], strong: [`${model}#layers=4`]},
  methods: [{method: "confidence"}],
  training: {train: "lora", epochs: 1, batchSize: 8, checkpointsPerEpoch: 2, maxTokens: 64, lora: {rank: 2, alpha: 4}}
};

describe.each([
  ["heads", heads, 2, 12],
  ["adapters", adapters, 1, 2]
] as const)("a study of %s on the real model", (name, changes, runs, checkpoints) => {
  let study: string;
  let cache: string;
  let tables: string;

  test("runs to its tables", async () => {
    study = await studyFile(folder, changes, name);
    cache = await freshCache(`${name}-cache`);
    const ran = await lab(["run", study, "--json"], {cache});
    expect(ran.stderr).not.toContain("failed");
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout)).toEqual({study: name, runs, computed: runs, failed: []});
    tables = await tablesFrom(study, cache, join(folder, `${name}-tables`));
    expect((await read(tables, "runs")).map(({status}) => status)).toEqual(Array(runs).fill("done"));
  });

  test("every model has predictions that are probabilities, of every test row, in every role", async () => {
    const said = await read(tables, "predictions");
    const predictors = await read(tables, "predictors");
    const label = new Map((await read(tables, "examples")).map((row) => [row.example, row.label]));
    const splits = await read(tables, "splits");
    const rowsOf = (split: string) => splits.filter((row) => row.split === split).map(({example}) => example);
    const predicted = (predictor: string, split: string) =>
      said.filter((row) => row.predictor === predictor && row.split === split).map(({example}) => example);
    const seen = predictors.map(({run, role, position}) => `${run} ${role} ${position}`).sort();
    const roles = ["strong_ceiling", "student", "weak", "weak_ceiling"];
    const named = (await read(tables, "runs")).flatMap(({run}) => roles.map((role) => `${run} ${role} 0`));
    expect(seen).toEqual(named.sort());
    expect(rowsOf("test")).toHaveLength(24);
    // Once a predictor, however many runs share it; a supervisor labels what its student learns from as well.
    for (const {predictor, role} of predictors) {
      expect(predicted(predictor, "test"), role).toEqual(rowsOf("test"));
      for (const split of ["transfer", "transfer_validation"])
        expect(predicted(predictor, split), role).toEqual(role === "weak" ? rowsOf(split) : []);
    }
    expect(new Set(said.map(({predictor}) => predictor))).toEqual(new Set(predictors.map((row) => row.predictor)));
    for (const {probability, score, example, output, parsed} of said) {
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
      expect(score).toBe(Number(Number(probability! > 0.5) === label.get(example)));
      expect([output, parsed]).toEqual([null, null]);
    }
    expect(new Set(said.map(({probability}) => probability)).size).toBeGreaterThan(24);
    expect(predictors.every(({leak}) => leak === null)).toBe(true);
    // Pages find a model's training by its step.
    const trainings = new Set(
      (await read(tables, "steps")).filter(({verb}) => verb === "finetune").map(({step}) => step)
    );
    expect(predictors.filter(({step}) => step === null || !trainings.has(step))).toEqual([]);
  });

  test("curves and checkpoints are recorded; the checkpoint that was kept gave the predictions", async () => {
    const predictors = await read(tables, "predictors");
    const curves = await read(tables, "training");
    const points = await read(tables, "checkpoints");
    const said = (await read(tables, "predictions")).filter(({split}) => split === "test");
    expect(curves.every(({loss}) => Number.isFinite(loss))).toBe(true);
    for (const {predictor, digest} of predictors) {
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
      const kept = curves.filter((row) => row.predictor === predictor && row.kept);
      expect(kept).toHaveLength(1);
      const own = points.filter((point) => point.predictor === predictor);
      expect(new Set(own.map(({step}) => step)).size).toBe(checkpoints);
      expect(own.map(({n}) => n)).toEqual(Array(checkpoints).fill(24));
      const predictions = said.filter((row) => row.predictor === predictor);
      expect(own.find(({step}) => step === kept[0].step)!.right).toBe(
        predictions.reduce((sum, {score}) => sum + score, 0)
      );
      const recorded = await checkpointFamily({cache: new Cache(cache)} as Workspace, predictor, digest).read();
      expect(recorded.size).toBe(checkpoints * 24);
      const observed = new Map(
        [...recorded.values()].filter(({step}) => step === kept[0].step).map((row) => [row.example, row.probability])
      );
      for (const row of predictions) expect(row.probability).toBeCloseTo(observed.get(row.example) as number, 5);
    }
  });

  test("steps lead from the predictions back to rows, and say what computed them", async () => {
    const steps = await read(tables, "steps");
    const byKey = new Map(steps.map((step) => [step.step, step]));
    const entries = await read(tables, "run_steps");
    const verbs = new Set<string>();
    const seen = new Set<string>();
    const walk = (key: string): void => {
      if (seen.has(key)) return;
      seen.add(key);
      const step = byKey.get(key)!;
      verbs.add(step.verb);
      if (step.verb === "rows") expect(step.inputs).toBe("");
      else expect(step.inputs).not.toBe("");
      for (const input of step.inputs.split(" ").filter(Boolean)) walk(input);
    };
    for (const {step} of entries) walk(step);
    expect(verbs).toEqual(
      new Set(["rows", "gold", "finetune", "classify", ...(name === "heads" ? ["activations"] : [])])
    );
    const computed = steps.filter(({verb}) => verb === (name === "heads" ? "activations" : "classify"));
    expect(computed.length).toBeGreaterThan(0);
    for (const {backend} of computed) expect(backend).toMatch(/^embedded \(.*\btorch \d.*\)$/);
    expect(steps.some(({backend}) => backend === "unknown")).toBe(false);
  });

  test("a rerun does nothing, also where there is no Python", async () => {
    expect(await lab(["run", study], {cache, env: {W2S_PYTHON: "/nonexistent", PATH: ""}})).toMatchObject({
      code: 0,
      stdout: `${name}: nothing to do, ${runs} runs done\n`,
      stderr: ""
    });
  });

  test("a copy of the cache without weights rebuilds the tables, byte for byte", async () => {
    const copy = join(folder, `${name}-copy`);
    const weights = (path: string) => !/\/(jobs|files|pypi-[^/]+)(\/|$)/.test(path.slice(cache.length));
    await cp(cache, copy, {recursive: true, filter: weights});
    const [first, second] = [
      await filesOf(tables),
      await filesOf(await tablesFrom(study, copy, join(folder, `${name}-again`)))
    ];
    expect(Object.keys(second)).toEqual(Object.keys(first));
    for (const file of Object.keys(first)) expect(second[file] === first[file], file).toBe(true);
    expect(await lab(["run", study], {cache: copy, env: {W2S_PYTHON: "/nonexistent"}})).toMatchObject({code: 0});
  });
});

test("the embedded backend is killed in the middle: the lab starts it again and sees the study through", async () => {
  const cache = await freshCache("killed-backend");
  const study = await studyFile(folder, {...heads, sizes: {supervision: 80, transfer: 80, test: 80}}, "killed");
  const {child, result} = startLab(["run", study], {cache});
  let killed = 0;
  child.stderr.on("data", (text: string) => {
    if (killed || !/hidden states of .*\d+ of \d+/.test(text)) return;
    const children = spawnSync("pgrep", ["-P", String(child.pid)], {encoding: "utf8"})
      .stdout.split("\n")
      .filter(Boolean);
    for (const pid of children) {
      const command = spawnSync("ps", ["-o", "args=", "-p", pid], {encoding: "utf8"}).stdout;
      if (command.includes("w2s_backend") && process.kill(Number(pid), "SIGKILL")) killed++;
    }
  });
  const {code, stderr} = await result;
  expect(killed).toBe(1);
  expect(stderr).toMatch(/^the backend ended \(SIGKILL\), starting it again$/m);
  expect(code).toBe(0);
}, 180_000);
