import {errorTags} from "./errorTags.js";
import {evaluate} from "./evaluate.js";
import {saliency} from "./saliency.js";
import {type Run, runsOf} from "./study.js";
import {readThroughput} from "./throughput.js";
import type {Throughput, Workspace} from "./verbs/workspace.js";

/** A stage of what a study still has to compute. */
export interface PlanStage {
  stage: string;
  unit: string;
  cached: number;
  todo: number;
  /** Estimated from the number of characters. */
  tokens: number;
  /** From what was measured on this machine; null where nothing was. */
  seconds: number | null;
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

const charactersPerToken = 4.5;
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
  const measured = await readThroughput(cache.folder);
  const stages: PlanStage[] = [];
  const cachedTexts = countBy(demand.cached.activations, (key) => key.slice(0, key.lastIndexOf(" ")));
  for (const source of new Set([...cachedTexts.keys(), ...demand.activations.keys()])) {
    const texts = [...(demand.activations.get(source)?.values() ?? [])];
    const missing = new Set(demand.activations.get(source)?.keys());
    const cached = [...demand.cached.activations].filter(
      (key) => key.startsWith(`${source} `) && !missing.has(key.slice(source.length + 1))
    );
    const characters = texts.reduce((sum, {text}) => sum + text.length, 0);
    stages.push(
      estimate(
        `hidden states of ${source}`,
        "texts",
        cached.length,
        texts.length,
        characters,
        measured,
        "activations",
        source
      )
    );
  }
  const ways = new Set(study.methods.map(({training}) => training.train));
  for (const train of demand.cached.trainings.values()) ways.add(train);
  for (const {train} of demand.trainings.values()) ways.add(train);
  for (const train of [...ways].sort()) {
    const trainings = [...demand.trainings.values()].filter((one) => one.train === train);
    const characters = trainings.reduce((sum, {characters}) => sum + characters, 0);
    const found = [...demand.cached.trainings].filter(
      ([key, way]) => way === train && !demand.trainings.has(key)
    ).length;
    if (train === "head")
      stages.push({stage: "heads", unit: "models", cached: found, todo: trainings.length, tokens: 0, seconds: 0});
    else
      stages.push(
        estimate(`fine-tuning (${train})`, "models", found, trainings.length, characters, measured, `finetune ${train}`)
      );
  }
  if ([...ways].some((train) => train !== "head")) {
    const rows = [...demand.classifications.values()].flatMap(({texts}) => [...texts.values()]);
    const read = rows.reduce((sum, text) => sum + text.length, 0);
    stages.push(
      estimate("predictions", "texts", demand.cached.classifications.size, rows.length, read, measured, "activations")
    );
  }
  for (const [verb, name] of writtenStages) {
    const wanted = [...demand.generations.values()].filter((one) => one.verb === verb);
    const cached = demand.cached.generations[verb].size;
    if (!wanted.length && !cached) continue;
    const characters = wanted.reduce((sum, {characters}) => sum + characters, 0);
    const texts = wanted.reduce((sum, {rows}) => sum + rows, 0);
    const stage = estimate(name, "texts", cached, texts, characters, measured, verb);
    stages.push({...stage, tokens: stage.tokens + wanted.reduce((sum, {tokens}) => sum + tokens, 0)});
  }
  return stages;
}

function estimate(
  stage: string,
  unit: string,
  cached: number,
  todo: number,
  characters: number,
  measured: readonly Throughput[],
  verb: string,
  model?: string
): PlanStage {
  const earlier = measured.filter((m) => m.verb === verb && (model === undefined || m.model === model));
  const read = sum(earlier, (m) => m.characters);
  const perToken = read > 0 ? read / sum(earlier, (m) => m.tokens) : charactersPerToken;
  const seconds = todo === 0 ? 0 : read > 0 ? (characters * sum(earlier, (m) => m.seconds)) / read : null;
  return {stage, unit, cached, todo, tokens: Math.round(characters / perToken), seconds};
}

function countBy(keys: Iterable<string>, by: (key: string) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(by(key), (counts.get(by(key)) ?? 0) + 1);
  return counts;
}

const sum = <T>(values: readonly T[], of: (value: T) => number): number =>
  values.reduce((total, value) => total + of(value), 0);
