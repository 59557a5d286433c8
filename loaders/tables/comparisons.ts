import type {Row} from "../../src/tables.js";
import {accuracy, rights} from "../../src/statistics/accuracy.js";
import {crossedBootstrap} from "../../src/statistics/bootstrap.js";
import {compare, type ComparedCell} from "../../src/statistics/comparisons.js";
import type {SeedPredictions} from "../../src/statistics/estimates.js";
import {task as taskNamed} from "../datasets/index.js";
import {cellsOf, dependsOn, type EstimatedCell} from "./estimates.js";
import type {Results} from "./results.js";

/** Paired comparisons of methods, from the predictions that the estimates are made from. */
export async function comparisons(results: Results): Promise<Row<"comparisons">[]> {
  const cells = new Map<string, ComparedCell>();
  for (const {run, status} of results.runs) {
    const {task, setting, weak, strong, method, variant} = run;
    const cell = {task, setting, weak, strong, method, variant};
    const absent = status === "missing" ? "not run yet" : `its run ${status === "failed" ? "failed" : "was refused"}`;
    const other = dependsOn(task, results.workspace.study.tasks);
    const dependent = other && `its models are those of ${taskNamed(other).title}`;
    const none = {seeds: [], absent, dependent, withheld: null, resampled: () => new Float64Array()};
    cells.set(JSON.stringify(cell), {...cell, domain: taskNamed(task).domain ?? "nlp", ...none});
  }
  for (const estimated of await cellsOf(results)) {
    const {task} = estimated.cell;
    const key = JSON.stringify(estimated.cell);
    const {test} = await results.workspace.split(task, estimated.seeds[0].seed);
    const groups = test.map(({group}) => group);
    cells.set(key, {...cells.get(key)!, ...compared(estimated, groups)});
  }
  return compare([...cells.values()]);
}

function compared(
  {seeds, evaluations, estimated}: EstimatedCell,
  groups: readonly string[]
): Pick<ComparedCell, "seeds" | "absent" | "withheld" | "resampled"> {
  const {estimates, replicates} = estimated;
  const models = new Map(evaluations.map(({run, predictors}) => [run.seed, predictors.student.key]));
  const own = seeds.filter(({student}) => student);
  return {
    seeds: own.map(({seed, gold, weak, student, strong_ceiling}) => ({
      seed,
      weak: accuracy(gold, weak!)!,
      student: accuracy(gold, student!)!,
      ceiling: accuracy(gold, strong_ceiling!)!,
      model: models.get(seed)!
    })),
    absent: null,
    withheld: estimates.pgr.refused,
    resampled: (some) =>
      some.join() === own.map(({seed}) => seed).join() ? replicates.student! : resampled(own, some, groups)
  };
}

/** Replicates over some seeds alone, where the other arm lacks one. */
function resampled(own: readonly SeedPredictions[], some: readonly number[], groups: readonly string[]): Float64Array {
  const right = some.flatMap((at) => {
    const {gold, student} = own.find(({seed}) => seed === at)!;
    return [...rights(gold, student!)];
  });
  return crossedBootstrap([right], some.length, groups.length, {groups})[0];
}
