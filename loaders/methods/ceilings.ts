import type {Lab, Outcome} from "../lab.js";

/** Both models on the gold labels of the rows that the student learns from: what weak supervision falls short of. */
export async function ceilings(
  lab: Lab,
  weak: string,
  strong: string
): Promise<Pick<Outcome, "weak_ceiling" | "strong_ceiling">> {
  const labels = await lab.gold(await lab.rows("transfer"));
  const stopOn = await lab.gold(await lab.rows("transfer_validation"));
  const onGold = (model: string) => lab.finetune(model, {labels, stopOn, loss: {name: "cross_entropy"}});
  return {weak_ceiling: onGold(weak), strong_ceiling: onGold(strong)};
}
