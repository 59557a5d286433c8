import type {Row} from "../../src/tables.js";
import {accuracy, classes} from "../../src/statistics/accuracy.js";
import {agreement} from "../../src/statistics/agreement.js";
import {calibrationError} from "../../src/statistics/calibration.js";
import {logLoss} from "../../src/statistics/scores.js";
import {type Evaluation, roles} from "../evaluate.js";
import type {Labels} from "../lab.js";
import {goldOf} from "./predictions.js";
import type {Results} from "./results.js";

type Metric = Row<"metrics">;

/** What each run alone shows. PGR is not among them: it is estimated over seeds, see `estimates`. */
export async function metrics({done}: Results): Promise<Metric[]> {
  const rows: Metric[] = [];
  for (const evaluation of done) rows.push(...(await metricsOf(evaluation)));
  return rows;
}

async function metricsOf(evaluation: Evaluation): Promise<Metric[]> {
  const {run, test, predictors} = evaluation;
  const gold = await goldOf(evaluation);
  const goldFor = (labels: Labels) => labels.rows.examples.map(({id}) => gold.get(id)!);
  const rows: Metric[] = [];
  const add = (role: string, stage: string, split: string, metric: string, value: number | null, n: number) =>
    rows.push({run: run.key, role, stage, split, metric, value, n, refused: value === null ? "no examples" : null});
  const describe = (role: string, stage: string, labels: Labels) => {
    const truth = goldFor(labels);
    const {split} = labels.rows;
    add(role, stage, split, "accuracy", accuracy(truth, classes(labels.probability)), truth.length);
    add(role, stage, split, "log_loss", logLoss(truth, labels.probability), truth.length);
    add(role, stage, split, "calibration_error", calibrationError(truth, labels.probability), truth.length);
  };
  for (const role of roles) describe(role, "evaluation", test[role]);
  describe("weak", "weak_labels", predictors.student.spec.labels);
  const {overall, right, wrong} = agreement(
    goldFor(test.weak),
    classes(test.weak.probability),
    classes(test.student.probability)
  );
  for (const [metric, {value, n}] of Object.entries({
    agreement: overall,
    agreement_right: right,
    agreement_wrong: wrong
  }))
    add("student", "evaluation", "test", metric, value, n);
  return rows;
}
