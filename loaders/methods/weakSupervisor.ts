import type {Lab, Labels, Predictor} from "../lab.js";

export interface WeakSupervision {
  supervisor: Predictor;
  /** What the student learns from. */
  weakLabels: Labels;
  /** What decides when the student stops. */
  weakValidation: Labels;
}

/** EDA, algorithm 2: weak label generation. */
export async function weakSupervisor(lab: Lab, weak: string): Promise<WeakSupervision> {
  // 1: split D into two halves, D1 (supervision) and D2 (transfer), grouping related datapoints.
  const supervision = await lab.rows("supervision");
  const transfer = await lab.rows("transfer");
  // 2: finetune M_W on D1 using ground truth labels, with early stopping on validation accuracy.
  const supervisor = lab.finetune(weak, {
    labels: await lab.gold(supervision),
    stopOn: await lab.gold(await lab.rows("supervision_validation")),
    loss: {name: "cross_entropy"}
  });
  // 3: use M_W to generate weak labels for D2.
  return {
    supervisor,
    weakLabels: await lab.classify(supervisor, transfer),
    weakValidation: await lab.classify(supervisor, await lab.rows("transfer_validation"))
  };
}
