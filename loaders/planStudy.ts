import {errorTags} from "./errorTags.js";
import {evaluate} from "./evaluate.js";
import {type Estimate, estimate} from "./pace.js";
import {saliency} from "./saliency.js";
import {type Run, runsOf} from "./study.js";
import {readThroughput} from "./throughput.js";
import {known, together} from "./verbs/lengths.js";
import type {Workspace} from "./verbs/workspace.js";

/** A stage of what a study still has to compute. */
export interface PlanStage extends Estimate {
  stage: string;
  unit: string;
  cached: number;
  todo: number;
}

export interface Plan {
  study: string;
  runs: number;
  /** Steps that all runs go through together, and how many are left when each is computed once. */
  steps: {total: number; distinct: number};
  stages: PlanStage[];
  /** Whether later counts depend on outputs that are not there yet, and so are upper bounds. */
  bounded: boolean;
  refused: {run: Run; error: string}[];
}

const writtenStages = [
  ["generate", "texts"],
  ["score", "decisions"],
  ["embed", "embeddings"]
] as const;

/** Walks through the runs without computing: what is cached, what is to do, what it will cost. */
export async function planStudy(workspace: Workspace, runs: readonly Run[] = runsOf(workspace.study)): Promise<Plan> {
  const distinct = new Set<string>();
  const refused: Plan["refused"] = [];
  let total = 0;
  for (const run of runs) {
    // Rows that cannot be had now are no fault of the study.
    await workspace.task(run.task);
    try {
      const evaluation = await evaluate(workspace, run);
      await saliency(evaluation);
      await errorTags(evaluation);
      const {steps} = evaluation;
      total += steps.size;
      for (const key of steps.keys()) distinct.add(key);
    } catch (error) {
      refused.push({run, error: (error as Error).message.split("\n")[0]});
    }
  }
  return {
    study: workspace.study.name,
    runs: runs.length,
    steps: {total, distinct: distinct.size},
    stages: await stagesOf(workspace),
    bounded: workspace.demand.bounded,
    refused
  };
}

async function stagesOf({demand, cache, study}: Workspace): Promise<PlanStage[]> {
  const log = await readThroughput(cache.folder);
  const stages: PlanStage[] = [];
  const cachedTexts = countBy(demand.cached.activations, (key) => key.slice(0, key.lastIndexOf(" ")));
  for (const source of new Set([...cachedTexts.keys(), ...demand.activations.keys()])) {
    const texts = [...(demand.activations.get(source)?.values() ?? [])];
    const missing = new Set(demand.activations.get(source)?.keys());
    const cached = [...demand.cached.activations].filter(
      (key) => key.startsWith(`${source} `) && !missing.has(key.slice(source.length + 1))
    ).length;
    const todo = texts.length;
    const work = {model: source, rows: todo, ...together(texts.map(({text}) => known(text)))};
    const stage = `hidden states of ${source}`;
    stages.push({stage, unit: "texts", cached, todo, ...estimate(log, ["activations"], [work])});
  }
  const ways = new Set(study.methods.map(({training}) => training.train));
  for (const train of demand.cached.trainings.values()) ways.add(train);
  for (const {train} of demand.trainings.values()) ways.add(train);
  for (const train of [...ways].sort()) {
    const trainings = [...demand.trainings.values()].filter((one) => one.train === train);
    const todo = trainings.length;
    const cached = [...demand.cached.trainings].filter(
      ([key, way]) => way === train && !demand.trainings.has(key)
    ).length;
    if (train === "head") stages.push({stage: "heads", unit: "models", cached, todo, tokens: 0, seconds: 0});
    else {
      const stage = `fine-tuning (${train})`;
      stages.push({stage, unit: "models", cached, todo, ...estimate(log, [`finetune ${train}`], trainings)});
    }
  }
  if ([...ways].some((train) => train !== "head")) {
    const works = [...demand.classifications.values()].map(({model, texts}) => ({
      model,
      rows: texts.size,
      ...together(texts.values())
    }));
    const cached = demand.cached.classifications.size;
    const todo = sum(works, ({rows}) => rows);
    // Hidden states of a network that was fine-tuned are counted here, too: either is one pass through it.
    const needs = estimate(log, ["classify", "activations"], works);
    stages.push({stage: "predictions", unit: "texts", cached, todo, ...needs});
  }
  for (const [verb, stage] of writtenStages) {
    const works = [...demand.generations.values()].filter((one) => one.verb === verb);
    const cached = demand.cached.generations[verb].size;
    if (!works.length && !cached) continue;
    const todo = sum(works, ({rows}) => rows);
    stages.push({stage, unit: "texts", cached, todo, ...estimate(log, [verb], works)});
  }
  return stages;
}

function countBy(keys: Iterable<string>, by: (key: string) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(by(key), (counts.get(by(key)) ?? 0) + 1);
  return counts;
}

const sum = <T>(values: readonly T[], of: (value: T) => number): number =>
  values.reduce((total, value) => total + of(value), 0);
