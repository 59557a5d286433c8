import type {Arm, ClassificationSpec, Lab, Labels, Predictor} from "../lab.js";

export interface WeakSupervision {
  supervisor: Predictor;
  /** What the student learns from. */
  weakLabels: Labels;
  /** What decides when the student stops. */
  weakValidation: Labels;
}

/**
 * EDA, algorithm 2: weak label generation; by a classifier, or by a generative model that answers in words. In a later stage of a
 * cascade the supervisor has learned already.
 */
export async function weakSupervisor(
  lab: Lab,
  arm: Pick<Arm, "weak" | "supervisor">,
  inWords = false
): Promise<WeakSupervision> {
  // 1: split D into two halves, D1 (supervision) and D2 (transfer), grouping related datapoints.
  const transfer = await lab.rows("transfer");
  const supervisor = arm.supervisor ?? (await onGold(lab, arm.weak, inWords));
  // 3: use M_W to generate weak labels for D2.
  return {
    supervisor,
    weakLabels: await lab.classify(supervisor, transfer),
    weakValidation: await lab.classify(supervisor, await lab.rows("transfer_validation"))
  };
}

async function onGold(lab: Lab, weak: string, inWords: boolean): Promise<Predictor> {
  // 2: finetune M_W on D1 using ground truth labels, with early stopping on validation accuracy.
  const spec: ClassificationSpec = {
    labels: await lab.gold(await lab.rows("supervision")),
    stopOn: await lab.gold(await lab.rows("supervision_validation")),
    loss: {name: "cross_entropy"}
  };
  const {answers} = lab;
  return lab.finetune(weak, inWords ? {...spec, objective: "decision", answers} : spec);
}
