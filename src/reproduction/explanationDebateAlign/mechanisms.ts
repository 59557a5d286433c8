import {namesOf} from "../../components/names.js";
import type {Evidence, Which} from "../evidence.js";
import type {Claim, Measured, Outcome} from "../paper.js";
import {lacking, notTestable} from "../paper.js";
import {direction, every} from "../rules.js";
import type {Selector} from "../selectors.js";
import {at, between, isOutcome, rungs} from "../selectors.js";
import {apart, judge, ofSize, trend} from "../tests.js";

const agreement = (method: string): Which => ({quantity: "agreement", method});
const page = {path: "agreement"};

/** Agreement with the supervisor, from small to large models (text on figure 3). */
const published: Record<string, {title: string; small: number; large: number}> = {
  baseline: {title: "Baseline", small: 0.9, large: 0.87},
  bootstrapping: {title: "Bootstrapping", small: 0.88, large: 0.75},
  confidence: {title: "Auxiliary Confidence", small: 0.89, large: 0.8},
  generative: {title: "Generative Finetuning", small: 0.89, large: 0.79}
};
const methods = Object.keys(published);
const improved = methods.filter((method) => method !== "baseline");

const sizes = (method: string): Selector => rungs(agreement(method), "strong", {prefix: method});

/** Figures 3 and 4: imitation or generalisation, and what linear probes read. */
export const mechanisms: readonly Claim[] = [
  ...methods.map((method): Claim => {
    const {title, small, large} = published[method];
    return {
      id: `figure-3-${method}`,
      place: "Figure 3",
      says: `all methods exhibit decreasing agreement rates as model size increases: ${title}, ${small.toFixed(2)} to ${large.toFixed(2)}`,
      published: [
        {label: `${method}, small`, measure: "agreement", value: small},
        {label: `${method}, large`, measure: "agreement", value: large}
      ],
      page,
      test: ofSize(trend(agreement(method), "strong", -1, method))
    };
  }),
  {
    id: "figure-3-bootstrapping-most",
    place: "Figure 3",
    says: "the Bootstrapping method demonstrates the most substantial decrease in agreement across model sizes",
    published: [],
    page,
    test: ofSize(
      judge(methods.map(sizes), (found, _, evidence) => {
        const falls = found.map((d, i) => between(evidence, d.at(-1)!, d[0], `${methods[i]}, change`));
        const own = falls[methods.indexOf("bootstrapping")];
        const changes = falls
          .filter((d) => d !== own)
          .map((d) => between(evidence, own, d, `bootstrapping − ${d.label}`));
        return {...every(changes.map((d) => ({...direction(d, -1, d.measure), of: d.label}))), ours: falls};
      })
    )
  },
  {
    id: "figure-3-baseline-high",
    place: "Figure 3",
    says: "the Baseline method maintains relatively high agreement across all model sizes",
    published: [],
    page,
    test: (evidence, none) => {
      // Methods that were not run are not compared.
      const run = improved.filter((method) => evidence.estimates.some((d) => d.method === method && !d.variant));
      const others = run.length ? run : improved;
      const [first] = others;
      return apart(
        at(agreement("baseline"), "baseline", {as: agreement(first)}),
        others.map((method) => at(agreement(method), method, {as: agreement(first)})),
        1
      )(evidence, none);
    }
  },
  {
    id: "figure-3-confidence-mistakes",
    place: "Figure 3",
    says: "The auxiliary confidence loss further reduces imitation of supervisor mistakes.",
    published: [],
    page,
    test: apart(
      at({quantity: "agreement_wrong", method: "confidence"}, "confidence, supervisor wrong"),
      [
        at({quantity: "agreement_wrong"}, "baseline, supervisor wrong", {
          as: {quantity: "agreement_wrong", method: "confidence"}
        })
      ],
      -1
    )
  },
  {
    id: "figure-4-separability",
    place: "Figure 4",
    says: "Finetuning on weak labels increases the linear separability of ground truth concepts.",
    published: [],
    page: {path: "saliency"},
    test: judge([probed], ([found]) => every(found.map((d) => ({...direction(d, 1, d.measure), of: d.label}))))
  },
  {
    id: "figure-4-intent",
    place: "Figure 4",
    says: "Larger gains in Sentiment vs. Intent",
    published: [],
    page: {path: "saliency"},
    test: (evidence) => {
      const found = probed(evidence);
      return notTestable("No task labels intents, in the paper’s table 1 or here.", isOutcome(found) ? [] : found);
    }
  }
];

/** How much better the baseline's students' own concepts can be read than before, over all layers; each task and setting. */
function probed(evidence: Evidence): Measured[] | Outcome {
  const names = namesOf(evidence.study, evidence.tasks);
  const found = evidence.probes.filter(
    (d) =>
      d.stage === "after" &&
      d.layer === null &&
      d.seed === null &&
      d.task === d.concept &&
      d.method === "baseline" &&
      d.variant === "" &&
      d.change !== null
  );
  if (!found.length)
    return lacking(
      "No layer was probed: the study names no tasks for it, or trains heads on frozen features, which change no activation.",
      `saliency: {tasks: ["sst2"]}`
    );
  const several = new Set(found.map((d) => d.setting)).size > 1;
  return found.map(({task, setting, change, change_low, change_high, n, method}) => ({
    label: several ? `${names.task(task)}, ${setting}` : names.task(task),
    measure: "probe",
    value: change!,
    low: change_low,
    high: change_high,
    n: `mean over layers, ${n} held-out rows`,
    arm: method
  }));
}
