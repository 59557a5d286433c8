/** Options as the papers have them, where our defaults differ: `{method: "bootstrapping", variant: "paper", ...paper.bootstrapping}`. */
export const paper = {
  /** EDA, "Bootstrapping": three iterations a stage, the rate a tenth at each stage. */
  bootstrapping: {iterations: 3, learningRateFactor: 0.1},
  /** EDA, "Generative Finetuning": half the learning rate and half the batch of other methods. */
  generative: {learningRateScale: 0.5, batchSize: 16},
  /** Alice, section 3.2: 100 chains, clustered by embedding on all datasets, a random representative, all clusters told. */
  alice: {
    chains: 100,
    cluster: "embedding",
    threshold: 0.9,
    representative: "random",
    clustersOfOne: "kept",
    unanimous: "student"
  },
  /** Instructor's task instruction (Alice, section 3.2), for embedders that take one. */
  aliceInstruction: "Represent the paragraph for the question: "
} as const;

/** Options as the papers' released code has them, where it says another thing than the paper. */
export const code = {
  /**
   * Alice: one try of rejection sampling; all texts drawn; by answer or embedding as the dataset; first members; clusters of one
   * dropped.
   */
  alice: {
    tries: 1,
    answerTemperature: 0.9,
    chains: 100,
    cluster: "by task",
    threshold: 0.9,
    representative: "first",
    clustersOfOne: "dropped",
    unanimous: "teacher"
  },
  /** Alice: of the question-answering sets a fifth of the second half; the teacher learns from the whole of the first. */
  aliceSizes: {hotpotqa: {transferShare: 0.2}, triviaqa: {transferShare: 0.2}}
} as const;

/** How Alice's released code fine-tunes: all weights, AdamW, a cosine after 100 steps of warm-up. It names no batch size. */
export const aliceFull = {
  train: "full",
  precision: "bf16",
  epochs: 3,
  batchSize: 32,
  learningRate: 1e-5,
  weightDecay: 0.01,
  schedule: "cosine",
  learningRateWarmup: {steps: 100},
  maxTokens: 1024,
  checkpointsPerEpoch: 1
} as const;

/** The same with adapters, for GPUs that do not hold all weights and their moments. */
export const aliceLora = {...aliceFull, train: "lora", learningRate: 2e-4, lora: {rank: 16, alpha: 32}} as const;
