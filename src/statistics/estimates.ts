import {rights} from "./accuracy.js";
import {channelMeans, crossedBootstrap, percentileInterval} from "./bootstrap.js";
import type {BootstrapOptions} from "./bootstrap.js";
import {pgrReplicate, withheld} from "./pgr.js";

/** Classes (0 or 1) that each role predicts for the test rows of one seed; the rows are the same, in the same order, for all seeds. */
export interface SeedPredictions {
  seed: number;
  gold: ArrayLike<number>;
  weak?: ArrayLike<number> | null;
  weak_ceiling?: ArrayLike<number> | null;
  student?: ArrayLike<number> | null;
  strong_ceiling?: ArrayLike<number> | null;
  /** The baseline's student, where the method is another one. */
  baseline?: ArrayLike<number> | null;
  /**
   * Where predictions are no classes but right (1) or wrong (0), and `gold` is all 1: whether supervisor and student said
   * the same. Two classes tell by themselves.
   */
  agree?: ArrayLike<number> | null;
  /** The same of supervisor and strong ceiling. */
  ceiling_agree?: ArrayLike<number> | null;
}

type Role = Exclude<keyof SeedPredictions, "seed" | "gold" | "agree" | "ceiling_agree">;

export const quantities = [
  "weak",
  "weak_ceiling",
  "student",
  "strong_ceiling",
  "gap",
  "gain",
  "difference",
  "pgr",
  "agreement",
  "agreement_right",
  "agreement_wrong",
  "ceiling_agreement",
  "ceiling_agreement_right",
  "ceiling_agreement_wrong"
] as const;

export type Quantity = (typeof quantities)[number];

export interface Estimate {
  /** Null where withheld. */
  value: number | null;
  /** Ends of the 95 % interval; null where withheld, and where the interval has no end on that side. */
  low: number | null;
  high: number | null;
  /** Number of seeds that have all roles the quantity needs. */
  seeds: number;
  /** Number of test examples per seed. */
  n: number;
  /** Why it is withheld, in words. */
  refused: string | null;
}

/** Estimates of one cell (task, weak, strong, method, variant), with the replicates that estimates over tasks are made from. */
export interface CellEstimates {
  estimates: Record<Quantity, Estimate>;
  replicates: Partial<Record<Quantity, Float64Array>>;
}

/** Models whose agreement with the supervisor is counted: who said so, the share on which both are right, and on which they agree. */
const agreeing = [
  ["student", "agree", "both", "same"],
  ["strong_ceiling", "ceiling_agree", "ceiling_both", "ceiling_same"]
] as const;

/** Shares of test examples: accuracies, and those of `agreeing`. */
type Means = Record<Role | (typeof agreeing)[number][2 | 3], number>;

interface Definition {
  roles: Role[];
  of(means: Means): number;
}

/** Each quantity from shares of right predictions, pooled over seeds. Where two models are right, they agree. */
const definitions: Record<Quantity, Definition> = {
  weak: {roles: ["weak"], of: (m) => m.weak},
  weak_ceiling: {roles: ["weak_ceiling"], of: (m) => m.weak_ceiling},
  student: {roles: ["student"], of: (m) => m.student},
  strong_ceiling: {roles: ["strong_ceiling"], of: (m) => m.strong_ceiling},
  gap: {roles: ["weak", "strong_ceiling"], of: (m) => m.strong_ceiling - m.weak},
  gain: {roles: ["weak", "student"], of: (m) => m.student - m.weak},
  difference: {roles: ["student", "baseline"], of: (m) => m.student - m.baseline},
  pgr: {
    roles: ["weak", "student", "strong_ceiling"],
    of: (m) => pgrReplicate(m.student - m.weak, m.strong_ceiling - m.weak)
  },
  agreement: {roles: ["weak", "student"], of: (m) => m.same},
  agreement_right: {roles: ["weak", "student"], of: (m) => m.both / m.weak},
  agreement_wrong: {roles: ["weak", "student"], of: (m) => (m.same - m.both) / (1 - m.weak)},
  ceiling_agreement: {roles: ["weak", "strong_ceiling"], of: (m) => m.ceiling_same},
  ceiling_agreement_right: {roles: ["weak", "strong_ceiling"], of: (m) => m.ceiling_both / m.weak},
  ceiling_agreement_wrong: {
    roles: ["weak", "strong_ceiling"],
    of: (m) => (m.ceiling_same - m.ceiling_both) / (1 - m.weak)
  }
};

const roleNames: Record<Role, string> = {
  weak: "the weak model",
  weak_ceiling: "the weak ceiling",
  student: "the student",
  strong_ceiling: "the strong ceiling",
  baseline: "the baseline's student"
};

/**
 * Estimates of one cell over its seeds, with 95 % intervals by resampling seeds and test examples, crossed and alike for all roles.
 * A quantity uses the seeds that have all its roles; whether PGR is withheld depends on all seeds with a weak model and a ceiling,
 * so a seed whose student is missing belongs in `seeds` too.
 *
 * @param groups one per test row: rows of one group are resampled together (default: each by itself)
 */
export function estimateCell(
  seeds: readonly SeedPredictions[],
  options: BootstrapOptions & {groups?: ArrayLike<string>} = {}
): CellEstimates {
  const n = seeds[0]?.gold.length ?? 0;
  for (const {seed, gold} of seeds) {
    if (gold.length !== n)
      throw new RangeError(`expected the same ${n} test rows for every seed, seed ${seed}: ${gold.length}`);
  }
  const resampled = new Map<string, Resampled>();
  const estimates = {} as Record<Quantity, Estimate>;
  const replicates: Partial<Record<Quantity, Float64Array>> = {};
  for (const quantity of quantities) {
    const {roles, of} = definitions[quantity];
    const usable = seeds.filter((seed) => roles.every((role) => seed[role]));
    const none = {value: null, low: null, high: null, seeds: usable.length, n};
    const refused =
      (quantity === "pgr" && estimates.gap.refused) || missing(seeds, usable, roles, n) || unclear(quantity, estimates);
    if (refused) {
      estimates[quantity] = {...none, refused};
      continue;
    }
    const key = usable.map((seed) => seed.seed).join(" ");
    if (!resampled.has(key)) resampled.set(key, resample(usable, n, options));
    const {means, replicates: resamples} = resampled.get(key) as Resampled;
    const value = of(means);
    if (!Number.isFinite(value)) {
      estimates[quantity] = {...none, refused: undefinedBecause(quantity)};
      continue;
    }
    const values = Float64Array.from(resamples, of);
    const {low, high} = percentileInterval(values);
    replicates[quantity] = values;
    estimates[quantity] = {...none, value, low: finite(low), high: finite(high), refused: null};
  }
  return {estimates, replicates};
}

interface Resampled {
  means: Means;
  replicates: Means[];
}

function resample(
  seeds: readonly SeedPredictions[],
  n: number,
  options: BootstrapOptions & {groups?: ArrayLike<string>}
): Resampled {
  const present = (Object.keys(roleNames) as Role[]).filter((role) => seeds.every((seed) => seed[role]));
  const right = Object.fromEntries(
    present.map((role) => {
      const channel = new Uint8Array(seeds.length * n);
      seeds.forEach((seed, s) => channel.set(rights(seed.gold, seed[role] as ArrayLike<number>), s * n));
      return [role, channel];
    })
  ) as Partial<Record<Role, Uint8Array>>;
  const {weak} = right;
  const channels: [keyof Means, Uint8Array][] = present.map((role) => [role, right[role] as Uint8Array]);
  for (const [role, told, both, same] of agreeing) {
    const other = right[role];
    if (!weak || !other) continue;
    // Of two classes, both are right or both are wrong where they are the same.
    const alike = seeds.every((seed) => seed[told])
      ? Uint8Array.from(seeds.flatMap((seed) => Array.from(seed[told]!)))
      : weak.map((value, i) => Number(value === other[i]));
    channels.push([both, weak.map((value, i) => value & other[i])], [same, alike]);
  }
  const values = channels.map(([, channel]) => channel);
  const named = (means: ArrayLike<number>) =>
    Object.fromEntries(channels.map(([name], c) => [name, means[c]])) as Means;
  const resamples = crossedBootstrap(values, seeds.length, n, options);
  return {
    means: named(channelMeans(values)),
    replicates: Array.from(resamples[0], (_, r) => named(resamples.map((channel) => channel[r])))
  };
}

function missing(
  seeds: readonly SeedPredictions[],
  usable: readonly SeedPredictions[],
  roles: readonly Role[],
  n: number
): string | null {
  if (n === 0) return "no test examples";
  if (usable.length > 0) return null;
  const absent = roles.filter((role) => !seeds.some((seed) => seed[role]));
  return absent.length > 0
    ? `no predictions of ${absent.map((role) => roleNames[role]).join(" and ")}`
    : `no seed has predictions of ${roles.map((role) => roleNames[role]).join(" and ")}`;
}

function unclear(quantity: Quantity, estimates: Record<Quantity, Estimate>): string | null {
  return quantity === "pgr" ? withheld(estimates.gap.low) : null;
}

function undefinedBecause(quantity: Quantity): string {
  if (quantity.endsWith("agreement_right")) return "the weak model is never right";
  if (quantity.endsWith("agreement_wrong")) return "the weak model is never wrong";
  return "the strong ceiling is not above the weak model on the seeds that have a student";
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
