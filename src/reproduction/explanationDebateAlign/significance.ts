import {comparison} from "../evidence.js";
import type {Claim, Outcome, Test} from "../paper.js";
import {significant} from "../tests.js";

const methods = [
  {method: "confidence", row: "Baseline vs. Aux. Confidence", accuracy: 0.03, pgr: 0.01},
  {method: "bootstrapping", row: "Baseline vs. Bootstrapping", accuracy: 0.003, pgr: 0.002},
  {method: "generative", row: "Baseline vs. Gen. Finetuning", accuracy: 0.01, pgr: 0.01}
];

const quantities = [
  {quantity: "accuracy", title: "Accuracy", name: "accuracy"},
  {quantity: "pgr", title: "PGR", name: "PGR"}
] as const;

/** Table 3: p values of paired t-tests against the baseline. */
export const significance: readonly Claim[] = [
  ...methods.flatMap(({method, row, ...p}) =>
    quantities.map(({quantity, title, name}): Claim => ({
      id: `table-3-${method}-${quantity}`,
      place: "Table 3",
      says: `${row}, P-value (${title})`,
      published: [{label: `${method}, ${name}`, measure: "p", value: p[quantity]}],
      page: {path: "significance", query: {quantity}},
      test: significant({method, quantity}, `${method}, ${name}`)
    }))
  ),
  {
    id: "table-3-caption",
    place: "Table 3",
    says: "with Bootstrapping showing the most significant gains",
    published: [],
    page: {path: "significance"},
    test: mostSignificant
  }
];

/** In accuracy as in PGR, bootstrapping has a significant gain, and the smallest p of the three. */
function mostSignificant(...[evidence, published]: Parameters<Test>): Outcome {
  const outcomes = methods.flatMap(({method}) =>
    quantities.map(({quantity, name}) => ({
      label: `${method}, ${name}`,
      method,
      quantity,
      outcome: significant({method, quantity}, `${method}, ${name}`)(evidence, published),
      p: comparison(evidence, {method, quantity})?.t_p ?? Infinity
    }))
  );
  const ours = outcomes.flatMap(({outcome, label}) => outcome.ours.filter((d) => d.label === label));
  const own = outcomes.filter((d) => d.method === "bootstrapping");
  const short = own.filter(({outcome}) => outcome.verdict === "not reproduced");
  if (short.length)
    return {
      ...short[0].outcome,
      undecided: short.every(({outcome}) => outcome.undecided),
      reason: short.map(({label, outcome}) => `${label}: ${outcome.reason}`).join(" "),
      ours
    };
  const lacking = outcomes.find(({outcome}) => !outcome.verdict.endsWith("reproduced"));
  if (lacking) return {...lacking.outcome, ours};
  const smallest = own.every((d) => outcomes.every((other) => other.quantity !== d.quantity || d.p <= other.p));
  return {
    verdict: smallest ? "reproduced" : "not reproduced",
    undecided: false,
    reason: `Its gains are significant, and its p values are ${smallest ? "" : "not both "}the smallest of the three methods’.`,
    ours
  };
}
