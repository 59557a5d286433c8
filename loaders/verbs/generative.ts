import type {Backend} from "../backends/contract.js";
import {parseModelName} from "../backends/modelName.js";
import {nameBackend} from "../backends/nameBackend.js";
import type {Provenance} from "../cache.js";
import type {Lineage} from "../lineage.js";
import {noLineage} from "../lineage.js";
import type {Model} from "../lab.js";
import {demandTraining, digestOf, trained} from "./finetune.js";
import {pinned} from "./knownWeights.js";
import type {Scope} from "./workspace.js";

/** A generative model as the verbs need it: what it is, and how it is asked. */
export interface Generative {
  /** As the study names it. */
  name: string;
  /** Key of the step that gave it; null for a model as it is. */
  step: string | null;
  lineage: Lineage;
  /** What determines its outputs; null while it has not been trained. */
  identity: object | null;
}

/** What is known of a model without training it. */
export async function generative({workspace}: Pick<Scope, "workspace">, model: Model): Promise<Generative> {
  if (typeof model !== "string") {
    const digest = await digestOf(workspace, model);
    return {
      name: model.model,
      step: model.step,
      lineage: {gold: [], rows: [], supervisors: [{model: model.model, lineage: model.lineage}]},
      identity: digest === null ? null : {predictor: model.key, digest}
    };
  }
  const {source, layers, without} = parseModelName(model);
  const resolved = workspace.models.get(source);
  return {
    name: model,
    step: null,
    lineage: {...noLineage, supervisors: [{model, lineage: noLineage}]},
    identity: resolved
      ? {weights: resolved.weights, layers: layers ?? resolved.layers, without: without ?? null}
      : {weights: `unresolved ${source}`}
  };
}

/** A backend that has the model ready, and the name under which it serves it; trains where needed. */
export async function serve(
  scope: Scope,
  model: Model
): Promise<{backend: Backend; served: string; identity: object; device: string; provenance: Provenance}> {
  const {workspace} = scope;
  const backend = await workspace.backend(typeof model === "string" ? model : undefined);
  const description = await backend.describe();
  const provenance = {title: "", inputs: [], backend: nameBackend(description), device: description.device};
  if (typeof model === "string")
    return {
      backend,
      served: pinned(workspace, model),
      identity: (await generative(scope, model)).identity!,
      device: description.device,
      provenance: {...provenance, model}
    };
  const {served, digest} = await trained(scope, model);
  if (served === null) throw new Error(`expected a model that was fine-tuned by lora or full: ${model.model}`);
  return {
    backend,
    served,
    identity: {predictor: model.key, digest},
    device: description.device,
    provenance: {...provenance, model: model.model, inputs: [model.key]}
  };
}

/** Counts the training of a model that has none yet. */
export async function demandModel(scope: Scope, model: Model): Promise<void> {
  if (typeof model !== "string" && !scope.workspace.demand.trainings.has(model.key)) await demandTraining(scope, model);
}
