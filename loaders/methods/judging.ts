import {noPreference} from "../../src/statistics/judge.js";
import {logOdds} from "../../src/statistics/logOdds.js";
import {sigmoid} from "../../src/statistics/logistic.js";
import {hash} from "../hash.js";
import type {Arm, DebateRecord, DebateTurn, DebateVerdict, Lab, Labels, Protocol, Texts} from "../lab.js";
import {human} from "../lineage.js";
import {blindPrompt} from "../prompts/blind.js";
import {consultancyPrompt, opinions} from "../prompts/consultancy.js";
import {explained} from "../prompts/explanation.js";
import {judgePrompt, places} from "../prompts/judge.js";
import {sure} from "../verbs/verdicts.js";
import {answerOf, type Debater} from "./debater.js";

/**
 * J: a model (the study's `models.judge`, or the weak model as it is), the ground truth, or people, whose verdicts are
 * entered in the notebook.
 */
export const judges = ["model", "gold", human] as const;
export type Judge = (typeof judges)[number];

export interface Judging {
  judge: Judge;
  /** Whether a model also judges both decisions without a word for them, and the strong side alone. */
  blind: boolean;
  consultancy: boolean;
}

/** What two sides said, and what judges said of that: those that were asked, and people where they have judged it. */
export async function judged(
  lab: Lab,
  arm: Pick<Arm, "judge" | "weak" | "oracle">,
  stage: DebateRecord["stage"],
  [strong, weak]: readonly [Debater, Debater],
  {judge, blind, consultancy}: Judging
): Promise<DebateRecord> {
  // People judge what they read, whichever machine computed it.
  const key = hash([statements(lab, strong).key, statements(lab, weak).key]).slice(0, 16);
  const turns: DebateTurn[] = [strong, weak].flatMap((debater) =>
    debater.said.map((said, round) => turn(debater, "debate", round + 1, said))
  );
  const verdicts = await debateVerdicts(lab, arm, judge, strong, weak);
  if (judge === "model" && blind) {
    turns.push(turn(strong, "blind", 0, null), turn(weak, "blind", 0, null));
    verdicts.push(...(await bothOrders(lab, arm, "blind", strong, weak)));
  }
  if (judge === "model" && consultancy) {
    // Without an opponent there is nothing to reply to: what was said first, before the other side was heard.
    const alone = {...strong, said: strong.said.slice(0, 1)};
    turns.push(turn(alone, "consultancy", 1, alone.said[0]));
    verdicts.push(await consultancyVerdict(lab, arm, alone));
  }
  const people = await lab.verdicts(strong.decision.rows, key);
  for (const order of orders)
    verdicts.push({protocol: "debate", judge: human, oracle: false, order, preferred: people[order]});
  return {key, stage, turns, verdicts};
}

/** EDA, definition 4: D, the judge's log-odds that the strong explanation is the better one, averaged over both orders. */
export function debateValue(lab: Lab, verdicts: readonly DebateVerdict[]): Labels {
  const labels = verdicts.map(({preferred}) => preferred);
  return lab.relabel(labels, "by the judge, both orders averaged", (p) => {
    // A row that one person judged has a verdict in one order.
    const given = verdicts[0].judge === human ? p.filter((one) => one !== 0.5) : p;
    const value = given.reduce((sum, one) => sum + logOdds(one), 0) / given.length;
    return Math.abs(value) < noPreference || !given.length ? 0.5 : sigmoid(value);
  });
}

/** The verdicts of the judge on a debate, in both orders; none by people, which are read and not asked for. */
export async function debateVerdicts(
  lab: Lab,
  arm: Pick<Arm, "judge" | "weak" | "oracle">,
  judge: Judge,
  strong: Debater,
  weak: Debater
): Promise<DebateVerdict[]> {
  if (judge === "model") return bothOrders(lab, arm, "debate", strong, weak);
  if (judge === human) return [];
  // The ground truth prefers the side whose decision is right, wherever it is shown.
  const preferred = lab.relabel(
    [await lab.gold(strong.decision.rows), strong.decision, weak.decision],
    "by the ground truth: the side whose decision is right",
    ([gold, ...decisions]) => {
      const [s, w] = decisions.map((p) => p > 0.5 === gold > 0.5);
      return s === w ? 0.5 : s ? sure : 1 - sure;
    }
  );
  return orders.map((order) => ({protocol: "debate", judge: "gold", oracle: true, order, preferred}));
}

const orders = ["strong_first", "weak_first"] as const;

function bothOrders(
  lab: Lab,
  {judge, weak: model, oracle}: Pick<Arm, "judge" | "weak" | "oracle">,
  protocol: "debate" | "blind",
  strong: Debater,
  weak: Debater
): Promise<DebateVerdict[]> {
  return Promise.all(
    orders.map(async (order) => {
      const [first, second] = order === "strong_first" ? [strong, weak] : [weak, strong];
      const prompts = protocol === "debate" ? debatePrompts(lab, first, second) : blindPrompts(lab, first, second);
      // The probability of the second of two words: that of the strong side's place.
      const words = order === "strong_first" ? ([places[1], places[0]] as const) : places;
      const preferred = await lab.decide(judge ?? model, prompts, words);
      return {protocol, judge: judge?.model ?? model, oracle, order, preferred};
    })
  );
}

function debatePrompts(lab: Lab, first: Debater, second: Debater): Texts {
  const from = [first.decision, second.decision, ...first.said, ...second.said];
  return lab.compose(first.decision.rows, from, `debates, ${first.side} side first`, ([p, q, ...said], text) =>
    judgePrompt(
      text,
      {answer: answerOf(lab, p), said: said.slice(0, first.said.length) as string[]},
      {answer: answerOf(lab, q), said: said.slice(first.said.length) as string[]}
    )
  );
}

const blindPrompts = (lab: Lab, first: Debater, second: Debater): Texts =>
  lab.compose(
    first.decision.rows,
    [first.decision, second.decision],
    `answers alone, ${first.side} side first`,
    ([p, q], text) => blindPrompt(text, answerOf(lab, p), answerOf(lab, q))
  );

/** A judge who hears the strong side alone prefers it where it thinks that side is right. */
async function consultancyVerdict(
  lab: Lab,
  {judge, weak, oracle}: Pick<Arm, "judge" | "weak" | "oracle">,
  {decision, said}: Debater
): Promise<DebateVerdict> {
  const prompts = lab.compose(decision.rows, [decision, ...said], "the strong side alone", ([p, ...said], text) =>
    consultancyPrompt(text, {answer: answerOf(lab, p), said: said as string[]})
  );
  const preferred = await lab.decide(judge ?? weak, prompts, opinions);
  return {protocol: "consultancy", judge: judge?.model ?? weak, oracle, order: "alone", preferred};
}

/** What a side said in all rounds, with its answer. */
export const statements = (lab: Lab, {side, decision, said}: Debater): Texts =>
  lab.compose(decision.rows, [decision, ...said], `what the ${side} side said`, ([p, ...said]) =>
    explained(answerOf(lab, p), said.join("\n"))
  );

const turn = (
  {side, model, decision}: Debater,
  protocol: Protocol,
  round: number,
  explanation: Texts | null
): DebateTurn => ({protocol, round, side, model: model.model, decision, explanation});
