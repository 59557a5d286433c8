import {checkpointTag, tagNames} from "../../src/errorTags.js";
import type {Row} from "../../src/tables.js";
import {errorTags as taggedErrors, errorTagsOf} from "../errorTags.js";
import type {Evaluation} from "../evaluate.js";
import {methods} from "../methods/index.js";
import {MissingOutput} from "../verbs/workspace.js";
import {answersOf} from "./errors.js";
import type {Results} from "./results.js";

type Tag = Row<"error_tags">;

/**
 * What is said of single errors, of the seeds whose predictions are published: by earlier checkpoints, that the student had been
 * right; by a judge model, how well each of the paper's kinds describes it. Runs whose errors the judge has not seen yet lack those.
 */
export async function errorTags({workspace, done}: Results): Promise<Tag[]> {
  const {publish, seeds} = workspace.study;
  const published = publish.predictionsOf ?? seeds;
  const rows: Tag[] = [];
  for (const evaluation of done) {
    const {method, seed} = evaluation.run;
    if (!published.includes(seed) || methods.get(method)!.format === "strong to weak") continue;
    rows.push(...(await overfitted(evaluation)), ...(await proposed(evaluation)));
  }
  return rows;
}

async function overfitted(evaluation: Evaluation): Promise<Tag[]> {
  const {weak, studentAgrees, rightBefore} = await answersOf(evaluation);
  return evaluation.test.student.rows.examples
    .filter((_, i) => rightBefore?.[i] && studentAgrees[i] && !weak[i])
    .map(({id}) => ({run: evaluation.run.key, example: id, ...checkpointTag, weight: 1, log_likelihood: null}));
}

async function proposed(evaluation: Evaluation): Promise<Tag[]> {
  const {run, scope} = evaluation;
  const asked = errorTagsOf(scope.workspace.study, run);
  if (!asked) return [];
  const {tagged} = await taggedErrors(evaluation).catch((error: unknown) => {
    if (error instanceof MissingOutput) return {tagged: []};
    throw error;
  });
  return tagged.flatMap(({example, logLikelihoods}) => {
    const most = Math.max(...Object.values(logLikelihoods));
    const odds = tagNames.map((tag) => Math.exp(logLikelihoods[tag] - most));
    const total = odds.reduce((a, b) => a + b, 0);
    return tagNames.map((tag, k) => ({
      run: run.key,
      example,
      tagger: asked.judge,
      tag,
      weight: odds[k] / total,
      log_likelihood: logLikelihoods[tag]
    }));
  });
}
