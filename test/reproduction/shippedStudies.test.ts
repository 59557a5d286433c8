import {expect, test} from "vitest";
import {loadStudy, runsOf} from "../../loaders/study.js";
import {armsOfAlice, isFound} from "../../src/reproduction/alice/arms.js";
import {datasets, table2Rows} from "../../src/reproduction/alice/published.js";

/** Where a study stands in the paper's tables once each of its runs is done. */
async function whole(name: string) {
  const study = await loadStudy(name);
  const runs = runsOf(study);
  const methods = study.methods.map(({method, variant, setting, options}) => ({
    method,
    variant,
    setting,
    options,
    title: variant ? `${method}, ${variant}` : method
  }));
  const models = (["weak", "strong"] as const).flatMap((role) =>
    study.models[role].map((model, position) => ({model, title: model, role, position}))
  );
  const estimates = runs.map((run) => ({...run, quantity: "student"}));
  return {study, arms: armsOfAlice({methods, models}, estimates)};
}

const tasks = datasets.map(({task}) => task);
const family = {qwen: "hub:Qwen/Qwen2.5", llama: "hub:meta-llama/Llama"};

test.each([
  ["alice-qwen-3b", `${family.qwen}-1.5B-Instruct`, `${family.qwen}-3B-Instruct`, ""],
  ["alice-qwen", `${family.qwen}-1.5B-Instruct`, `${family.qwen}-7B-Instruct`, "cascade"],
  ["alice-llama", `${family.llama}-3.2-1B-Instruct`, `${family.llama}-3.2-3B-Instruct`, ""],
  ["alice-llama", `${family.llama}-3.2-1B-Instruct`, `${family.llama}-3.1-8B-Instruct`, "cascade"]
])("%s has all rows of table 1 of %s to %s, on all four sets", async (name, weak, strong, alice) => {
  const {arms} = await whole(name);
  const [base] = arms.bases;
  for (const task of tasks)
    for (const row of ["weak", "qa", "qcota", "alice", "strong"] as const) {
      const found = arms.table1(row, {weak, strong}, task, base);
      expect([task, row, isFound(found)]).toEqual([task, row, true]);
      if (row === "alice") expect(found).toMatchObject({method: "alice", variant: alice});
    }
});

test("alice-qwen has all rows of tables 2 and 3, on all four sets", async () => {
  const {arms} = await whole("alice-qwen");
  const [base] = arms.bases;
  const strong = `${family.qwen}-7B-Instruct`;
  expect(arms.taught(base)).toEqual([strong]);
  for (const task of tasks) {
    for (const row of table2Rows)
      expect([task, row, arms.table2Source(row, strong, task, base)]).toMatchObject([task, row, {strong}]);
    for (const method of ["qcota", "alice"] as const) {
      const [direct, cascade] = (["direct", "cascade"] as const).map((way) =>
        arms.table3Source(method, way, strong, task, base)
      );
      expect(direct).toMatchObject({method, weak: `${family.qwen}-3B-Instruct`, strong});
      expect(cascade).toMatchObject({method, variant: "cascade", weak: `${family.qwen}-1.5B-Instruct`, strong});
    }
  }
});
