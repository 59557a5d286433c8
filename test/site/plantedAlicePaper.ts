/**
 * The planted study `alice-paper`: `alice` with the paper's models and two of its datasets, and the arms of its tables 2 and 3.
 *
 * Tasks: hotpotqa (as capitals), gsm8k (as sums: 10 points less), world-countries (as riddles).
 * Models: weak Llama 3.2 1B, Qwen 2.5 1.5B and 3B; strong Qwen 2.5 7B. Arms of `alice` are from Qwen 1.5B to 7B; the weak model on
 *   gold labels 38 % in answers, 42 % in chains, the strong one 76 and 80 %, on hotpotqa.
 * Beside them, students' right answers on hotpotqa: alice/cascade without uncertainty 64, multi-teacher 71, mix-teacher 69, cascade
 *   through Llama 77; cross-model (alice from Llama 1B) 68; from Qwen 3B: qcota 55, alice 72. These have estimates alone.
 * Predictions of hotpotqa are published of all seeds, each as seed 0.
 */
import type {Study} from "../../src/study.js";
import type {Row} from "../../src/tables.js";
import {aliceModels, plantAlice} from "./plantedAlice.js";
import {type Tables, writeTables} from "./plantedTables.js";

const names: Readonly<Record<string, string>> = {
  capitals: "hotpotqa",
  sums: "gsm8k",
  riddles: "world-countries",
  [aliceModels.weak]: "hub:Qwen/Qwen2.5-1.5B-Instruct",
  [aliceModels.intermediate]: "hub:Qwen/Qwen2.5-3B-Instruct",
  [aliceModels.strong]: "hub:Qwen/Qwen2.5-7B-Instruct"
};
const titles: Readonly<Record<string, string>> = {
  hotpotqa: "HotpotQA",
  gsm8k: "GSM8K",
  "world-countries": "World countries"
};

export const paperModels = {
  llama: "hub:meta-llama/Llama-3.2-1B-Instruct",
  weak: names[aliceModels.weak],
  intermediate: names[aliceModels.intermediate],
  strong: names[aliceModels.strong]
};
const {llama, weak, intermediate, strong} = paperModels;
const chains = "lora, in chains";

type Arm = Study["methods"][number];
const alice = (variant: string, options: Arm["options"]): Arm => ({
  method: "alice",
  variant,
  setting: chains,
  title: `Alice, ${variant}`,
  options
});

const more: {arm: Arm; right: number}[] = [
  {
    arm: alice("cascade without uncertainty", {cascade: {through: [intermediate], parts: 2}, uncertainty: false}),
    right: 64
  },
  {arm: alice("multi-teacher", {teachers: [intermediate]}), right: 71},
  {arm: alice("mix-teacher", {teachers: [llama]}), right: 69},
  {
    arm: alice("cascade through Llama", {cascade: {through: ["hub:meta-llama/Llama-3.2-3B-Instruct"], parts: 2}}),
    right: 77
  }
];

/** Arms of `alice` from other weak models. */
const elsewhere = [
  {weak: llama, method: "alice", right: 68},
  {weak: intermediate, method: "alice", right: 72},
  {weak: intermediate, method: "qcota", right: 55}
];

/** Writes the study into `folder/alice-paper`. */
export async function writePlantedAlicePaper(folder: string): Promise<void> {
  const {study, tables} = plantAlicePaper();
  await writeTables(folder, study, tables);
}

export function plantAlicePaper(): {study: Study; tables: Tables} {
  const {study, tables: own} = plantAlice();
  const tables = Object.fromEntries(
    Object.entries(own).map(([table, rows]) => [table, (rows as object[]).map(renamed)])
  ) as unknown as Tables;
  for (const task of tables.tasks) task.title = titles[task.task];
  const students = tables.estimates.filter((d) => d.method === "alice" && !d.variant && d.task !== "all");
  for (const {arm, right} of more)
    tables.estimates.push(...students.map((d) => taught({...d, variant: arm.variant}, right)));
  for (const {right, ...from} of elsewhere)
    tables.estimates.push(...students.map((d) => taught({...d, ...from}, right)));
  publishAllSeeds(tables);
  const model = (name: string, role: "weak" | "strong", position: number, parameters: number) => ({
    model: name,
    title: name.replace(/^.*\//, "").replace("-Instruct", ""),
    role,
    position,
    parameters,
    layers: 8
  });
  return {
    study: {
      ...study,
      study: "alice-paper",
      title: "Planted Alice, the paper’s models",
      tasks: study.tasks.map((task) => names[task]),
      methods: [...study.methods.map(withNames), ...more.map((d) => d.arm)],
      models: [
        model(llama, "weak", 0, 1.2e9),
        model(weak, "weak", 1, 1.5e9),
        model(intermediate, "weak", 2, 3.1e9),
        model(strong, "strong", 0, 7.6e9)
      ],
      command: "w2s run alice-paper"
    },
    tables
  };
}

/** A row with the paper's names of its task and models. */
const renamed = <T extends object>(row: T): T =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      ["task", "weak", "strong", "model"].includes(name) ? (names[value as string] ?? (value as unknown)) : value
    ])
  ) as T;

const withNames = (arm: Arm): Arm => ({
  ...arm,
  options: JSON.parse(JSON.stringify(arm.options).replaceAll(aliceModels.intermediate, intermediate)) as Arm["options"]
});

/** An estimate of another arm: of its student, and as it was of the models that it shares. */
function taught(row: Row<"estimates">, right: number): Row<"estimates"> {
  if (row.quantity !== "student" || row.task === "world-countries") return row;
  const value = (right - (row.task === "gsm8k" ? 10 : 0)) / 100;
  return {...row, value, low: value - 0.04, high: value + 0.04};
}

/** What each model of seed 0 said, of the same models of other seeds too. */
function publishAllSeeds({runs, predictors, predictions}: Tables): void {
  const hotpot = new Map(runs.filter((d) => d.task === "hotpotqa").map((d) => [d.run, d]));
  const key = (d: Row<"predictors">) => JSON.stringify([hotpot.get(d.run)!.method, hotpot.get(d.run)!.variant, d.role]);
  const own = predictors.filter((d) => hotpot.has(d.run));
  const first = new Map(own.filter((d) => hotpot.get(d.run)!.seed === 0).map((d) => [key(d), d.predictor]));
  const there = new Set(predictions.map((d) => d.predictor));
  const all = [...predictions];
  for (const d of own) {
    if (there.has(d.predictor)) continue;
    there.add(d.predictor);
    const said = all.filter(({predictor}) => predictor === first.get(key(d)));
    predictions.push(...said.map((row) => ({...row, predictor: d.predictor})));
  }
}
