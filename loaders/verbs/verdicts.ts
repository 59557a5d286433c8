import {hash} from "../hash.js";
import type {Labels, Rows} from "../lab.js";
import {describeLineage, human, noLineage} from "../lineage.js";
import {issue} from "./labels.js";
import type {Scope} from "./workspace.js";

/** Probability that stands for being sure: log-odds of either side are finite and of one size. */
export const sure = 1 - 2 ** -20;

/** Which side people preferred in a debate, by order; one half where nobody judged that row in that order. */
export async function verdicts(
  {workspace, steps}: Pick<Scope, "workspace" | "steps">,
  rows: Rows,
  debate: string
): Promise<Record<"strong_first" | "weak_first", Labels>> {
  const entered = await workspace.humanVerdicts(debate);
  const lineage = {...noLineage, supervisors: [{model: human, lineage: noLineage}]};
  const labels = (first: "strong" | "weak"): Labels => {
    const own = rows.examples.map(({id}) => (entered.get(id)?.first === first ? entered.get(id)! : null));
    const probability = Float64Array.from(own, (verdict) =>
      verdict === null ? 0.5 : verdict.choice === "strong" ? sure : 1 - sure
    );
    const step = hash({verb: "verdicts", rows: rows.step, debate, first});
    const judged = own.filter((verdict) => verdict !== null).length;
    steps.set(step, {
      key: step,
      verb: "verdicts",
      title: `verdicts by people, ${first} side first, on debate ${debate}`,
      inputs: [rows.step],
      lineage: describeLineage(lineage),
      rows: judged,
      model: "",
      family: null
    });
    return issue({rows, probability, step, source: "verdicts by people", lineage});
  };
  return {strong_first: labels("strong"), weak_first: labels("weak")};
}
