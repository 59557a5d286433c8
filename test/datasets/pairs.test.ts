import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {hhRlhf} from "../../loaders/datasets/hh-rlhf.js";
import {type LoadedTask, loadTask} from "../../loaders/datasets/rows.js";
import {split, splitNames} from "../../loaders/datasets/split.js";
import {realRowsThere, serveRealRows} from "./realRows.js";

const convert = (rows: {chosen: string; rejected: string}[]) => hhRlhf.convert(rows, hhRlhf.pool[0]);
const dialogue = (...turns: string[]) =>
  turns.map((turn, i) => `\n\n${i % 2 === 0 ? "Human" : "Assistant"}: ${turn}`).join("");

describe("preferences", () => {
  it("are of class 1 where the first dialogue is the chosen one, which about half of them are", () => {
    const rows = Array.from({length: 1000}, (_, i) => ({
      chosen: dialogue(`q${i}`, `good ${i}`),
      rejected: dialogue(`q${i}`, `bad ${i}`)
    }));
    const examples = convert(rows);
    for (const [i, {text, other, label}] of examples.entries()) {
      const texts = [`Human: q${i}\n\nAssistant: good ${i}`, `Human: q${i}\n\nAssistant: bad ${i}`];
      const [first, second] = label === 1 ? texts : texts.toReversed();
      expect([text, other]).toEqual([`${first}\n\nGood answer:`, `${second}\n\nGood answer:`]);
    }
    // Four standard errors of a fair coin.
    const positives = examples.filter(({label}) => label === 1).length;
    expect(Math.abs(positives - 500)).toBeLessThan(64);
    expect(convert(rows)).toEqual(examples);
  });

  it("leave out two equal dialogues, and keep the numbers of the others", () => {
    const [same, good, bad] = ["same", "good", "bad"].map((answer) => dialogue("q", answer));
    expect(
      convert([
        {chosen: same, rejected: `${same}\n`},
        {chosen: good, rejected: bad}
      ]).map(({id}) => id)
    ).toEqual(["train/1"]);
  });

  it("share a group where one goes on where the other was, and nowhere else", () => {
    const groups = convert([
      {chosen: dialogue("Hello?", "a"), rejected: dialogue("Hello?", "b")},
      {chosen: dialogue("hello", "a", "more", "c"), rejected: dialogue("hello", "a", "more", "d")},
      {chosen: dialogue("Good day", "a"), rejected: dialogue("Good day", "b")}
    ]).map(({group}) => group);
    expect(groups[1]).toBe(groups[0]);
    expect(groups[2]).not.toBe(groups[0]);
  });

  it("do not publish their text", () => {
    expect(hhRlhf).toMatchObject({licence: "MIT", publishable: false});
    expect(hhRlhf.warning).toContain("offensive");
  });
});

describe.skipIf(!realRowsThere)("real preferences", () => {
  let cache: string;
  let loaded: LoadedTask;
  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), "pairs-"));
    const hub = await serveRealRows();
    loaded = await loadTask(hhRlhf, {cache, endpoint: hub.endpoint}).finally(() => hub.close());
  });
  afterAll(() => rm(cache, {recursive: true, force: true}));

  it("have the counts of the data's readme, and are about balanced", () => {
    for (const [examples, rows] of [
      [loaded.examples, 632],
      [loaded.test, 271]
    ] as const) {
      expect(examples).toHaveLength(rows);
      const positives = examples.filter(({label}) => label === 1).length;
      expect(Math.abs(positives - rows / 2)).toBeLessThan(2 * Math.sqrt(rows));
    }
  });

  it("prefer what people preferred, told by the length of either last answer", () => {
    const lengthsOf = (id: string) => {
      const {text, other, label} = [...loaded.examples, ...loaded.test].find((example) => example.id === id)!;
      const [chosen, rejected] = (label === 1 ? [text, other!] : [other!, text]).map(
        (dialogue) => dialogue.split("\n\nAssistant: ").at(-1)!.replace("\n\nGood answer:", "").length
      );
      return {chosen, rejected};
    };
    expect(lengthsOf("train/0")).toEqual({chosen: 110, rejected: 222});
    expect(lengthsOf("train/1")).toEqual({chosen: 375, rejected: 285});
    expect(lengthsOf("test/2")).toEqual({chosen: 3, rejected: 165});
  });

  it("are divided by opening, with no dialogue on two sides", () => {
    const {examples, test} = loaded;
    const splits = split(examples, test, {
      task: "hh-rlhf",
      kind: hhRlhf.kind,
      seed: 1,
      sizes: {supervision: 250, transfer: 250, test: 271}
    });
    expect(splitNames.map((name) => splits[name].length)).toEqual([200, 50, 200, 50, 271]);
    const side = new Map<string, string>();
    for (const name of splitNames)
      for (const {text, other} of splits[name])
        for (const dialogue of [text, other!]) {
          const opening = dialogue.split("\n\nAssistant:")[0].toLowerCase();
          expect(side.get(opening) ?? name).toBe(name);
          side.set(opening, name);
        }
  });
});
