import type {Row} from "../tables.js";
import {nestedBootstrap, percentileInterval} from "./bootstrap.js";
import type {BootstrapOptions} from "./bootstrap.js";
import {holm} from "./holm.js";
import {pairedTTest} from "./pairedTTest.js";
import {detectableEffect, pairsNeeded} from "./power.js";
import {referenceOf} from "./reference.js";
import {seedsNeeded} from "./seedsNeeded.js";
import {spread} from "./spread.js";
import {wilcoxon} from "./wilcoxon.js";

type Comparison = Row<"comparisons">;

/** What one cell of the design showed, in accuracies on its test rows. */
export interface ComparedCell {
  task: string;
  domain: string;
  setting: string;
  weak: string;
  strong: string;
  method: string;
  variant: string;
  /** Seeds that have a student, `model` says which; empty where no run is done. */
  seeds: {seed: number; weak: number; student: number; ceiling: number; model: string}[];
  /** Why there are no seeds. */
  absent: string | null;
  /** Why it is not independent of another task's. */
  dependent: string | null;
  /** Why its PGR is withheld. */
  withheld: string | null;
  /**
   * Replicates of the student's accuracy over some of its seeds, in the order given; drawn alike for all cells of a task.
   */
  resampled: (seeds: readonly number[]) => Float64Array;
}

/** What a pair of the test is: difference on each seed, and replicates of its mean. */
interface Pair {
  seeds: Map<number, number>;
  mean: number;
  replicates: Float64Array;
}

/** A place of the design, task and models, with the difference there or why there is none. */
interface Place {
  task: string;
  weak: string;
  strong: string;
  pair: Pair | string;
}

const quantities = ["accuracy", "pgr"] as const;

/**
 * Paired comparisons of every arm with the baseline of its setting, and of every `without` a part with the whole, by domain.
 *
 * Pairs are tasks: pairs of models are averaged within them (`all`), or one pair of models is looked at. Of `all` there are also
 * those over cells (task, weak, strong), which share supervisors, ceilings and test rows and are not independent. Only seeds that
 * both arms have count. A place where both train the same student is left out: bootstrapping with no model between its ends is
 * the baseline, and its differences are 0 whatever the data.
 *
 * A difference in PGR is that in accuracy over the gap, which is held at its estimate also where replicates are drawn: a mean of
 * ratios has no bootstrap interval where some replicate of a gap closes.
 *
 * Holm's correction is over all comparisons of one domain, setting, choice of models, quantity and unit.
 */
export function compare(cells: readonly ComparedCell[], options: BootstrapOptions = {}): Comparison[] {
  const rows: Comparison[] = [];
  for (const some of grouped(cells, ({domain, setting}) => JSON.stringify([domain, setting])).values()) {
    const arms = grouped(some, armOf);
    for (const [arm, own] of arms)
      for (const against of comparedWith(own[0], arms))
        for (const quantity of quantities) {
          const places = placesOf(own, arms.get(against)!, [arm, against], quantity);
          const {domain, setting, method, variant} = own[0];
          const add = (weak: string, strong: string, unit: string, among: readonly Place[]) => {
            const shown = {domain, setting, weak, strong, method, variant, against, quantity, unit};
            rows.push({...shown, ...testsOf(unit === "cells" ? among : byTask(among), unit, options)});
          };
          add("all", "all", "tasks", places);
          add("all", "all", "cells", places);
          for (const among of grouped(places, ({weak, strong}) => JSON.stringify([weak, strong])).values())
            if (among.some(({task, weak, strong}) => find(own, {task, weak, strong})))
              add(among[0].weak, among[0].strong, "tasks", among);
        }
  }
  return corrected(rows);
}

const armOf = ({method, variant}: Pick<ComparedCell, "method" | "variant">): string =>
  variant ? `${method}/${variant}` : method;

/** The method that others are compared with, and for an arm without a part, the one that has all. */
function comparedWith({setting, method, variant}: ComparedCell, arms: ReadonlyMap<string, unknown>): string[] {
  const others = new Set<string>([referenceOf(setting), ...(variant.startsWith("without ") ? [method] : [])]);
  return [...others].filter((other) => arms.has(other) && other !== armOf({method, variant}));
}

function placesOf(
  own: readonly ComparedCell[],
  others: readonly ComparedCell[],
  names: readonly [string, string],
  quantity: (typeof quantities)[number]
): Place[] {
  const places = grouped([...own, ...others], ({task, weak, strong}) => JSON.stringify([task, weak, strong]));
  return [...places.values()].map(([{task, weak, strong}]) => {
    const at = {task, weak, strong};
    const [a, b] = [find(own, at), find(others, at)];
    const pair = !a || !b ? `not asked of ${a ? names[1] : names[0]}` : pairOf(a, b, quantity);
    return {...at, pair};
  });
}

type At = Pick<Place, "task" | "weak" | "strong">;

const find = (cells: readonly ComparedCell[], {task, weak, strong}: At): ComparedCell | undefined =>
  cells.find((cell) => cell.task === task && cell.weak === weak && cell.strong === strong);

/** The difference between two arms at one place, or why there is none. */
function pairOf(a: ComparedCell, b: ComparedCell, quantity: (typeof quantities)[number]): Pair | string {
  const absent = a.dependent ?? a.absent ?? b.absent;
  if (absent) return absent;
  const withheld = quantity === "pgr" ? (a.withheld ?? b.withheld) : null;
  if (withheld) return withheld.replace(/:.*/s, "");
  const others = new Map(b.seeds.map((of) => [of.seed, of]));
  const common = a.seeds.filter(({seed}) => others.has(seed));
  if (common.length === 0) return "no seed in common";
  if (common.every(({seed, model}) => model === others.get(seed)!.model)) return "both train the same student";
  const gap = quantity === "pgr" ? meanOf(common.map(({ceiling, weak}) => ceiling - weak)) : 1;
  if (!(gap > 0)) return "the strong ceiling is not above the weak model on the seeds in common";
  const differences = common.map(({seed, student}) => (student - others.get(seed)!.student) / gap);
  const seeds = common.map(({seed}) => seed);
  const [x, y] = [a.resampled(seeds), b.resampled(seeds)];
  return {
    seeds: new Map(seeds.map((seed, i) => [seed, differences[i]])),
    mean: meanOf(differences),
    replicates: x.map((value, r) => (value - y[r]) / gap)
  };
}

/** Places of a task as one: those with a difference averaged; left out where none has one. */
function byTask(places: readonly Place[]): Place[] {
  return [...grouped(places, ({task}) => task).values()].map((some): Place => {
    const {task} = some[0];
    const pairs = some.flatMap(({pair}) => (typeof pair === "string" ? [] : [pair]));
    const reasons = new Set(some.flatMap(({pair}) => (typeof pair === "string" ? [pair] : [])));
    return {task, weak: "", strong: "", pair: pairs.length ? averaged(pairs) : [...reasons].sort().join(" or ")};
  });
}

function averaged(pairs: readonly Pair[]): Pair {
  const seeds = new Set(pairs.flatMap((pair) => [...pair.seeds.keys()]));
  return {
    seeds: new Map([...seeds].map((seed) => [seed, meanOf(pairs.flatMap((pair) => pair.seeds.get(seed) ?? []))])),
    mean: meanOf(pairs.map((pair) => pair.mean)),
    replicates: pairs[0].replicates.map((_, r) => meanOf(pairs.map((pair) => pair.replicates[r])))
  };
}

type Tests = Omit<
  Comparison,
  "domain" | "setting" | "weak" | "strong" | "method" | "variant" | "against" | "quantity" | "unit"
>;

function testsOf(places: readonly Place[], unit: string, options: BootstrapOptions): Tests {
  const pairs = places.flatMap(({pair}) => (typeof pair === "string" ? [] : [pair]));
  // Equal differences of accuracies differ in their last digits, and would have ranks of their own.
  const differences = pairs.map((pair) => Math.round(pair.mean * 1e12) / 1e12);
  const {n, mean, deviation} = spread(differences);
  const replicates = pairs.map((pair) => pair.replicates);
  const interval = n > 1 ? percentileInterval(nestedBootstrap(replicates, meanOf, options)) : {low: null, high: null};
  const student = pairedTTest(differences);
  const ranked = n > 1 ? wilcoxon(differences) : null;
  return {
    n,
    left_out: places.length - n,
    reasons: reasonsOf(places, unit),
    mean,
    ...interval,
    deviation,
    t: student?.t ?? null,
    t_p: student?.p ?? null,
    t_p_holm: null,
    wilcoxon: ranked?.statistic ?? null,
    wilcoxon_p: ranked?.p ?? null,
    wilcoxon_p_holm: null,
    detectable: deviation ? detectableEffect(n) * deviation : null,
    needed_pairs: deviation === null ? null : pairsNeeded(mean!, deviation),
    needed_seeds: deviation === null ? null : seedsNeeded(pairs.map((pair) => [...pair.seeds.values()]))
  };
}

/** `<reason>: <task>, <task> (<weak> to <strong>); <reason>: ...`. */
function reasonsOf(places: readonly Place[], unit: string): string {
  const left = places.flatMap(({pair, ...at}) => (typeof pair === "string" ? [{...at, reason: pair}] : []));
  return [...grouped(left, ({reason}) => reason)]
    .map(([reason, some]) => {
      const named = some.map(({task, weak, strong}) => (unit === "cells" ? `${task} (${weak} to ${strong})` : task));
      return `${reason}: ${named.join(", ")}`;
    })
    .join("; ");
}

function corrected(rows: readonly Comparison[]): Comparison[] {
  const family = ({domain, setting, weak, strong, quantity, unit}: Comparison) =>
    JSON.stringify([domain, setting, weak, strong, quantity, unit]);
  return [...grouped(rows, family).values()].flatMap((some) => {
    const t = holm(some.map((row) => row.t_p));
    const ranks = holm(some.map((row) => row.wilcoxon_p));
    return some.map((row, i) => ({...row, t_p_holm: t[i], wilcoxon_p_holm: ranks[i]}));
  });
}

function grouped<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key)!.push(value);
  }
  return groups;
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
