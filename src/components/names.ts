import type {Study} from "../study.js";
import type {Row} from "../tables.js";

/** Names as people write them, for what tables name by key. */
export interface Names {
  task: (task: string) => string;
  model: (model: string) => string;
  /** A supervisor and its student, where the study has more than one such pair; otherwise empty. */
  pair: (weak: string, strong: string) => string;
}

export function namesOf(study: Pick<Study, "models">, tasks: readonly Row<"tasks">[]): Names {
  const titles = new Map(tasks.map((d) => [d.task, d.title]));
  const models = new Map(study.models.map((d) => [d.model, d.title]));
  const model = (name: string) => models.get(name) ?? name;
  const pairs =
    study.models.filter((d) => d.role === "weak").length * study.models.filter((d) => d.role === "strong").length;
  return {
    task: (task) => titles.get(task) ?? task,
    model,
    pair: (weak, strong) => (pairs > 1 ? `${model(weak)} to ${model(strong)}` : "")
  };
}
