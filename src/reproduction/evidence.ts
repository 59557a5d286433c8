import {isOverTasks} from "../components/estimates.js";
import {modelSizes} from "../components/modelSizes.js";
import type {Paired} from "../components/scoresOfRoles.js";
import type {Study} from "../study.js";
import type {Row} from "../tables.js";

type EvidenceTable = "estimates" | "comparisons" | "tasks" | "errors" | "probes" | "verdicts" | "compute";

/** What claims are tested on: a study and its tables, and differences of published predictions where a paper's claims read them. */
export type Evidence = {study: Study; paired?: Paired} & {[T in EvidenceTable]: readonly Row<T>[]};

export const domains = ["nlp", "reward", "chess"] as const;
export type Domain = (typeof domains)[number];
type Estimate = Row<"estimates">;

/** What is looked up: a quantity of a method's students, over the tasks of a domain, or on one task. */
export interface Which {
  quantity: string;
  /** The baseline where left out. */
  method?: string;
  variant?: string;
  /** Language where left out. */
  domain?: Domain;
  task?: string;
}

/** Tasks of a domain that a study has, but for one that evaluates the models of another of them. */
export const tasksOf = ({tasks}: Evidence, domain: Domain): string[] =>
  tasks.filter((d) => d.domain === domain && !tasks.some(({task}) => task === d.evaluates)).map((d) => d.task);

const indices = new WeakMap<readonly Estimate[], Map<string, Estimate[]>>();
const keyOf = (d: {method: string; variant: string; quantity: string}) =>
  JSON.stringify([d.method, d.variant, d.quantity]);

/** All estimates of a quantity of a method. */
function ofMethod({estimates}: Evidence, {quantity, method = "baseline", variant = ""}: Which): readonly Estimate[] {
  let index = indices.get(estimates);
  if (!index) {
    indices.set(estimates, (index = new Map()));
    for (const d of estimates) {
      const key = keyOf(d);
      if (!index.has(key)) index.set(key, []);
      index.get(key)!.push(d);
    }
  }
  return index.get(keyOf({quantity, method, variant})) ?? [];
}

/** Estimates of single tasks, all settings and pairs of models. */
export function taskEstimates(evidence: Evidence, which: Which): Estimate[] {
  const tasks = new Set(which.task === undefined ? tasksOf(evidence, which.domain ?? "nlp") : [which.task]);
  return ofMethod(evidence, which).filter((d) => tasks.has(d.task));
}

/** What stands for a domain in each setting and pair of models: the median over its tasks or, where it has one, that task. */
export function domainEstimates(evidence: Evidence, which: Which): Estimate[] {
  const single = taskEstimates(evidence, which);
  if (which.task !== undefined) return single;
  const name = (which.domain ?? "nlp") === "nlp" ? "all" : `all ${which.domain}`;
  const over = ofMethod(evidence, which).filter((d) => d.task === name);
  const at = ({setting, weak, strong}: Estimate) => JSON.stringify([setting, weak, strong]);
  const there = new Set(over.map(at));
  return [...over, ...single.filter((d) => !there.has(at(d)))];
}

/** A model's place within its role, from the weakest. */
export const placeOf = ({study}: Evidence, role: "weak" | "strong", model: string): number =>
  study.models.find((d) => d.role === role && d.model === model)?.position ?? -1;

const accuracies = new Set(["weak", "weak_ceiling", "student", "strong_ceiling"]);

/** Whether models were run on the tasks of a domain, and none, the ceiling included, is right on any row: nothing can be told there. */
export function noneRight(evidence: Evidence, domain: Domain): boolean {
  const tasks = new Set(tasksOf(evidence, domain));
  const found = evidence.estimates.filter((d) => tasks.has(d.task) && accuracies.has(d.quantity) && d.value !== null);
  return found.length > 0 && found.every((d) => d.value === 0);
}

/** What an answer by chance gets right in a domain: half of two classes, and next to nothing of answers that are written. */
export const chanceOf = (evidence: Evidence, domain: Domain): number =>
  evidence.tasks.some((d) => d.domain === domain && d.metric === "exact_match") ? 0 : 0.5;

const tasksIn = (d: Estimate): number => (isOverTasks(d.task) ? (d.tasks ?? 0) + (d.withheld ?? 0) : 1);

const settingTasks = new WeakMap<readonly Estimate[], Map<string, number>>();

/** How many tasks a study ran in each setting. */
function tasksBySetting({estimates}: Evidence): ReadonlyMap<string, number> {
  let found = settingTasks.get(estimates);
  if (!found) {
    const tasks = new Map<string, Set<string>>();
    for (const {setting, task} of estimates)
      if (!isOverTasks(task)) tasks.set(setting, (tasks.get(setting) ?? new Set()).add(task));
    settingTasks.set(estimates, (found = new Map([...tasks].map(([setting, some]) => [setting, some.size]))));
  }
  return found;
}

/** The same from the weakest supervisor to the strongest student (or from the strongest to the weakest), in the setting with most tasks: of what is looked up, else in the study, then with most seeds. */
export function ofPair(
  evidence: Evidence,
  which: Which,
  pair: "widest" | "narrowest" = "widest"
): Estimate | undefined {
  const found = domainEstimates(evidence, which);
  const tasks = tasksBySetting(evidence);
  const setting = greatest(found, (d) => [tasksIn(d), tasks.get(d.setting) ?? 0, d.seeds])?.setting;
  const apart = (d: Estimate) => placeOf(evidence, "strong", d.strong) - placeOf(evidence, "weak", d.weak);
  return greatest(
    found.filter((d) => d.setting === setting),
    (d) => [pair === "widest" ? apart(d) : -apart(d), placeOf(evidence, "strong", d.strong)]
  );
}

/** The same by size of the student at the weakest supervisor, or of the supervisor at the strongest student; from the smallest. */
export function ladder(evidence: Evidence, which: Which, axis: "strong" | "weak"): Estimate[] {
  const other = axis === "strong" ? "weak" : "strong";
  const groups = new Map<string, Estimate[]>();
  for (const d of domainEstimates(evidence, which)) {
    const key = JSON.stringify([d.setting, d[other]]);
    groups.set(key, [...(groups.get(key) ?? []), d]);
  }
  const most = greatest([...groups.values()], (some) => {
    const place = placeOf(evidence, other, some[0][other]);
    return [some.length, Math.max(...some.map(tasksIn)), axis === "strong" ? -place : place];
  });
  const {of} = modelSizes(evidence.study);
  return (most ?? []).toSorted((a, b) => of(a[axis]) - of(b[axis]));
}

/** Two arms compared over the tasks of a domain: pairs of models averaged within tasks where there are several. */
export interface Compared {
  method: string;
  variant?: string;
  /** Against the baseline where left out. */
  against?: string;
  domain?: Domain;
  quantity: "accuracy" | "pgr";
}

export function comparison(evidence: Evidence, compared: Compared): Row<"comparisons"> | undefined {
  const {method, variant = "", against = "baseline", domain = "nlp", quantity} = compared;
  const found = evidence.comparisons.filter(
    (d) =>
      d.unit === "tasks" &&
      d.method === method &&
      d.variant === variant &&
      d.against === against &&
      d.domain === domain &&
      d.quantity === quantity
  );
  return greatest(found, (d) => [d.n, d.weak === "all" ? 1 : 0, placeOf(evidence, "strong", d.strong)]);
}

/** The first of the greatest, by keys in their order. */
export function greatest<T>(values: readonly T[], keysOf: (value: T) => readonly number[]): T | undefined {
  let best: {value: T; keys: readonly number[]} | undefined;
  for (const value of values) {
    const keys = keysOf(value);
    const differing = best ? keys.findIndex((key, i) => key !== best!.keys[i]) : 0;
    if (!best || (differing >= 0 && keys[differing] > best.keys[differing])) best = {value, keys};
  }
  return best?.value;
}
