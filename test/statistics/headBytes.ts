import {predictHead, trainHead} from "../../src/statistics/head.js";
import type {HeadOptions} from "../../src/statistics/head.js";
import {plantedFeatures} from "./planted.js";

const settings: HeadOptions[] = [
  {loss: {name: "cross_entropy"}, inverseRegularization: 0.01, steps: 60, checkpoints: 3},
  {loss: {name: "confidence", alpha: 0.75, warmup: 0.2}, inverseRegularization: 1, steps: 60, checkpoints: 3}
];

/** Predictions of heads on planted features, as bytes, so that no rounding hides a difference between engines. */
export function headBytes(): number[][] {
  const {features, labels} = plantedFeatures(120, 48, "bytes");
  return settings.map((options) =>
    Array.from(new Uint8Array(predictHead(trainHead(features, labels, options).head, features).buffer))
  );
}
