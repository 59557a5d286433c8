import {mkdtemp, readdir, readFile, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {task, tasks} from "../../loaders/datasets/index.js";
import type {LoadedTask} from "../../loaders/datasets/rows.js";
import {loadTask} from "../../loaders/datasets/rows.js";
import {split, splitNames} from "../../loaders/datasets/split.js";
import type {Example, Source, Task} from "../../loaders/datasets/task.js";
import type {HubServer} from "./hubServer.js";
import {realRowsThere, serveRealRows} from "./realRows.js";

let hub: HubServer;
let cache: string;

beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), "tasks-"));
  hub = await serveRealRows();
});

afterAll(async () => {
  await hub.close();
  await rm(cache, {recursive: true, force: true});
});

const load = (name: string) => loadTask(task(name), {cache, endpoint: hub.endpoint});
const classes = (examples: readonly Example[]) =>
  [0, 1].map((label) => examples.filter((e) => e.label === label).length);
const byId = (examples: readonly Example[], id: string) => examples.find((example) => example.id === id);

const hubSource = (dataset: string, config: string, split = "train"): Source => ({kind: "hub", dataset, config, split});

describe("every task", () => {
  it.each([...tasks.values()])("$name says what a report needs, and its prompt ends in a cue", (task) => {
    for (const field of ["title", "licence", "attribution", "conversion", "positive", "negative"] as const)
      expect(task[field].trim()).not.toBe("");
    expect(task.prompt).toMatch(/\{\w+\}[^{}]*\n[A-Z][a-z ]*:$/);
    expect(task.pool.length).toBeGreaterThan(0);
  });

  it.each([...tasks.values()].filter(({publishable, sample}) => !publishable || sample))(
    "$name shows an invented example that becomes one as real rows do",
    ({sample, convert, pool, prompt}) => {
      const [example] = convert([sample!], pool[0]);
      expect(example.text.endsWith(prompt.slice(prompt.lastIndexOf("}") + 1))).toBe(true);
    }
  );

  it("is known by its name", () => {
    expect([...tasks].every(([name, {name: own}]) => name === own && task(name).name === name)).toBe(true);
    expect(() => task("sst3")).toThrow(`unknown task, expected one of ${[...tasks.keys()].sort().join(", ")}: sst3`);
  });
});

describe("the sets from a package", () => {
  it.each([
    ["uci-amazon", "Sentiment:", "Great for the jawbone.", "So there is no way for me to plug it in here in the US"],
    [
      "uci-imdb",
      "Sentiment:",
      "The best scene in the movie was when Gerardo",
      "A very, very, very slow-moving, aimless movie"
    ],
    ["uci-yelp", "Sentiment:", "Wow... Loved this place.", "Crust is not good."]
  ])("%s: 500 sentences of each class, without the file's empty last row", async (name, cue, positive, negative) => {
    const {examples, test} = await load(name);
    expect(classes(examples)).toEqual([500, 500]);
    expect(test).toEqual([]);
    expect(
      examples.every(({text}) => text.endsWith(`\n${cue}`) && !/[\x00-\x09\x0b-\x1f\x7f-\x9f]|  $/.test(text))
    ).toBe(true);
    expect(examples.find(({text}) => text.startsWith(positive))?.label).toBe(1);
    expect(examples.find(({text}) => text.startsWith(negative))?.label).toBe(0);
    expect(task(name).publishable).toBe(true);
  });

  it("punctuation that was left as Windows-1252 reads as punctuation", async () => {
    const {examples} = await load("uci-imdb");
    expect(byId(examples, "imdb/18")?.text).toContain("perfect in all of them \u2013 a true masterpiece");
    expect(byId(examples, "imdb/178")?.text).toMatch(/^The script is\u2026was there a script\?/);
  });

  it("the same sentence in other spelling is in the same group", async () => {
    const {examples} = await load("uci-amazon");
    const works = examples.filter(({text}) => /^works (great|fine|well)\W*\nSent/i.test(text));
    expect(works.length).toBeGreaterThan(3);
    expect(new Set(works.map(({group}) => group)).size).toBeLessThan(works.length);
  });
});

/** Counts as the data's readme gives them, and rows whose meaning a reader can check. */
const golden: {
  name: string;
  pool: [number, number];
  test: [number, number];
  positive: [id: string, text: RegExp];
  negative: [id: string, text: RegExp];
}[] = [
  {
    name: "sst2",
    pool: [3279, 3591],
    test: [428, 444],
    positive: ["train/0", /^a stirring , funny and finally transporting .*\nSentiment:$/],
    negative: ["validation/0", /^one long string of cliches\nSentiment:$/]
  },
  {
    name: "cola",
    pool: [2528, 6023],
    test: [322, 721],
    positive: ["train/0", /^Our friends won't buy this analysis, .*\nAcceptable:$/],
    negative: ["train/18", /^They drank the pub\.\nAcceptable:$/]
  },
  {
    name: "boolq",
    pool: [860, 1429],
    test: [377, 604],
    positive: [
      "validation/2290",
      /^Groundhog -- The groundhog .*\nQuestion: is a groundhog and a woodchuck the same thing\?\nAnswer:$/
    ],
    negative: ["train/0", /^Ethanol fuel -- .*\nQuestion: does ethanol take more energy make that produces\?\nAnswer:$/]
  },
  {
    name: "rte",
    pool: [1241 + 131, 1249 + 146],
    test: [0, 0],
    positive: [
      "train/1",
      /installation of new Pope Benedict XVI\.\nHypothesis: Pope Benedict XVI is the new leader of .*\nEntailed:$/
    ],
    negative: ["train/0", /^No Weapons of Mass Destruction Found in Iraq Yet\.\nHypothesis: Weapons of .*\nEntailed:$/]
  }
];

describe.skipIf(!realRowsThere)("real rows of the hub", () => {
  it.each(golden)("$name: counts, coding of labels, prompt, groups", async ({name, pool, test, positive, negative}) => {
    const loaded = await load(name);
    expect(classes(loaded.examples)).toEqual(pool);
    expect(classes(loaded.test)).toEqual(test);
    const all = [...loaded.examples, ...loaded.test];
    for (const [label, [id, text]] of [negative, positive].entries()) {
      expect(byId(all, id)?.text).toMatch(text);
      expect(byId(all, id)?.label).toBe(label);
    }
    expect(new Set(loaded.examples.map(({group}) => group)).size).toBeLessThan(loaded.examples.length);
    const splits = split(loaded.examples, loaded.test, {
      task: name,
      seed: 1,
      sizes: {supervision: 400, transfer: 500, test: 300}
    });
    expect(splitNames.map((split) => splits[split].length)).toEqual([
      400 - splits.supervision_validation.length,
      splits.supervision_validation.length,
      500 - splits.transfer_validation.length,
      splits.transfer_validation.length,
      300
    ]);
    expect(splits.supervision_validation).toHaveLength(80);
    expect(splits.transfer_validation).toHaveLength(100);
  });

  it("says that CoLA runs dry", async () => {
    const {examples, test} = await load("cola");
    expect(() => split(examples, test, {task: "cola", seed: 3, sizes: {test: 700}})).toThrow(
      "task cola: expected 350 test rows of class 0, only 322 there"
    );
  });

  it("a second call asks the hub nothing and gives the same", async () => {
    const first = await load("rte");
    const asked = hub.requests.length;
    expect(await load("rte")).toEqual(first);
    expect(hub.requests).toHaveLength(asked);
  });
});

describe("conversion", () => {
  const convert = (name: string, rows: Record<string, unknown>[], split?: string) =>
    task(name).convert(rows, hubSource("d", "c", split));

  it("leaves out rows whose label is hidden", () => {
    for (const [name, row] of [
      ["sst2", {sentence: "a b"}],
      ["cola", {sentence: "a b"}],
      ["boolq", {question: "q", passage: "p"}],
      ["rte", {premise: "p", hypothesis: "h"}]
    ] as const) {
      const rows = [-1, 0, 1].map((label, idx) => ({...row, label, idx}));
      expect(convert(name, rows, "test").map(({id}) => id)).toEqual(["test/1", "test/2"]);
    }
  });

  it("RTE codes entailment as 0, the lab as 1", () => {
    const rows = [0, 1].map((label, idx) => ({premise: "p", hypothesis: "h", label, idx}));
    expect(convert("rte", rows).map(({label}) => label)).toEqual([1, 0]);
  });

  it("SST-2 keeps whole sentences to learn from, and every row to test on", () => {
    const rows = [
      "a gorgeous , witty film ",
      "gorgeous , witty ",
      "witty film",
      "gorge ",
      "a gorgeous , witty film"
    ].map((sentence, idx) => ({sentence, label: 1, idx}));
    const texts = convert("sst2", rows).map(({text}) => text.split("\n")[0]);
    expect(texts).toEqual(["a gorgeous , witty film", "gorge", "a gorgeous , witty film"]);
    expect(convert("sst2", rows, "validation")).toHaveLength(5);
  });

  it("groups what is the same once case, spaces and punctuation are gone", () => {
    const groups = (name: string, rows: Record<string, unknown>[]) =>
      convert(
        name,
        rows.map((row, idx) => ({...row, label: 1, idx}))
      ).map(({group}) => group);
    const [a, b, c] = groups("cola", [{sentence: "John left."}, {sentence: " john  LEFT!"}, {sentence: "Johnleft"}]);
    expect(b).toBe(a);
    expect(c).not.toBe(a);
    const [d, e] = groups("boolq", [
      {question: "q", passage: "P."},
      {question: "r", passage: "p"}
    ]);
    expect(e).toBe(d);
    const [f, g] = groups("rte", [
      {premise: "One.", hypothesis: "x"},
      {premise: "one", hypothesis: "y"}
    ]);
    expect(g).toBe(f);
    const [h, i] = groups("cola", [{sentence: "?"}, {sentence: "!"}]);
    expect(h).not.toBe(i);
  });

  it("names source, row, column and value of a row that is not as expected", () => {
    expect(() =>
      convert("cola", [
        {sentence: "a", label: 1, idx: 0},
        {sentence: 7, label: 1, idx: 1}
      ])
    ).toThrow("d c train, row 1, sentence: expected string, received number: 7");
    expect(() => convert("sst2", [{sentence: "a", label: 2, idx: 0}])).toThrow(/^d c train, row 0, label: .*: 2$/);
  });
});

describe("loadTask", () => {
  const planted = (name: string, convert: Task["convert"]): Task => ({...task("uci-yelp"), name, convert});
  const examples: Example[] = [
    {id: "a", group: "a", text: "one", label: 0},
    {id: "b", group: "b", text: "two", label: 1}
  ];

  it("has a digest of what it gives: other rows, another digest", async () => {
    const digest = async (rows: Example[]) =>
      (
        await loadTask(
          planted(`p${rows.length}`, () => rows),
          {cache}
        )
      ).digest;
    const first = await digest(examples);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await digest(examples)).toBe(first);
    expect(await digest(examples.slice(1))).not.toBe(first);
  });

  it("does not trust kept rows that are cut short or changed", async () => {
    const name = "kept";
    const load = () =>
      loadTask(
        planted(name, () => examples),
        {cache}
      );
    const first = await load();
    const folder = join(cache, "datasets", "examples");
    const [file] = (await readdir(folder))
      .filter((file) => file.startsWith(`${name}-`))
      .map((file) => join(folder, file));
    const content = await readFile(file, "utf8");
    for (const damage of [content.slice(0, -10), content.replace("two", "owt"), ""]) {
      await writeFile(file, damage);
      expect(await load()).toEqual(first);
      expect(await readFile(file, "utf8")).toBe(content);
    }
  });

  it("says where it cannot write", async () => {
    const inTheWay = join(cache, "file");
    await writeFile(inTheWay, "");
    await expect(loadTask(task("uci-yelp"), {cache: inTheWay})).rejects.toThrow(
      /^cannot write \(ENOTDIR: .*\): .*uci-yelp-/
    );
  });

  it("refuses ids that are not unique, no text, no rows", async () => {
    const attempt = (name: string, rows: Example[]): Promise<LoadedTask> =>
      loadTask(
        planted(name, () => rows),
        {cache}
      );
    await expect(attempt("twice", [examples[0], examples[0]])).rejects.toThrow(
      "task twice: expected ids to be unique: a"
    );
    await expect(attempt("empty", [{...examples[0], text: ""}])).rejects.toThrow("task empty: expected text: a");
    await expect(attempt("none", [])).rejects.toThrow(
      "task none: expected rows with a label, which all 1001 hide or lack: sentiment@5.0.2 test/fixtures/yelp.json"
    );
  });
});
