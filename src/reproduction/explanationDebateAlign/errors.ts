import {count, plural} from "../../components/format.js";
import {publishedErrors} from "../../components/publishedErrors.js";
import {combined} from "../../statistics/combined.js";
import {ofPair} from "../evidence.js";
import type {Claim} from "../paper.js";
import {lacking} from "../paper.js";
import type {Selector} from "../selectors.js";
import {levelOf, untestable} from "../tests.js";

const [read, overfitted] = publishedErrors.shares;

/** Figure 5: shares of error types. */
export const errors: readonly Claim[] = [
  {
    id: "figure-5-quotes",
    place: "Figure 5",
    says: "poor quote selection and evidence extraction account for 70% of errors",
    published: [{label: "quotes and evidence", measure: "errors", value: read.share}],
    page: {path: "errors"},
    test: untestable(
      "The authors read the errors. Students here classify or name a move: they quote nothing, and these kinds are for a reader to tell, or for a model to propose: on the page Errors.",
      shareOf("copied", "copied from the supervisor"),
      [shareOf("novel", "where the supervisor is right")]
    )
  },
  {
    id: "figure-5-overfitting",
    place: "Figure 5",
    says: "Overfitting errors (20%) are relatively low",
    published: [{label: "overfitting", measure: "errors", value: overfitted.share}],
    page: {path: "errors"},
    test: levelOf(shareOf("overfit", "overfitting"), "overfitting", 0, [
      shareOf("copied_net", "copied from the supervisor, less those the ceiling shares")
    ])
  }
];

/** Share of a kind among all errors of the baseline's students, tasks pooled, for the models that lie widest apart. */
function shareOf(kind: string, label: string): Selector {
  return (evidence) => {
    const place = ofPair(evidence, {quantity: "student"});
    const rows = evidence.errors.filter(
      (d) =>
        d.kind === kind &&
        d.share !== null &&
        d.method === "baseline" &&
        d.variant === "" &&
        d.setting === place?.setting &&
        d.weak === place.weak &&
        d.strong === place.strong
    );
    if (!rows.length) return lacking(`No errors of this kind have been counted (${label}).`, `{method: "baseline"}`);
    const total = rows.reduce((sum, d) => sum + d.errors, 0);
    const parts = rows.map(({share: value, low, high, errors}) => ({
      weight: errors / total,
      of: {value: value!, low, high}
    }));
    return [
      {
        label,
        measure: "errors",
        ...combined(parts),
        n: `${count(total)} errors, ${plural(rows.length, "task")}, ${rows[0].setting}`,
        arm: "baseline"
      }
    ];
  };
}
