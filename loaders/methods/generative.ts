import {z} from "zod";
import type {Lab, Predictor} from "../lab.js";
import {defineMethod} from "./method.js";
import {weakSupervisor} from "./weakSupervisor.js";

export const generativeOptions = z.strictObject({
  /** Factor on the study's learning rate: the paper halves it, from 1e-4 to 5e-5. */
  learningRateScale: z.number().positive().default(0.5),
  /** Rows a batch, of its language model and of the student after it; the study's where left out. The paper has 16. */
  batchSize: z.int().positive().optional()
});

/** EDA, algorithm 6: before it learns from weak labels, the strong model learns to write the task's inputs. */
export const generative = defineMethod({
  name: "generative",
  title: "Generative fine-tuning",
  source: "EDA, algorithm 6",
  options: generativeOptions.extend({earlyStopping: z.boolean().default(true)}),
  async run(lab, arm, {earlyStopping, ...options}) {
    const {supervisor, weakLabels, weakValidation} = await weakSupervisor(lab, arm);
    const start = await generativeFinetuning(lab, arm.strong, options);
    // 2: proceed with weak-to-strong training on weak labels f_w(x).
    const student = lab.finetune(start, {
      labels: weakLabels,
      stopOn: earlyStopping ? weakValidation : undefined,
      loss: {name: "cross_entropy"},
      ...options
    });
    return {weak: supervisor, student};
  }
});

/** Step 1: pretrain M_S on D_task, the inputs of the transfer rows, with a language modelling objective. */
export async function generativeFinetuning(
  lab: Lab,
  strong: string,
  options: z.output<typeof generativeOptions>
): Promise<Predictor> {
  return lab.finetune(strong, {objective: "lm", inputs: await lab.rows("transfer"), ...options});
}
