import type {Row} from "../../src/tables.js";
import {task as taskNamed} from "../datasets/index.js";
import type {Source} from "../datasets/task.js";
import type {Results} from "./results.js";

export function tasks({workspace}: Results): Row<"tasks">[] {
  return workspace.study.tasks.map((name) => {
    const {title, licence, attribution, publishable, conversion, positive, negative, prompt, warning, pool, test} =
      taskNamed(name);
    return {
      task: name,
      title,
      source: [...new Set([...pool, ...test].map(describeSource))].join("; "),
      licence,
      attribution,
      publishable,
      conversion,
      positive,
      negative,
      prompt,
      warning: warning ?? null
    };
  });
}

function describeSource(source: Source): string {
  return source.kind === "hub"
    ? `hub: ${source.dataset}, ${source.config}, ${source.split}`
    : `npm: ${source.package}@${source.version}, ${source.path}`;
}
