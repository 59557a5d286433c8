/** Options as the papers have them, where our defaults differ: `{method: "bootstrapping", variant: "paper", ...paper.bootstrapping}`. */
export const paper = {
  /** EDA, "Bootstrapping": three iterations a stage, the rate a tenth at each stage. */
  bootstrapping: {iterations: 3, learningRateFactor: 0.1},
  /** EDA, "Generative Finetuning": half the learning rate and half the batch of other methods. */
  generative: {learningRateScale: 0.5, batchSize: 16}
} as const;
