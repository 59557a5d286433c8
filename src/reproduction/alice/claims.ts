import type {Claim, Published} from "../paper.js";
import {direction, every} from "../rules.js";
import {between} from "../selectors.js";
import type {Selector} from "../selectors.js";
import {isOutcome} from "../selectors.js";
import {judge, untestable} from "../tests.js";
import {between1, between2, groupPoints, mean, pointsBetween} from "./printedDifferences.js";
import type {Dataset} from "./published.js";
import {datasets, table2, table3} from "./published.js";
import type {Compared} from "./selectors.js";
import {differences, direct, overGroup, row1, row2, row3} from "./selectors.js";

const results = {path: "results"};
const cascade = {path: "cascade"};
const [weak, qa, qcota, alice, strong] = (["weak", "qa", "qcota", "alice", "strong"] as const).map(row1);

/** That one row is above another on every task and with every pair of models, as printed differences of the same are told. */
const above = (a: Compared, b: Compared, beside: readonly Selector[] = []) => aboveIn([differences(a, b)], beside);

const aboveIn = (selectors: readonly Selector[], beside: readonly Selector[] = []) =>
  judge(
    selectors,
    (found, published) =>
      every(found.flat().map((d) => ({...direction(d, 1, d.measure, printedOf(published, d.label)), of: d.label}))),
    beside
  );

const printedOf = (published: readonly Published[], label: string): Published["value"] | undefined =>
  published.find((d) => d.label === label)?.value;

/** The first selector that finds anything; the last says what is lacking. */
const firstOf =
  (...selectors: readonly Selector[]): Selector =>
  (evidence) => {
    const all = selectors.map((select) => select(evidence));
    return all.find((d) => !isOutcome(d)) ?? all[0];
  };

/** The abstract's three numbers. */
function gain(group: Dataset["group"], says: string): Claim {
  const label = `Alice − Q-CoT-A, ${group.toLowerCase()}`;
  return {
    id: `gain-${group.toLowerCase()}`,
    place: "Abstract, section 4.2",
    says,
    published: [{label, measure: "accuracyDifference", value: groupPoints(group, "alice", "qcota") / 100}],
    page: results,
    test: aboveIn([overGroup(alice, qcota, [group], label)])
  };
}

const lines = (a: keyof typeof table2, b: keyof typeof table2, label: string) =>
  between2(label, table2[a].line, table2[b].line);

/** Alice: what it says of its results, in its order. */
export const claims: readonly Claim[] = [
  gain(
    "Knowledge",
    "substantial improvements in three key tasks compared to the original W2SG: knowledge-based reasoning (+4.0%)"
  ),
  gain("Math", "substantial improvements …: mathematical reasoning (+22.62%)"),
  gain("Reasoning", "substantial improvements …: logical reasoning (+12.11%)"),
  {
    id: "intermediate-exceeds",
    place: "Section 3.4",
    says: "intermediate models trained via Alice can even outperform those trained directly on ground-truth labels",
    published: [],
    page: cascade,
    test: untestable(
      "“Can even” claims that it happens, not how often; whether the student that comes last does is below.",
      differences(alice, strong)
    )
  },
  {
    id: "chains-consistently",
    place: "Section 4.2",
    says: "incorporating CoT reasoning into the W2SG framework’s generalization process (Q-CoT-A) consistently outperforms the traditional question-answer (Q-A) baseline",
    published: between1("Q-CoT-A − Q-A", "qcota", "qa"),
    page: results,
    test: above(qcota, qa)
  },
  {
    id: "alice-across",
    place: "Section 4.2",
    says: "Compared to the baseline W2SG approach, Alice demonstrates substantial performance gains across all four datasets and teacher-student configurations",
    published: between1("Alice − Q-CoT-A", "alice", "qcota"),
    page: results,
    test: above(alice, qcota)
  },
  {
    id: "math-most",
    place: "Section 4.2",
    says: "Alice shows particularly strong performance on mathematical reasoning tasks",
    published: [],
    page: results,
    test: judge(
      [
        overGroup(alice, qcota, ["Math"], "Alice − Q-CoT-A, math"),
        overGroup(alice, qcota, ["Knowledge", "Reasoning"], "Alice − Q-CoT-A, other groups")
      ],
      ([[math], [others]], _, evidence) => {
        const change = between(evidence, math, others, "math − other groups");
        return {...direction(change, 1, change.measure), ours: [change]};
      }
    )
  },
  ...(["qa", "qcota"] as const).map((row): Claim => {
    const own = row === "qa" ? qa : qcota;
    return {
      id: `intermediate-${row}`,
      place: "Section 4.2",
      says: `the conventional W2SG method only partially bridges the performance gap …—resulting in generalization performance intermediate between weak and ground-truth performance (${own.label})`,
      published: [...between1(`${own.label} − weak`, row, "weak"), ...between1(`strong − ${own.label}`, "strong", row)],
      page: results,
      test: aboveIn([differences(own, weak), differences(strong, own)])
    };
  }),
  {
    id: "exceeds-gold",
    place: "Section 4.2",
    says: "Alice enables models to consistently exceed the model performance when trained on ground-truth labels",
    published: between1("Alice − strong", "alice", "strong"),
    page: results,
    test: above(alice, strong)
  },
  {
    id: "cascade-helps",
    place: "Section 5.1, table 2",
    says: "removing cascade generalization significantly degrades performance across all datasets",
    published: lines("alice", "without cascade", "cascade − without cascade"),
    page: cascade,
    test: above(row2("alice"), row2("without cascade"))
  },
  {
    id: "cascade-arc",
    place: "Section 5.1, table 2",
    says: "with the most substantial decrease (4.65%) observed on ARC-Challenge",
    published: [
      {
        label: "cascade − without cascade, reasoning",
        measure: "accuracyDifference",
        value: pointsBetween(table2.alice.line, table2["without cascade"].line)[3] / 100
      }
    ],
    page: cascade,
    test: judge(
      [
        overGroup(row2("alice"), row2("without cascade"), ["Reasoning"], "cascade − without cascade, reasoning"),
        overGroup(
          row2("alice"),
          row2("without cascade"),
          ["Knowledge", "Math"],
          "cascade − without cascade, other groups"
        )
      ],
      ([[arc], [others]], _, evidence) => {
        const change = between(evidence, arc, others, "reasoning − other groups");
        return {...direction(change, 1, change.measure), ours: [change]};
      }
    )
  },
  {
    id: "uncertainty-helps",
    place: "Section 5.1, table 2",
    says: "removing the teacher’s uncertainty consistently reduces performance",
    published: lines("alice", "without uncertainty", "cascade − without uncertainty"),
    page: {path: "demonstrations"},
    test: aboveIn(
      [
        firstOf(
          differences(row2("alice"), row2("without uncertainty")),
          differences(direct(true, "direct"), direct(false, "without uncertainty"))
        )
      ],
      [differences(direct(true, "direct"), direct("shuffled", "uncertainty of another question"))]
    )
  },
  {
    id: "multi-teacher-helps",
    place: "Section 5.2, table 2",
    says: "This Multi-teacher approach demonstrates consistent improvements over the baseline without cascade training",
    published: lines("multi-teacher", "without cascade", "multi-teacher − without cascade"),
    page: results,
    test: above(row2("multi-teacher"), row2("without cascade"))
  },
  {
    id: "multi-teacher-average",
    place: "Section 5.2, table 2",
    says: "utilizing multiple teacher models yields an average increase of 2.22% in test accuracy across all four datasets",
    published: [
      {
        label: "multi-teacher − without cascade, mean",
        measure: "accuracyDifference",
        value: mean(pointsBetween(table2["multi-teacher"].line, table2["without cascade"].line)) / 100
      }
    ],
    page: results,
    test: aboveIn([
      overGroup(
        row2("multi-teacher"),
        row2("without cascade"),
        [...new Set(datasets.map((d) => d.group))],
        "multi-teacher − without cascade, mean"
      )
    ])
  },
  {
    id: "cascade-beats-multi-teacher",
    place: "Section 5.2, table 2",
    says: "cascade Alice consistently achieves superior performance across all datasets",
    published: lines("alice", "multi-teacher", "cascade − multi-teacher"),
    page: results,
    test: above(row2("alice"), row2("multi-teacher"))
  },
  {
    id: "cross-model-helps",
    place: "Section 5.3, table 2",
    says: "compared to our baseline without cascading (w/o cascade), Cross-model shows improved generalization performance across all four datasets",
    published: lines("cross-model", "without cascade", "cross-model − without cascade"),
    page: results,
    test: above(row2("cross-model"), row2("without cascade"))
  },
  {
    id: "cross-model-cascade-helps",
    place: "Section 5.3, table 2",
    says: "The superior performance of Cross-model Cascade provides additional evidence that cross-family knowledge transfer can enhance model performance.",
    published: lines("cross-model cascade", "alice", "cross-model cascade − cascade"),
    page: results,
    test: above(row2("cross-model cascade"), row2("alice"))
  },
  {
    id: "mix-teacher-comparable",
    place: "Section 5.3, table 2",
    says: "Despite the Llama teacher’s smaller size, Mix-teacher achieves comparable performance to Multi-teacher",
    published: lines("mix-teacher", "multi-teacher", "mix-teacher − multi-teacher"),
    page: results,
    test: untestable("“Comparable” names no margin.", differences(row2("mix-teacher"), row2("multi-teacher")))
  },
  {
    id: "cascade-beats-direct",
    place: "Section 5.4, table 3",
    says: "when comparing direct teaching (3B to 7B) versus cascade teaching (1.5B to 3B to 7B), our method consistently outperforms the baseline",
    published: between2("cascade − direct", table3.alice.lines.cascade, table3.alice.lines.direct),
    page: cascade,
    test: above(row3("alice", "cascade"), row3("alice", "direct"))
  },
  {
    id: "original-cascade-worse",
    place: "Section 5.4, table 3",
    says: "the original W2SG shows no improvement …, resulting in worse final performance … compared to direct teaching",
    published: between2("direct − cascade", table3.qcota.lines.direct, table3.qcota.lines.cascade),
    page: cascade,
    test: above(row3("qcota", "direct"), row3("qcota", "cascade"))
  },
  {
    id: "original-below-gold",
    place: "Section 5.4",
    says: "models trained with Alice consistently exceed the strong performance (see section 4.2), while those trained with original W2SG do not",
    published: [],
    page: results,
    test: judge([differences(strong, qcota)], ([found]) => {
      const rulings = found.map((d) => direction(d, 1, d.measure).holds);
      const clear = rulings.filter((holds) => holds === true).length;
      const holds = clear > 0 ? true : rulings.every((d) => d === false) ? false : null;
      return {holds, why: `Q-CoT-A is clearly below the strong model in ${clear} of ${found.length} cells`};
    })
  }
];
