import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {rightAndWrong} from "../../loaders/datasets/choices.js";
import {task} from "../../loaders/datasets/index.js";
import {loadTask} from "../../loaders/datasets/rows.js";
import {split, splitNames} from "../../loaders/datasets/split.js";
import type {Example} from "../../loaders/datasets/task.js";
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

describe("the right option and a wrong one", () => {
  const options = ["a", "b", "c", "d"];

  it("are drawn by the question's id alone, each wrong one as often", () => {
    const wrong = Array.from({length: 3000}, (_, i) => {
      const [right, other] = rightAndWrong(`train/${i}`, options, [2]);
      expect(right).toEqual({option: 2, text: "c", label: 1});
      expect(other.label).toBe(0);
      return other.text;
    });
    // Five standard errors of a share of a third.
    for (const text of ["a", "b", "d"])
      expect(Math.abs(wrong.filter((other) => other === text).length - 1000)).toBeLessThan(130);
    expect(rightAndWrong("train/7", options, [2])).toEqual(rightAndWrong("train/7", options, [2]));
  });

  it("never say the same", () => {
    for (let i = 0; i < 50; i++)
      expect(rightAndWrong(`train/${i}`, ["Yes!", "no", " yes"], [0]).map(({text}) => text)).toEqual(["Yes!", "no"]);
    expect(rightAndWrong("train/0", ["+", "-"], [0]).map(({text}) => text)).toEqual(["+", "-"]);
    expect(rightAndWrong("train/0", ["yes", "Yes"], [0])).toEqual([]);
    expect(rightAndWrong("train/0", options, [])).toEqual([]);
  });
});

describe("examples that hang together", () => {
  const example = (id: string, group: string, ...ties: string[]): Example => ({id, group, ties, text: id, label: 0});
  const examples = [example("1", "d", "c"), example("2", "b"), example("3", "c", "a"), example("4", "e", "d")];

  it("share a group through a chain, in whichever order they come", () => {
    for (const order of [examples, examples.toReversed()]) {
      const groups = new Map(unite(order).map(({id, group}) => [id, group]));
      expect(["1", "2", "3", "4"].map((id) => groups.get(id))).toEqual(["a", "b", "a", "a"]);
    }
    expect(unite(examples).some((united) => "ties" in united)).toBe(false);
  });

  it("do so across the rows of all sources", async () => {
    const cache = await mkdtemp(join(tmpdir(), "choices-"));
    const yelp = task("uci-yelp");
    const sources = [yelp.pool[0], task("uci-imdb").pool[0]];
    const planted = {
      ...yelp,
      name: "chain",
      pool: [sources[0]],
      test: [sources[1]],
      convert: (_: unknown, source: unknown) => (source === sources[0] ? examples.slice(0, 2) : examples.slice(2))
    };
    const {examples: pool, test} = await loadTask(planted, {cache});
    expect([pool, test].map((rows) => rows.map(({group}) => group))).toEqual([
      ["a", "b"],
      ["a", "a"]
    ]);
    await rm(cache, {recursive: true, force: true});
  });
});

describe("invented rows", () => {
  it.each<[string, ...[0 | 1, string[]][]]>([
    ["cb", [1, ["Hypothesis: nobody had slept in the hut", "Entailed:"]]],
    [
      "copa",
      [1, ["Question: What was the cause of this?", "Option: The rope came undone.", "Plausible:"]],
      [0, ["Question: What was the cause of this?", "Option: The captain bought a map.", "Plausible:"]]
    ],
    ["multirc", [1, ["Question: What did the owner of the mill take along?", "Option: A clock", "Correct:"]]],
    [
      "record",
      [1, ["@placeholder: Ida Krone", "Correct:"]],
      [0, [expect.stringMatching(/: (Osten|Velm)$/), "Correct:"]]
    ],
    ["wic", [0, ["The bank opens at nine.", "Word: bank", "Same meaning:"]]],
    [
      "wsc",
      [
        1,
        [
          "The lamp would not fit into the crate because *it* was too small.",
          "Pronoun: it",
          "Option: the crate",
          "Refers to the option:"
        ]
      ]
    ],
    [
      "race",
      [1, ["Question: What does the class do with the money?", "Option: It buys books.", "Correct:"]],
      [0, ["Question: What does the class do with the money?", expect.not.stringContaining("books"), "Correct:"]]
    ],
    [
      "swag",
      [1, ["A girl lays a plank across the stream.", "Next: She walks over it with her arms spread.", "Plausible:"]],
      [
        0,
        ["A girl lays a plank across the stream.", expect.stringMatching(/^Next: She (pours|is|plays) /), "Plausible:"]
      ]
    ],
    [
      "hellaswag",
      [
        1,
        [
          "How to dry herbs. Tie them in small bunches. Thick bunches stay damp inside.",
          "Ending: Use no more than ten stems, and leave the string loose enough for air to pass.",
          "Plausible:"
        ]
      ],
      [0, [expect.any(String), expect.stringMatching(/^Ending: (Boil|Your|Ask) /), "Plausible:"]]
    ]
  ])("%s", (name, ...expected) => {
    const examples = sampled(name, {});
    expect(
      examples.map(({label, text}, i) => [label, text.split("\n").slice(-(expected[i]?.[1].length ?? 0))])
    ).toEqual(expected);
    expect(examples.every(({text}) => !/[{}]/.test(text))).toBe(true);
  });

  it("without a label are left out", () => {
    for (const name of ["cb", "copa", "multirc", "wic", "wsc", "swag"])
      expect([name, sampled(name, {label: -1})]).toEqual([name, []]);
    expect(sampled("hellaswag", {label: ""})).toEqual([]);
    expect(sampled("race", {answer: ""})).toEqual([]);
    expect(sampled("record", {answers: []})).toEqual([]);
  });

  it("are read as the source codes them", () => {
    expect(sampled("cb", {label: 0}, {label: 1}, {label: 2}).map(({label}) => label)).toEqual([1, 0, 0]);
    const options = (examples: Example[]) => examples.map(({id, label}) => [id, label]);
    expect(options(sampled("copa", {label: 1}))).toEqual([
      ["train/0/1", 1],
      ["train/0/0", 0]
    ]);
    for (const [i, answer] of ["A", "B", "C", "D"].entries()) {
      expect(options(sampled("race", {answer}))[0]).toEqual([`train/0/${answer}`, 1]);
      expect(options(sampled("swag", {label: i}))[0]).toEqual([`train/0/${i}`, 1]);
      expect(options(sampled("hellaswag", {label: String(i)}))[0]).toEqual([`train/0/${i}`, 1]);
    }
    expect(() => sampled("race", {answer: "E"})).toThrow(/^ehovy\/race all train, row 0, answer: .*: "E"$/);
    expect(() => sampled("hellaswag", {endings: ["one"]})).toThrow(
      /^Rowan\/hellaswag default train, row 0, endings: .*: \["one"\]$/
    );
  });

  it("ReCoRD: another name of the right entity is not a wrong one", () => {
    const entities = ["Ida Krone", "Krone", "Mayor Ida Krone", "Kron", "Velm"];
    const drawn = Array.from({length: 60}, (_, query) =>
      sampled("record", {entities, idx: {passage: 0, query}})
    ).flat();
    const of = (label: number) =>
      [...new Set(drawn.filter((e) => e.label === label).map((e) => e.id.slice(-1)))].sort();
    expect(of(1)).toEqual(["0"]);
    expect(of(0)).toEqual(["3", "4"]);
  });

  it("WSC: the pronoun at its place is marked, also where the place is a word early", () => {
    const text = "It rained, so Ann said it was wet, and it was.";
    const marked = (span2_index: number) =>
      sampled("wsc", {text, span2_text: "it", span2_index})[0].text.split("\n")[0];
    expect(marked(5)).toBe("It rained, so Ann said *it* was wet, and it was.");
    expect(marked(4)).toBe(marked(5));
    expect(marked(9)).toBe("It rained, so Ann said it was wet, and *it* was.");
  });

  it("HellaSwag: layout is gone, other brackets stay", () => {
    const [{text}] = sampled("hellaswag", {
      ctx: ". [header] How to swim? [title] Breathe [step] Slowly [as ever].",
      endings: ["[substeps] Float. [title] Then  sink", "b", "c", "d"],
      label: "0"
    });
    expect(text).toBe("How to swim? Breathe Slowly [as ever].\nEnding: Float. Then sink\nPlausible:");
  });

  it("share a group with what would give them away", () => {
    const groups = (name: string, ...rows: Record<string, unknown>[]) =>
      unite(
        sampled(
          name,
          ...rows.map((row, question) => ({idx: {passage: 0, question, query: question, answer: question}, ...row}))
        )
      ).map(({group}) => group);
    const distinct = (name: string, ...rows: Record<string, unknown>[]) => new Set(groups(name, ...rows)).size;
    const numbered = {idx: 0};
    expect(distinct("cb", {...numbered}, {...numbered, hypothesis: "x"}, {...numbered, premise: "x"})).toBe(2);
    expect(distinct("copa", {...numbered}, {...numbered, choice2: "x"}, {...numbered, premise: "x"})).toBe(2);
    expect(distinct("multirc", {}, {question: "x"}, {paragraph: "x"})).toBe(2);
    expect(distinct("record", {}, {query: "x"}, {passage: "x"})).toBe(2);
    expect(distinct("wic", {...numbered}, {...numbered, sentence1: "x"}, {...numbered, word: "x"})).toBe(2);
    expect(distinct("race", {}, {question: "x"}, {article: "x"})).toBe(2);
    const twin = "Since the lamp was so big it would not fit into the crate";
    expect(distinct("wsc", {...numbered, text: twin}, {...numbered, text: twin.replace("Since", "Though")})).toBe(1);
    expect(distinct("wsc", {...numbered, text: twin}, {...numbered, text: `${twin} at all`})).toBe(1);
    expect(distinct("wsc", {...numbered, text: twin}, numbered)).toBe(2);
    const next = {sent1: "She walks over it with her arms spread.", sent2: "A dog", ending1: "barks."};
    expect(distinct("swag", {}, next)).toBe(1);
    expect(distinct("swag", {label: 0}, next)).toBe(2);
    const [here, there] = ["lsmdc1_Film-12", "lsmdc1_Film-345"].map((id) => ({"video-id": id}));
    expect(distinct("swag", here, {...there, sent1: "x", ending1: "y"})).toBe(1);
    expect(distinct("swag", {"video-id": "anetv_a-12"}, {"video-id": "anetv_a-345", sent1: "x", ending1: "y"})).toBe(2);
    const page = {ctx_a: "[header] How to dry herbs [title] Hang them.", endings: ["w", "x", "y", "z"]};
    expect(distinct("hellaswag", {}, page)).toBe(1);
    expect(distinct("hellaswag", {}, {...page, ctx_a: "[header] How to dry fish [title] Hang them."})).toBe(2);
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
    name: "cb",
    pool: [168, 138],
    test: [0, 0],
    positive: ["train/10", /\nHypothesis: Guido's brain was whirring\nEntailed:$/],
    negative: [
      "validation/14",
      /I don't think they should abolish it\.\nHypothesis: they should abolish it\nEntailed:$/
    ]
  },
  {
    name: "copa",
    pool: [500, 500],
    test: [0, 0],
    positive: [
      "train/0/0",
      /^My body cast a shadow .*\nQuestion: .* cause .*\nOption: The sun was rising\.\nPlausible:$/
    ],
    negative: ["train/198/0", /^The vase broke\.\nQuestion: What happened as .*\nOption: I stenciled it\.\nPlausible:$/]
  },
  {
    name: "multirc",
    pool: [2170, 1828],
    test: [819, 680],
    positive: ["train/2407/12742", /\nQuestion: What emits light\?\nOption: The sun and stars\nCorrect:$/],
    negative: ["train/2417/12779", /\nQuestion: Do light and radio .* through space\?\nOption: No\nCorrect:$/]
  },
  {
    name: "record",
    pool: [64, 64],
    test: [0, 0],
    positive: [
      "train/29280/45067/4",
      /\nSentence: After .*Mr @placeholder spent .*\n@placeholder: Shane Reeves\nCorrect:$/
    ],
    negative: ["train/29280/45067/1", /\n- The pair.*\nSentence: After .*\n@placeholder: Northampton\nCorrect:$/]
  },
  {
    name: "wic",
    pool: [1995, 2005],
    test: [319, 319],
    positive: ["train/3328", /^Dig salt\.\nDig coal\.\nWord: dig\nSame meaning:$/],
    negative: ["train/3093", /^Cut class\.\nCut a caper\.\nWord: cut\nSame meaning:$/]
  },
  {
    name: "wsc",
    pool: [295 + 66, 259 + 38],
    test: [0, 0],
    positive: [
      "train/29",
      /^The fish ate the worm \. \*It\* was tasty\.\nPronoun: It\nOption: the worm\nRefers to .*:$/
    ],
    negative: ["train/497", /^The fish .* \*It\* was hungry\.\nPronoun: It\nOption: the worm\nRefers to the option:$/]
  },
  {
    name: "race",
    pool: [3670, 3670],
    test: [1369, 1369],
    positive: ["train/2998/A", /He has a yellow bike\..*\nQuestion: Mark has a .*\nOption: yellow bike\nCorrect:$/],
    negative: ["train/2998/B", /He has a yellow bike\..*\nQuestion: Mark has a .*\nOption: yellow jeep\nCorrect:$/]
  },
  {
    name: "swag",
    pool: [350, 350],
    test: [150, 150],
    positive: ["train/70/1", /^Someone puts his bag back on\.\nNext: He dashes off to work\.\nPlausible:$/],
    negative: ["train/72/3", /^He pulls the driver out\.\nNext: They toilet cap .*\nPlausible:$/]
  },
  {
    name: "hellaswag",
    pool: [3006, 3006],
    test: [988, 988],
    positive: ["train/2704/1", /^A man bends over into a pond\. he\nEnding: reaches into the pond\.\nPlausible:$/],
    negative: ["train/923/0", /^A dog is being bathed by a woman\. the woman\nEnding: sprays her hair\.\nPlausible:$/]
  }
];

describe.skipIf(!realRowsThere)("real rows of the hub", () => {
  let hub: HubServer;
  let cache: string;
  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), "choices-"));
    hub = await serveRealRows();
  });
  afterAll(async () => {
    await hub.close();
    await rm(cache, {recursive: true, force: true});
  });
  const load = (name: string) => loadTask(task(name), {cache, endpoint: hub.endpoint});

  it.each(golden)("$name: counts, coding of labels, prompt", async ({name, pool, test, positive, negative}) => {
    const loaded = await load(name);
    expect(classes(loaded.examples)).toEqual(pool);
    expect(classes(loaded.test)).toEqual(test);
    const all = new Map([...loaded.examples, ...loaded.test].map((example) => [example.id, example]));
    for (const [label, [id, text]] of [negative, positive].entries()) {
      expect(all.get(id)?.text).toMatch(text);
      expect(all.get(id)?.label).toBe(label);
    }
  });

  it.each(["copa", "record", "race", "swag", "hellaswag"])(
    "%s: a right and a wrong option per question",
    async (name) => {
      const {examples, test} = await load(name);
      const questions = new Map<string, Example[]>();
      for (const row of [...examples, ...test]) {
        const question = row.id.slice(0, row.id.lastIndexOf("/"));
        questions.set(question, [...(questions.get(question) ?? []), row]);
      }
      const asked = ({text}: Example) => text.replace(/\n(Option|@placeholder|Next|Ending): [^]*$/, "");
      const odd = [...questions].filter(
        ([, [one, other, ...more]]) =>
          more.length > 0 || one.label + other?.label !== 1 || asked(one) !== asked(other) || one.text === other.text
      );
      expect(odd.map(([question]) => question)).toEqual([]);
      expect(questions.size).toBe((examples.length + test.length) / 2);
    }
  );

  /** What must not be read in two splits: the lines before the question, or the word of a pair. */
  const context: Record<string, (text: string) => string> = {
    cb: (text) => text.split("\nHypothesis:")[0],
    copa: (text) => text.split("\nQuestion:")[0],
    multirc: (text) => text.split("\nQuestion:")[0],
    record: (text) => text.split("\nSentence:")[0],
    wic: (text) => text.split("\nWord:")[1],
    wsc: (text) => text.split("\nPronoun:")[0].replaceAll("*", ""),
    race: (text) => text.split("\nQuestion:")[0],
    swag: (text) => text.split("\nNext:")[0],
    hellaswag: (text) => text.split("\nEnding:")[0]
  };

  it.each(golden)("$name: what gives a row away is in one split", async ({name}) => {
    const {examples, test} = await load(name);
    const splits = split(examples, test, {task: name, seed: 1});
    const seen = new Map<string, string>();
    const leaks: string[] = [];
    for (const part of splitNames) {
      expect(classes(splits[part]).every((rows) => rows > 0)).toBe(true);
      for (const {id, text} of splits[part]) {
        const key = context[name](text);
        if ((seen.get(key) ?? part) !== part) leaks.push(id);
        seen.set(key, part);
      }
    }
    expect(leaks).toEqual([]);
  });

  it.each([
    ["swag", ({text}: Example) => text.match(/\nNext: (.*)\n/)?.[1], ({text}: Example) => text.split("\n")[0]],
    ["hellaswag", hellaSwagCaption, ({text}: Example) => text.split("\n")[0].match(/^(.*[.!?]) [^.!?]*$/)?.[1]]
  ])("%s: no right ending is a context of another split", async (name, endingOf, contextOf) => {
    const {examples, test} = await load(name);
    const splits = split(examples, test, {task: name, seed: 1});
    const same = (text: string) =>
      text
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, " ")
        .trim();
    const contexts = new Map<string, string>();
    for (const part of splitNames)
      for (const example of splits[part]) contexts.set(same(contextOf(example) ?? example.id), part);
    let links = 0;
    for (const part of splitNames)
      for (const example of splits[part].filter(({label}) => label === 1)) {
        const met = contexts.get(same(endingOf(example) ?? ""));
        if (met === undefined) continue;
        expect([example.id, met]).toEqual([example.id, part]);
        links++;
      }
    expect(links).toBeGreaterThan(20);
  });

  it("wsc: twins that differ in a word are in one split", async () => {
    const {examples, test} = await load("wsc");
    const splits = split(examples, test, {task: "wsc", seed: 1});
    const texts = splitNames.flatMap((part) =>
      [...new Set(splits[part].map(({text}) => context.wsc(text)))].map((text) => ({part, words: text.split(/\W+/)}))
    );
    let twins = 0;
    for (const [i, one] of texts.entries())
      for (const other of texts.slice(0, i)) {
        if (one.words.length !== other.words.length) continue;
        if (one.words.filter((word, j) => word !== other.words[j]).length !== 1) continue;
        expect([one.words.join(" "), one.part]).toEqual([one.words.join(" "), other.part]);
        twins++;
      }
    expect(twins).toBeGreaterThan(10);
  });
});

/** The caption that a right ending completes: what follows the last full stop of the context, and the ending. */
function hellaSwagCaption({text}: Example): string {
  const [context, ending] = text.split("\n");
  return `${context.match(/[^.!?]*$/)?.[0]} ${ending.replace("Ending: ", "")}`;
}
