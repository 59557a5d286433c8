import type {Row} from "../tables.js";
import {d3} from "./kit.js";
import type {Names} from "./names.js";
import {armKey, armsOf} from "./palette.js";
import type {RunChoice} from "./runChooser.js";
import type {OpenStudy} from "./study.js";

/** The run that a page opens on: as the other pages do, of the setting and models that these open on. */
export function defaultRun(
  study: OpenStudy,
  runs: readonly Row<"runs">[],
  model: ReadonlyMap<string, string>
): Row<"runs"> {
  const place = (d: Row<"runs">) => {
    const of = (role: string) =>
      study.models.find((m) => m.role === role && m.model === model.get(`${d.run} ${role}`))?.position ?? 0;
    return (
      study.tasks.indexOf(d.task) * 1e6 +
      study.methods.findIndex((m) => m.method === d.method && m.variant === d.variant && m.setting === d.setting) *
        1e4 +
      of("weak") * 1e3 -
      of("strong") * 10 +
      study.seeds.indexOf(d.seed)
    );
  };
  return d3.least(runs, place)!;
}

/** What tells the runs of a study apart. */
export function runChoices(
  study: OpenStudy,
  names: Names,
  model: ReadonlyMap<string, string>
): RunChoice<Row<"runs">>[] {
  const arms = new Map(armsOf(study).map((arm) => [arm.key, arm.title]));
  return [
    {label: "Setting", of: (d) => d.setting, format: (d) => d},
    {label: "Method", of: (d) => armKey(d.method, d.variant), format: (key) => arms.get(key) ?? key},
    {
      label: "Models",
      of: ({run}) => `${model.get(`${run} weak`)} ${model.get(`${run} strong`)}`,
      format: (pair) => pair.split(" ").map(names.model).join(" to ")
    },
    {label: "Task", of: (d) => d.task, format: names.task},
    {label: "Seed", of: (d) => String(d.seed), format: (d) => d}
  ];
}
