import {z} from "zod";
import {anyKind, defineMethod} from "./method.js";

/**
 * EDA, definition 3: Phi: M_W x M_S -> M'_W, the weak model learns the strong one's decisions. It goes from strong to weak,
 * so its gain is no recovered gap of weak-to-strong generalisation.
 */
export const facilitate = defineMethod({
  name: "facilitate",
  title: "Facilitation",
  source: "EDA, definition 3 and equation 1",
  kinds: anyKind,
  format: "strong to weak",
  options: z.strictObject({earlyStopping: z.boolean().default(true)}),
  async run(lab, {weak, strong}, {earlyStopping}) {
    const labels = await lab.gold(await lab.rows("supervision"));
    const stopOn = await lab.gold(await lab.rows("supervision_validation"));
    // M_W and M_S know the task from the same gold labels.
    const onGold = (model: string) => lab.finetune(model, {labels, stopOn, loss: {name: "cross_entropy"}});
    const [weakModel, strongModel] = [onGold(weak), onGold(strong)];
    // Equation 1: argmin over theta_W' of the sum over q in Q of L(f_W'(q), f_S(q)), Q being rows that neither has seen.
    const facilitated = lab.finetune(weak, {
      labels: await lab.classify(strongModel, await lab.rows("transfer")),
      stopOn: earlyStopping ? await lab.classify(strongModel, await lab.rows("transfer_validation")) : undefined,
      loss: {name: "cross_entropy"}
    });
    return {weak: weakModel, student: facilitated, strong: strongModel};
  }
});
