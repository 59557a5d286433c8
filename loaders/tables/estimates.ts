import type {Row} from "../../src/tables.js";
import {type AcrossEstimate, estimateAcross} from "../../src/statistics/acrossTasks.js";
import {classes} from "../../src/statistics/accuracy.js";
import {
  type CellEstimates,
  type Estimate,
  estimateCell,
  type Quantity,
  type SeedPredictions
} from "../../src/statistics/estimates.js";
import type {Evaluation} from "../evaluate.js";
import type {Results} from "./results.js";
import {goldOf} from "./predictions.js";

type Cell = Pick<Row<"estimates">, "task" | "weak" | "strong" | "method" | "variant">;

/** Estimates per cell over its seeds and, for each arm, over its tasks. */
export async function estimates({workspace, done}: Results): Promise<Row<"estimates">[]> {
  const cells = new Map<string, {cell: Cell; evaluations: Evaluation[]}>();
  // Weak model and ceiling are the same for every arm of a setting, so that no method's failed run can change the gap.
  const settings = new Map<string, Map<number, Evaluation>>();
  for (const evaluation of done) {
    const {task, weak, strong, method, variant, seed} = evaluation.run;
    const key = JSON.stringify([task, weak, strong, method, variant]);
    if (!cells.has(key)) cells.set(key, {cell: {task, weak, strong, method, variant}, evaluations: []});
    cells.get(key)!.evaluations.push(evaluation);
    const setting = settingOf(evaluation.run);
    if (!settings.has(setting)) settings.set(setting, new Map());
    if (!settings.get(setting)!.has(seed)) settings.get(setting)!.set(seed, evaluation);
  }
  const rows: Row<"estimates">[] = [];
  const arms = new Map<string, {cell: Cell; estimates: CellEstimates[]}>();
  for (const {cell, evaluations} of cells.values()) {
    const {task, weak, strong} = cell;
    const students = bySeed(evaluations);
    const baselines = bySeed(
      isBaseline(cell) ? [] : (cells.get(JSON.stringify([task, weak, strong, "baseline", ""]))?.evaluations ?? [])
    );
    const seeds: SeedPredictions[] = [];
    for (const [seed, shared] of settings.get(settingOf(cell))!)
      seeds.push(await predictionsOf(seed, shared, students.get(seed), baselines.get(seed)));
    const examples = (await workspace.split(task, evaluations[0].run.seed)).test;
    const estimated = estimateCell(seeds, {groups: examples.map(({group}) => group)});
    rows.push(...rowsOf(cell, estimated.estimates));
    const arm = JSON.stringify({...cell, task: "all"});
    if (!arms.has(arm)) arms.set(arm, {cell: {...cell, task: "all"}, estimates: []});
    arms.get(arm)!.estimates.push(estimated);
  }
  for (const {cell, estimates} of arms.values())
    if (estimates.length > 1) rows.push(...rowsOf(cell, estimateAcross(estimates)));
  return rows;
}

async function predictionsOf(
  seed: number,
  shared: Evaluation,
  student?: Evaluation,
  baseline?: Evaluation
): Promise<SeedPredictions> {
  const {weak, weak_ceiling, strong_ceiling} = shared.test;
  const gold = await goldOf(shared);
  const classesOf = (evaluation?: Evaluation) => (evaluation ? classes(evaluation.test.student.probability) : null);
  return {
    seed,
    gold: Uint8Array.from(weak.rows.examples, ({id}) => gold.get(id)!),
    weak: classes(weak.probability),
    weak_ceiling: classes(weak_ceiling.probability),
    student: classesOf(student),
    strong_ceiling: classes(strong_ceiling.probability),
    baseline: classesOf(baseline)
  };
}

const settingOf = ({task, weak, strong}: Pick<Cell, "task" | "weak" | "strong">): string =>
  JSON.stringify([task, weak, strong]);

const bySeed = (evaluations: readonly Evaluation[]): Map<number, Evaluation> =>
  new Map(evaluations.map((e) => [e.run.seed, e]));

const isBaseline = ({method, variant}: Cell): boolean => method === "baseline" && variant === "";

function rowsOf(cell: Cell, estimates: Record<Quantity, Estimate | AcrossEstimate>): Row<"estimates">[] {
  return (Object.entries(estimates) as [Quantity, Estimate | AcrossEstimate][])
    .filter(([quantity]) => quantity !== "difference" || !isBaseline(cell))
    .map(([quantity, estimate]) => {
      const {value, low, high, seeds, n, refused} = estimate;
      const across = "tasks" in estimate ? estimate : null;
      return {
        ...cell,
        quantity,
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
