import {z} from "zod";
import {defineMethod} from "./method.js";
import {weakSupervisor} from "./weakSupervisor.js";

/** EDA, algorithm 4: the student is trained on weak labels and on its own hardened predictions. */
export const confidence = defineMethod({
  name: "confidence",
  title: "Confidence loss",
  source: "EDA, algorithm 4",
  options: z.strictObject({
    /** Weight of the student's own predictions; `paper` is 0.75 for the study's largest student and 0.5 for others. */
    alpha: z.union([z.literal("paper"), z.number().min(0).max(1)]).default("paper"),
    /** Share of training over which the weight rises from 0. */
    warmup: z.number().min(0).max(1).default(0.2),
    earlyStopping: z.boolean().default(true)
  }),
  async run(lab, {weak, strong, largest}, {alpha, warmup, earlyStopping}) {
    const {supervisor, weakLabels, weakValidation} = await weakSupervisor(lab, weak);
    // 1: set alpha = 0.75 for large models, 0.5 otherwise.
    const weight = alpha === "paper" ? (largest ? 0.75 : 0.5) : alpha;
    // 2, 3: train on L_conf = (1 - alpha) CE(f, f_w) + alpha CE(f, f_t), alpha rising linearly over the first 20 %.
    const student = lab.finetune(strong, {
      labels: weakLabels,
      stopOn: earlyStopping ? weakValidation : undefined,
      loss: {name: "confidence", alpha: weight, warmup}
    });
    return {weak: supervisor, student};
  }
});
