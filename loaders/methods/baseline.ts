import {z} from "zod";
import {anyKind, defineMethod} from "./method.js";
import {weakSupervisor} from "./weakSupervisor.js";

/** EDA, algorithm 3: the strong student is fine-tuned on weak labels as they are. */
export const baseline = defineMethod({
  name: "baseline",
  title: "Baseline",
  source: "EDA, algorithm 3",
  kinds: anyKind,
  options: z.strictObject({
    /** Whether the checkpoint is kept that agrees best with the weak labels of validation rows, or the last. */
    earlyStopping: z.boolean().default(true)
  }),
  async run(lab, arm, {earlyStopping}) {
    const {supervisor, weakLabels, weakValidation} = await weakSupervisor(lab, arm);
    const student = lab.finetune(arm.strong, {
      labels: weakLabels,
      stopOn: earlyStopping ? weakValidation : undefined,
      loss: {name: "cross_entropy"}
    });
    return {weak: supervisor, student};
  }
});
