import {classes} from "../statistics/accuracy.js";
import {decodeFeatures} from "../statistics/float16.js";
import type {HeadStep} from "../statistics/head.js";
import {predictHead, trainHead} from "../statistics/head.js";
import {earliestBest} from "../statistics/oracle.js";
import type {HeadRecipe} from "../study.js";

/** Rows of one split: features as little-endian float16, and soft labels where the split has a use for them. */
export interface SplitRows {
  vectors: readonly Uint8Array[];
  labels: ArrayLike<number>;
}

export interface Retrained {
  /** P(class 1) of the test rows, by the checkpoint that the recipe keeps. */
  probabilities: ArrayLike<number>;
  kept: number;
  steps: number;
  curve: HeadStep[];
}

/** A student's head, trained as the pipeline trains it: on weak labels, kept where it agrees best with those of validation rows. */
export function retrain(
  recipe: HeadRecipe,
  transfer: SplitRows,
  validation: SplitRows,
  test: Pick<SplitRows, "vectors">
): Retrained {
  const {loss, inverseRegularization, steps, checkpoints} = recipe;
  const trained = trainHead(decodeFeatures(transfer.vectors), transfer.labels, {
    loss,
    inverseRegularization,
    steps,
    checkpoints
  });
  let kept = trained.checkpoints[trained.checkpoints.length - 1];
  if (recipe.keep === "agreement") {
    const features = decodeFeatures(validation.vectors);
    const labels = classes(validation.labels);
    const agreements = new Map(
      trained.checkpoints.map(({step, head}) => [
        step,
        classes(predictHead(head, features)).reduce((n, d, i) => n + Number(d === labels[i]), 0)
      ])
    );
    kept = earliestBest(trained.checkpoints, ({step}) => agreements.get(step)!);
  }
  return {
    probabilities: predictHead(kept.head, decodeFeatures(test.vectors)),
    kept: kept.step,
    steps,
    curve: trained.curve
  };
}
