import {ceilings} from "./ceilings.js";
import type {Labels, Predictor} from "./lab.js";
import {leakOf, leakOfGoldRead} from "./lineage.js";
import {methods} from "./methods/index.js";
import {openLab} from "./openLab.js";
import {type Run, strengthIn} from "./study.js";
import type {Scope, Step, Workspace} from "./verbs/workspace.js";

/** The roles whose predictions on the test rows are recorded. */
export const roles = ["weak", "weak_ceiling", "student", "strong_ceiling"] as const;
export type Role = (typeof roles)[number];

export interface Evaluation {
  run: Run;
  predictors: Record<Role, Predictor>;
  /** Predictions on the test rows. */
  test: Record<Role, Labels>;
  /** What the student, or its method, saw that it must not have seen; null for none. */
  leak: string | null;
  steps: Map<string, Step>;
  scope: Scope;
}

/** Runs a method, fine-tunes its ceilings, and has each of these models predict the test rows. */
export async function evaluate(workspace: Workspace, run: Run): Promise<Evaluation> {
  const {lab, scope} = await openLab(workspace, run);
  const {weak, strong} = run;
  const largest = strong === workspace.study.models.strong.at(-1);
  const outcome = await methods.get(run.method)!.run(lab, {weak, strong, largest}, run.options);
  const {student} = outcome;
  const leak = leakOf(student.model, student.lineage, strengthIn(workspace.study)) ?? leakOfGoldRead(scope.goldRead);
  const {lab: evaluator, scope: seen} = await openLab(workspace, run, scope.steps);
  const predictors = {...outcome, ...(await ceilings(evaluator, run))};
  const rows = await evaluator.rows("test");
  const test = {} as Record<Role, Labels>;
  for (const role of roles) test[role] = await evaluator.classify(predictors[role], rows);
  return {run, predictors, test, leak, steps: scope.steps, scope: seen};
}
