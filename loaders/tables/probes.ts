import {estimateProbes, type ProbedLayer} from "../../src/statistics/probeEstimates.js";
import {wilson} from "../../src/statistics/wilson.js";
import type {Row} from "../../src/tables.js";
import type {Example} from "../datasets/task.js";
import {type Probed, probedRows, saliency} from "../saliency.js";
import {MissingOutput} from "../verbs/workspace.js";
import type {Results} from "./results.js";

type Cell = Pick<Row<"probes">, "task" | "concept" | "setting" | "weak" | "strong" | "method" | "variant">;

interface ProbedCell {
  cell: Cell;
  rows: Example[];
  seeds: {seed: number; probed: Probed[]}[];
}

/** Accuracy of linear probes by layer, of each seed and over all of them; runs whose probes are not in the cache are left out. */
export async function probes(results: Results): Promise<Row<"probes">[]> {
  return (await probedCells(results)).flatMap((cell) => [
    ...cell.seeds.flatMap(rowsOfSeed(cell)),
    ...rowsOverSeeds(cell)
  ]);
}

async function probedCells({workspace, done}: Results): Promise<ProbedCell[]> {
  const cells = new Map<string, ProbedCell>();
  for (const evaluation of done) {
    const {task, setting, weak, strong, method, variant, seed} = evaluation.run;
    const found = await saliency(evaluation).catch((error: unknown) => {
      if (error instanceof MissingOutput) return {probed: []};
      throw error;
    });
    for (const concept of new Set(found.probed.map((one) => one.concept))) {
      const cell = {task, concept, setting, weak, strong, method, variant};
      const key = JSON.stringify(cell);
      if (!cells.has(key)) cells.set(key, {cell, rows: await probedRows(workspace, task, concept), seeds: []});
      cells.get(key)!.seeds.push({seed, probed: found.probed.filter((one) => one.concept === concept)});
    }
  }
  return [...cells.values()];
}

const rowsOfSeed =
  ({cell, rows}: ProbedCell) =>
  ({seed, probed}: ProbedCell["seeds"][number]): Row<"probes">[] => {
    const n = rows.length;
    const before = new Map(probed.find(({stage}) => stage === "before")!.layers.map((d) => [d.layer, count(d.right)]));
    return probed.flatMap(({stage, layers}) =>
      layers.map(({layer, right, control}) => ({
        ...cell,
        stage,
        layer,
        seed,
        accuracy: count(right) / n,
        ...wilson(count(right), n),
        control: count(control) / n,
        chance: chanceOf(rows),
        change: stage === "before" ? null : (count(right) - before.get(layer)!) / n,
        change_low: null,
        change_high: null,
        n
      }))
    );
  };

function rowsOverSeeds({cell, rows, seeds}: ProbedCell): Row<"probes">[] {
  const probed = seeds[0].probed.flatMap(({stage, layers}) =>
    layers.map(({layer}, i): ProbedLayer => ({
      stage,
      layer,
      seeds: seeds.map((one) => one.probed.find((other) => other.stage === stage)!.layers[i])
    }))
  );
  const estimates = estimateProbes(
    probed,
    rows.map(({group}) => group)
  );
  return estimates.map(({change, ...estimate}) => ({
    ...cell,
    ...estimate,
    seed: null,
    chance: chanceOf(rows),
    change: change?.value ?? null,
    change_low: change?.low ?? null,
    change_high: change?.high ?? null,
    n: rows.length
  }));
}

/** Accuracy of always saying the commoner class. */
function chanceOf(rows: readonly Example[]): number {
  const positive = rows.filter(({label}) => label === 1).length;
  return Math.max(positive, rows.length - positive) / rows.length;
}

const count = (rights: Uint8Array): number => rights.reduce((a, b) => a + b, 0);
