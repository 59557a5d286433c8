import type {Lab} from "./lab.js";
import type {Run} from "./study.js";
import {classify} from "./verbs/classify.js";
import {finetune} from "./verbs/finetune.js";
import {gold, rows} from "./verbs/rows.js";
import type {Scope, Step, Workspace} from "./verbs/workspace.js";

/** The verbs, as one run sees them: for its task and seed, and noting the steps it goes through. */
export async function openLab(
  workspace: Workspace,
  {task, seed}: Run
): Promise<{lab: Lab; scope: Scope; steps: Map<string, Step>}> {
  const steps = new Map<string, Step>();
  const unobserved = {workspace, task, seed, steps};
  const scope: Scope = {...unobserved, observe: await rows(unobserved, "test")};
  return {
    steps,
    scope,
    lab: {
      rows: (split) => rows(scope, split),
      gold: (of) => gold(scope, of),
      finetune: (model, spec) => finetune(scope, model, spec),
      classify: (predictor, of) => classify(scope, predictor, of)
    }
  };
}
