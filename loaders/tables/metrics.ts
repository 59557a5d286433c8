import type {Row} from "../../src/tables.js";
import {calibrationError} from "../../src/statistics/calibration.js";
import {logLoss} from "../../src/statistics/scores.js";
import {tokenOverlap} from "../../src/statistics/tokenOverlap.js";
import {agreesWith} from "../agreesWith.js";
import {task as taskNamed} from "../datasets/index.js";
import type {Evaluation} from "../evaluate.js";
import type {Labels} from "../lab.js";
import {goldOf, scoresOf} from "./predictions.js";
import type {Results} from "./results.js";

type Metric = Row<"metrics">;
type At = Pick<Metric, "role" | "position" | "stage" | "split">;

/** What each run alone shows. PGR is not among them: it is estimated over seeds, see `estimates`. */
export async function metrics({done}: Results): Promise<Metric[]> {
  const rows: Metric[] = [];
  for (const evaluation of done) rows.push(...(await metricsOf(evaluation)));
  return rows;
}

async function metricsOf(evaluation: Evaluation): Promise<Metric[]> {
  const {run, models, test, labels} = evaluation;
  const gold = await goldOf(evaluation);
  const rows: Metric[] = [];
  const put = (at: At, metric: string, value: number | null, n: number) =>
    rows.push({run: run.key, ...at, metric, value, n, refused: value === null ? "no examples" : null});
  const add = (at: At, metric: string, values: readonly number[]) =>
    put(at, metric, values.length ? mean(values) : null, values.length);
  const describe = (role: string, position: number, stage: string, said: Labels) => {
    const at = {role, position, stage, split: said.rows.split};
    add(at, "accuracy", [...scoresOf(said, gold)]);
    const {answers} = said;
    if (answers) {
      add(
        at,
        "parsed",
        answers.map((answer) => Number(answer !== null))
      );
      // Where an answer may say more than the gold one: how close it comes.
      if (!taskNamed(run.task).right) return;
      const closest = (of: (answer: string, gold: string) => number) =>
        answers.map((answer, i) => {
          const {answer: first, aliases = []} = gold.get(said.rows.examples[i].id)!;
          return answer === null ? 0 : Math.max(...[first!, ...aliases].map((one) => of(answer, one)));
        });
      add(
        at,
        "exact_match",
        closest((answer, one) => Number(answer === one))
      );
      add(at, "f1", closest(tokenOverlap));
      return;
    }
    const truth = said.rows.examples.map(({id}) => gold.get(id)!.label);
    put(at, "log_loss", logLoss(truth, said.probability), truth.length);
    put(at, "calibration_error", calibrationError(truth, said.probability), truth.length);
  };
  for (const {role, position, test: said} of models) describe(role, position, "evaluation", said);
  for (const {role, position, predictor} of models) {
    if (!predictor || predictor.spec.objective === "lm") continue;
    const {outputs, rows: from} = predictor.spec.labels;
    const at = {role, position, stage: "training", split: from.split};
    if (outputs)
      add(
        at,
        "taught",
        outputs.map((output) => Number(!!output.trim()))
      );
  }
  describe("weak", 0, "weak_labels", labels.learned);
  const agree = agreesWith(test.student, test.weak);
  const right = scoresOf(test.weak, gold);
  const where = (wanted: number) => [...agree].filter((_, i) => right[i] === wanted);
  const student = {role: "student", position: 0, stage: "evaluation", split: "test"};
  add(student, "agreement", [...agree]);
  add(student, "agreement_right", where(1));
  add(student, "agreement_wrong", where(0));
  return rows;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
