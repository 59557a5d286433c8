import {accuracy, classes} from "../../src/statistics/accuracy.js";
import {predictHead, trainHead} from "../../src/statistics/head.js";
import {earliestBest} from "../../src/statistics/oracle.js";
import {sha256} from "../hash.js";
import type {Predictor, Rows} from "../lab.js";
import type {Scope, TrainedPredictor, TrainingRecord} from "./workspace.js";
import {activations} from "./activations.js";

/** A linear head on frozen features: trained here, by the module that also runs in the page. */
export async function trainHeadPredictor(
  {workspace, observe}: Scope,
  {model, spec}: Predictor
): Promise<{record: TrainingRecord; predictor: TrainedPredictor}> {
  const {training} = workspace.study;
  if (training.train !== "head") throw new Error(`expected a head: ${training.train}`);
  const features = await activations(workspace, model, textsOf(spec.labels.rows));
  const {checkpoints, curve} = trainHead(features, spec.labels.probability, {
    loss: spec.loss,
    inverseRegularization: training.inverseRegularization,
    steps: training.steps,
    checkpoints: training.checkpoints
  });
  const {stopOn} = spec;
  const validation = stopOn && (await activations(workspace, model, textsOf(stopOn.rows)));
  const agreements =
    stopOn &&
    checkpoints.map(({head}) => accuracy(classes(stopOn.probability), classes(predictHead(head, validation!)))!);
  const kept = agreements ? earliestBest([...agreements.keys()], (i) => agreements[i]) : checkpoints.length - 1;
  const {head} = checkpoints[kept];
  const observed = await activations(workspace, model, textsOf(observe));
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
      async predict(texts, emit) {
        await emit(0, predictHead(head, await activations(workspace, model, texts)));
      }
    }
  };
}

const textsOf = ({examples}: Rows): string[] => examples.map(({text}) => text);
