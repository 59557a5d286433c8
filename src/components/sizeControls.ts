import type {Row} from "../tables.js";
import {Inputs, html} from "./kit.js";
import {linked} from "./linked.js";
import {namesOf} from "./names.js";
import {armsOf} from "./palette.js";
import {isStrongToWeak} from "./settingControl.js";
import type {OpenStudy} from "./study.js";

/** What a reader looks at in an analysis by size. */
export interface SizeView {
  setting: string;
  /** Whose size is the axis, */
  axis: "strong" | "weak";
  /** and the model that stays the same. */
  other: string;
  /** One arm, or empty for all of the setting. */
  method: string;
  /** One task, or empty for each domain's. */
  task: string;
  quantity: string;
}

export type SizeControls = HTMLElement & {value: SizeView};

type Cell = Pick<Row<"estimates">, "task" | "setting" | "weak" | "strong" | "method" | "variant">;

/** The settings of cells in which the weak teaches the strong, the one with most tasks first. */
function weakToStrongSettings(cells: readonly Cell[]): string[] {
  const tasks = new Map<string, Set<string>>();
  for (const {setting, task} of cells)
    if (!isStrongToWeak(setting)) tasks.set(setting, (tasks.get(setting) ?? new Set()).add(task));
  return [...tasks].sort(([, a], [, b]) => b.size - a.size).map(([setting]) => setting);
}

/**
 * Controls of an analysis by size, in the page's address: setting, the axis and the model that stays the same (by default the
 * weakest supervisor), method, task and, where several are given, quantity. What a setting lacks is not offered.
 */
export function sizeControls(
  study: OpenStudy,
  cells: readonly Cell[],
  tasks: readonly Row<"tasks">[],
  {quantities = {}, over = "all tasks of each domain"}: {quantities?: Record<string, string>; over?: string} = {}
): SizeControls {
  const names = namesOf(study, tasks);
  const settings = weakToStrongSettings(cells);
  const named = Object.keys(quantities);
  const quantity = named.length
    ? linked("quantity", Inputs.select(named, {label: "Quantity", format: (d) => quantities[d]}))
    : null;
  const setting = linked("setting", Inputs.select(settings, {label: "Setting"}));
  const axis = linked(
    "axis",
    Inputs.select(["strong", "weak"], {label: "By size of", format: (d) => (d === "strong" ? "student" : "supervisor")})
  );
  const dependent: HTMLElement = html`<div class="contents"></div>`;
  const place: HTMLElement = html`<div class="controls">
    ${quantity}${settings.length > 1 ? setting : null}${axis}${dependent}
  </div>`;
  let other: ReturnType<typeof otherModel>;
  let method: ReturnType<typeof oneMethod>;
  let task: ReturnType<typeof oneTask>;

  const here = () => cells.filter((d) => d.setting === setting.value);
  const ladder = (role: "weak" | "strong") =>
    study.models
      .filter((d) => d.role === role && here().some((cell) => cell[role] === d.model))
      .sort((a, b) => a.position - b.position)
      .map((d) => d.model);
  function otherModel() {
    const role = axis.value === "strong" ? "weak" : "strong";
    const models = ladder(role);
    const [label, value] = role === "weak" ? ["Supervisor", models[0]] : ["Student", models.at(-1)];
    return linked("with", Inputs.select(models, {label, format: names.model, value}));
  }
  function oneMethod() {
    const arms = new Map(armsOf(study, setting.value).map((d) => [d.key, d.title]));
    return linked(
      "method",
      Inputs.select(["", ...arms.keys()], {label: "Method", format: (d) => arms.get(d) ?? "all methods"})
    );
  }
  function oneTask() {
    const some = study.tasks.filter((name) => here().some((d) => d.task === name));
    return linked("task", Inputs.select(["", ...some], {label: "Task", format: (d) => (d ? names.task(d) : over)}));
  }
  const lay = () => {
    [other, method, task] = [otherModel(), oneMethod(), oneTask()];
    dependent.replaceChildren(other, method, task);
  };
  lay();
  // Before the page hears of it, so that what it reads is already offered.
  for (const input of [setting, axis]) input.addEventListener("input", lay);
  return Object.defineProperty(place, "value", {
    get: (): SizeView => ({
      setting: setting.value ?? "",
      axis: axis.value as SizeView["axis"],
      other: other.value ?? "",
      method: method.value,
      task: task.value,
      quantity: quantity?.value ?? ""
    })
  }) as SizeControls;
}
