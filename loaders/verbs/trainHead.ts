import {accuracy, classes} from "../../src/statistics/accuracy.js";
import {predictHead, trainHead} from "../../src/statistics/head.js";
import type {Matrix} from "../../src/statistics/matrix.js";
import {earliestBest} from "../../src/statistics/oracle.js";
import {sha256} from "../hash.js";
import type {Predictor, Rows} from "../lab.js";
import type {Scope, TrainedPredictor, TrainingRecord} from "./workspace.js";
import {activations, fillActivations, textKey, topLayer} from "./activations.js";

/** A linear head on frozen features: trained here, by the module that also runs in the page. */
export async function trainHeadPredictor(
  scope: Scope,
  {model, spec}: Predictor
): Promise<{record: TrainingRecord; predictor: TrainedPredictor; backend: string; device: string}> {
  const {training} = scope.workspace.study;
  if (training.train !== "head") throw new Error(`expected a head: ${training.train}`);
  const features = await featuresOf(scope, model, spec.labels.rows);
  const {checkpoints, curve} = trainHead(features, spec.labels.probability, {
    loss: spec.loss,
    inverseRegularization: training.inverseRegularization,
    steps: training.steps,
    checkpoints: training.checkpoints
  });
  const {stopOn} = spec;
  const validation = stopOn && (await featuresOf(scope, model, stopOn.rows));
  const agreements =
    stopOn &&
    checkpoints.map(({head}) => accuracy(classes(stopOn.probability), classes(predictHead(head, validation!)))!);
  const kept = agreements ? earliestBest([...agreements.keys()], (i) => agreements[i]) : checkpoints.length - 1;
  const {head} = checkpoints[kept];
  const observed = await featuresOf(scope, model, scope.observe);
  const digest = sha256(
    new Uint8Array(Float64Array.of(...head.weights, head.bias, ...head.mean, ...head.scale).buffer)
  );
  const atStep = new Map(checkpoints.map(({step}, i) => [step, i]));
  return {
    backend: "in the lab",
    device: "cpu",
    record: {
      digest,
      curve: curve.map(({step, loss, learningRate, confidenceWeight}) => {
        const checkpoint = atStep.get(step);
        return {
          step,
          epoch: step,
          loss,
          learning_rate: learningRate,
          confidence_weight: confidenceWeight,
          validation_agreement: checkpoint === undefined ? null : (agreements?.[checkpoint] ?? null),
          tokens: 0,
          kept: checkpoint === kept
        };
      }),
      checkpoints: checkpoints.map(({step, head}) => ({step, observed: predictHead(head, observed)}))
    },
    predictor: {
      digest,
      async predict(texts, emit) {
        const {source, layer} = topLayer(scope.workspace, model);
        const rows: Rows = {
          key: "",
          step: "",
          task: scope.task,
          split: "test",
          examples: texts.map((text) => ({id: textKey(text), text}))
        };
        await fillActivations(
          scope.workspace,
          source,
          new Map(texts.map((text) => [textKey(text), {text, layers: new Set([layer!])}]))
        );
        await emit(0, predictHead(head, await featuresOf({...scope, steps: new Map()}, model, rows)));
      }
    }
  };
}

async function featuresOf(scope: Scope, model: string, rows: Rows): Promise<Matrix> {
  return (await activations(scope, model, rows)).features!;
}
