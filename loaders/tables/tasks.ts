import type {Row} from "../../src/tables.js";
import {task as taskNamed} from "../datasets/index.js";
import type {Source, Task, TaskKind} from "../datasets/task.js";
import type {Results} from "./results.js";

export function tasks({workspace}: Results): Row<"tasks">[] {
  return workspace.study.tasks.map((name) => {
    const task = taskNamed(name);
    const {title, domain = "nlp", kind = "classification", licence, attribution, publishable} = task;
    const {conversion, positive, negative, prompt, warning, evaluates, pool, test} = task;
    return {
      task: name,
      title,
      domain,
      kind,
      metric: task.right ? "contains" : metrics[kind],
      source: [...new Set([...pool, ...test].map(describeSource))].join("; "),
      licence,
      attribution,
      publishable,
      conversion,
      positive,
      negative,
      prompt,
      warning: warning ?? null,
      human: workspace.study.human[name] ?? null,
      evaluates: evaluates ?? null,
      sample: publishable ? null : invented(task)
    };
  });
}

const metrics: Record<TaskKind, string> = {
  classification: "accuracy",
  comparison: "pair_accuracy",
  generation: "exact_match"
};

/** The invented row of a task as a model reads it: both texts of a comparison; null where there is none. */
function invented({sample, convert, pool}: Task): string | null {
  if (!sample) return null;
  const [{text, other}] = convert([sample], pool[0]);
  return other === undefined ? text : `${text}\n\nor\n\n${other}`;
}

function describeSource(source: Source): string {
  return source.kind === "hub"
    ? `hub: ${source.dataset}, ${source.config}, ${source.split}`
    : `npm: ${source.package}@${source.version}, ${source.path}`;
}
