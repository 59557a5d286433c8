import type {Row} from "../../src/tables.js";
import type {Evaluation} from "../evaluate.js";
import {task as taskNamed} from "../datasets/index.js";
import type {Example} from "../datasets/task.js";
import type {Labels} from "../lab.js";
import {rightAnswer} from "../rightAnswer.js";
import type {Results} from "./results.js";
import {shortStep} from "./steps.js";

/**
 * What each model said of the test rows, and each supervisor of the rows that its student learned from: once for each model,
 * however many runs share it; of the seeds that the study publishes predictions of.
 */
export async function predictions({workspace, done}: Results): Promise<Row<"predictions">[]> {
  const seeds = workspace.study.publish.predictionsOf;
  const rows: Row<"predictions">[] = [];
  const known = new Set<string>();
  // Of a model as it is, seeds share test rows, and what it says of them.
  const said = new Map<string, Set<string>>();
  for (const evaluation of done) {
    const {run, models, labels} = evaluation;
    if (seeds && !seeds.includes(run.seed)) continue;
    const gold = await goldOf(evaluation);
    for (const some of [...models.map(({test}) => test), labels.learned, ...(labels.stopOn ? [labels.stopOn] : [])]) {
      const name = nameOf(some, evaluation);
      const {split, key, task} = some.rows;
      const whole = JSON.stringify([name, split, key]);
      if (name === "gold" || known.has(whole)) continue;
      known.add(whole);
      const place = JSON.stringify([name, split, task]);
      const before = said.get(place) ?? new Set();
      said.set(place, before);
      for (const row of rowsOf(some, name, gold)) {
        if (before.has(row.example)) continue;
        before.add(row.example);
        rows.push(row);
      }
    }
  }
  return rows;
}

/**
 * What the tables call who said something: a predictor's key, the name of a model as it is, `gold`; of labels that were made of what
 * several models said, the step that made them.
 */
export function nameOf({source, step}: Pick<Labels, "source" | "step">, {models}: Pick<Evaluation, "models">): string {
  const known = source === "gold" || models.some(({predictor, model}) => source === (predictor?.key ?? model));
  return known ? source : shortStep(step);
}

function rowsOf(labels: Labels, name: string, gold: ReadonlyMap<string, Gold>): Row<"predictions">[] {
  const scores = scoresOf(labels, gold);
  const {publishable} = taskNamed(labels.rows.task);
  return labels.rows.examples.map(({id}, i) => ({
    predictor: name,
    split: labels.rows.split,
    example: id,
    probability: labels.outputs ? null : labels.probability[i],
    output: publishable ? (labels.outputs?.[i] ?? null) : null,
    parsed: publishable ? (labels.answers?.[i] ?? null) : null,
    score: scores[i]
  }));
}

export type Gold = Pick<Example, "label" | "answer" | "aliases">;

/** 1 where a model is right, 0 where it is wrong: its class, or its answer, is the gold one. */
export function scoresOf({rows, probability, answers}: Labels, gold: ReadonlyMap<string, Gold>): Uint8Array {
  return Uint8Array.from(rows.examples, ({id}, i) => {
    if (!answers) return Number(Number(probability[i] > 0.5) === gold.get(id)!.label);
    const answer = answers[i];
    return Number(answer !== null && rightAnswer(rows.task, answer, gold.get(id)!));
  });
}

/** Gold labels and answers of all examples that a run saw, by id. */
export async function goldOf({run, scope}: Pick<Evaluation, "run" | "scope">): Promise<Map<string, Gold>> {
  const splits = await scope.workspace.split(run.task, run.seed);
  return new Map(
    Object.values(splits).flatMap((examples) =>
      examples.map(({id, label, answer, aliases}) => [id, {label, answer, aliases}] as const)
    )
  );
}
