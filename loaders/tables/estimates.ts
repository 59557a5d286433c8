import type {Row} from "../../src/tables.js";
import {type AcrossEstimate, estimateAcross} from "../../src/statistics/acrossTasks.js";
import {
  type CellEstimates,
  type Estimate,
  estimateCell,
  type Quantity,
  type SeedPredictions
} from "../../src/statistics/estimates.js";
import {referenceOf} from "../../src/statistics/reference.js";
import {agreesWith} from "../agreesWith.js";
import {task as taskNamed} from "../datasets/index.js";
import type {Domain} from "../datasets/task.js";
import type {Evaluation} from "../evaluate.js";
import {methods} from "../methods/index.js";
import {goldOf, scoresOf} from "./predictions.js";
import type {Results} from "./results.js";

export type Cell = Pick<Row<"estimates">, "task" | "setting" | "weak" | "strong" | "method" | "variant">;

/** A cell of the design with its runs, what each seed's models got right, and what follows from that. */
export interface EstimatedCell {
  cell: Cell;
  domain: Domain;
  evaluations: Evaluation[];
  seeds: SeedPredictions[];
  estimated: CellEstimates;
}

const estimatedCells = new WeakMap<Results, Promise<EstimatedCell[]>>();

/** Every cell of a study with its estimates; computed once for all tables. */
export function cellsOf(results: Results): Promise<EstimatedCell[]> {
  let cells = estimatedCells.get(results);
  if (!cells) estimatedCells.set(results, (cells = estimateCells(results)));
  return cells;
}

/** Estimates per cell over its seeds and, for each arm, over its tasks. */
export async function estimates(results: Results): Promise<Row<"estimates">[]> {
  const rows: Row<"estimates">[] = [];
  const arms = new Map<string, {cell: Cell; estimates: CellEstimates[]}>();
  for (const {cell, domain, estimated} of await cellsOf(results)) {
    rows.push(...rowsOf(cell, estimated.estimates));
    if (dependsOn(cell.task, results.workspace.study.tasks)) continue;
    const over = {...cell, task: domain === "nlp" ? "all" : `all ${domain}`};
    const arm = JSON.stringify(over);
    if (!arms.has(arm)) arms.set(arm, {cell: over, estimates: []});
    arms.get(arm)!.estimates.push(estimated);
  }
  for (const {cell, estimates} of arms.values())
    if (estimates.length > 1) rows.push(...rowsOf(cell, estimateAcross(estimates)));
  return rows;
}

/** Task of the study whose models a task evaluates; null where it has models of its own. */
export function dependsOn(task: string, tasks: readonly string[]): string | null {
  const {evaluates} = taskNamed(task);
  return evaluates !== undefined && tasks.includes(evaluates) ? evaluates : null;
}

async function estimateCells({workspace, runs, done}: Results): Promise<EstimatedCell[]> {
  const cells = new Map<string, {cell: Cell; evaluations: Evaluation[]}>();
  // Weak model and ceiling are the same for every arm of a setting, so that no method's failed run can change the gap.
  const settings = new Map<string, Map<number, Evaluation>>();
  for (const evaluation of done) {
    const {task, setting, weak, strong, method, variant, seed} = evaluation.run;
    const cell = {task, setting, weak, strong, method, variant};
    const key = JSON.stringify(cell);
    if (!cells.has(key)) cells.set(key, {cell, evaluations: []});
    cells.get(key)!.evaluations.push(evaluation);
    const shared = settingOf(cell);
    if (!settings.has(shared)) settings.set(shared, new Map());
    if (!settings.get(shared)!.has(seed)) settings.get(shared)!.set(seed, evaluation);
  }
  const estimated: EstimatedCell[] = [];
  for (const {cell, evaluations} of cells.values()) {
    const students = bySeed(evaluations);
    const baseline = JSON.stringify({...cell, method: referenceOf(cell.setting), variant: ""});
    const baselines = bySeed(isBaseline(cell) ? [] : (cells.get(baseline)?.evaluations ?? []));
    const seeds: SeedPredictions[] = [];
    // An arm that is to run on some seeds alone is compared on these.
    const asked = new Set(runs.filter(({run}) => sameArm(run, cell)).map(({run}) => run.seed));
    for (const [seed, shared] of settings.get(settingOf(cell))!) {
      if (!asked.has(seed)) continue;
      seeds.push(await predictionsOf(seed, shared, students.get(seed), baselines.get(seed)));
    }
    const examples = (await workspace.split(cell.task, evaluations[0].run.seed)).test;
    estimated.push({
      cell,
      domain: taskNamed(cell.task).domain ?? "nlp",
      evaluations,
      seeds,
      estimated: estimateCell(seeds, {groups: examples.map(({group}) => group)})
    });
  }
  return estimated;
}

async function predictionsOf(
  seed: number,
  shared: Evaluation,
  student?: Evaluation,
  baseline?: Evaluation
): Promise<SeedPredictions> {
  const gold = await goldOf(shared);
  const {weak, weak_ceiling, strong_ceiling} = shared.test;
  const right = (evaluation?: Evaluation) => (evaluation ? scoresOf(evaluation.test.student, gold) : null);
  return {
    seed,
    gold: new Uint8Array(weak.rows.examples.length).fill(1),
    weak: scoresOf(weak, gold),
    weak_ceiling: scoresOf(weak_ceiling, gold),
    student: right(student),
    strong_ceiling: scoresOf(strong_ceiling, gold),
    baseline: right(baseline),
    agree: student && agreesWith(student.test.student, weak),
    ceiling_agree: agreesWith(strong_ceiling, weak)
  };
}

const sameArm = (run: Cell, cell: Cell): boolean =>
  (Object.keys(cell) as (keyof Cell)[]).every((key) => run[key] === cell[key]);

const settingOf = ({task, setting, weak, strong}: Cell): string => JSON.stringify([task, setting, weak, strong]);

const bySeed = (evaluations: readonly Evaluation[]): Map<number, Evaluation> =>
  new Map(evaluations.map((e) => [e.run.seed, e]));

const isBaseline = ({setting, method, variant}: Pick<Cell, "setting" | "method" | "variant">): boolean =>
  method === referenceOf(setting) && variant === "";

function rowsOf(cell: Cell, estimates: Record<Quantity, Estimate | AcrossEstimate>): Row<"estimates">[] {
  // Where the strong model teaches the weak one, what is recovered is no weak-to-strong gap.
  const facilitation = methods.get(cell.method)!.format === "strong to weak";
  return (Object.entries(estimates) as [Quantity, Estimate | AcrossEstimate][])
    .filter(([quantity]) => quantity !== "difference" || !(isBaseline(cell) || facilitation))
    .map(([quantity, estimate]) => {
      const {value, low, high, seeds, n, refused} = estimate;
      const across = "tasks" in estimate ? estimate : null;
      return {
        ...cell,
        quantity: facilitation && quantity === "pgr" ? "facilitation" : quantity,
        value,
        low,
        high,
        lower_quartile: across?.lowerQuartile ?? null,
        upper_quartile: across?.upperQuartile ?? null,
        tasks: across?.tasks ?? null,
        withheld: across?.withheld ?? null,
        seeds,
        n,
        refused
      };
    });
}
