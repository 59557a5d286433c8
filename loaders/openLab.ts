import {task as taskNamed} from "./datasets/index.js";
import type {Lab} from "./lab.js";
import type {Run} from "./study.js";
import {annotated, answersIn, keepRight, select} from "./verbs/answers.js";
import {classify} from "./verbs/classify.js";
import {cluster} from "./verbs/cluster.js";
import {decide} from "./verbs/decide.js";
import {finetune} from "./verbs/finetune.js";
import {generate} from "./verbs/generate.js";
import {relabel} from "./verbs/labels.js";
import {first, gold, portion, rows} from "./verbs/rows.js";
import {compose, ofAnotherRow} from "./verbs/texts.js";
import {verdicts} from "./verbs/verdicts.js";
import type {Scope, Workspace} from "./verbs/workspace.js";

/** The verbs, as one run sees them: for its task and seed, and noting the steps it goes through and the gold it reads. */
export async function openLab(
  workspace: Workspace,
  {task, seed, training}: Pick<Run, "task" | "seed" | "training">,
  steps: Scope["steps"] = new Map()
): Promise<{lab: Lab; scope: Scope}> {
  const {kind = "classification", answers = [" no", " yes"], clustersBy = "answer"} = taskNamed(task);
  const observe = await rows({workspace, task, kind, seed, steps}, "test");
  const scope: Scope = {workspace, task, kind, seed, training, steps, observe, goldRead: new Set()};
  return {
    scope,
    lab: {
      answers,
      clustersBy,
      seed,
      rows: (split) => rows(scope, split),
      portion: (of, index, parts) => portion(scope, of, index, parts),
      first: async (of, count) => first(scope, of, count),
      gold: (of) => gold(scope, of),
      relabel: (from, how, make) => relabel(scope, from, how, make),
      finetune: (model, spec) => finetune(scope, model, spec),
      classify: (model, of, how) => classify(scope, model, of, how),
      compose: (of, from, how, make) => compose(scope, of, from, how, make),
      ofAnotherRow: (texts) => ofAnotherRow(scope, texts),
      generate: (model, prompts, n, sampling) => generate(scope, model, prompts, n, sampling),
      answersIn: (texts) => answersIn(scope, texts),
      keepRight: (chains, gold) => keepRight(scope, chains, gold),
      annotated: (gold) => annotated(scope, gold),
      select: (from, clusters, how, choose) => select(scope, from, clusters, how, choose),
      cluster: (chains, by) => cluster(scope, chains, by),
      decide: (model, prompts, answers) => decide(scope, model, prompts, answers),
      verdicts: (of, debate) => verdicts(scope, of, debate)
    }
  };
}
