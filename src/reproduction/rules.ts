import type {Estimated} from "../statistics/combined.js";
import {detectable} from "../statistics/combined.js";
import type {Row} from "../tables.js";
import {count, inSentence, plural} from "../components/format.js";
import type {Measure} from "./measures.js";
import {told, written, writtenRange} from "./measures.js";
import type {Published} from "./paper.js";

/** What a rule says of a claim: that it holds, that it does not, or (null) that our interval leaves it open. */
export interface Ruling {
  holds: boolean | null;
  /** As a sentence without its full stop. */
  why: string;
  /** Where it is open: the smallest difference that could have been found; null where none can be named. */
  least?: {value: number | null; measure: Measure};
}

/** The rules that verdicts share, as the page states them. */
export const rules: readonly {name: string; rule: string}[] = [
  {
    name: "Direction",
    rule: "Reproduced where the 95% interval of the difference lies on the claim’s side of 0; not reproduced where it lies on the other side, or contains 0 and not the published difference. Where it contains 0 and no published difference is excluded, the claim is not reproduced and open: the smallest difference that this design could have found (power of 80% at 5%) stands beside it."
  },
  {
    name: "Level",
    rule: "A published PGR, agreement or share is reproduced where our interval contains it and does not contain what no effect would give: 0, or one half for agreement. An interval that contains both leaves it open, and so does one wider than 50 points (this figure is ours), whatever it contains."
  },
  {
    name: "The same tasks",
    rule: "Where methods, or versions of one, stand beside each other, only tasks that all of them ran on enter: where these are fewer than some have, the number is the mean over them, with an interval from theirs."
  },
  {
    name: "Threshold",
    rule: "“Above” and “below” are reproduced where the interval lies on that side of the published value, open where it contains it."
  },
  {
    name: "Often, rarely",
    rule: "Often is in more than half of the cells (task and pair of models), rarely in at most a quarter. Cells whose interval contains the threshold are counted for and against: the verdict stands only if neither changes it. These two numbers are ours."
  },
  {
    name: "Significance",
    rule: "Reproduced where the paired t-test over tasks, after Holm’s correction, gives p < 0.05 for a difference on the claim’s side; open where it does not, unless the interval of the difference lies on the other side. The published p itself depends on how many pairs entered, which the paper does not say."
  },
  {
    name: "Differences of two estimates",
    rule: "Where no test compares two estimates directly (two model sizes, two domains), their difference has an interval from theirs (MOVER; Zou and Donner 2008), as if they were independent. They share rows and supervisors, so it is rather too wide."
  },
  {
    name: "Paired differences",
    rule: "Rows of Alice’s tables are compared on each task and with each pair of models: on the same test rows and seeds, resampled alike for both, where the predictions of both are published of all seeds; otherwise from their two intervals, and the number says so. What is claimed of all datasets, or consistently, must hold in each of these cells."
  },
  {
    name: "Not testable here",
    rule: "Claims on model size where all models are cut from one network; accuracies, which measure models and tasks that the paper does not name or publish; a domain in which no model, the ceiling included, is right on any row; comparisons of accuracy between domains with different chance levels (one half of two classes, next to nothing of written answers); claims without a number or a direction; whatever rests on a PGR that is withheld since the ceiling is not clearly above the supervisor."
  },
  {
    name: "Not run here",
    rule: "The study lacks a method, a task or a model size that the claim is about. What to add is named."
  }
];

/** A claim that a difference is above (1) or below (-1) 0. */
export function direction(
  difference: Estimated & {least?: number | null},
  side: 1 | -1,
  measure: Measure,
  published?: Published["value"]
): Ruling {
  const [low, high] = ends(difference);
  const [own, other] = side > 0 ? ["above", "below"] : ["below", "above"];
  const [near, far] = side > 0 ? [low, high] : [-high, -low];
  if (near > 0) return {holds: true, why: `The interval of the difference lies ${own} 0`};
  if (far < 0) return {holds: false, why: `The interval of the difference lies ${other} 0, on the other side`};
  if (published !== undefined && !overlaps(difference, published))
    return {holds: false, why: "The interval of the difference contains 0, and not the published difference"};
  const value = difference.least ?? detectable(difference);
  return {holds: null, why: "The interval of the difference contains 0", least: {value, measure}};
}

/** An interval wider than this contains too much to decide on a level; a figure of ours. */
const widest = 0.5;

/** A claim that something has a published level, told apart from `nothing`, what it would be without an effect. */
export function level(own: Estimated, published: Published["value"], nothing: number, measure: Measure): Ruling {
  const [low, high] = ends(own);
  if (high - low > widest)
    return {holds: null, why: `Our interval, ${width(own)}, decides nothing: it is wider than 50 points`};
  if (!overlaps(own, published)) return {holds: false, why: "The published value lies outside our interval"};
  if (!overlaps(own, nothing)) return {holds: true, why: `The published value lies inside our interval, ${width(own)}`};
  return {
    holds: null,
    why: `Our interval contains the published value, and ${written(measure, nothing).replace("+", "")} as well`
  };
}

/** A claim that something is above (1) or below (-1) a published value. */
export function threshold(own: Estimated, at: number, side: 1 | -1, measure: Measure): Ruling {
  const [low, high] = ends(own);
  const value = written(measure, at);
  const [above, below] = [low > at, high < at];
  if (side > 0 ? above : below) return {holds: true, why: `Our interval lies ${side > 0 ? "above" : "below"} ${value}`};
  if (above || below) return {holds: false, why: `Our interval lies ${above ? "above" : "below"} ${value}`};
  return {holds: null, why: `Our interval contains ${value}`};
}

/** Most of the cells, or at most so many of them, that are above a threshold. */
const shares = {often: 1 / 2, rarely: 1 / 4};

/** A claim that cells are often or rarely above a threshold; those whose interval contains it count for and against. */
export function frequency(cells: readonly Estimated[], at: number, how: keyof typeof shares, measure: Measure): Ruling {
  const above = cells.filter((d) => ends(d)[0] > at).length;
  const below = cells.filter((d) => ends(d)[1] < at).length;
  const [least, most] = [above / cells.length, 1 - below / cells.length];
  const holds = (share: number) => (how === "often" ? share > shares.often : share <= shares.rarely);
  const counted = `Of ${plural(cells.length, "cell")}, ${count(above)} lie clearly above ${written(measure, at)}, ${count(below)} clearly below, ${count(cells.length - above - below)} on neither side`;
  return {holds: holds(least) === holds(most) ? holds(least) : null, why: counted};
}

const alpha = 0.05;

/** A claim of a significant difference above 0, by a paired t-test after Holm's correction; null where there was nothing to test. */
export function significance({
  t_p_holm: p,
  mean,
  high,
  n,
  detectable: value,
  quantity
}: Row<"comparisons">): Ruling | null {
  if (p === null || mean === null) return null;
  const measure = quantity === "pgr" ? "pgrDifference" : "accuracyDifference";
  const said = `${told("p", p)} after Holm’s correction, ${plural(n, "task")}`;
  if (p < alpha && mean > 0) return {holds: true, why: `Significant: ${said}`};
  if (p < alpha) return {holds: false, why: `Significant in the other direction: ${said}`};
  if (high !== null && high < 0)
    return {
      holds: false,
      why: `Not significant: ${said}; the interval of the difference lies below 0, on the other side`
    };
  return {holds: null, why: `Not significant: ${said}`, least: {value, measure}};
}

/** Several rulings as one: all must hold. What they have in common is said once. */
export function every(rulings: readonly (Ruling & {of: string})[]): Ruling {
  const holds = rulings.some((d) => d.holds === false) ? false : rulings.some((d) => d.holds === null) ? null : true;
  const alike = new Map<string, (Ruling & {of: string})[]>();
  for (const d of rulings) alike.set(d.why, [...(alike.get(d.why) ?? []), d]);
  const why = [...alike.values()].map((some) => {
    const said = `${some.map((d) => d.of).join(", ")}: ${inSentence(some[0].why)}`;
    const least = some.flatMap((d) => (d.least?.value == null ? [] : [d.least.value]));
    if (!least.length) return said;
    const {measure} = some[0].least!;
    return `${said}, ${leastFound(Math.min(...least), Math.max(...least), measure)}`;
  });
  return {holds, why: why.join("; ")};
}

/** Why, as a sentence. */
export function reasonOf({why, least}: Ruling): string {
  if (!least) return `${why}.`;
  return least.value === null
    ? `${why}; no smallest difference that could have been found can be named.`
    : `${why}; ${leastFound(least.value, least.value, least.measure)}.`;
}

function leastFound(low: number, high: number, measure: Measure): string {
  const text = low === high ? written(measure, high) : writtenRange(measure, low, high);
  return `the smallest difference that this design could have found is ${text.replaceAll("+", "")}`;
}

function width({low, high}: Estimated): string {
  return low === null || high === null
    ? "which is open on one side"
    : `which is ${count(Math.round(100 * (high - low)))} points wide`;
}

const ends = ({low, high}: Estimated): [number, number] => [low ?? -Infinity, high ?? Infinity];

function overlaps(own: Estimated, published: Published["value"]): boolean {
  const [low, high] = ends(own);
  const [from, to] = typeof published === "number" ? [published, published] : published;
  return low <= to && from <= high;
}
