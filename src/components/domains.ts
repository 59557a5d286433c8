import type {Row} from "../tables.js";

/** The domains of tasks, as headings name them, in their order. */
export const domainTitles: Readonly<Record<string, string>> = {
  nlp: "Language",
  reward: "Reward modelling",
  chess: "Chess"
};

/** The domain of each task, and the order in which domains stand. */
export function domainsOf(tasks: readonly Pick<Row<"tasks">, "task" | "domain">[]) {
  const known = new Map(tasks.map((d) => [d.task, d.domain]));
  const order = Object.keys(domainTitles);
  return {
    title: (task: string): string => {
      const domain = known.get(task) ?? "nlp";
      return domainTitles[domain] ?? domain;
    },
    place: (task: string): number => order.indexOf(known.get(task) ?? "nlp")
  };
}

/** What estimates over tasks are over: all tasks of a domain. */
export function overTitle(task: string): string {
  const domain = task === "all" ? "nlp" : task.replace("all ", "");
  return (domainTitles[domain] ?? domain).toLowerCase();
}
