import {nameBackend} from "../backends/nameBackend.js";
import type {Predictor} from "../lab.js";
import {pinned, refuseOtherWeights} from "./knownWeights.js";
import type {Scope, TrainedPredictor, TrainingRecord} from "./workspace.js";

const textsPerRequest = 128;

/** LoRA or full fine-tuning: a job of the backend, known there by the predictor's key. */
export async function trainNetworkPredictor(
  {workspace, task, seed, observe}: Scope,
  {key, model, spec}: Predictor
): Promise<{record: TrainingRecord; predictor: TrainedPredictor}> {
  const {training} = workspace.study;
  if (training.train === "head") throw new Error(`expected lora or full: ${training.train}`);
  const backend = await workspace.backend();
  const description = await backend.describe();
  const {device} = description;
  const texts = spec.labels.rows.examples.map(({text}) => text);
  const start = performance.now();
  const stage = `fine-tuning (${training.train}), steps`;
  let advanced = 0;
  const result = await backend.finetune(
    {
      key,
      model: pinned(workspace, model),
      train: training.train,
      texts,
      labels: [...spec.labels.probability],
      validation: spec.stopOn
        ? {texts: spec.stopOn.rows.examples.map(({text}) => text), labels: [...spec.stopOn.probability]}
        : null,
      observe: {texts: observe.examples.map(({text}) => text)},
      loss: spec.loss,
      epochs: training.epochs,
      batchSize: training.batchSize,
      learningRate: training.learningRate,
      weightDecay: training.weightDecay,
      schedule: training.schedule,
      learningRateWarmup: training.learningRateWarmup,
      lora: training.train === "lora" ? training.lora : {rank: 0, alpha: 0, dropout: 0},
      checkpointsPerEpoch: training.checkpointsPerEpoch,
      precision: training.precision,
      maxTokens: training.maxTokens,
      seed
    },
    ({done}) => {
      workspace.advance(stage, done - advanced);
      advanced = Math.max(advanced, done);
    }
  );
  refuseOtherWeights(workspace, model, result.weights);
  const seconds = (performance.now() - start) / 1000;
  workspace.measured({
    verb: `finetune ${training.train}`,
    model,
    device,
    rows: texts.length,
    characters: training.epochs * texts.reduce((sum, text) => sum + text.length, 0),
    tokens: result.tokens,
    cut: result.cut ?? 0,
    seconds
  });
  workspace.warnOfCut(`fine-tuning of ${model}, ${task}`, result.cut ?? 0);
  const keptSteps = new Set(result.checkpoints.filter(({kept}) => kept).map(({step}) => step));
  // The checkpoint that was kept has read the observed rows already: asking again would cost another forward pass.
  const read = new Map(
    result.checkpoints
      .filter(({kept}) => kept)
      .flatMap(({observed}) => observe.examples.map(({text}, i) => [text, observed[i]] as const))
  );
  return {
    record: {
      digest: result.digest,
      curve: result.curve.map((row) => ({
        step: row.step,
        epoch: row.epoch,
        loss: row.loss,
        learning_rate: row.learningRate,
        confidence_weight: row.confidenceWeight,
        validation_agreement: row.validationAgreement,
        tokens: row.tokens,
        kept: keptSteps.has(row.step)
      })),
      checkpoints: result.checkpoints.map(({step, observed}) => ({step, observed}))
    },
    predictor: {
      digest: result.digest,
      backend: nameBackend(description),
      device,
      async predict(texts, emit) {
        for (let from = 0; from < texts.length; from += textsPerRequest) {
          const portion = texts.slice(from, from + textsPerRequest);
          const unread = portion.filter((text) => !read.has(text));
          if (unread.length) {
            const {probabilities} = await backend.classify(result.model, unread, training.precision);
            for (const [i, text] of unread.entries()) read.set(text, probabilities[i]);
          }
          await emit(
            from,
            portion.map((text) => read.get(text)!)
          );
        }
      }
    }
  };
}
