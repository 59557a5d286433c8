import {createHash} from "node:crypto";
import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {task, tasks} from "../../loaders/datasets/index.js";
import {eda} from "../../loaders/datasets/presets.js";
import {loadTask} from "../../loaders/datasets/rows.js";
import {split, splitNames} from "../../loaders/datasets/split.js";
import type {Example, Task} from "../../loaders/datasets/task.js";
import {unite} from "../../loaders/datasets/unite.js";
import type {HubServer} from "./hubServer.js";
import {realRowsThere, serveRealRows} from "./realRows.js";

const sampled = (name: string, ...changes: Record<string, unknown>[]) =>
  task(name).convert(
    changes.map((change) => ({...task(name).sample, ...change})),
    task(name).pool[0]
  );
const classes = (examples: readonly Example[]) =>
  [0, 1].map((label) => examples.filter((e) => e.label === label).length);

it("the preset has the tasks of EDA's table 1, in its order", () => {
  expect(eda.map((name) => tasks.get(name)?.title.toLowerCase())).toEqual(
    [
      ["CoLA", "SST-2", "MRPC", "STS-B", "QQP", "MNLI", "QNLI", "RTE", "WNLI", "AX", "CB"],
      ["COPA", "MultiRC", "ReCoRD", "WiC", "WSC", "BoolQ", "RACE", "SciTail", "SNLI", "SWAG", "HellaSWAG"]
    ].flatMap((half) => half.map((title) => title.toLowerCase()))
  );
});

describe("invented rows", () => {
  it.each<[string, 0 | 1, string]>([
    ["cola", 1, "The letter was read by everyone in the village.\nAcceptable:"],
    ["sst2", 0, "a film to leave before its slow and joyless end\nSentiment:"],
    [
      "rte",
      1,
      "The bridge over the river was closed on Monday, after a ship had hit one of its pillars.\n" +
        "Hypothesis: A ship damaged a bridge.\nEntailed:"
    ],
    [
      "boolq",
      0,
      "Marsh ferry -- The marsh ferry crossed twice a day until the bridge opened, and now lies in a museum.\n" +
        "Question: does the marsh ferry still cross the river?\nAnswer:"
    ],
    [
      "mrpc",
      1,
      "The council approved the new bridge on Tuesday .\n" +
        "On Tuesday , the new bridge won the council 's approval .\nSame meaning:"
    ],
    ["stsb", 1, "A boy feeds a goat.\nA goat is fed by a boy.\nSame meaning:"],
    ["qqp", 1, "How do I keep tomatoes fresh?\nWhat is the best way to store tomatoes?\nSame meaning:"],
    [
      "mnli",
      1,
      "uh-huh well we planted beans and they came up the second week\nHypothesis: The beans sprouted.\nEntailed:"
    ],
    [
      "qnli",
      1,
      "The lighthouse was finished in 1874, after nine years of work.\n" +
        "Question: When was the lighthouse built?\nAnswered:"
    ],
    [
      "wnli",
      1,
      "The kettle would not fit on the shelf because it was too wide.\n" +
        "Hypothesis: The kettle was too wide.\nEntailed:"
    ],
    [
      "ax",
      1,
      "uh-huh well we planted beans and they came up the second week\nHypothesis: The beans sprouted.\nEntailed:"
    ],
    [
      "snli",
      1,
      "An old man in a straw hat repairs a net beside a boat.\nHypothesis: A man is mending something.\nEntailed:"
    ],
    [
      "scitail",
      1,
      "When water freezes, it takes up more room than before.\nHypothesis: Water expands as it turns to ice.\nEntailed:"
    ]
  ])("%s: exactly one example", (name, label, text) => {
    expect(sampled(name, {}).map((example) => [example.label, example.text])).toEqual([[label, text]]);
  });

  it.each(["uci-amazon", "uci-imdb", "uci-yelp"])("%s: exactly one example", (name) => {
    expect(sampled(name, {})).toMatchObject([{label: 1, text: expect.stringMatching(/^[A-Z].*\.\nSentiment:$/)}]);
  });

  it("are read as the source codes them", () => {
    const labels = (name: string, values: unknown[]) =>
      sampled(name, ...values.map((label, idx) => ({label, idx}))).map(({id, label}) => [id, label]);
    for (const name of ["mrpc", "qqp", "wnli"])
      expect(labels(name, [-1, 0, 1])).toEqual([
        ["train/1", 0],
        ["train/2", 1]
      ]);
    expect(labels("qnli", [-1, 0, 1])).toEqual([
      ["train/1", 1],
      ["train/2", 0]
    ]);
    for (const name of ["mnli", "ax", "snli"])
      expect(labels(name, [-1, 0, 1, 2])).toEqual([
        ["train/1", 1],
        ["train/2", 0],
        ["train/3", 0]
      ]);
    expect(labels("scitail", ["neutral", "entails"])).toEqual([
      ["train/0", 0],
      ["train/1", 1]
    ]);
    expect(() => sampled("scitail", {label: 0})).toThrow(/^allenai\/scitail tsv_format train, row 0, label: .*: 0$/);
    expect(() => sampled("mnli", {label: 3})).toThrow(/^nyu-mll\/glue mnli train, row 0, label: .*: 3$/);
  });

  it("SNLI: ids are places in the file, also after rows that are left out", () => {
    expect(sampled("snli", {}, {label: -1}, {}).map(({id}) => id)).toEqual(["train/0", "train/2"]);
  });

  it("STS-B: 4 and more against 2 and less, without what lies between and what is hidden", () => {
    const values = [-1, 0, 1.5, 2, 2.001, 3, 3.999, 4, 4.25, 5];
    const kept = sampled("stsb", ...values.map((label, idx) => ({label, idx})));
    expect(kept.map(({id, label}) => [values[Number(id.split("/")[1])], label])).toEqual([
      [0, 0],
      [1.5, 0],
      [2, 0],
      [4, 1],
      [4.25, 1],
      [5, 1]
    ]);
    expect(() => sampled("stsb", {label: 5.1})).toThrow(/^nyu-mll\/glue stsb train, row 0, label: .*: 5\.1$/);
  });

  it("share a group with what would give them away", () => {
    const distinct = (name: string, ...rows: Record<string, unknown>[]) =>
      new Set(unite(sampled(name, ...rows.map((row, idx) => ({idx, ...row})))).map(({group}) => group)).size;
    for (const [name, first, second] of [
      ["mrpc", "sentence1", "sentence2"],
      ["stsb", "sentence1", "sentence2"],
      ["qqp", "question1", "question2"]
    ]) {
      const [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map((text) => text.repeat(3));
      const pairs = (...texts: [string, string][]) => texts.map(([x, y]) => ({[first]: x, [second]: y}));
      expect([name, distinct(name, ...pairs([a, b], [d, c], [b.toUpperCase(), c]))]).toEqual([name, 1]);
      expect([name, distinct(name, ...pairs([a, b], [c, a], [d, e]))]).toEqual([name, 2]);
    }
    for (const name of ["mnli", "ax", "snli"])
      expect([name, distinct(name, {}, {hypothesis: "x"}, {premise: "x"})]).toEqual([name, 2]);
    expect(distinct("scitail", {}, {premise: "x"}, {hypothesis: "x"})).toBe(2);
    expect(distinct("qnli", {}, {question: "x"}, {sentence: "y"}, {question: "z", sentence: "z"})).toBe(2);
    const twin = "The kettle would not fit on the shelf because it was too narrow.";
    expect(distinct("wnli", {}, {sentence1: twin, sentence2: "The shelf was too narrow."})).toBe(1);
    expect(distinct("wnli", {}, {sentence1: "It was so big. The kettle was left there because it was too wide."})).toBe(
      1
    );
    expect(distinct("wnli", {}, {sentence1: "x"})).toBe(1);
    expect(distinct("wnli", {}, {sentence1: "x", sentence2: "y"})).toBe(2);
  });
});

it("AX learns from what MNLI learns from", () => {
  expect(task("ax").pool).toEqual(task("mnli").pool);
  expect(task("ax").prompt).toBe(task("mnli").prompt);
});

/**
 * Counts as the data's readme and the columns of labels give them, and two rows whose meaning a reader has checked: what they
 * say, in our words, and the first half of their texts' sha256.
 */
const golden: {
  name: string;
  pool: [number, number];
  test: [number, number];
  positive: [id: string, says: string, hash: string];
  negative: [id: string, says: string, hash: string];
}[] = [
  {
    name: "mrpc",
    pool: [1194 + 129, 2474 + 279],
    test: [578, 1147],
    positive: ["train/0", "the same accusation, its halves swapped", "adce0d7f00b81a03"],
    negative: ["train/1", "buying and selling a chain, for other sums", "9c83b19d6ea47d16"]
  },
  {
    name: "stsb",
    pool: [1967, 1406],
    test: [647, 264],
    positive: ["train/0", "a plane starts, twice", "1dd3028cdbda2514"],
    negative: ["train/6", "one smokes, the other is on skates", "4700cdc71e5dfb69"]
  },
  {
    name: "qqp",
    pool: [2549, 1451],
    test: [614, 342],
    positive: ["train/12", "how to fly cargo, asked twice", "39e12fb3a98d7f5b"],
    negative: ["train/1", "a maker of watches, and computing for charities", "78bf0b3972070563"]
  },
  {
    name: "mnli",
    pool: [1306 + 1328, 1366],
    test: [479 + 494, 527],
    positive: ["train/9", "what such data deal with, said shorter", "70113f384f6178d0"],
    negative: ["train/15", "a library that the hypothesis denies", "8fbb778f0a3312ff"]
  },
  {
    name: "qnli",
    pool: [1998, 2002],
    test: [760, 740],
    positive: ["train/7", "the sentence lists what the question asks for", "030cd5be4bc398a6"],
    negative: ["train/0", "the sentence says who helped, not which sector sold", "9177db136b2a88f2"]
  },
  {
    name: "wnli",
    pool: [323 + 40, 312 + 31],
    test: [0, 0],
    positive: ["train/0", "what was pricked has the hole", "162b70776064b01d"],
    negative: ["train/3", "the follower does not lead", "9b509c47204937f8"]
  },
  {
    name: "ax",
    pool: [1306 + 1328, 1366],
    test: [386 + 258, 460],
    positive: ["test/6", "two of several applications, named alone", "355790411e7b891d"],
    negative: ["test/0", "the same sentence with a not", "3eaa43b96a76a8f1"]
  },
  {
    name: "snli",
    pool: [1294 + 1368, 1338],
    test: [501 + 500, 499],
    positive: ["train/0", "people practise, people practise", "da22fda35d1fba46"],
    negative: ["train/1", "on the road, and asleep", "ce03547577856529"]
  },
  {
    name: "scitail",
    pool: [784, 495],
    test: [215, 215],
    positive: ["train/1", "an isolated system, of which the hypothesis speaks", "7dd2072aa2867a5a"],
    negative: ["train/0", "a closed system, of which it does not", "b9473ad291ea159d"]
  }
];

describe.skipIf(!realRowsThere)("real rows of the hub", () => {
  let hub: HubServer;
  let cache: string;
  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), "sentence-pairs-"));
    hub = await serveRealRows();
  });
  afterAll(async () => {
    await hub.close();
    await rm(cache, {recursive: true, force: true});
  });
  const load = (task: Task) => loadTask(task, {cache, endpoint: hub.endpoint});

  it.each(golden)("$name: counts, coding of labels, prompt", async ({name, pool, test, positive, negative}) => {
    const loaded = await load(task(name));
    expect(classes(loaded.examples)).toEqual(pool);
    expect(classes(loaded.test)).toEqual(test);
    const all = new Map([...loaded.examples, ...loaded.test].map((example) => [example.id, example]));
    for (const [label, [id, , hash]] of [negative, positive].entries()) {
      const {text, label: gold} = all.get(id)!;
      expect(gold).toBe(label);
      expect(createHash("sha256").update(text).digest("hex").slice(0, 16)).toBe(hash);
    }
  });

  /** The lines of a prompt, before its cue, that no two splits may have in common. */
  it.each<[string, number, number[]]>([
    ["mrpc", 300, [0, 1]],
    ["stsb", 300, [0, 1]],
    ["qqp", 300, [0, 1]],
    ["mnli", 300, [0]],
    ["qnli", 300, [0, 1]],
    ["wnli", 150, [0, 1]],
    ["ax", 300, [0]],
    ["snli", 300, [0]],
    ["scitail", 300, [1]]
  ])("%s: no sentence that would give a row away is in two splits", async (name, size, lines) => {
    const {examples, test} = await load(task(name));
    for (const seed of [1, 2]) {
      const sizes = {supervision: size, transfer: size, test: size};
      const splits = split(examples, test, {task: name, seed, sizes});
      expect(classes(splits.test)).toEqual([size / 2, size / 2]);
      const sides = new Map<string, string>();
      for (const side of splitNames)
        for (const {text} of splits[side])
          for (const line of lines) {
            const sentence = text
              .split("\n")
              [line].replace(/^(Hypothesis|Question): /, "")
              .toLowerCase();
            expect([sentence, sides.get(sentence) ?? side]).toEqual([sentence, side]);
            sides.set(sentence, side);
          }
    }
  });

  it("a source that hides all its labels is refused by name", async () => {
    const hidden: Task = {...task("wnli"), test: [{...task("wnli").pool[0], split: "test"} as Task["test"][number]]};
    await expect(load(hidden)).rejects.toThrow(
      "task wnli: expected rows with a label, which all 146 hide or lack: nyu-mll/glue wnli test"
    );
  });
});
