import type {Row} from "../../src/tables.js";
import {type Evaluation, roles} from "../evaluate.js";
import type {Labels} from "../lab.js";
import type {Results} from "./results.js";

/** What each model of each run said of the test rows, and the labels that its student learned from. */
export async function predictions(results: Results): Promise<Row<"predictions">[]> {
  const rows: Row<"predictions">[] = [];
  for (const evaluation of results.done) {
    const gold = await goldOf(evaluation);
    for (const role of roles) rows.push(...rowsOf(evaluation, role, "evaluation", evaluation.test[role], gold));
    const {labels, stopOn} = evaluation.predictors.student.spec;
    rows.push(...rowsOf(evaluation, "weak", "weak_labels", labels, gold));
    if (stopOn) rows.push(...rowsOf(evaluation, "weak", "weak_labels", stopOn, gold));
  }
  return rows;
}

function rowsOf(
  {run}: Evaluation,
  role: string,
  stage: string,
  labels: Labels,
  gold: Map<string, number>
): Row<"predictions">[] {
  return labels.rows.examples.map(({id}, i) => {
    const probability = labels.probability[i];
    const prediction = probability > 0.5 ? 1 : 0;
    const label = gold.get(id)!;
    return {
      run: run.key,
      role,
      stage,
      predictor: labels.source,
      split: labels.rows.split,
      example: id,
      label,
      probability,
      prediction,
      output: null,
      parsed: null,
      score: prediction === label ? 1 : 0
    };
  });
}

/** Gold labels of all examples that a run saw, by id. */
export async function goldOf({run, scope}: Evaluation): Promise<Map<string, number>> {
  const splits = await scope.workspace.split(run.task, run.seed);
  return new Map(Object.values(splits).flatMap((examples) => examples.map(({id, label}) => [id, label] as const)));
}
