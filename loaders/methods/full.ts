import {z} from "zod";
import {bootstrap, bootstrappingOptions} from "./bootstrapping.js";
import {confidenceLoss, confidenceOptions} from "./confidence.js";
import {generativeFinetuning, generativeOptions} from "./generative.js";
import {defineMethod} from "./method.js";
import {plain} from "./studentLoss.js";
import {weakSupervisor} from "./weakSupervisor.js";

const part = <T extends z.ZodType>(options: T) => z.union([z.literal(false), options]);

/** The methods of EDA combined; without one of its parts it is a row of the paper's ablation (table 2). */
export const full = defineMethod({
  name: "full",
  title: "Full method",
  source: "EDA, algorithms 4, 5 and 6; table 2 without one of them",
  options: z.strictObject({
    confidence: part(confidenceOptions).prefault({}),
    bootstrapping: part(bootstrappingOptions.omit({earlyStopping: true})).prefault({}),
    generative: part(generativeOptions).prefault({}),
    earlyStopping: z.boolean().default(true)
  }),
  async run(lab, arm, {confidence, bootstrapping, generative, earlyStopping}) {
    const {supervisor, weakLabels, weakValidation} = await weakSupervisor(lab, arm);
    const loss = confidence ? confidenceLoss(arm, confidence) : plain;
    // Algorithm 6 is the strong model's alone, and so is its learning rate.
    const prepare = async (model: string) =>
      generative && model === arm.strong
        ? {start: await generativeFinetuning(lab, model, generative), ...generative}
        : {start: model, learningRateScale: 1};
    if (bootstrapping) {
      const {student, rungs} = await bootstrap(
        lab,
        arm,
        supervisor,
        {...bootstrapping, earlyStopping},
        {prepare, loss}
      );
      return {weak: supervisor, student, rungs};
    }
    const {start, ...rate} = await prepare(arm.strong);
    const student = lab.finetune(start, {
      labels: weakLabels,
      stopOn: earlyStopping ? weakValidation : undefined,
      loss: loss(true),
      ...rate
    });
    return {weak: supervisor, student};
  }
});
