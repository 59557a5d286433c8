import {task as taskNamed} from "../datasets/index.js";
import type {Example} from "../datasets/task.js";
import {hash} from "../hash.js";
import type {Choice, Clusters, Labels, Length, Rows, Texts} from "../lab.js";
import {describeLineage, mergeLineage} from "../lineage.js";
import {rightAnswer} from "../rightAnswer.js";
import {isPending, issue, verified} from "./labels.js";
import {lengthsOf, longestByRow} from "./lengths.js";
import {verifiedTexts} from "./texts.js";
import type {Scope} from "./workspace.js";

const version = 1;

/** Written texts as labels: what was written, and the answer that the task reads in it. */
export function answersIn(scope: Scope, texts: Texts): Labels {
  verifiedTexts(texts);
  const {rows} = texts;
  const step = hash({verb: "answers", version, texts: texts.step});
  return written(scope, {
    rows,
    outputs: texts.texts,
    step,
    title: `answers in: ${texts.source}`,
    inputs: [texts.step],
    source: texts.source,
    lineage: texts.lineage,
    longest: texts.pending ? lengthsOf(texts) : null
  });
}

/**
 * Rejection sampling (Zelikman et al. 2022): of some chains of each row the first whose answer is the gold one; nothing where none
 * is, so that nothing is learned from that row.
 */
export async function keepRight(scope: Scope, chains: readonly Texts[], gold: Labels): Promise<Labels> {
  chains.forEach(verifiedTexts);
  verified(gold);
  const {rows} = gold;
  const examples = await examplesOf(scope, rows);
  const {name, parse} = taskNamed(rows.task);
  const pending = chains.some((texts) => texts.pending);
  const outputs = rows.examples.map(({text}, i) => {
    const right = chains.find(({texts}) => {
      const answer = parse!(texts[i], text);
      return answer !== null && rightAnswer(name, answer, examples[i]);
    });
    return pending ? text : (right?.texts[i] ?? "");
  });
  return written(scope, {
    rows,
    outputs,
    step: hash({verb: "keep", version, chains: chains.map(({step}) => step), gold: gold.step}),
    title: `of ${chains.length} chains the first that is right`,
    inputs: [...chains.map(({step}) => step), gold.step],
    source: `right of ${chains.length}: ${chains[0].source}`,
    lineage: mergeLineage(gold.lineage, ...chains.map(({lineage}) => lineage)),
    longest: pending ? longestByRow(chains) : null
  });
}

/** The annotated chains of thought of rows, which are gold as their answers are; null where the task has none. */
export async function annotated(scope: Scope, gold: Labels): Promise<Labels | null> {
  verified(gold);
  const {rows} = gold;
  const chains = (await examplesOf(scope, rows)).map(({chain}) => chain);
  if (chains.some((chain) => chain === undefined)) return null;
  return written(scope, {
    rows,
    outputs: chains as string[],
    step: hash({verb: "annotated", version, gold: gold.step}),
    title: `annotated chains of thought of the ${rows.split.replace("_", " ")} rows of ${rows.task}`,
    inputs: [gold.step],
    source: "annotated chains",
    lineage: gold.lineage,
    longest: null
  });
}

/**
 * Written labels made from others of the same rows, row by row: one of them, or nothing, with a weight. All that stands behind those
 * stands behind these.
 */
export function select(
  scope: Scope,
  from: readonly Labels[],
  clusters: readonly Clusters[],
  how: string,
  choose: (choice: Choice) => {which: number | null; weight?: number}
): Labels {
  from.forEach(verified);
  const {rows} = from[0];
  const steps = [...from.map(({step}) => step), ...clusters.map(({step}) => step)];
  const other = [...from, ...clusters].find((one) => one.rows.step !== rows.step);
  if (other) throw new Error(`expected labels of the same rows, ${rows.split}: ${other.rows.split}`);
  const pending = from.some(isPending) || clusters.some(({final}) => final.pending);
  const chosen = rows.examples.map((_, i) =>
    pending
      ? {which: null}
      : choose({
          outputs: from.map(({outputs}) => outputs![i]),
          answers: from.map(({answers}) => answers![i]),
          clusters: clusters.map((own) => own.clusters[i])
        })
  );
  const weights = chosen.map(({weight = 1}) => weight);
  const bad = weights.find((weight) => !(weight >= 0 && weight < Infinity));
  if (bad !== undefined) throw new Error(`${how}: expected weights from 0: ${bad}`);
  return written(scope, {
    rows,
    outputs: chosen.map(({which}, i) => (which === null ? "" : from[which].outputs![i])),
    ...(weights.some((weight) => weight !== 1) && {weights}),
    step: hash({verb: "select", version, how, from: steps}),
    title: how,
    inputs: steps,
    source: how,
    lineage: mergeLineage(...from.map(({lineage}) => lineage), ...clusters.map(({final}) => final.lineage)),
    longest: pending ? longestByRow(from) : null
  });
}

interface Written extends Pick<Labels, "rows" | "step" | "source" | "lineage" | "weights"> {
  outputs: readonly string[];
  title: string;
  inputs: string[];
  /** How long they may be that only stand for what they will be; null for those that are there. */
  longest: readonly Length[] | null;
}

function written(scope: Scope, {title, inputs, longest, ...made}: Written): Labels {
  const {rows, outputs, step, lineage} = made;
  if (rows.kind !== "generation") throw new Error(`expected a task that generates: ${rows.task}`);
  const {parse} = taskNamed(rows.task);
  scope.steps.set(step, {
    key: step,
    verb: "answers",
    title,
    inputs: [...new Set([rows.step, ...inputs])].sort(),
    lineage: describeLineage(lineage),
    rows: outputs.length,
    model: "",
    family: null
  });
  const answers = outputs.map((output, i) => (longest ? null : parse!(output, rows.examples[i].text)));
  const labels = {...made, probability: new Float64Array(), answers, ...(longest && {longest})};
  return issue(labels, longest ? hash({pending: step}) : undefined);
}

async function examplesOf({workspace, task, seed}: Scope, rows: Rows): Promise<Example[]> {
  const byId = new Map((await workspace.split(task, seed))[rows.split].map((example) => [example.id, example]));
  return rows.examples.map(({id}) => byId.get(id)!);
}
