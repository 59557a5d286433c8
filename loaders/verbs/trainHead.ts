import {accuracy, classes} from "../../src/statistics/accuracy.js";
import {predictHead, trainHead} from "../../src/statistics/head.js";
import {earliestBest} from "../../src/statistics/oracle.js";
import {sha256} from "../hash.js";
import type {Predictor} from "../lab.js";
import type {Scope, TrainedPredictor, TrainingRecord} from "./workspace.js";
import {features} from "./features.js";

/** A linear head on frozen features: trained here, by the module that also runs in the page. */
export async function trainHeadPredictor(
  scope: Scope,
  {model: name, from, spec}: Predictor
): Promise<{record: TrainingRecord; predictor: TrainedPredictor}> {
  const {training, observe} = scope;
  if (training.train !== "head" || spec.objective === "lm" || spec.objective === "decision")
    throw new Error(`expected a head of a classifier: ${training.train}, ${spec.objective ?? "classification"}`);
  const model = from ?? name;
  const {checkpoints, curve} = trainHead(await features(scope, model, spec.labels.rows), spec.labels.probability, {
    // Of two texts that are compared the head is one reward: swapped, they give the opposite.
    intercept: spec.labels.rows.kind !== "comparison",
    loss: spec.loss,
    inverseRegularization: training.inverseRegularization,
    steps: training.steps,
    checkpoints: training.checkpoints
  });
  const {stopOn} = spec;
  const validation = stopOn && (await features(scope, model, stopOn.rows));
  const agreements =
    stopOn &&
    checkpoints.map(({head}) => accuracy(classes(stopOn.probability), classes(predictHead(head, validation!)))!);
  const kept = agreements ? earliestBest([...agreements.keys()], (i) => agreements[i]) : checkpoints.length - 1;
  const {head} = checkpoints[kept];
  const observed = await features(scope, model, observe);
  const digest = sha256(
    new Uint8Array(Float64Array.of(...head.weights, head.bias, ...head.mean, ...head.scale).buffer)
  );
  const atStep = new Map(checkpoints.map(({step}, i) => [step, i]));
  return {
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
      backend: "in the lab",
      device: "cpu",
      served: null,
      async predict(inputs, emit) {
        const rows = {kind: observe.kind, examples: inputs.map((input) => ({id: "", ...input}))};
        await emit(0, predictHead(head, await features(scope, model, rows)));
      }
    }
  };
}
