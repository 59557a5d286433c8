import type {Arm, Lab, Predictor} from "./lab.js";

/**
 * Both models of an arm on the gold labels of the rows that its student learns from, stopped on gold labels too: what weak
 * supervision falls short of. They are no part of a method, which may not look at these labels.
 */
export async function ceilings(
  lab: Lab,
  {weak, strong}: Pick<Arm, "weak" | "strong">
): Promise<Record<"weak_ceiling" | "strong_ceiling", Predictor>> {
  const labels = await lab.gold(await lab.rows("transfer"));
  const stopOn = await lab.gold(await lab.rows("transfer_validation"));
  const onGold = (model: string) => lab.finetune(model, {labels, stopOn, loss: {name: "cross_entropy"}});
  return {weak_ceiling: onGold(weak), strong_ceiling: onGold(strong)};
}
