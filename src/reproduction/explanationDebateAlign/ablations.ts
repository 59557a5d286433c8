import type {Which} from "../evidence.js";
import type {Claim, Test} from "../paper.js";
import {differing, onSameTasks} from "../selectors.js";
import {apart, differs, levelOf, untestable} from "../tests.js";

const parts = [
  {part: "confidence", row: "Aux. Confidence", accuracy: 0.82, pgr: 0.6},
  {part: "bootstrapping", row: "Bootstrapping", accuracy: 0.8, pgr: 0.55},
  {part: "generative", row: "Gen. Finetuning", accuracy: 0.85, pgr: 0.7}
];

const page = {path: "ablations"};

/** The full method without one of its parts; beside it the full method and the baseline in the same setting. */
function versions(part: string, quantity: string, label: string) {
  const without: Which = {method: "full", variant: `without ${part}`, quantity};
  const full: Which = {method: "full", quantity};
  const same = onSameTasks(without, [full, {quantity}]);
  const own = same(without, label);
  const beside = [
    same(full, "full method"),
    same({quantity}, "baseline"),
    differing({method: "full", quantity: quantity === "pgr" ? "pgr" : "accuracy"}, "full method − baseline")
  ];
  return {own, beside};
}

const loss = (part: string, label: string) =>
  differing({method: "full", variant: `without ${part}`, against: "full", quantity: "accuracy"}, label);

/** Table 2: the full method without one of its parts. */
export const ablations: readonly Claim[] = [
  ...parts.flatMap(({part, row, accuracy, pgr}): Claim[] => {
    const accuracies = versions(part, "student", `without ${part}`);
    const shares = versions(part, "pgr", `without ${part}`);
    return [
      {
        id: `table-2-${part}-accuracy`,
        place: "Table 2",
        says: `${row}, Accuracy (Without)`,
        published: [{label: `without ${part}`, measure: "accuracy", value: accuracy}],
        page,
        test: untestable(
          "An accuracy is that of models and tasks, and neither the models nor the tasks of this table are known.",
          accuracies.own,
          accuracies.beside
        )
      },
      {
        id: `table-2-${part}-pgr`,
        place: "Table 2",
        says: `${row}, PGR (Without)`,
        published: [{label: `without ${part}`, measure: "pgr", value: pgr}],
        page,
        test: levelOf(shares.own, `without ${part}`, 0, shares.beside)
      },
      {
        id: `table-2-${part}-loss`,
        place: "Table 2",
        says: `Lower values highlight the component’s importance: ${row}`,
        published: [],
        page,
        test: differs(
          {method: "full", variant: `without ${part}`, against: "full", quantity: "accuracy"},
          -1,
          `without ${part} − full`
        )
      }
    ];
  }),
  {
    id: "table-2-caption",
    place: "Table 2",
    says: "Auxiliary Confidence Loss and Generative Finetuning have the most significant impact",
    published: [],
    page,
    test: mostImpact()
  }
];

/** Both parts’ removal must cost more than that of bootstrapping. */
function mostImpact(): Test {
  return apart(
    loss("bootstrapping", "without bootstrapping"),
    [loss("confidence", "without confidence"), loss("generative", "without generative")],
    1
  );
}
