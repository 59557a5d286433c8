import {clusterEntropy} from "../../src/statistics/clustering.js";
import type {Row} from "../../src/tables.js";
import {task as taskNamed} from "../datasets/index.js";
import type {Evaluation} from "../evaluate.js";
import type {Demonstrations, Labels} from "../lab.js";
import {type Gold, goldOf, scoresOf} from "./predictions.js";
import type {Results} from "./results.js";

/** How each demonstration that a student learned came about; its words where the task's text may be published. */
export async function demonstrations({done}: Results): Promise<Row<"demonstrations">[]> {
  const rows: Row<"demonstrations">[] = [];
  for (const evaluation of done) {
    const gold = await goldOf(evaluation);
    for (const [stage, shown] of (evaluation.outcome.demonstrations ?? []).entries())
      rows.push(...demonstrationsOf(evaluation, gold, shown, stage));
  }
  return rows;
}

function demonstrationsOf(
  {run}: Evaluation,
  gold: ReadonlyMap<string, Gold>,
  {own, teachings, revised, learned, also}: Demonstrations,
  stage: number
): Row<"demonstrations">[] {
  const {publishable} = taskNamed(run.task);
  const said = (labels: Labels) => {
    const scores = scoresOf(labels, gold);
    return (i: number) => ({
      text: publishable ? labels.outputs![i].trim() : null,
      answer: publishable ? labels.answers![i] : null,
      right: scores[i] === 1
    });
  };
  const [teaching] = teachings;
  const [ownOf, revisedOf] = [own, revised].map(said);
  const teacherOf = teaching && said(teaching.answer);
  return own.rows.examples.map(({id}, i) => {
    const sizes = teaching?.clusters.clusters[i].members.map(({length}) => length) ?? [];
    const [itsOwn, itsRevised, teacher] = [ownOf(i), revisedOf(i), teacherOf?.(i)];
    return {
      run: run.key,
      stage,
      example: id,
      teachers: teachings.length,
      elicitations: teachings.map(({clusters}) => clusters.step).join(" "),
      chains: teaching?.clusters.chains.length ?? 0,
      clusters: sizes.length,
      largest: sizes[0] ?? 0,
      entropy: clusterEntropy(sizes),
      own: itsOwn.text,
      own_answer: itsOwn.answer,
      own_right: itsOwn.right,
      teacher: teacher?.text ?? null,
      teacher_answer: teacher?.answer ?? null,
      teacher_right: teacher?.right ?? null,
      uncertainty: publishable ? (teaching?.uncertainty?.texts[i].trim() ?? null) : null,
      revised: itsRevised.text,
      revised_answer: itsRevised.answer,
      revised_right: itsRevised.right,
      learned: whatIsLearned(i, {revised, learned, also, teachings}),
      weight: learned.weights?.[i] ?? 1
    };
  });
}

/** Which of a row's answers the student learns. */
function whatIsLearned(
  i: number,
  {revised, learned, also, teachings}: Pick<Demonstrations, "revised" | "learned" | "also" | "teachings">
): string | null {
  const [text, both] = [learned.outputs![i], also.some(({outputs}) => outputs![i].trim() !== "")];
  if (both) return "both";
  if (text.trim() === "" || learned.weights?.[i] === 0) return null;
  return text === revised.outputs![i] || !teachings.length ? "revised" : "teacher";
}
