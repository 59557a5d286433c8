import {type ErrorTag, tagNames} from "../src/errorTags.js";
import type {Family} from "./cache.js";
import {task as taskNamed} from "./datasets/index.js";
import type {Task} from "./datasets/task.js";
import type {Evaluation} from "./evaluate.js";
import {hash} from "./hash.js";
import type {Labels, Rows, Texts} from "./lab.js";
import {mergeLineage} from "./lineage.js";
import {methods} from "./methods/index.js";
import type {Columns} from "./parquet.js";
import {errorTagPrompt, letters, type ToldError} from "./prompts/errorTag.js";
import type {Run, Study} from "./study.js";
import {gold} from "./verbs/rows.js";
import {isPending} from "./verbs/labels.js";
import {score} from "./verbs/score.js";
import {issueTexts} from "./verbs/texts.js";

/** What a judge makes of one error: log-likelihoods (nats) of the kinds, each the mean over all places in the list. */
export interface TaggedError {
  example: string;
  logLikelihoods: Record<ErrorTag, number>;
}

/** What a study asks of a run's errors; null where it asks for none. Those of one seed are tagged, whose predictions are published. */
export function errorTagsOf({errorTags, publish, seeds}: Study, {task, seed, method}: Run): Study["errorTags"] | null {
  const [published] = publish.predictionsOf ?? seeds;
  const asked = errorTags && (errorTags.tasks?.includes(task) ?? true) && seed === published;
  return asked && methods.get(method)!.format !== "strong to weak" ? errorTags : null;
}

/**
 * A judge model's opinion of a student's first errors on the test rows: which of the paper's kinds each is (EDA, "Error
 * Analysis"). Each kind stands once in each place of the list, so that a liking for a place cancels. It reads gold labels for
 * analysis alone, when the run is over: nothing of it reaches a method.
 */
export async function errorTags(evaluation: Evaluation): Promise<{tagged: TaggedError[]; families: Family<Columns>[]}> {
  const {run, test} = evaluation;
  // Steps of an analysis are none of the run's.
  const scope = {...evaluation.scope, steps: new Map(evaluation.scope.steps), goldRead: new Set<Rows["split"]>()};
  const asked = errorTagsOf(scope.workspace.study, run);
  if (!asked) return {tagged: [], families: []};
  const truth = await gold(scope, test.student.rows);
  const told = firstErrors([truth, test.student, test.weak], taskNamed(run.task), asked.perCell);
  const sums = told.rows.examples.map(() => tagNames.map(() => 0));
  const families: Family<Columns>[] = [];
  const judge = {role: "judge", model: asked.judge} as const;
  for (const first of tagNames.keys()) {
    const kinds = [...tagNames.slice(first), ...tagNames.slice(0, first)];
    const prompts = errorPrompts(told, kinds);
    const {logprobs, pending, family} = await score(scope, judge, prompts, letters, prompts.source);
    if (family) families.push(family);
    if (pending) continue;
    for (const [place, kind] of kinds.entries())
      sums.forEach((sum, i) => (sum[tagNames.indexOf(kind)] += logprobs[place][i] / kinds.length));
  }
  return {
    tagged: told.rows.examples.map(({id}, i) => ({
      example: id,
      logLikelihoods: Object.fromEntries(tagNames.map((kind, k) => [kind, sums[i][k]])) as Record<ErrorTag, number>
    })),
    families
  };
}

interface ToldErrors extends Pick<Texts, "lineage" | "pending"> {
  rows: Rows;
  errors: ToldError[];
}

/** The student's first wrong rows by id; where its predictions are only counted, as many rows stand for them. */
function firstErrors([truth, student, weak]: readonly [Labels, Labels, Labels], task: Task, most: number): ToldErrors {
  const {rows} = student;
  const pending = [student, weak].some(isPending);
  const said = (labels: Labels, i: number): string =>
    labels.answers ? (labels.answers[i] ?? "none") : labels.probability[i] > 0.5 ? task.positive : task.negative;
  const wrong = [...rows.examples.keys()]
    .filter((i) => pending || said(student, i) !== said(truth, i))
    .sort((i, j) => (rows.examples[i].id < rows.examples[j].id ? -1 : 1))
    .slice(0, most);
  const examples = wrong.map((i) => rows.examples[i]);
  const from = [truth, student, weak].map(({step}) => step);
  return {
    rows: {...rows, examples, key: hash(examples), step: hash({verb: "errors", from, most})},
    errors: wrong.map((i) => ({
      text: rows.examples[i].text,
      other: rows.examples[i].other,
      gold: said(truth, i),
      student: said(student, i),
      supervisor: said(weak, i)
    })),
    lineage: mergeLineage(truth.lineage, student.lineage, weak.lineage),
    pending
  };
}

function errorPrompts({rows, errors, lineage, pending}: ToldErrors, kinds: readonly ErrorTag[]): Texts {
  const step = hash({verb: "compose", how: "errors", rows: rows.step, kinds});
  const texts = errors.map((error) => errorTagPrompt(error, kinds));
  return issueTexts({rows, texts, step, source: `kinds of error, ${kinds[0]} first`, lineage, pending});
}
