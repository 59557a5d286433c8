import type {Labels, Outcome, Predictor} from "./lab.js";
import {methods} from "./methods/index.js";
import {openLab} from "./openLab.js";
import type {Run} from "./study.js";
import type {Scope, Step, Workspace} from "./verbs/workspace.js";

/** The roles whose predictions on the test rows are recorded. */
export const roles = ["weak", "weak_ceiling", "student", "strong_ceiling"] as const;
export type Role = (typeof roles)[number];

export interface Evaluation {
  run: Run;
  outcome: Outcome;
  /** Predictions on the test rows. */
  test: Record<Role, Labels>;
  steps: Map<string, Step>;
  scope: Scope;
}

/** Runs a method and has each of its models predict the test rows. */
export async function evaluate(workspace: Workspace, run: Run): Promise<Evaluation> {
  const {lab, scope, steps} = await openLab(workspace, run);
  const {weak, strong} = run;
  const largest = strong === workspace.study.models.strong.at(-1);
  const outcome = await methods.get(run.method)!.run(lab, {weak, strong, largest}, run.options);
  const rows = await lab.rows("test");
  const test = {} as Record<Role, Labels>;
  for (const role of roles) test[role] = await lab.classify(outcome[role] as Predictor, rows);
  return {run, outcome, test, steps, scope};
}
