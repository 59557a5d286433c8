import type {Lab} from "./lab.js";
import type {Run} from "./study.js";
import {classify} from "./verbs/classify.js";
import {finetune} from "./verbs/finetune.js";
import {relabel} from "./verbs/labels.js";
import {gold, rows} from "./verbs/rows.js";
import type {Scope, Workspace} from "./verbs/workspace.js";

/** The verbs, as one run sees them: for its task and seed, and noting the steps it goes through and the gold it reads. */
export async function openLab(
  workspace: Workspace,
  {task, seed}: Run,
  steps: Scope["steps"] = new Map()
): Promise<{lab: Lab; scope: Scope}> {
  const observe = await rows({workspace, task, seed, steps}, "test");
  const scope: Scope = {workspace, task, seed, steps, observe, goldRead: new Set()};
  return {
    scope,
    lab: {
      rows: (split) => rows(scope, split),
      gold: (of) => gold(scope, of),
      relabel: (from, how, make) => relabel(scope, from, how, make),
      finetune: (model, spec) => finetune(scope, model, spec),
      classify: (predictor, of) => classify(scope, predictor, of)
    }
  };
}
