import {domainTitles} from "../components/domains.js";
import {isOverTasks} from "../components/estimates.js";
import {count, listed, plural} from "../components/format.js";
import {modelSizes} from "../components/modelSizes.js";
import {combined, differenceOf} from "../statistics/combined.js";
import type {Compared, Domain, Evidence, Which} from "./evidence.js";
import {chanceOf, comparison, greatest, ofPair, placeOf, taskEstimates, tasksOf} from "./evidence.js";
import type {Measure} from "./measures.js";
import {differenceMeasure, told} from "./measures.js";
import type {Measured, Outcome, Published, Test} from "./paper.js";
import {notTestable} from "./paper.js";
import type {Ruling} from "./rules.js";
import {direction, every, frequency, level, reasonOf, significance, threshold} from "./rules.js";
import type {Selector} from "./selectors.js";
import {
  at,
  between,
  comparedOn,
  differing,
  hasValue,
  isOutcome,
  measuredOf,
  notRun,
  quantityMeasures,
  rungs,
  unanswered,
  withheld
} from "./selectors.js";

/** Rules on the numbers that are selected, each under the place of its selector; those beside them are only shown. */
export const judge =
  (
    selectors: readonly Selector[],
    rule: (
      found: readonly (readonly Measured[])[],
      published: readonly Published[],
      evidence: Evidence
    ) => Ruling & {ours?: readonly Measured[]},
    beside: readonly Selector[] = []
  ): Test =>
  (evidence, published) => {
    const found = selectors.map((select) => select(evidence));
    const others = beside.map((select) => select(evidence)).flatMap((d) => (isOutcome(d) ? [] : d));
    const ours = [...found.flatMap((d) => (isOutcome(d) ? d.ours : d)), ...others];
    const lack = found.find(isOutcome);
    if (lack) return {...lack, ours};
    const {ours: more = [], ...ruling} = rule(found as Measured[][], published, evidence);
    return ruled(ruling, [...ours, ...more]);
  };

const ruled = (ruling: Ruling, ours: readonly Measured[]): Outcome => ({
  verdict: ruling.holds ? "reproduced" : "not reproduced",
  undecided: ruling.holds === null,
  reason: reasonOf(ruling),
  ours
});

/** A claim that gives nothing to test: ours is shown, the first of which it is about. */
export const untestable =
  (reason: string, own: Selector, beside: readonly Selector[] = []): Test =>
  (evidence) => {
    const [found, ...others] = [own, ...beside].map((select) => select(evidence));
    const ours = [found, ...others].flatMap((d) => (isOutcome(d) ? d.ours : d));
    return isOutcome(found) && found.verdict === "not run here" ? {...found, ours} : notTestable(reason, ours);
  };

/** A claim on model size, which a ladder cut from one network cannot test: what it shows by depth is said all the same. */
export const ofSize =
  (test: Test): Test =>
  (evidence, published) => {
    const outcome = test(evidence, published);
    if (!modelSizes(evidence.study).depth) return outcome;
    const byDepth = outcome.verdict.endsWith("reproduced") ? "By depth: " : "";
    return notTestable(`A ladder of depth, not of size. ${byDepth}${outcome.reason}`, outcome.ours);
  };

/** What a published number has under a label. */
export function valueOf(published: readonly Published[], label: string): Published["value"] {
  const found = published.find((d) => d.label === label);
  if (!found) throw new Error(`expected a published number: ${label}`);
  return found.value;
}

/** A direction of the difference between two arms. */
export const differs = (compared: Compared, side: 1 | -1, label = "difference"): Test =>
  judge([differing(compared, label)], ([[difference]], published) =>
    direction(difference, side, difference.measure, published.find((d) => d.label === label)?.value)
  );

/** That one arm is significantly better than another: ours with the p values of three tests. */
export const significant =
  (compared: Compared, label: string): Test =>
  (evidence) => {
    const row = comparison(evidence, compared);
    if (!row) return notRun(evidence, compared);
    const {n, t_p, t_p_holm, wilcoxon_p, mean, low, high, method} = row;
    const size = comparedOn(evidence, row);
    const side = mean !== null && mean < 0 ? "worse" : "better";
    const p = (label: string, value: number | null): Measured[] =>
      value === null ? [] : [{label, measure: "p", value, low: null, high: null, n: size, arm: method, side}];
    const measure: Measure = row.quantity === "pgr" ? "pgrDifference" : "accuracyDifference";
    const ours: Measured[] = [
      ...p(label, t_p),
      ...p(`${label}, after Holm’s correction`, t_p_holm),
      ...p(`${label}, Wilcoxon’s test`, wilcoxon_p),
      ...(mean === null ? [] : [{label: "difference", measure, value: mean, low, high, n: size, arm: method}])
    ];
    const ruling = significance(row);
    return ruling
      ? ruled(ruling, ours)
      : notTestable(
          `A paired t-test needs two tasks whose differences differ, and ${plural(n, "task")} entered.`,
          ours
        );
  };

/** That a quantity rises or falls from the smallest to the largest model. */
export const trend = (which: Which, axis: "strong" | "weak", side: 1 | -1, prefix = ""): Test =>
  judge([rungs(which, axis, {prefix})], ([found], published, evidence) => {
    const change = between(evidence, found.at(-1)!, found[0], "change");
    const [from, to] = [found[0], found.at(-1)!].map(({label}) => published.find((d) => d.label === label)?.value);
    const known = typeof from === "number" && typeof to === "number" ? to - from : undefined;
    return {...direction(change, side, change.measure, known), ours: [change]};
  });

/** That one number is above (1) or below (-1) each of others. */
export const apart = (own: Selector, others: readonly Selector[], side: 1 | -1): Test =>
  judge([own, ...others], ([[first], ...rest], _, evidence) => {
    const changes = rest.map(([other]) => between(evidence, first, other, `${first.label} − ${other.label}`));
    const rulings = changes.map((d) => ({...direction(d, side, d.measure), of: d.label}));
    return {...(rulings.length > 1 ? every(rulings) : rulings[0]), ours: changes};
  });

/** That accuracy is higher in one domain than in others: only of domains with one chance level, so that others leave it untested. */
export const mostAccurate =
  (own: Domain, others: readonly Domain[]): Test =>
  (evidence, published) => {
    const accuracy = (domain: Domain): Which => ({quantity: "student", domain});
    const name = (domain: Domain) => domainTitles[domain].toLowerCase();
    const alike = others.filter((domain) => chanceOf(evidence, domain) === chanceOf(evidence, own));
    const outcome = apart(
      at(accuracy(own), name(own)),
      alike.map((domain) => at(accuracy(domain), name(domain), {as: accuracy(own)})),
      1
    )(evidence, published);
    const unlike = others.filter((domain) => !alike.includes(domain) && tasksOf(evidence, domain).length);
    if (!unlike.length || (outcome.verdict === "not reproduced" && !outcome.undecided)) return outcome;
    const chances = [own, ...unlike].map(
      (domain) => `${name(domain)} (${told("accuracy", chanceOf(evidence, domain))})`
    );
    return notTestable(
      `Accuracies of ${listed(chances)} are not compared: in parentheses, what chance gets right. Of the others: ${outcome.reason}`,
      outcome.ours
    );
  };

/** That a number rises from one published level to another. */
export const rises = (from: Selector, to: Selector): Test =>
  judge([from, to], ([[first], [last]], published, evidence) => {
    const change = between(evidence, last, first, "difference");
    const known = (valueOf(published, last.label) as number) - (valueOf(published, first.label) as number);
    return {...direction(change, 1, change.measure, known), ours: [change]};
  });

/** That what a method adds to the baseline is more at one end than at the other: numbers of the method, then of the baseline. */
export const grows = (method: Selector, baseline: Selector): Test =>
  judge([method, baseline], ([own, base]) => {
    const measure = differenceMeasure[own[0].measure]!;
    const of = [own.at(-1)!, base.at(-1)!, own[0], base[0]];
    const growth = combined(of.map((of, i) => ({weight: i === 0 || i === 3 ? 1 : -1, of})));
    const change: Measured = {
      label: "change of the difference",
      measure,
      ...growth,
      n: "from the four intervals",
      arm: own[0].arm
    };
    return {...direction(change, 1, measure), ours: [change]};
  });

/** That each step up a ladder adds (or, of the steps themselves, that the last adds less than the first). */
export const steps = (ladder: Selector, how: "each adds" | "ever less", beside: readonly Selector[] = []): Test =>
  judge(
    [ladder],
    ([found], _, evidence) => {
      const ups = found.slice(1).map((d, i) => between(evidence, d, found[i], `from ${found[i].label} to ${d.label}`));
      if (how === "each adds")
        return {...every(ups.map((d) => ({...direction(d, 1, d.measure), of: d.label}))), ours: ups};
      const change: Measured = {
        ...ups[0],
        label: "last step − first",
        ...differenceOf(ups.at(-1)!, ups[0]),
        n: "from the two intervals"
      };
      return {...direction(change, -1, change.measure), ours: [...ups, change]};
    },
    beside
  );

/** That a number has a published level. */
export const levelOf = (own: Selector, label: string, nothing: number, beside: readonly Selector[] = []): Test =>
  judge([own], ([[found]], published) => level(found, valueOf(published, label), nothing, found.measure), beside);

/** That a number is above (1) or below (-1) a threshold. */
export const beyond = (own: Selector, value: number, side: 1 | -1): Test =>
  judge([own], ([[found]]) => threshold(found, value, side, found.measure));

/** That the tasks of a domain are often or rarely above a threshold, with any supervisor; of the largest student, or of all. */
export const cells =
  (which: Which, value: number, how: "often" | "rarely", students: "largest" | "all"): Test =>
  (evidence) => {
    const nothing = unanswered(evidence, which);
    if (nothing) return nothing;
    const overall = ofPair(evidence, which);
    if (!overall) return notRun(evidence, which);
    const own = taskEstimates(evidence, which).filter((d) => d.setting === overall.setting);
    const largest = greatest(own, (d) => [placeOf(evidence, "strong", d.strong)])?.strong;
    const among = own.filter((d) => students === "all" || d.strong === largest);
    const shown = among.filter(hasValue);
    const ours = hasValue(overall) ? [measuredOf(evidence, overall, isOverTasks(overall.task) ? "median" : "PGR")] : [];
    if (!shown.length) return withheld(overall, ours);
    const ruling = frequency(shown, value, how, quantityMeasures[which.quantity]);
    const without = among.length - shown.length;
    return ruled({...ruling, why: `${ruling.why}${without ? `; ${count(without)} more are withheld` : ""}`}, ours);
  };
