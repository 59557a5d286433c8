import {hash} from "../hash.js";
import type {Input} from "../backends/contract.js";
import {task as taskNamed} from "../datasets/index.js";
import type {Task} from "../datasets/task.js";
import type {Classifying, Compared, Labels, Length, Model, Predictor, Rows, Sampling} from "../lab.js";
import {describeLineage, mergeLineage} from "../lineage.js";
import {textKey} from "./activations.js";
import {featuresStep, needFeatures} from "./features.js";
import {
  demandTraining,
  digestOf,
  isHead,
  isRecorded,
  networkTraining,
  provenanceOf,
  trained,
  usedRows
} from "./finetune.js";
import {longestOf, write} from "./generate.js";
import {generative} from "./generative.js";
import {issue} from "./labels.js";
import {known, togetherByRow} from "./lengths.js";
import {verifiedTexts} from "./texts.js";
import {MissingOutput, Retrained, type Scope, type Workspace} from "./workspace.js";

const version = 1;
const columns = {probability: {type: "float", about: "probability of class 1"}} as const;

/**
 * Probabilities of class 1, one per row, by the predictor as last trained; trains it where the cache lacks a row. Where the
 * task generates: the likeliest answer that the model writes.
 */
export async function classify(
  scope: Scope,
  model: Model,
  rows: Rows,
  {compared, tokens = 0}: Classifying = {}
): Promise<Labels> {
  if (rows.kind === "generation") return answer(scope, model, rows, tokens);
  if (typeof model === "string") throw new Error(`expected a fine-tuned model for a task of classes: ${model}`);
  const predictor = model;
  const {workspace, steps} = scope;
  const {policy} = workspace;
  const head = isHead(scope, predictor);
  const asked = compared ? comparisons(rows, compared) : rows.examples.map(({text, other}) => ({text, other}));
  const inputs = new Map(asked.map((input) => [inputKey(input), input]));
  const texts = compared && [compared.one, compared.two];
  const step = hash({
    verb: "classify",
    version,
    predictor: predictor.step,
    rows: rows.step,
    compared: texts?.map(({step}) => step)
  });
  let digest = await digestOf(workspace, predictor);
  let found = digest === null ? new Map() : await familyOf(workspace, predictor, digest).read();
  let missing = [...inputs].filter(([key]) => !found.has(key));
  const recorded = digest !== null && (await isRecorded(scope, predictor, digest));
  if (policy === "read") {
    if (missing.length)
      throw new MissingOutput(`predictions of ${predictor.model} on ${missing.length} ${describe(rows)}`);
    if (!recorded) throw new MissingOutput(`the training curve of ${predictor.model}`);
  } else if (head && (!predictor.from || missing.length || !recorded))
    for (const used of [...usedRows(predictor.spec), rows])
      await needFeatures(scope, predictor.from ?? predictor.model, used);
  if (policy === "compute" && (missing.length || !recorded)) {
    const model = await trained(scope, predictor);
    if (digest !== null && digest !== model.digest)
      throw new Retrained(`another training gave other weights: ${predictor.model}`);
    digest = model.digest;
    const family = familyOf(workspace, predictor, digest);
    const provenance = provenanceOf(predictor, model, "predictions");
    await family.exclusively(async () => {
      found = await family.read();
      missing = [...inputs].filter(([key]) => !found.has(key));
      if (!missing.length) return;
      await model.predict(
        missing.map(([, input]) => input),
        (from, probabilities) =>
          family.append(
            Array.from(probabilities, (probability, i) => ({key: missing[from + i][0], probability})),
            provenance
          )
      );
      found = await family.read();
    });
    missing = [];
  }
  if (policy === "count") {
    const awaited = compared && (compared.one.pending || compared.two.pending);
    // Texts that are still to be made are taken to be all different.
    const lengths: [string, Length][] = awaited
      ? togetherByRow([compared.one, compared.two]).map((length, i) => [`${step} ${i}`, length])
      : missing.map(([key, {text, other = ""}]) => [key, known(text + other)]);
    await count(scope, predictor, recorded, lengths, inputs.size);
  }
  steps.set(step, {
    key: step,
    verb: "classify",
    title: `predictions on the ${describe(rows)}`,
    inputs: [
      predictor.step,
      rows.step,
      ...(texts?.map(({step}) => step) ?? []),
      ...(head ? [featuresStep(scope, predictor.from ?? predictor.model, rows)] : [])
    ].sort(),
    lineage: steps.get(predictor.step)?.lineage ?? "",
    rows: rows.examples.length,
    model: predictor.model,
    family: digest === null ? null : familyOf(workspace, predictor, digest)
  });
  const probability = missing.length
    ? new Float64Array(rows.examples.length).fill(NaN)
    : Float64Array.from(asked, (input) => found.get(inputKey(input))!.probability as number);
  return issue(
    {
      rows,
      probability,
      step,
      source: predictor.key,
      lineage: mergeLineage(
        {gold: [], rows: [], supervisors: [{model: predictor.model, lineage: predictor.lineage}]},
        ...(texts?.map(({lineage}) => lineage) ?? [])
      )
    },
    // Labels that are only counted stand for what they will be: the step that gives them.
    missing.length ? hash({pending: step}) : undefined
  );
}

/** Sampling of the answers of tasks that generate: the likeliest, as long as the task lets them be, or as what models learned. */
const greedy = ({writes = {maxTokens: 8, stop: ["\n"]}}: Task, tokens: number): Sampling => ({
  ...writes,
  maxTokens: Math.max(writes.maxTokens, tokens),
  temperature: 0,
  topP: 1
});

/** The likeliest answer that a model writes to each row, with what the task reads in it. */
async function answer(scope: Scope, model: Model, rows: Rows, tokens: number): Promise<Labels> {
  const {steps} = scope;
  const about = await generative(scope, model);
  const sampling = greedy(taskNamed(rows.task), tokens);
  const step = hash({
    verb: "classify",
    version,
    predictor: about.step ?? about.identity,
    rows: rows.step,
    longer: sampling.maxTokens > greedy(taskNamed(rows.task), 0).maxTokens ? sampling.maxTokens : undefined
  });
  const texts = rows.examples.map(({text}) => text);
  const {outputs, family} = await write(scope, model, texts, 1, sampling);
  const {parse} = taskNamed(rows.task);
  steps.set(step, {
    key: step,
    verb: "classify",
    title: `answers to the ${describe(rows)}`,
    inputs: [rows.step, ...(about.step ? [about.step] : [])].sort(),
    lineage: describeLineage(about.lineage),
    rows: rows.examples.length,
    model: about.name,
    family
  });
  const source = typeof model === "string" ? model : model.key;
  const written = outputs?.map(([output]) => output) ?? texts.map(() => "");
  const answers = written.map((output, i) => (outputs ? parse!(output, texts[i]) : null));
  const labels = {
    rows,
    probability: new Float64Array(),
    outputs: written,
    answers,
    step,
    source,
    lineage: about.lineage,
    ...(!outputs && {longest: texts.map(() => longestOf(sampling))})
  };
  return issue(labels, outputs ? undefined : hash({pending: step}));
}

/** Texts that are compared in place of the rows' own. */
function comparisons(rows: Rows, {one, two}: Compared): Input[] {
  for (const texts of [one, two]) {
    verifiedTexts(texts);
    if (texts.rows.step !== rows.step)
      throw new Error(`expected texts of the same rows, ${rows.split}: ${texts.rows.split}`);
  }
  return rows.examples.map((_, i) => ({text: one.texts[i], other: two.texts[i]}));
}

/** Key of what a model reads: a text, or two that are compared. */
const inputKey = ({text, other}: Input): string => textKey(other === undefined ? text : `${text}\u0000${other}`);

const describe = ({split, task}: Rows): string => `${split.replace("_", " ")} rows of ${task}`;

async function count(
  scope: Scope,
  predictor: Predictor,
  recorded: boolean,
  missing: [string, Length][],
  rows: number
): Promise<void> {
  const {demand} = scope.workspace;
  const head = isHead(scope, predictor);
  const {train} = head ? scope.training : networkTraining(scope.training);
  if (recorded) demand.cached.trainings.set(predictor.key, train);
  else if (!demand.trainings.has(predictor.key)) await demandTraining(scope, predictor);
  // A head reads what is counted as hidden states.
  if (head) return;
  if (!missing.length) {
    demand.cached.classifications.add(`${predictor.key} ${rows}`);
    return;
  }
  if (!demand.classifications.has(predictor.key))
    demand.classifications.set(predictor.key, {model: predictor.model, texts: new Map()});
  for (const [key, length] of missing) demand.classifications.get(predictor.key)!.texts.set(key, length);
}

function familyOf({cache}: Workspace, predictor: Predictor, digest: string) {
  return cache.family("classify", hash({version, predictor: predictor.key, digest}), columns);
}
