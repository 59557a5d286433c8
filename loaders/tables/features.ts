import type {Row} from "../../src/tables.js";
import {activations} from "../verbs/activations.js";
import {MissingOutput} from "../verbs/workspace.js";
import type {Results} from "./results.js";
import {encodeFeatures} from "../../src/statistics/float16.js";

/** The largest file of features that a page is asked to load. */
export const featuresBudget = 1_900_000;

/** Features of the strong model on all rows of a task that its students see, for training in the page; null above the budget. */
export async function features({workspace, done}: Results, task: string): Promise<Row<"features">[] | null> {
  const {study} = workspace;
  const evaluations = done.filter(({run}) => run.task === task);
  if (study.training.train !== "head" || !evaluations.length) return null;
  const model = study.models.strong.at(-1)!;
  const texts = new Map<string, string>();
  for (const {run} of evaluations) {
    const {transfer, transfer_validation, test} = await workspace.split(task, run.seed);
    for (const {id, text} of [...transfer, ...transfer_validation, ...test]) texts.set(id, text);
  }
  const examples = [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, text]) => ({id, text}));
  const features = await activations(
    workspace,
    model,
    examples.map(({text}) => text)
  ).catch((error: unknown) => {
    if (error instanceof MissingOutput) return null;
    throw error;
  });
  if (!features || features.rows * features.dimension * 2 > featuresBudget) return null;
  return examples.map(({id}, i) => ({
    task,
    model,
    example: id,
    vector: encodeFeatures(features.data.subarray(i * features.dimension, (i + 1) * features.dimension))
  }));
}
