import type {NamedChoice} from "./addressedChoice.js";
import type {Demonstration, Demonstrations} from "./demonstrationRows.js";
import {d3} from "./kit.js";
import type {Arm} from "./palette.js";
import type {OpenStudy} from "./study.js";

/** Which demonstrations a page shows: of one arm and pair of models, at one stage of a cascade, on one task or on all. */
export interface DemonstrationView {
  setting: string;
  arm: Arm;
  weak: string;
  strong: string;
  stage: number;
  /** Whether it is the last stage of its arm. */
  last: boolean;
  /** Empty for all tasks. */
  task: string;
}

/** What a study's demonstrations can be looked at by; the first is what a page opens on: the method itself, its last stage. */
export function demonstrationViews(study: OpenStudy, {all, arms}: Demonstrations): DemonstrationView[] {
  const place = ({setting, arm}: DemonstrationView) =>
    study.methods.findIndex((d) => d.setting === setting && d.method === arm.method && d.variant === arm.variant);
  const rank = (model: string) => study.models.findIndex((d) => d.model === model);
  const last = d3.rollup(
    all,
    (v) => d3.max(v, (d) => d.stage)!,
    (d) => d.of.run
  );
  const found = new Map(
    all.map(({of: {run, setting, arm, weak, strong, task}, stage}) => {
      const view = {setting, arm, weak, strong, stage, last: stage === last.get(run), task};
      return [JSON.stringify([setting, arm.key, weak, strong, stage, task]), view];
    })
  );
  const whole = d3
    .groups([...found.values()], (d) => JSON.stringify([d.setting, d.arm.key, d.weak, d.strong, d.stage]))
    .flatMap(([, some]) => (some.length > 1 ? [{...some[0], task: ""}] : []));
  return d3.sort(
    [...whole, ...found.values()],
    (d) => (d.arm.method === "alice" && !d.arm.variant ? -1 : arms.indexOf(d.arm)),
    place,
    (d) => rank(d.weak),
    (d) => -rank(d.strong),
    (d) => -d.stage,
    (d) => study.tasks.indexOf(d.task)
  );
}

export const demonstrationChoices = ({names, arms}: Demonstrations): NamedChoice<DemonstrationView>[] => [
  {name: "setting", label: "Setting", of: (d) => d.setting, format: (d) => d},
  {name: "method", label: "Method", of: (d) => d.arm.key, format: (key) => arms.find((d) => d.key === key)!.title},
  {
    name: "models",
    label: "Models",
    of: ({weak, strong}) => `${weak} ${strong}`,
    format: (pair) => pair.split(" ").map(names.model).join(" to ")
  },
  {
    name: "stage",
    label: "Stage",
    of: (d) => (d.last ? "last" : String(d.stage + 1)),
    format: (d) => d
  },
  {name: "task", label: "Task", of: (d) => d.task, format: (task) => (task ? names.task(task) : "all tasks together")}
];

/** Whether a demonstration is of the models and tasks of a view, whichever its arm. */
export const isBeside =
  ({setting, weak, strong, task}: DemonstrationView) =>
  ({of}: Demonstration): boolean =>
    of.setting === setting && of.weak === weak && of.strong === strong && (!task || of.task === task);

/** Whether a demonstration is among those of a view. */
export const isInView =
  (view: DemonstrationView) =>
  (d: Demonstration): boolean =>
    isBeside(view)(d) && d.of.arm === view.arm && d.stage === view.stage;
