import {clusterEntropy} from "../../src/statistics/clustering.js";
import type {Row} from "../../src/tables.js";
import {task as taskNamed} from "../datasets/index.js";
import type {Evaluation} from "../evaluate.js";
import type {Demonstrations, Labels} from "../lab.js";
import {goldOf, scoresOf} from "./predictions.js";
import type {Results} from "./results.js";

/** How each demonstration that a student learned came about; its words where the task's text may be published. */
export async function demonstrations({done}: Results): Promise<Row<"demonstrations">[]> {
  const rows: Row<"demonstrations">[] = [];
  for (const evaluation of done) {
    const shown = evaluation.outcome.demonstrations;
    if (shown) rows.push(...(await demonstrationsOf(evaluation, shown)));
  }
  return rows;
}

async function demonstrationsOf(
  evaluation: Evaluation,
  {own, teacher, clusters, uncertainty, revised}: Demonstrations
): Promise<Row<"demonstrations">[]> {
  const gold = await goldOf(evaluation);
  const {publishable} = taskNamed(evaluation.run.task);
  const said = ({outputs, answers}: Labels, i: number) => ({
    text: publishable ? outputs![i].trim() : null,
    answer: publishable ? answers![i] : null
  });
  const right = [own, teacher, revised].map((labels) => scoresOf(labels, gold));
  return own.rows.examples.map(({id}, i) => {
    const sizes = clusters.members[i].map((members) => members.length);
    const [ownSaid, teacherSaid, revisedSaid] = [own, teacher, revised].map((labels) => said(labels, i));
    return {
      run: evaluation.run.key,
      stage: 0,
      example: id,
      teachers: 1,
      elicitations: "",
      chains: clusters.chains.length,
      clusters: sizes.length,
      largest: sizes[0],
      entropy: clusterEntropy(sizes),
      own: ownSaid.text,
      own_answer: ownSaid.answer,
      own_right: right[0][i] === 1,
      teacher: teacherSaid.text,
      teacher_answer: teacherSaid.answer,
      teacher_right: right[1][i] === 1,
      uncertainty: publishable ? (uncertainty?.texts[i].trim() ?? null) : null,
      revised: revisedSaid.text,
      revised_answer: revisedSaid.answer,
      revised_right: right[2][i] === 1,
      learned: "revised",
      weight: 1
    };
  });
}
