import {ceilings} from "./ceilings.js";
import {task as taskNamed} from "./datasets/index.js";
import type {Arm, Labels, Model, Outcome, Predictor} from "./lab.js";
import {leakOf, leakOfGoldRead, leakOfJudge} from "./lineage.js";
import {type Cascade, runCascade} from "./methods/cascade.js";
import {methods} from "./methods/index.js";
import type {ChainOptions} from "./methods/teacher.js";
import {openLab} from "./openLab.js";
import {type Run, type Study, strengthIn} from "./study.js";
import type {Scope, Step, Workspace} from "./verbs/workspace.js";

/** The roles that every run has. */
export const roles = ["weak", "weak_ceiling", "student", "strong_ceiling"] as const;
export type Role = (typeof roles)[number];

/** A model of a run, and what it said of the test rows. */
export interface Evaluated {
  role: Role | "rung" | "own_ceiling" | "zero_shot";
  /** Place among the models of this role, from 0. */
  position: number;
  /** Null for a model as it is, which was not fine-tuned. */
  predictor: Predictor | null;
  model: string;
  test: Labels;
}

export interface Evaluation {
  run: Run;
  /** Every model of the run, those of `roles` first. */
  models: Evaluated[];
  predictors: Record<Role, Predictor>;
  /** Predictions on the test rows. */
  test: Record<Role, Labels>;
  /** Labels that the student learned from, and those that decided when it stopped. */
  labels: {learned: Labels; stopOn: Labels | null};
  outcome: Outcome;
  /** What the student, or its method, saw that it must not have seen; null for none. */
  leak: string | null;
  steps: Map<string, Step>;
  scope: Scope;
}

/** Runs a method, fine-tunes its ceilings, and has each of these models predict the test rows. */
export async function evaluate(workspace: Workspace, run: Run): Promise<Evaluation> {
  const {study} = workspace;
  const {lab, scope} = await openLab(workspace, run);
  const method = methods.get(run.method)!;
  const {cascade, ...options} = run.options as Run["options"] & {cascade?: Cascade};
  const arm = armOf(study, run);
  const outcome = await (cascade ? runCascade(method, lab, arm, cascade, options) : method.run(lab, arm, options));
  const {student} = outcome;
  const {spec} = student;
  if (workspace.policy === "compute")
    for (const note of outcome.notes ?? []) workspace.say(`${run.task}, ${run.method}: ${note}`);
  if (spec.objective === "lm") throw new Error(`expected a student of labels: ${run.method}`);
  const leak =
    method.format === "strong to weak"
      ? null
      : (leakOf(student.model, student.lineage, strengthIn(study)) ??
        leakOfGoldRead(scope.goldRead) ??
        leakOfJudge(outcome.debates ?? []));
  const {lab: evaluator, scope: seen} = await openLab(workspace, run, scope.steps);
  const generates = taskNamed(run.task).kind === "generation";
  const chains = method.format === "in chains" ? (run.options as ChainOptions) : null;
  const given: {role: Evaluated["role"]; model: Model; said?: Labels}[] = [
    {role: "weak", model: outcome.weak},
    {role: "student", model: student},
    ...(await ceilings(evaluator, run, outcome, generates, chains)),
    ...(outcome.rungs ?? []).map((model) => ({role: "rung" as const, model}))
  ];
  const rows = await evaluator.rows("test");
  const models: Evaluated[] = [];
  for (const {role, model, said} of given)
    models.push({
      role,
      position: models.filter((other) => other.role === role).length,
      predictor: typeof model === "string" ? null : model,
      model: typeof model === "string" ? model : model.model,
      test: said ?? (await evaluator.classify(model, rows, {tokens: chains?.tokens}))
    });
  const find = (role: Role) => models.find((one) => one.role === role)!;
  return {
    run,
    models,
    predictors: byRole((role) => find(role).predictor!),
    test: byRole((role) => find(role).test),
    labels: {learned: spec.labels, stopOn: spec.stopOn ?? null},
    outcome,
    leak,
    steps: scope.steps,
    scope: seen
  };
}

/** The models of one arm, with what of the study's ladder lies between them. */
function armOf(study: Study, {weak, strong, training}: Run): Arm {
  const {models} = study;
  const ladder = [...models.weak, ...models.strong];
  const between = ladder.slice(ladder.indexOf(weak) + 1, ladder.indexOf(strong));
  const usable = between.filter((model) => training.train !== "head" || !model.includes("#without="));
  return {
    weak,
    strong,
    largest: strong === models.strong.filter((model) => kindOf(model) === kindOf(strong)).at(-1),
    between: usable.filter((model) => kindOf(model) === kindOf(weak)),
    summariser: models.summariser === undefined ? weak : {role: "summariser", model: models.summariser},
    judge: models.judge === undefined ? null : {role: "judge", model: models.judge},
    oracle: models.judge !== undefined && strengthIn(study)(models.judge) > strengthIn(study)(weak)
  };
}

/** How a model was cut from its source: a ladder is of one kind. */
const kindOf = (model: string): string => /#(\w+)=/.exec(model)?.[1] ?? "whole";

const byRole = <T>(of: (role: Role) => T): Record<Role, T> =>
  Object.fromEntries(roles.map((role) => [role, of(role)])) as Record<Role, T>;
