import {hash} from "../hash.js";
import type {Labels, Predictor, Rows} from "../lab.js";
import {activationsStep, needActivations, textKey} from "./activations.js";
import {demandTraining, digestOf, isRecorded, provenanceOf, trained} from "./finetune.js";
import {issue} from "./labels.js";
import {MissingOutput, Retrained, type Scope, type Workspace} from "./workspace.js";

const version = 1;
const columns = {probability: {type: "float", about: "probability of class 1"}} as const;

/** Probabilities of class 1, one per row, by the predictor as last trained; trains it where the cache lacks a row. */
export async function classify(scope: Scope, predictor: Predictor, rows: Rows): Promise<Labels> {
  const {workspace, steps} = scope;
  const {policy, study} = workspace;
  const texts = new Map(rows.examples.map(({text}) => [textKey(text), text]));
  const step = hash({verb: "classify", version, predictor: predictor.key, rows: rows.step});
  let digest = await digestOf(workspace, predictor);
  let found = digest === null ? new Map() : await familyOf(workspace, predictor, digest).read();
  let missing = [...texts].filter(([key]) => !found.has(key));
  const recorded = digest !== null && (await isRecorded(scope, predictor, digest));
  if (policy === "read") {
    if (missing.length)
      throw new MissingOutput(`predictions of ${predictor.model} on ${missing.length} ${describe(rows)}`);
    if (!recorded) throw new MissingOutput(`the training curve of ${predictor.model}`);
  } else if (study.training.train === "head")
    for (const {examples} of usedRows(predictor, rows))
      await needActivations(
        workspace,
        predictor.model,
        examples.map(({text}) => text)
      );
  if (policy === "compute" && (missing.length || !recorded)) {
    const model = await trained(scope, predictor);
    if (digest !== null && digest !== model.digest)
      throw new Retrained(`another training gave other weights: ${predictor.model}`);
    digest = model.digest;
    const family = familyOf(workspace, predictor, digest);
    const provenance = provenanceOf(predictor, model, "predictions");
    await family.exclusively(async () => {
      found = await family.read();
      missing = [...texts].filter(([key]) => !found.has(key));
      if (!missing.length) return;
      await model.predict(
        missing.map(([, text]) => text),
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
  if (policy === "count") await count(scope, predictor, recorded, missing, texts.size);
  steps.set(step, {
    key: step,
    verb: "classify",
    title: `predictions on the ${describe(rows)}`,
    inputs: [
      predictor.key,
      rows.step,
      ...(study.training.train === "head" ? [activationsStep(scope, predictor.model, rows)] : [])
    ].sort(),
    lineage: steps.get(predictor.key)?.lineage ?? "",
    rows: rows.examples.length,
    model: predictor.model,
    family: digest === null ? null : familyOf(workspace, predictor, digest)
  });
  const probability = missing.length
    ? new Float64Array(rows.examples.length).fill(NaN)
    : Float64Array.from(rows.examples, ({text}) => found.get(textKey(text))!.probability as number);
  return issue(
    {
      rows,
      probability,
      step,
      source: predictor.key,
      lineage: {gold: [], rows: [], supervisors: [{model: predictor.model, lineage: predictor.lineage}]}
    },
    // Labels that are only counted stand for what they will be: the step that gives them.
    missing.length ? hash({pending: step}) : undefined
  );
}

/** Rows whose hidden states a head reads: those it learns from, those that decide when it stops, those it predicts. */
function usedRows({spec: {labels, stopOn}}: Predictor, rows: Rows): Rows[] {
  return [labels.rows, ...(stopOn ? [stopOn.rows] : []), rows];
}

const describe = ({split, task}: Rows): string => `${split.replace("_", " ")} rows of ${task}`;

async function count(
  scope: Scope,
  predictor: Predictor,
  recorded: boolean,
  missing: [string, string][],
  rows: number
): Promise<void> {
  const {demand} = scope.workspace;
  if (recorded) demand.cached.trainings.add(predictor.key);
  else if (!demand.trainings.has(predictor.key)) await demandTraining(scope, predictor);
  if (!missing.length) {
    demand.cached.classifications.add(`${predictor.key} ${rows}`);
    return;
  }
  if (!demand.classifications.has(predictor.key))
    demand.classifications.set(predictor.key, {model: predictor.model, texts: new Map()});
  for (const [key, text] of missing) demand.classifications.get(predictor.key)!.texts.set(key, text);
}

function familyOf({cache}: Workspace, predictor: Predictor, digest: string) {
  return cache.family("classify", hash({version, predictor: predictor.key, digest}), columns);
}
