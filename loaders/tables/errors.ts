import {errorTypes, type SeedAnswers} from "../../src/statistics/errorTypes.js";
import type {Row} from "../../src/tables.js";
import {agreesWith} from "../agreesWith.js";
import type {Evaluation} from "../evaluate.js";
import {methods} from "../methods/index.js";
import {curveFamily, digestOf} from "../verbs/finetune.js";
import {cellsOf} from "./estimates.js";
import {type Gold, goldOf, scoresOf} from "./predictions.js";
import type {Results} from "./results.js";
import {checkpointPredictions} from "./training.js";

/** Errors of students by kind, for each cell over its seeds; where the strong model teaches, there is no weak error to copy. */
export async function errors(results: Results): Promise<Row<"errors">[]> {
  const rows: Row<"errors">[] = [];
  for (const {cell, evaluations} of await cellsOf(results)) {
    if (methods.get(cell.method)!.format === "strong to weak") continue;
    const seeds: SeedAnswers[] = [];
    for (const evaluation of evaluations) seeds.push(await answersOf(evaluation));
    const {test} = await results.workspace.split(cell.task, evaluations[0].run.seed);
    for (const type of errorTypes(seeds, {groups: test.map(({group}) => group)})) rows.push({...cell, ...type});
  }
  return rows;
}

/** What a run's models said of the test rows, as kinds of errors are told from it. */
export async function answersOf(evaluation: Evaluation): Promise<SeedAnswers> {
  const {workspace} = evaluation.scope;
  const gold = await goldOf(evaluation);
  const {weak, student, strong_ceiling} = evaluation.test;
  return {
    student: scoresOf(student, gold),
    weak: scoresOf(weak, gold),
    studentAgrees: agreesWith(student, weak),
    ceilingAgrees: agreesWith(strong_ceiling, weak),
    answered: student.answers ? Uint8Array.from(student.answers, (answer) => Number(answer !== null)) : null,
    rightBefore: await rightBefore(workspace, evaluation, gold)
  };
}

/** Whether the student was right at a checkpoint before the one that was kept; null where its checkpoints predict no test rows. */
async function rightBefore(
  workspace: Results["workspace"],
  {predictors, test}: Evaluation,
  gold: ReadonlyMap<string, Gold>
): Promise<Uint8Array | null> {
  const {student} = predictors;
  const checkpoints = await checkpointPredictions(workspace, student);
  const digest = await digestOf(workspace, student);
  if (!checkpoints.size || digest === null) return null;
  const curve = [...(await curveFamily(workspace, student.key, digest).read()).values()];
  const kept = curve.find(({kept}) => kept)?.step as number | undefined;
  if (kept === undefined) return null;
  const earlier = [...checkpoints].filter(([step]) => step < kept).map(([, said]) => said);
  return Uint8Array.from(test.student.rows.examples, ({id}) =>
    Number(earlier.some((said) => said.has(id) && Number(said.get(id)! > 0.5) === gold.get(id)!.label))
  );
}
