import type {Row} from "../../src/tables.js";
import {logOdds} from "../../src/statistics/logOdds.js";
import {task as taskNamed} from "../datasets/index.js";
import type {Evaluation} from "../evaluate.js";
import {goldOf} from "./predictions.js";
import {human} from "../lineage.js";
import type {Results} from "./results.js";

/** What each side of each debate said, round by round; its words where the task's text may be published. */
export async function debates({done}: Results): Promise<Row<"debates">[]> {
  const rows: Row<"debates">[] = [];
  for (const evaluation of done) {
    const gold = await goldOf(evaluation);
    const {publishable} = taskNamed(evaluation.run.task);
    for (const {key, stage, turns} of evaluation.outcome.debates ?? [])
      for (const {protocol, round, side, model, decision, explanation} of turns)
        decision.rows.examples.forEach(({id}, i) =>
          rows.push({
            run: evaluation.run.key,
            debate: key,
            stage,
            example: id,
            label: gold.get(id)!.label,
            protocol,
            round,
            side,
            model,
            decision: Number(decision.probability[i] > 0.5),
            probability: decision.probability[i],
            explanation: publishable ? (explanation?.texts[i] ?? null) : null
          })
        );
  }
  return rows;
}

/** Which side each judge preferred, by order, and whether that side had decided right where the two differ. */
export async function verdicts({done}: Results): Promise<Row<"verdicts">[]> {
  const rows: Row<"verdicts">[] = [];
  for (const evaluation of done) rows.push(...(await verdictsOf(evaluation)));
  return rows;
}

async function verdictsOf(evaluation: Evaluation): Promise<Row<"verdicts">[]> {
  const rows: Row<"verdicts">[] = [];
  const gold = await goldOf(evaluation);
  for (const {key, stage, turns, verdicts} of evaluation.outcome.debates ?? []) {
    const decisionOf = (side: "strong" | "weak") => {
      const {decision} = turns.find((turn) => turn.side === side)!;
      return new Map(decision.rows.examples.map(({id}, i) => [id, Number(decision.probability[i] > 0.5)]));
    };
    const decisions = {strong: decisionOf("strong"), weak: decisionOf("weak")};
    for (const {protocol, judge, oracle, order, preferred} of verdicts)
      preferred.rows.examples.forEach(({id}, i) => {
        // A row that nobody judged is no verdict.
        if (judge === human && preferred.probability[i] === 0.5) return;
        const choice = preferred.probability[i] >= 0.5 ? "strong" : "weak";
        const differ = decisions.strong.get(id) !== decisions.weak.get(id);
        rows.push({
          run: evaluation.run.key,
          debate: key,
          stage,
          example: id,
          protocol,
          judge,
          oracle,
          order,
          log_odds: logOdds(preferred.probability[i]),
          choice,
          right: differ ? decisions[choice].get(id) === gold.get(id)!.label : null
        });
      });
  }
  return rows;
}
