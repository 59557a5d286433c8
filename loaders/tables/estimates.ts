import type {Row} from "../../src/tables.js";
import {estimateAcross} from "../../src/statistics/acrossTasks.js";
import {classes} from "../../src/statistics/accuracy.js";
import {type CellEstimates, estimateCell, type Quantity, type SeedPredictions} from "../../src/statistics/estimates.js";
import type {Evaluation} from "../evaluate.js";
import type {Results} from "./results.js";
import {goldOf} from "./predictions.js";

type Cell = Pick<Row<"estimates">, "task" | "weak" | "strong" | "method" | "variant">;

/** Estimates per cell over its seeds and, for each arm, over its tasks. */
export async function estimates({workspace, done}: Results): Promise<Row<"estimates">[]> {
  const cells = new Map<string, {cell: Cell; evaluations: Evaluation[]}>();
  for (const evaluation of done) {
    const {task, weak, strong, method, variant} = evaluation.run;
    const key = JSON.stringify([task, weak, strong, method, variant]);
    if (!cells.has(key)) cells.set(key, {cell: {task, weak, strong, method, variant}, evaluations: []});
    cells.get(key)!.evaluations.push(evaluation);
  }
  const rows: Row<"estimates">[] = [];
  const arms = new Map<string, {cell: Cell; estimates: CellEstimates[]}>();
  for (const {cell, evaluations} of cells.values()) {
    const {task, weak, strong} = cell;
    const baselines = isBaseline(cell) ? [] : (cells.get(JSON.stringify([task, weak, strong, "baseline", ""]))?.evaluations ?? []);
    const seeds: SeedPredictions[] = [];
    for (const evaluation of evaluations) seeds.push(await predictionsOf(evaluation, baselines.find((b) => b.run.seed === evaluation.run.seed)));
    const examples = (await workspace.split(task, evaluations[0].run.seed)).test;
    const estimated = estimateCell(seeds, {groups: examples.map(({group}) => group)});
    rows.push(...rowsOf(cell, estimated.estimates));
    const arm = JSON.stringify({...cell, task: "all"});
    if (!arms.has(arm)) arms.set(arm, {cell: {...cell, task: "all"}, estimates: []});
    arms.get(arm)!.estimates.push(estimated);
  }
  for (const {cell, estimates} of arms.values()) if (estimates.length > 1) rows.push(...rowsOf(cell, estimateAcross(estimates)));
  return rows;
}

async function predictionsOf(evaluation: Evaluation, baseline: Evaluation | undefined): Promise<SeedPredictions> {
  const {run, test} = evaluation;
  const gold = await goldOf(evaluation);
  return {
    seed: run.seed,
    gold: Uint8Array.from(test.student.rows.examples, ({id}) => gold.get(id)!),
    weak: classes(test.weak.probability),
    weak_ceiling: classes(test.weak_ceiling.probability),
    student: classes(test.student.probability),
    strong_ceiling: classes(test.strong_ceiling.probability),
    baseline: baseline ? classes(baseline.test.student.probability) : null
  };
}

const isBaseline = ({method, variant}: Cell): boolean => method === "baseline" && variant === "";

function rowsOf(cell: Cell, estimates: CellEstimates["estimates"]): Row<"estimates">[] {
  return (Object.entries(estimates) as [Quantity, CellEstimates["estimates"][Quantity]][])
    .filter(([quantity]) => quantity !== "difference" || !isBaseline(cell))
    .map(([quantity, {value, low, high, seeds, n, refused}]) => ({...cell, quantity, value, low, high, seeds, n, refused}));
}
