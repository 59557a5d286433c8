import {domainTitles} from "../components/domains.js";
import {isOverTasks} from "../components/estimates.js";
import {count, plural, range} from "../components/format.js";
import {modelSizes} from "../components/modelSizes.js";
import {namesOf} from "../components/names.js";
import {combined, differenceOf} from "../statistics/combined.js";
import type {Row} from "../tables.js";
import type {Compared, Domain, Evidence, Which} from "./evidence.js";
import {comparison, domainEstimates, domains, ladder, noneRight, ofPair, taskEstimates, tasksOf} from "./evidence.js";
import type {Measure} from "./measures.js";
import {differenceMeasure} from "./measures.js";
import type {Measured, Outcome} from "./paper.js";
import {lacking, notTestable} from "./paper.js";

/** Numbers of ours that a test reads, or why they are not there. */
export type Selector = (evidence: Evidence) => readonly Measured[] | Outcome;

/** Whether a selector found nothing. */
export const isOutcome = (found: readonly Measured[] | Outcome): found is Outcome => "verdict" in found;

export const quantityMeasures: Record<string, Measure> = {
  student: "accuracy",
  weak: "accuracy",
  strong_ceiling: "accuracy",
  gain: "accuracyDifference",
  difference: "accuracyDifference",
  pgr: "pgr",
  facilitation: "facilitation",
  agreement: "agreement",
  agreement_right: "agreement",
  agreement_wrong: "agreement"
};

/** What a study would have to run for a method, as a line of its file. */
function lineOf({
  method = "baseline",
  variant = "",
  domain = "nlp"
}: Pick<Which, "method" | "variant" | "domain">): string {
  const part = /^without (.*)$/.exec(variant)?.[1];
  const option = part ? `${part}: false` : variant === "to the end" ? "earlyStopping: false" : "";
  const fields = [
    `method: "${method}"`,
    ...(variant ? [`variant: "${variant}"`] : []),
    ...(option ? [option] : []),
    ...(domain === "nlp" ? [] : [`on: {tasks: ["${domain === "chess" ? "chess" : "hh-rlhf"}"]}`])
  ];
  return `{${fields.join(", ")}}`;
}

export function notRun({study}: Evidence, which: Pick<Which, "method" | "variant" | "domain" | "task">): Outcome {
  const {method = "baseline", variant = "", domain = "nlp", task} = which;
  const known = study.methods.find((d) => d.method === method && d.variant === variant)?.title;
  const title = known ?? (variant ? `${method}, ${variant}` : method);
  const on = task ?? `tasks of ${domainTitles[domain].toLowerCase()}`;
  return lacking(`No result of “${title}” on ${on}.`, lineOf(which));
}

/** Why nothing can be tested on a domain, where no model is right anywhere on it. */
export const unanswered = (evidence: Evidence, {domain = "nlp"}: Pick<Which, "domain">): Outcome | undefined =>
  noneRight(evidence, domain)
    ? notTestable(
        `No model, the ceiling included, is right on any row of ${domainTitles[domain].toLowerCase()}: nothing can be told there.`
      )
    : undefined;

export const withheld = (row: Row<"estimates">, ours: readonly Measured[] = []): Outcome =>
  notTestable(`PGR is withheld: ${(row.refused ?? "no reason is given").replace(/:.*/s, "")}.`, ours);

/** An estimate as a number of a claim; `still` is the model that stays the same where the other is what changes. */
export function measuredOf(
  evidence: Evidence,
  row: Row<"estimates"> & {value: number},
  label: string,
  still?: "weak" | "strong"
): Measured {
  const names = namesOf(evidence.study, evidence.tasks);
  const over = isOverTasks(row.task)
    ? `${plural(row.tasks ?? 0, "task")}${row.withheld ? ` (${count(row.withheld)} more withheld)` : ""}`
    : names.task(row.task);
  return {
    label,
    measure: quantityMeasures[row.quantity],
    value: row.value,
    low: row.low,
    high: row.high,
    n: `${over}, ${plural(row.seeds, "seed")}, ${plural(row.n, "row")}; ${placeName(evidence, row, still)}`,
    arm: row.variant ? `${row.method}/${row.variant}` : row.method,
    from: row
  };
}

/** The setting of a number, and its models by their size: both, or the one that stays the same; nothing where the study has one pair. */
function placeName(evidence: Evidence, {setting, weak, strong}: Place, still?: "weak" | "strong"): string {
  if (!namesOf(evidence.study, []).pair(weak, strong)) return setting;
  const {of, format, unit} = modelSizes(evidence.study);
  const size = (model: string) => format(of(model));
  if (!still) return `${size(weak)} to ${size(strong)} ${unit}, ${setting}`;
  const own = size(still === "weak" ? weak : strong);
  return `${still === "weak" ? "supervisor" : "student"} of ${own} ${own === "1" ? unit.slice(0, -1) : unit}, ${setting}`;
}

export const hasValue = <T extends {value: number | null}>(row: T): row is T & {value: number} => row.value !== null;

/** An estimate of the pair of models that lies widest apart, or least; where it is shown beside another, of that one's setting and pair. */
export const at =
  (which: Which, label: string, {pair = "widest", as}: {pair?: "widest" | "narrowest"; as?: Which} = {}): Selector =>
  (evidence) => {
    const nothing = unanswered(evidence, which);
    if (nothing) return nothing;
    const like = as && ofPair(evidence, as, pair);
    const row =
      (like && domainEstimates(evidence, which).find((d) => samePlace(d, like))) ?? ofPair(evidence, which, pair);
    if (!row) return notRun(evidence, which);
    return hasValue(row) ? [measuredOf(evidence, row, label)] : withheld(row);
  };

type Place = Pick<Row<"estimates">, "setting" | "weak" | "strong">;

const samePlace = (a: Place, b: Place): boolean =>
  a.setting === b.setting && a.weak === b.weak && a.strong === b.strong;

/** Several selectors as one. */
export const together =
  (...selectors: readonly Selector[]): Selector =>
  (evidence) => {
    const found = selectors.map((select) => select(evidence));
    const lack = found.find(isOutcome);
    const ours = found.flatMap((d) => (isOutcome(d) ? d.ours : d));
    return lack ? {...lack, ours} : ours;
  };

/**
 * One quantity of several arms, at the pair of models and in the setting of the first: over the tasks that all of them have it on.
 * Arms that were not run are left to say so.
 */
export function onSameTasks(first: Which, others: readonly Which[]): (which: Which, label: string) => Selector {
  return (which, label) => (evidence) => {
    const place = ofPair(evidence, first);
    const own = at(which, label, {as: first})(evidence);
    if (!place || isOutcome(own) || !own[0].from || !isOverTasks(own[0].from.task)) return own;
    const ofTasks = (arm: Which) =>
      new Map(
        taskEstimates(evidence, arm).flatMap((d) => (samePlace(d, place) && hasValue(d) ? [[d.task, d] as const] : []))
      );
    const arms = [first, ...others].map(ofTasks).filter((tasks) => tasks.size > 0);
    const all = new Set(arms.flatMap((tasks) => [...tasks.keys()]));
    const common = [...all].filter((task) => arms.every((tasks) => tasks.has(task)));
    if (common.length === all.size) return own;
    if (!common.length) return notTestable("Methods that the claim compares have no task in common here.");
    const rows = common.map((task) => ofTasks(which).get(task)!);
    if (rows.length === 1) return [measuredOf(evidence, rows[0], label)];
    const {from, ...over} = own[0];
    return [
      {
        ...over,
        ...combined(rows.map((of) => ({weight: 1 / rows.length, of}))),
        n: `mean over ${plural(rows.length, "task")} in common, ${range(
          rows.map((d) => d.seeds),
          "seed"
        )}; ${placeName(evidence, from)}`
      }
    ];
  };
}

/** The same estimate of the pairs of models that lie least and widest apart. */
export const gaps =
  (which: Which, prefix = ""): Selector =>
  (evidence) => {
    const nothing = unanswered(evidence, which);
    if (nothing) return nothing;
    const label = (place: string) => (prefix ? `${prefix}, ${place}` : place);
    const [least, most] = (["narrowest", "widest"] as const).map((pair) => ofPair(evidence, which, pair));
    if (!least || !most) return notRun(evidence, which);
    if (least === most)
      return lacking(
        "The claim is about pairs of models with smaller and larger gaps, and one pair was run.",
        "models: {weak: [… more], strong: [… more]}",
        hasValue(most) ? [measuredOf(evidence, most, label("only gap"))] : []
      );
    return together(at(which, label("smallest gap"), {pair: "narrowest"}), at(which, label("largest gap")))(evidence);
  };

/** Every rung of a ladder, the smallest first; at least two, or as many as are asked for. The first is called small, the last large. */
export const rungs =
  (which: Which, axis: "strong" | "weak", {prefix = "", least = 2}: {prefix?: string; least?: number} = {}): Selector =>
  (evidence) => {
    const nothing = unanswered(evidence, which);
    if (nothing) return nothing;
    const rows = ladder(evidence, which, axis);
    if (!rows.length) return notRun(evidence, which);
    const sizes = modelSizes(evidence.study);
    const ours = rows.flatMap((row, i) => {
      const size = `${sizes.format(sizes.of(row[axis]))}${sizes.unit === "layers" ? " layers" : ""}`;
      const place = rows.length > 1 && i === 0 ? "small" : i > 0 && i === rows.length - 1 ? "large" : size;
      return hasValue(row)
        ? [measuredOf(evidence, row, prefix ? `${prefix}, ${place}` : place, axis === "strong" ? "weak" : "strong")]
        : [];
    });
    if (rows.length < least)
      return lacking(
        `The claim needs ${count(least)} sizes of the ${axis === "strong" ? "student" : "supervisor"}, and ${count(rows.length)} ${rows.length === 1 ? "was" : "were"} run.`,
        `models: {${axis}: [… more sizes]}`,
        ours
      );
    const [first, last] = [rows[0], rows.at(-1)!];
    if (!hasValue(first) || !hasValue(last)) return withheld(hasValue(first) ? last : first, ours);
    return ours;
  };

/** What entered a comparison. */
export function comparedOn(evidence: Evidence, row: Row<"comparisons">): string {
  const pairs = row.weak === "all" ? `pairs of models averaged, ${row.setting}` : placeName(evidence, row);
  return `${plural(row.n, "task")}${row.left_out ? ` (${count(row.left_out)} left out)` : ""}; ${pairs}`;
}

/** The difference between two arms, over tasks; where a domain has one task, that task's own. */
export const differing =
  (compared: Compared, label: string): Selector =>
  (evidence) => {
    const nothing = unanswered(evidence, compared);
    if (nothing) return nothing;
    const row = comparison(evidence, compared);
    const {method, variant = "", domain = "nlp", quantity, against = "baseline"} = compared;
    const measure: Measure = quantity === "pgr" ? "pgrDifference" : "accuracyDifference";
    const arm = variant ? `${method}/${variant}` : method;
    if (row && row.n > 1 && row.mean !== null) {
      const {mean: value, low, high, detectable: least} = row;
      return [{label, measure, value, low, high, n: comparedOn(evidence, row), arm, least}];
    }
    const single = against === "baseline" && tasksOf(evidence, domain).length === 1;
    const own = single ? ofPair(evidence, {method, variant, domain, quantity: "difference"}) : undefined;
    if (!own || !hasValue(own)) return notRun(evidence, compared);
    const found = measuredOf(evidence, own, label);
    if (quantity === "accuracy") return [found];
    const same = (quantity: string) =>
      taskEstimates(evidence, {method, variant, domain, quantity}).find((d) => samePlace(d, own));
    const [gap, pgr] = [same("gap"), same("pgr")];
    if (gap?.value == null || pgr?.value == null) return withheld(pgr ?? own);
    // The gap is held at its estimate, as in the comparisons over tasks.
    const share = (value: number | null) => (value === null ? null : value / gap.value!);
    return [{...found, measure, value: share(found.value)!, low: share(found.low), high: share(found.high)}];
  };

/**
 * What lies between two numbers, as a number of its own: of two medians over tasks the mean of the differences on the tasks that
 * both have. PGR of a single task may have an open interval, so of it the medians themselves are compared, unless they are of
 * two methods and of different tasks.
 */
export function between(evidence: Evidence, a: Measured, b: Measured, label: string): Measured {
  const parts =
    a.from &&
    b.from &&
    (a.measure !== "pgr" || (isOtherArm(a.from, b.from) && isOnOtherTasks(evidence, a.from, b.from)))
      ? onCommonTasks(evidence, a.from, b.from)
      : [];
  const difference = parts.length > 1 ? combined(parts) : differenceOf(a, b);
  const n = parts.length > 1 ? `mean over ${plural(parts.length / 2, "task")}` : "from the two intervals";
  return {label, measure: differenceMeasure[a.measure] ?? a.measure, ...difference, n, arm: a.arm};
}

const isOtherArm = (a: Row<"estimates">, b: Row<"estimates">): boolean =>
  a.method !== b.method || a.variant !== b.variant;

/** The estimates that an estimate over tasks is over, by their task. */
function partsOf(evidence: Evidence, {method, variant, quantity, task, ...place}: Row<"estimates">) {
  const domain = (task === "all" ? "nlp" : task.replace("all ", "")) as Domain;
  const rows = taskEstimates(evidence, {method, variant, quantity, domain});
  return new Map(rows.filter((d) => samePlace(d, place)).map((d) => [d.task, d]));
}

/** Whether two estimates are over different tasks, of those that have a value. */
function isOnOtherTasks(evidence: Evidence, ...rows: readonly Row<"estimates">[]): boolean {
  const [a, b] = rows.map((row) => [...partsOf(evidence, row).values()].filter(hasValue).map((d) => d.task));
  return a.length !== b.length || a.some((task) => !b.includes(task));
}

function onCommonTasks(evidence: Evidence, a: Row<"estimates">, b: Row<"estimates">) {
  if (!isOverTasks(a.task) || a.task !== b.task) return [];
  const others = partsOf(evidence, b);
  const pairs = [...partsOf(evidence, a)].flatMap(([task, one]) => {
    const other = others.get(task);
    return other && hasValue(one) && hasValue(other) ? [[one, other]] : [];
  });
  return pairs.flatMap(([one, other]) => [
    {weight: 1 / pairs.length, of: one},
    {weight: -1 / pairs.length, of: other}
  ]);
}

/** What was found in each domain that a study has and that tells anything, under its name. */
export const inDomains =
  (which: Omit<Which, "domain">): Selector =>
  (evidence) => {
    const present = domains.filter(
      (domain) => domainEstimates(evidence, {...which, domain}).length && !noneRight(evidence, domain)
    );
    if (!present.length) return notRun(evidence, which);
    return present.flatMap((domain) => {
      const found = at({...which, domain}, domainTitles[domain].toLowerCase())(evidence);
      return isOutcome(found) ? [] : found;
    });
  };
