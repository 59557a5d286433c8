import {z} from "zod";
import type {Arm} from "../lab.js";
import {defineMethod} from "./method.js";
import type {StudentLoss} from "./studentLoss.js";
import {weakSupervisor} from "./weakSupervisor.js";

export const confidenceOptions = z.strictObject({
  /** Weight of the student's own predictions; `paper` is 0.75 for the study's largest student and 0.5 for others. */
  alpha: z.union([z.literal("paper"), z.number().min(0).max(1)]).default("paper"),
  /** Share of training over which the weight rises from 0. */
  warmup: z.number().min(0).max(1).default(0.2)
});

/** EDA, algorithm 4: the student is trained on weak labels and on its own hardened predictions. */
export const confidence = defineMethod({
  name: "confidence",
  title: "Confidence loss",
  source: "EDA, algorithm 4",
  options: confidenceOptions.extend({earlyStopping: z.boolean().default(true)}),
  async run(lab, arm, {earlyStopping, ...options}) {
    const {supervisor, weakLabels, weakValidation} = await weakSupervisor(lab, arm);
    const student = lab.finetune(arm.strong, {
      labels: weakLabels,
      stopOn: earlyStopping ? weakValidation : undefined,
      loss: confidenceLoss(arm, options)(true)
    });
    return {weak: supervisor, student};
  }
});

/** The loss of algorithm 4; models on the way to the strong one are not the largest. */
export function confidenceLoss(
  {largest}: Pick<Arm, "largest">,
  {alpha, warmup}: z.output<typeof confidenceOptions>
): StudentLoss {
  return (isStrong) => ({
    name: "confidence",
    // 1: set alpha = 0.75 for large models, 0.5 otherwise.
    alpha: alpha === "paper" ? (largest && isStrong ? 0.75 : 0.5) : alpha,
    // 2, 3: train on L_conf = (1 - alpha) CE(f, f_w) + alpha CE(f, f_t), alpha rising linearly over the first 20 %.
    warmup
  });
}
