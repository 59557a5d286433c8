import type {Matrix} from "../../src/statistics/matrix.js";
import {hash} from "../hash.js";
import type {Model, Rows} from "../lab.js";
import {activations, activationsStep, needActivations} from "./activations.js";
import {needTunedActivations, topLayers, tunedActivations, tunedFamily} from "./tunedActivations.js";
import type {Scope} from "./workspace.js";

/**
 * What a head reads of rows, one row each: hidden states of the model's last layer at the last token of a text; of two texts
 * that are compared, the difference of theirs, so that a linear head on it is one reward of either text.
 */
export async function features(scope: Scope, model: Model, rows: Pick<Rows, "kind" | "examples">): Promise<Matrix> {
  const read = async (texts: string[]) =>
    typeof model === "string"
      ? activations(scope.workspace, model, texts)
      : tunedActivations(scope, model, topLayers(scope, model), texts).then(([matrix]) => matrix);
  const one = await read(rows.examples.map(({text}) => text));
  if (rows.kind !== "comparison") return one;
  const two = await read(rows.examples.map(({other}) => other!));
  return {...one, data: one.data.map((value, i) => value - two.data[i])};
}

/** Sees to it that what a head reads of rows is in the cache, or counts what is not. */
export async function needFeatures(scope: Scope, model: Model, rows: Rows): Promise<void> {
  const texts = rows.examples.flatMap(({text, other}) => (other === undefined ? [text] : [text, other]));
  if (typeof model === "string") await needActivations(scope.workspace, model, texts);
  else await needTunedActivations(scope, model, topLayers(scope, model), texts);
}

/** The step that gives what a head reads of rows. */
export function featuresStep(scope: Scope, model: Model, rows: Rows): string {
  if (typeof model === "string") return activationsStep(scope, model, rows);
  const step = hash({verb: "activations", predictor: model.step, rows: rows.step});
  scope.steps.set(step, {
    key: step,
    verb: "activations",
    title: `hidden states of the last layer, ${rows.split.replace("_", " ")} rows of ${rows.task}`,
    inputs: [model.step, rows.step].sort(),
    lineage: "no labels",
    rows: rows.examples.length,
    model: model.model,
    family: tunedFamily(scope, model)
  });
  return step;
}
