import type {SizePoint} from "../charts/sizeLines.js";
import type {Row} from "../tables.js";
import {domainTitles, overTitle} from "./domains.js";
import type {Cell} from "./estimates.js";
import {isOverTasks, lookup} from "./estimates.js";
import {interval, plural} from "./format.js";
import {d3} from "./kit.js";
import type {ModelSizes} from "./modelSizes.js";
import {modelSizes} from "./modelSizes.js";
import type {Names} from "./names.js";
import {namesOf} from "./names.js";
import type {Arm, Ink} from "./palette.js";
import {armsOf} from "./palette.js";
import type {SizeView} from "./sizeControls.js";
import type {OpenStudy} from "./study.js";

type Estimate = Row<"estimates">;

/** A panel: a domain with what stands for its tasks, or one task. */
export interface SizePanel {
  title: string;
  task: string;
}

/** A line of a panel: what is looked up, and how it is drawn. */
export interface SizeLine {
  line: string;
  ink: Ink;
  role: boolean;
  find: (cell: Cell) => Estimate | undefined;
}

/** What an analysis by size shows: panels, the models along the axis, arms, and where to look up a cell. */
export interface SizeSeries {
  names: Names;
  sizes: ModelSizes;
  arms: Arm[];
  panels: SizePanel[];
  /** Models along the axis, from the smallest. */
  models: string[];
  cell: (panel: SizePanel, model: string) => Cell;
  find: ReturnType<typeof lookup>;
  /** Size of what, for the axis. */
  sizeLabel: string;
  points: (lines: readonly SizeLine[], panels: readonly SizePanel[], format: (value: number) => string) => SizePoint[];
}

export function sizeSeries(
  study: OpenStudy,
  {estimates, tasks}: {estimates: readonly Estimate[]; tasks: readonly Row<"tasks">[]},
  view: SizeView
): SizeSeries {
  const names = namesOf(study, tasks);
  const sizes = modelSizes(study);
  const fixed = view.axis === "strong" ? "weak" : "strong";
  const own = estimates.filter((d) => d.setting === view.setting && d[fixed] === view.other);
  const models = d3.sort(new Set(own.map((d) => d[view.axis])), sizes.of);
  const find = lookup(own);
  const cell = ({task}: SizePanel, model: string): Cell => ({
    task,
    setting: view.setting,
    weak: view.other,
    strong: view.other,
    [view.axis]: model
  });
  const arms = armsOf(study, view.setting).filter((arm) => !view.method || arm.key === view.method);
  return {
    names,
    sizes,
    arms,
    panels: view.task ? [{title: names.task(view.task), task: view.task}] : domainPanels(own, tasks, names),
    models,
    cell,
    find,
    sizeLabel: `${view.axis === "strong" ? "Student" : "Supervisor"}, ${sizes.unit}`,
    points: (lines, panels, format) =>
      panels.flatMap((panel) =>
        lines.flatMap(({line, ink, role, find}) =>
          models.flatMap((model): SizePoint[] => {
            const found = find(cell(panel, model));
            if (!found) return [];
            const {value, low, high} = found;
            const at = `${line}, ${sizes.format(sizes.of(model))} ${sizes.unit}`;
            const said =
              value === null ? `withheld: ${found.refused}` : `${format(value)} (${interval(low, high, format)})`;
            return [
              {panel: panel.title, line, ink, role, size: sizes.of(model), value, low, high, about: `${at}\n${said}`}
            ];
          })
        )
      )
  };
}

/** Each domain, by the median over its tasks or, where it has one task, by that one. */
function domainPanels(own: readonly Estimate[], tasks: readonly Row<"tasks">[], names: Names): SizePanel[] {
  const present = new Set(own.map((d) => d.task));
  return Object.keys(domainTitles).flatMap((domain) => {
    const some = tasks.filter((d) => d.domain === domain && present.has(d.task));
    const over = domain === "nlp" ? "all" : `all ${domain}`;
    if (!some.length) return [];
    return present.has(over) && some.length > 1
      ? [{title: `${domainTitles[domain]}, median of ${plural(some.length, "task")}`, task: over}]
      : some.map(({task}) => ({title: `${domainTitles[domain]}: ${names.task(task)}`, task}));
  });
}

/** What stands for a panel in a sentence. */
export const panelInSentence = ({task, title}: SizePanel): string =>
  isOverTasks(task) ? `the median over the tasks of ${overTitle(task)}` : title.replace(/^.*: /, "");

/** How a ladder may be read. */
export const ladderSentence = ({depth, unit}: ModelSizes): string =>
  depth
    ? " All models are cut from one network, so this is a ladder of depth: what the paper claims of size is not testable here."
    : unit === "layers"
      ? " Sizes are given in layers, since not every model’s parameters are its own."
      : "";
