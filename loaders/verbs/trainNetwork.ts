import type {FinetuneJob, Input, JobExample, Objective} from "../backends/contract.js";
import {parseModelName} from "../backends/modelName.js";
import {nameBackend} from "../backends/nameBackend.js";
import type {DecisionSpec, FinetuneSpec, Labels, Predictor, Texts} from "../lab.js";
import {networkTraining, observed, trained} from "./finetune.js";
import {learningRateOf} from "./learningRate.js";
import {pinned, refuseOtherWeights} from "./knownWeights.js";
import {inChat, type Scope, type TrainedPredictor, type TrainingRecord, type Workspace} from "./workspace.js";

const inputsPerRequest = 128;

/** LoRA or full fine-tuning: a job of the backend, known there by the predictor's key. */
export async function trainNetworkPredictor(
  scope: Scope,
  {key, model, from, spec}: Predictor
): Promise<{record: TrainingRecord; predictor: TrainedPredictor}> {
  const {workspace, task, kind, seed, observe} = scope;
  const training = networkTraining(scope.training);
  const backend = await workspace.backend();
  const description = await backend.describe();
  const {device} = description;
  const base = from ? await trained(scope, from) : null;
  const {objective, examples, validation} = jobOf(spec, kind === "generation", inChat(scope) ?? false);
  const watched = observed(kind, spec) ? observe.examples.map(({text, other}) => ({text, other})) : [];
  const rate = learningRateOf(training, workspace.models.get(parseModelName(model).source)!) as number;
  // A job waits for others: what it takes counts from when it was first seen to run.
  const asked = performance.now();
  let began: number | undefined;
  const stage = `fine-tuning (${training.train}), steps`;
  let advanced = 0;
  const result = await backend.finetune(
    {
      key,
      model: base ? base.served! : pinned(workspace, model),
      objective,
      train: training.train,
      examples,
      validation,
      observe: watched,
      loss: spec.objective === "lm" ? {name: "cross_entropy"} : spec.loss,
      epochs: training.epochs,
      batchSize: spec.batchSize ?? training.batchSize,
      learningRate: rate * (spec.learningRateScale ?? 1),
      weightDecay: training.weightDecay,
      schedule: training.schedule,
      learningRateWarmup: warmupShare(training, examples.length, spec.batchSize),
      lora: loraOf(workspace, model, training),
      checkpointsPerEpoch: training.checkpointsPerEpoch,
      precision: training.precision,
      maxTokens: training.maxTokens,
      seed
    },
    ({done}) => {
      began ??= performance.now();
      workspace.advance(stage, done - advanced);
      advanced = Math.max(advanced, done);
    }
  );
  if (!base) refuseOtherWeights(workspace, model, result.weights);
  const characters = (rows: readonly JobExample[]) =>
    rows.reduce(
      (sum, {text, other = "", completion = "", chosen = "", rejected = ""}) =>
        sum + [text, other, completion, chosen, rejected].join("").length,
      0
    );
  workspace.measured({
    verb: `finetune ${training.train}`,
    model,
    device,
    rows: examples.length,
    characters: training.epochs * characters(examples),
    tokens: result.tokens,
    cut: result.cut ?? 0,
    seconds: (performance.now() - (began ?? asked)) / 1000
  });
  workspace.warnOfCut(`fine-tuning of ${model}, ${task}`, result.cut ?? 0, training.maxTokens);
  const keptSteps = new Set(result.checkpoints.filter(({kept}) => kept).map(({step}) => step));
  if (!keptSteps.size) keptSteps.add(result.curve.at(-1)!.step);
  // The checkpoint that was kept has read the observed rows already: asking again would cost another forward pass.
  const read = new Map(
    result.checkpoints
      .filter(({kept}) => kept)
      .flatMap(({observed}) => watched.map((input, i) => [nameOf(input), observed[i]] as const))
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
      checkpoints: watched.length ? result.checkpoints.map(({step, observed}) => ({step, observed})) : []
    },
    predictor: {
      digest: result.digest,
      backend: nameBackend(description),
      device,
      served: result.model,
      async predict(inputs, emit) {
        for (let from = 0; from < inputs.length; from += inputsPerRequest) {
          const portion = inputs.slice(from, from + inputsPerRequest);
          const unread = portion.filter((input) => !read.has(nameOf(input)));
          if (unread.length) {
            const start = performance.now();
            const {probabilities, tokens} = await backend.classify(result.model, unread, training.precision);
            workspace.measured({
              verb: "classify",
              model,
              device,
              rows: unread.length,
              characters: unread.reduce((sum, {text, other = ""}) => sum + text.length + other.length, 0),
              tokens,
              cut: 0,
              seconds: (performance.now() - start) / 1000
            });
            for (const [i, input] of unread.entries()) read.set(nameOf(input), probabilities[i]);
          }
          await emit(
            from,
            portion.map((input) => read.get(nameOf(input))!)
          );
        }
      }
    }
  };
}

/** Share of a job's steps over which its learning rate rises. */
function warmupShare(
  {learningRateWarmup: warmup, epochs, batchSize}: ReturnType<typeof networkTraining>,
  rows: number,
  own = batchSize
): number {
  if (typeof warmup === "number") return warmup;
  return Math.min(1, warmup.steps / Math.ceil(epochs * Math.ceil(rows / own)));
}

/** Adapters of a job: how many of the model's lower layers the share that stays frozen comes to. */
function loraOf({models}: Workspace, model: string, training: ReturnType<typeof networkTraining>): FinetuneJob["lora"] {
  if (training.train !== "lora") return {rank: 0, alpha: 0, dropout: 0, frozenLayers: 0};
  const {frozen, ...lora} = training.lora;
  const {source, layers, without = []} = parseModelName(model);
  const left = layers ?? models.get(source)!.layers - without.length;
  return {...lora, frozenLayers: Math.floor(frozen * left + 1e-9)};
}

const nameOf = ({text, other}: Input): string => JSON.stringify([text, other]);

/** What a job is given to learn from, by its objective. */
function jobOf(
  spec: FinetuneSpec,
  generates: boolean,
  chat: boolean
): Pick<FinetuneJob, "objective" | "examples" | "validation"> {
  if (spec.objective === "lm") {
    const {inputs, completions, weights} = spec;
    const rows = "texts" in inputs ? inputs.rows : inputs;
    const examples = rows.examples.flatMap(({text: own, other}, i): JobExample[] => {
      const text = "texts" in inputs ? inputs.texts[i] : own;
      if (completions)
        return completions.map(({texts}, c) => ({
          text,
          completion: texts[i],
          ...(weights && {weight: weights[c].probability[i]})
        }));
      // Both texts of a comparison, without a word on which is the better.
      return "texts" in inputs || other === undefined ? [{text}] : [{text}, {text: other}];
    });
    return {objective: {name: "lm"}, examples, validation: null};
  }
  if (generates) {
    const judged = spec.stopOn ? writtenRows(spec.stopOn, chat) : [];
    const learned = [spec.labels, ...(isDecision(spec) ? [] : (spec.also ?? []))];
    const examples = learned.flatMap((labels) => writtenRows(labels, chat));
    if (!examples.length) throw new Error(`expected a text to learn of ${spec.labels.rows.task}: 0`);
    return {objective: {name: "lm", ...(chat && {chat})}, examples, validation: judged.length ? judged : null};
  }
  if (spec.objective !== "decision" && spec.compared) {
    const {one, two} = spec.compared;
    const examples = pairsOf(one, two, spec.labels).map(({i, first}) => ({
      text: one.texts[i],
      other: two.texts[i],
      label: first
    }));
    if (!examples.length) throw new Error(`expected pairs to compare, ${spec.labels.rows.task}: 0`);
    return {objective: {name: "classification"}, examples, validation: null};
  }
  const validation = spec.stopOn ? labelled(spec.stopOn) : null;
  if (spec.objective !== "decision")
    return {objective: {name: "classification"}, examples: labelled(spec.labels), validation};
  const {answers, preferences} = spec;
  const objective: Objective = {
    name: "decision",
    answers,
    preferenceWeight: preferences?.weight ?? 0,
    beta: preferences?.beta ?? 0.1
  };
  const pairs = preferences
    ? pairsOf(preferences.one, preferences.two, preferences.verdicts).map(({i, first}): JobExample => {
        const text = preferences.prompts.texts[i];
        const [one, two] = [preferences.one.texts[i], preferences.two.texts[i]];
        return first > 0.5 ? {text, chosen: one, rejected: two} : {text, chosen: two, rejected: one};
      })
    : [];
  return {objective, examples: [...labelled(spec.labels), ...pairs], validation};
}

/** Rows of two texts of which one is the better, with the probability that it is the first. */
const pairsOf = (one: Texts, two: Texts, {probability}: Labels): {i: number; first: number}[] =>
  Array.from(probability, (first, i) => ({i, first})).filter(
    ({i, first}) => first !== 0.5 && one.texts[i] !== two.texts[i]
  );

const labelled = ({rows, probability}: Labels): JobExample[] =>
  rows.examples.map(({text, other}, i) => ({text, ...(other !== undefined && {other}), label: probability[i]}));

/** What a supervisor wrote, as what the student is to write; where it wrote nothing there is nothing to learn. */
const writtenRows = ({rows, outputs, weights}: Labels, chat: boolean): JobExample[] =>
  rows.examples.flatMap(({text}, i) => {
    const completion = outputs![i].trim();
    if (!completion || weights?.[i] === 0) return [];
    return [{text, completion: chat ? completion : ` ${completion}`, ...(weights && {weight: weights[i]})}];
  });

const isDecision = (spec: FinetuneSpec): spec is DecisionSpec => spec.objective === "decision";
