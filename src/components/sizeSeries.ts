import type {SizePoint} from "../charts/sizeLines.js";
import type {Row} from "../tables.js";
import type {Comparison} from "./comparisons.js";
import {sameAsBaseline} from "./comparisons.js";
import {domainTitles, overTitle} from "./domains.js";
import {enteredTasks} from "./enteredTasks.js";
import {estimateInWords} from "./estimateInWords.js";
import type {Cell} from "./estimates.js";
import {isOverTasks, lookup} from "./estimates.js";
import {inSentence, listed, plural, range} from "./format.js";
import {d3} from "./kit.js";
import type {ModelSizes} from "./modelSizes.js";
import {modelSizes} from "./modelSizes.js";
import type {Names} from "./names.js";
import {namesOf} from "./names.js";
import type {Arm, Ink} from "./palette.js";
import {armKey, armsOf} from "./palette.js";
import {isStrongToWeak} from "./settingControl.js";
import type {SizeView} from "./sizeControls.js";
import type {OpenStudy} from "./study.js";

type Estimate = Row<"estimates">;

/** A panel: a domain with what stands for its tasks, or one task. */
export interface SizePanel {
  title: string;
  task: string;
  /** The domain, or the task where it stands for itself. */
  short: string;
}

/** A line of a panel: what is looked up, and how it is drawn. */
export interface SizeLine<P extends SizePanel = SizePanel> {
  line: string;
  ink: Ink;
  role: boolean;
  find: (cell: Cell, panel: P) => Estimate | undefined;
}

/** What an analysis by size shows: panels, the models along the axis, arms, and where to look up a cell. */
export interface SizeSeries {
  names: Names;
  sizes: ModelSizes;
  /** The chosen method; or all that ran with several models of the axis, where any did. */
  arms: Arm[];
  panels: SizePanel[];
  /** Models along the axis, from the smallest. */
  models: string[];
  cell: (panel: SizePanel, model: string) => Cell;
  find: ReturnType<typeof lookup>;
  /** What is the same for all methods of a cell, such as its ceiling. */
  ofRole: (cell: Cell, quantity: string) => Estimate | undefined;
  /** Size of what, for the axis. */
  sizeLabel: string;
  /** Whose size is the axis, and who stays the same. */
  moving: "student" | "supervisor";
  /** Who stays the same, how sizes are to be read, and which domains and methods are not here. */
  subtitle: string;
  /** Number of seeds and rows, and what intervals are. */
  note: string;
  points: <P extends SizePanel>(
    lines: readonly SizeLine<P>[],
    panels: readonly P[],
    format: (value: number) => string
  ) => SizePoint[];
}

export interface SizeTables {
  estimates: readonly Estimate[];
  tasks: readonly Row<"tasks">[];
  comparisons: readonly Comparison[];
}

export function sizeSeries(study: OpenStudy, {estimates, tasks, comparisons}: SizeTables, view: SizeView): SizeSeries {
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
  const all = armsOf(study, view.setting);
  const reach = d3.rollup(
    own,
    (v) => new Set(v.map((d) => d[view.axis])).size,
    (d) => armKey(d.method, d.variant)
  );
  const there = all.filter((arm) => reach.has(arm.key));
  const several = there.filter((arm) => reach.get(arm.key)! > 1);
  const arms = view.method ? all.filter((arm) => arm.key === view.method) : several.length ? several : there;
  const panels = view.task
    ? [{title: names.task(view.task), short: names.task(view.task), task: view.task}]
    : domainPanels(own, tasks, names);
  const [moving, still] =
    view.axis === "strong" ? (["student", "supervisor"] as const) : (["supervisor", "student"] as const);
  const absent = view.method ? [] : there.filter((arm) => !arms.includes(arm));
  const asides = [
    `The ${still} is ${names.model(view.other)}.`,
    ...(sizes.depth ? ["All models are cut from one network: this is depth, not size."] : []),
    ...(view.task ? [] : elsewhere(estimates, tasks, own, view, names)),
    ...(absent.length ? [`Not drawn, since run with one ${moving} only: ${namedArms(absent)}.`] : [])
  ];
  const shownTasks = new Set(
    panels.flatMap(({task}) =>
      isOverTasks(task) ? tasks.filter((d) => overTask(d.domain) === task).map((d) => d.task) : [task]
    )
  );
  const entered = own.filter(
    (d) => shownTasks.has(d.task) && arms.some((arm) => arm.key === armKey(d.method, d.variant))
  );
  const over = panels.some(({task}) => isOverTasks(task));
  const isSame = sameAsBaseline(comparisons);
  const same = (panels.length ? arms : []).flatMap((arm) => {
    const where = models.filter((model) => isSame(cell(panels[0], model), arm)).map((model) => names.model(model));
    return where.length
      ? [
          ` At the ${moving} ${listed(where)}, “${inSentence(arm.title)}” has no model between: its student is the baseline’s.`
        ]
      : [];
  });
  return {
    names,
    sizes,
    arms,
    panels,
    models,
    cell,
    find,
    ofRole: (cell, quantity) => all.map((arm) => find(cell, arm, quantity)).find((d) => d && d.value !== null),
    sizeLabel: `${view.axis === "strong" ? "Student" : "Supervisor"}, ${sizes.unit}`,
    moving,
    subtitle: asides.join(" "),
    note: entered.length
      ? `${range(
          entered.map((d) => d.seeds),
          "seed"
        )}, ${range(
          entered.map((d) => d.n),
          "test row"
        )}${shownTasks.size > 1 ? " a task" : ""}. Bands and bars are 95% intervals by resampling seeds and rows${over ? ", and tasks for medians" : ""}.${same.join("")}`
      : "",
    points: (lines, panels, format) =>
      panels.flatMap((panel) =>
        lines.flatMap(({line, ink, role, find}) =>
          models.flatMap((model): SizePoint[] => {
            const found = find(cell(panel, model), panel);
            if (!found) return [];
            const {value, low, high, refused, tasks, withheld} = found;
            const size = sizes.of(model);
            const about = `${line}, ${moving} of ${sizes.inWords(size)}\n${estimateInWords(found, format)}`;
            return [{panel: panel.title, line, ink, role, size, value, low, high, refused, tasks, withheld, about}];
          })
        )
      )
  };
}

const overTask = (domain: string): string => (domain === "nlp" ? "all" : `all ${domain}`);

/** Each domain, by the median over its tasks or, where it has one task, by that one. */
export function domainPanels(
  own: readonly Pick<Estimate, "task" | "tasks" | "withheld">[],
  tasks: readonly Pick<Row<"tasks">, "task" | "domain">[],
  names: Pick<Names, "task">
): SizePanel[] {
  const present = new Set(own.map((d) => d.task));
  return Object.keys(domainTitles).flatMap((domain): SizePanel[] => {
    const some = tasks.filter((d) => d.domain === domain && present.has(d.task));
    const over = overTask(domain);
    const title = domainTitles[domain];
    if (!some.length) return [];
    // A task that evaluates another's models is there, but enters no median.
    const entering = d3.max(own, (d) => (d.task === over ? (d.tasks ?? 0) + (d.withheld ?? 0) : 0));
    return present.has(over) && some.length > 1
      ? [{title: `${title} (${plural(entering!, "task")}), median`, short: title, task: over}]
      : some.map(({task}) => ({title: `${title}: ${names.task(task)}`, short: names.task(task), task}));
  });
}

/** A few methods by their names, more by their number. */
const namedArms = (arms: readonly Arm[]): string =>
  arms.length > 3
    ? `${arms.length} methods, each of which can be chosen`
    : `${listed(arms.map((d) => `“${inSentence(d.title)}”`))}, which can be chosen as method`;

/** Where a domain is that a view does not show: with which other settings or, in the same one, which model that stays the same. */
function elsewhere(
  estimates: readonly Estimate[],
  tasks: readonly Row<"tasks">[],
  own: readonly Estimate[],
  {setting, axis}: SizeView,
  names: Names
): string[] {
  const here = new Set(own.map((d) => d.task));
  const [fixed, role] = axis === "strong" ? (["weak", "supervisor"] as const) : (["strong", "student"] as const);
  return Object.keys(domainTitles).flatMap((domain) => {
    const some = new Set(tasks.filter((d) => d.domain === domain).map((d) => d.task));
    if ([...some].some((task) => here.has(task))) return [];
    const found = estimates.filter((d) => some.has(d.task) && !isStrongToWeak(d.setting));
    const others = new Set(found.filter((d) => d.setting === setting).map((d) => names.model(d[fixed])));
    const settings = new Set(found.map((d) => `“${d.setting}”`));
    if (others.size) return [`${domainTitles[domain]} was run with the ${role} ${listed([...others])}.`];
    return settings.size ? [`${domainTitles[domain]} was run with the setting ${listed([...settings])}.`] : [];
  });
}

/** A quantity of what a panel stands for, as a sentence says it: the median PGR over the tasks of language. */
export function quantityOfPanel(quantity: string, {task, short}: SizePanel, estimates: readonly Estimate[]): string {
  if (!isOverTasks(task)) return `${quantity} on ${short}`;
  const entered = enteredTasks(estimates);
  const where = entered ? `, where it is not withheld (${entered}),` : "";
  return `the median ${quantity} over the tasks of ${overTitle(task)}${where}`;
}

/** How a ladder may be read. */
export const ladderSentence = ({depth, unit}: ModelSizes): string =>
  depth
    ? " All models are cut from one network, so this is a ladder of depth: what the paper claims of size is not testable here."
    : unit === "layers"
      ? " Sizes are given in layers, since not every model’s parameters are its own."
      : "";
