import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import type {SchemaElement} from "hyparquet";
import {parquetWriteBuffer} from "hyparquet-writer";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {task} from "../../loaders/datasets/index.js";
import {parquetRows} from "../../loaders/datasets/parquetRows.js";
import {loadTask} from "../../loaders/datasets/rows.js";
import type {Source} from "../../loaders/datasets/task.js";
import {rightAnswer} from "../../loaders/rightAnswer.js";
import {type HubServer, serveHub} from "./hubServer.js";
import {realRows, realRowsThere, serveRealRows} from "./realRows.js";

let hub: HubServer;
let cache: string;

beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), "questions-"));
  hub = await serveRealRows();
});

afterAll(async () => {
  await hub.close();
  await rm(cache, {recursive: true, force: true});
});

const parse = (name: string, output: string, text = ""): string | null => task(name).parse!(output, text);

describe("the answer in what was written", () => {
  it.each([
    ["in a line", " Paris", "paris"],
    ["after a chain of thought", "France is in Europe. The answer is Paris.", "paris"],
    ["the last of two conclusions", "The answer is Lyon. No: the final answer is: Paris", "paris"],
    ["without accents, articles and case", "The Bogotá", "bogota"],
    ["not of a question that the model goes on to ask", "Paris\nQuestion: What is the answer is Rome?", "paris"],
    ["none", " \n", null],
    ["punctuation alone", "...", null]
  ])("%s", (_, output, expected) => expect(parse("world-countries", output)).toBe(expected));

  it.each([
    ["a number", " 72", "72"],
    ["the last one of a conclusion", "He has 3 * 4 = 12. The answer is 1,200.00 dollars", "1200"],
    ["below zero", "-5", "-5"],
    ["of a currency", "$18.50", "18.5"],
    ["none", "no idea", null]
  ])("of mathematics: %s", (_, output, expected) => expect(parse("gsm8k", output)).toBe(expected));

  const asked =
    "Question: Why do magnets stick?\nA. It is smooth.\nB. It contains iron.\nC. It contains iron ore\nAnswer:";
  it.each([
    ["a letter", " B", "B"],
    ["a letter in brackets", "(B) iron", "B"],
    ["a letter after a chain", "Magnets stick to iron. The answer is B. It contains iron.", "B"],
    ["the words of one option", "because it is smooth", "A"],
    ["an article is no letter", "A magnet: it contains iron.", "B"],
    ["a letter that was not offered", "E", null],
    ["the words of two options", "it contains iron ore", null],
    ["nothing of the kind", "magnetism", null]
  ])("among options: %s", (_, output, expected) => expect(parse("arc-challenge", output, asked)).toBe(expected));
});

describe("is right", () => {
  const france = {answer: "paris", aliases: ["city of light"]};
  it.each([
    ["the gold answer", "paris", true],
    ["in more words", "capital is paris of course", true],
    ["an alias", "city of light", true],
    ["not a part of a word", "parisian", false],
    ["nor a part of the answer", "city", false]
  ])("%s", (_, answer, right) => expect(rightAnswer("triviaqa", answer, france)).toBe(right));

  it.each([
    ["yes both are in Ohio", "yes", true],
    ["no", "no", true],
    ["there is no evidence but yes one of them is", "no", false],
    ["there is no evidence but yes one of them is", "yes", false],
    ["no man s land", "no man s land", true]
  ])("of HotpotQA, where it is yes or no, what an answer begins with: %s", (answer, gold, right) =>
    expect(rightAnswer("hotpotqa", answer, {answer: gold})).toBe(right)
  );

  it("where a number is asked for, only as that number", () => {
    expect(rightAnswer("gsm8k", "72", {answer: "72"})).toBe(true);
    expect(rightAnswer("gsm8k", "172", {answer: "72"})).toBe(false);
  });
});

describe("countries, from a package", () => {
  it("ask for capitals and regions of 194 countries, two questions a group", async () => {
    const {examples} = await loadTask(task("world-countries"), {cache});
    expect(examples).toHaveLength(2 * 194);
    expect(new Set(examples.map(({group}) => group)).size).toBe(194);
    const france = examples.filter(({group}) => group === "FRA");
    expect(france.map(({text, answer, written}) => [text.split("\n")[0], answer, written])).toEqual([
      ["Question: What is the capital of France?", "paris", "Paris"],
      [
        "Question: In which region of the world is France: Africa, Americas, Asia, Europe or Oceania?",
        "europe",
        "Europe"
      ]
    ]);
    const southAfrica = examples.find(({id}) => id === "countries/ZAF/capital")!;
    expect([southAfrica.answer, ...southAfrica.aliases!].sort()).toEqual(["bloemfontein", "cape town", "pretoria"]);
  });
});

describe.runIf(realRowsThere)("on real rows", () => {
  const load = (name: string) => loadTask(task(name), {cache, endpoint: hub.endpoint});

  it("GSM8K: the number, and its annotated chain, whose own answer it is", async () => {
    const {examples, test} = await load("gsm8k");
    expect([examples.length, test.length]).toEqual([7473, 1319]);
    const [clips] = examples;
    expect(clips).toMatchObject({answer: "72", written: "72"});
    expect(clips.chain).toBe(
      "Natalia sold 48/2 = 24 clips in May. Natalia sold 48+24 = 72 clips altogether in April and May. The answer is 72."
    );
    for (const {chain, answer, text} of examples) expect(parse("gsm8k", chain!, text)).toBe(answer);
  });

  it.each(["arc-challenge", "arc-easy", "hotpotqa", "triviaqa", "world-countries"])(
    "%s: the gold answer, as it is written, is read as right",
    async (name) => {
      const {examples, test} = await load(name);
      expect(examples.length).toBeGreaterThan(300);
      for (const example of [...examples, ...test]) {
        const answer = parse(name, ` ${example.written}`, example.text);
        expect([example.id, answer !== null && rightAnswer(name, answer, example)]).toEqual([example.id, true]);
      }
    }
  );
});

/** A row of HotpotQA as the hub has it; only its context is invented. */
const asked = {
  id: "a",
  question: "Which river passes the town that Ada was born in? ",
  answer: "The Tern",
  context: {
    title: ["Ada &amp; Sons &quot;Ltd&quot;", "Marsh End"],
    sentences: [
      ["Ada &amp; Sons were founded by Ada of Marsh End.", ' They print "', 'The Ferry".'],
      [" Marsh End lies on the Tern.", " Question: which {context}? "]
    ]
  }
};

/** The same before a question. */
const paragraphs =
  'Ada & Sons "Ltd"\nAda &amp; Sons were founded by Ada of Marsh End. They print "The Ferry".\n\n' +
  "Marsh End\nMarsh End lies on the Tern. Question: which {context}?\n\n";

describe("HotpotQA with context", () => {
  const source: Source = {kind: "hub", dataset: "d", config: "c", split: "train"};
  const convert = (row: Record<string, unknown>) => task("hotpotqa-context").convert([row], source);

  it("has the paragraphs under their titles, in their order, then what is asked closed book", () => {
    const [closed] = task("hotpotqa").convert([asked], source);
    expect(closed.text).toBe("Question: Which river passes the town that Ada was born in?\nAnswer:");
    expect(convert(asked)).toEqual([{...closed, text: paragraphs + closed.text}]);
  });

  it.each([
    ["no context", undefined, "context: expected object, received undefined: undefined"],
    ["no paragraphs", {title: [], sentences: []}, 'context: expected paragraphs, as many as titles: {"title":[],'],
    ["a title too many", {title: ["a", "b"], sentences: [["c"]]}, "context: expected paragraphs, as many as titles: {"]
  ])("says of rows with %s what is missing, where the closed book asks for none", (_, context, message) => {
    expect(() => convert({...asked, context})).toThrow(`d c train, row 0, ${message}`);
    expect(task("hotpotqa").convert([{...asked, context}], source)).toHaveLength(1);
  });

  it("differs from the closed book in what it reads alone", () => {
    const {name, title, conversion, prompt, warning, convert, parse, right, ...own} = task("hotpotqa-context");
    expect(task("hotpotqa")).toMatchObject(own);
    expect(warning).toContain("maxTokens");
  });

  // The real rows of this machine have no contexts: they are served with an invented one, in the hub's layout of the column.
  it.runIf(realRowsThere)("on real rows has the ids, groups and answers of the closed book", async () => {
    const served = new Map<string, Uint8Array>();
    for (const split of ["train", "validation"]) {
      const place = `hotpotqa/hotpot_qa/distractor/${split}/0000.parquet`;
      served.set(place, hotpotFile(await parquetRows(realRows(place)!)));
    }
    const withContext = await serveHub((place) => served.get(place) ?? null);
    const folder = await mkdtemp(join(cache, "context-"));
    const [context, closed] = await Promise.all(
      ["hotpotqa-context", "hotpotqa"].map((name) =>
        loadTask(task(name), {cache: folder, endpoint: withContext.endpoint})
      )
    ).finally(() => withContext.close());
    for (const rows of ["examples", "test"] as const) {
      expect(context[rows].map(({text, ...rest}) => rest)).toEqual(closed[rows].map(({text, ...rest}) => rest));
      expect(context[rows].map(({text}) => text)).toEqual(closed[rows].map(({text}) => paragraphs + text));
    }
    // Of two questions nothing is left of the answer.
    expect([context.examples.length, context.test.length]).toEqual([5924 - 2, 1481]);
  });
});

/** Rows of HotpotQA, with the invented context, as the hub writes them. */
function hotpotFile(rows: readonly Record<string, unknown>[]): Uint8Array {
  const columns = ["id", "question", "answer"];
  const list = (name: string, element: SchemaElement[]): SchemaElement[] => [
    {name, repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST"},
    {name: "list", repetition_type: "REPEATED", num_children: 1},
    ...element
  ];
  const text = (name: string): SchemaElement => ({
    name,
    type: "BYTE_ARRAY",
    converted_type: "UTF8",
    repetition_type: "OPTIONAL"
  });
  const schema = [
    {name: "schema", num_children: columns.length + 1},
    ...columns.map(text),
    {name: "context", repetition_type: "OPTIONAL" as const, num_children: 2},
    ...list("title", [text("element")]),
    ...list("sentences", list("element", [text("element")]))
  ];
  const columnData = [
    ...columns.map((name) => ({name, data: rows.map((row) => row[name])})),
    {name: "context", data: rows.map(() => asked.context)}
  ];
  return new Uint8Array(parquetWriteBuffer({schema, columnData}));
}

it.each([
  ["The answer is $18 per day (9 eggs x $2).", "18"],
  ["The answer is 72 clips in April and May 2020.", "72"],
  ["The answer is 9 x 2 = $1,080.00.", "1080"],
  ["The answer is 10 000.", "10000"],
  ["The answer is day-7.", "7"],
  ["The answer is -3.", "-3"],
  ["5 + 5\nis ten\n#### 10", "10"],
  ["First 24,\nso \\boxed{72}", "72"],
  ["first 5\nthen 6 + 7 = 13", "13"],
  ["no idea", null]
])("GSM8K reads the number that is concluded with: %s", (output, number) => {
  expect(task("gsm8k").parse!(output, "Question: How many?\nAnswer:")).toBe(number);
});

it.each([
  ["The answer is **B**.", "B"],
  ["**The answer is:** B", "B"],
  ["The answer is option B.", "B"],
  ["The answer is $\\boxed{B}$.", "B"],
  ['The answer is "B".', "B"],
  ["The answer is b.", "B"],
  ["Answer: B", "B"],
  ["(C)", "C"],
  ["It is iron.", "A"],
  ["A rock", null],
  ["iron or water", null]
])("ARC reads the option that is named: %s", (output, letter) => {
  const text = "Question: Which?\nA. iron\nB. a gas\nC. water\nD. wood\nAnswer:";
  expect(task("arc-easy").parse!(output, text)).toBe(letter);
});
