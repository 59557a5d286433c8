import {hash} from "../hash.js";
import type {Labels, Predictor, Rows} from "../lab.js";
import {activations, textKey} from "./activations.js";
import {demandTraining, digestOf, trained} from "./finetune.js";
import {MissingOutput, type Scope, type Workspace} from "./workspace.js";

const version = 1;
const columns = {probability: {type: "float", about: "probability of class 1"}} as const;

/** Probabilities of class 1, one per row, by the predictor as last trained; trains it where the cache lacks a row. */
export async function classify(scope: Scope, predictor: Predictor, rows: Rows): Promise<Labels> {
  const {workspace, steps} = scope;
  const texts = new Map(rows.examples.map(({text}) => [textKey(text), text]));
  const step = hash({verb: "classify", version, predictor: predictor.key, rows: rows.step});
  let digest = await digestOf(workspace, predictor);
  let found = digest === null ? new Map() : await familyOf(workspace, predictor, digest).read();
  let missing = [...texts].filter(([key]) => !found.has(key));
  if (missing.length && workspace.policy === "read")
    throw new MissingOutput(
      `predictions of ${predictor.model} on ${missing.length} ${rows.split.replace("_", " ")} rows of ${rows.task}`
    );
  if (missing.length && workspace.policy === "compute") {
    const model = await trained(scope, predictor);
    digest = model.digest;
    const family = familyOf(workspace, predictor, digest);
    await family.exclusively(async () => {
      found = await family.read();
      missing = [...texts].filter(([key]) => !found.has(key));
      if (!missing.length) return;
      await model.predict(
        missing.map(([, text]) => text),
        (from, probabilities) =>
          family.append(Array.from(probabilities, (probability, i) => ({key: missing[from + i][0], probability})))
      );
      found = await family.read();
    });
    missing = [];
  }
  if (workspace.policy === "count") await count(scope, predictor, digest, missing, texts.size);
  steps.set(step, {
    key: step,
    verb: "classify",
    title: `predictions on the ${rows.split.replace("_", " ")} rows of ${rows.task}`,
    inputs: [predictor.key, rows.step].sort(),
    lineage: steps.get(predictor.key)?.lineage ?? "",
    rows: rows.examples.length,
    model: predictor.model,
    family: digest === null ? null : familyOf(workspace, predictor, digest).folder
  });
  const probability = missing.length
    ? new Float64Array(rows.examples.length).fill(NaN)
    : Float64Array.from(rows.examples, ({text}) => found.get(textKey(text))!.probability as number);
  return {
    rows,
    probability,
    // Labels that are only counted stand for what they will be: the step that gives them.
    key: missing.length ? hash({pending: step}) : hash({rows: rows.key, probability}),
    step,
    source: predictor.key,
    lineage: {gold: [], supervisors: [{model: predictor.model, lineage: predictor.lineage}]}
  };
}

async function count(
  scope: Scope,
  predictor: Predictor,
  digest: string | null,
  missing: [string, string][],
  rows: number
): Promise<void> {
  const {demand, study} = scope.workspace;
  if (digest !== null) demand.cached.trainings.add(predictor.key);
  if (!missing.length) {
    demand.cached.classifications.add(`${predictor.key} ${rows}`);
    return;
  }
  if (digest === null && !demand.trainings.has(predictor.key)) await demandTraining(scope, predictor);
  if (!demand.classifications.has(predictor.key))
    demand.classifications.set(predictor.key, {model: predictor.model, texts: new Map()});
  for (const [key, text] of missing) demand.classifications.get(predictor.key)!.texts.set(key, text);
  if (study.training.train === "head") {
    await activations(scope, predictor.model, {
      key: "",
      step: "",
      task: scope.task,
      split: "test",
      examples: missing.map(([id, text]) => ({id, text}))
    });
  }
}

function familyOf({cache}: Workspace, predictor: Predictor, digest: string) {
  return cache.family("classify", hash({version, predictor: predictor.key, digest}), columns);
}
