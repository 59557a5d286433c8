import type {ResolvedModel} from "../backends/contract.js";
import type {Training} from "../study.js";

/** Parameters of the network up to which a training of all weights takes the higher rate. */
const small = 5e8;

/**
 * Learning rate of a training. `by size` is what openai/weak-to-strong has for batches of 32: 5e-5 for networks of up to half a
 * billion parameters, 1e-5 above, and ten times that for adapters, which bear more. It stays `by size` where the network is not
 * known yet.
 */
export function learningRateOf(
  {train, learningRate}: Pick<Exclude<Training, {train: "head"}>, "train" | "learningRate">,
  model: Pick<ResolvedModel, "parameters"> | null | undefined
): number | "by size" {
  if (learningRate !== "by size" || !model) return learningRate;
  return (model.parameters <= small ? 5e-5 : 1e-5) * (train === "lora" ? 10 : 1);
}
