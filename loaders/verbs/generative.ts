import type {Backend} from "../backends/contract.js";
import {parseModelName} from "../backends/modelName.js";
import {nameBackend} from "../backends/nameBackend.js";
import type {Provenance} from "../cache.js";
import type {Lineage} from "../lineage.js";
import {noLineage} from "../lineage.js";
import type {Asked} from "../lab.js";
import {isPredictor, nameOf, serverOf} from "./asked.js";
import {demandTraining, digestOf, trained} from "./finetune.js";
import {pinned, refuseOtherWeights} from "./knownWeights.js";
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
export async function generative({workspace}: Pick<Scope, "workspace">, asked: Asked): Promise<Generative> {
  const model = nameOf(asked);
  if (isPredictor(asked)) {
    const digest = await digestOf(workspace, asked);
    return {
      name: model,
      step: asked.step,
      lineage: {gold: [], rows: [], supervisors: [{model, lineage: asked.lineage}]},
      identity: digest === null ? null : {predictor: asked.key, digest}
    };
  }
  const {source, layers, without} = parseModelName(model);
  const resolved = serverOf(workspace, asked).models.get(source);
  return {
    name: model,
    step: null,
    lineage: {...noLineage, supervisors: [{model, lineage: noLineage}]},
    identity: resolved
      ? {weights: resolved.weights, layers: layers ?? resolved.layers, without: without ?? null}
      : {weights: `unresolved ${source}`}
  };
}

/** A backend that has a model ready. */
export interface Serving {
  backend: Backend;
  /** The name under which it serves the model. */
  served: string;
  identity: object;
  device: string;
  provenance: Provenance;
  /** Throws where it says that other weights replied than those of the model. */
  refuseOthers(used: string | undefined): void;
}

/** Has a model served, by the server of the role in which it is asked; trains where needed. */
export async function serve(scope: Scope, asked: Asked): Promise<Serving> {
  const {workspace} = scope;
  const server = serverOf(workspace, asked);
  const model = nameOf(asked);
  const backend = await server.backend();
  const description = await backend.describe();
  const {device} = description;
  const provenance = {title: "", inputs: [], model, backend: nameBackend(description), device};
  if (!isPredictor(asked))
    return {
      backend,
      served: pinned(server, model),
      identity: (await generative(scope, asked)).identity!,
      device,
      provenance,
      refuseOthers: (used) => refuseOtherWeights(server, model, used)
    };
  const {served, digest} = await trained(scope, asked);
  if (served === null) throw new Error(`expected a model that was fine-tuned by lora or full: ${model}`);
  return {
    backend,
    served,
    identity: {predictor: asked.key, digest},
    device,
    provenance: {...provenance, inputs: [asked.key]},
    refuseOthers: () => {}
  };
}

/** Counts the training of a model that has none yet. */
export async function demandModel(scope: Scope, asked: Asked): Promise<void> {
  if (isPredictor(asked) && !scope.workspace.demand.trainings.has(asked.key)) await demandTraining(scope, asked);
}
