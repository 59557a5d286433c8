import {z} from "zod";
import {logOdds} from "../../src/statistics/logOdds.js";
import {sigmoid} from "../../src/statistics/logistic.js";
import type {Arm, DebateRecord, DecisionSpec, Lab, Labels, Model, Preferences, Predictor, Rows, Texts} from "../lab.js";
import {human} from "../lineage.js";
import {type Debater, explain, explanationPrompts, speak, speech} from "./debater.js";
import {judgeOptions} from "./debate.js";
import {debateValue, debateVerdicts, type Judge, judged, statements} from "./judging.js";
import {defineMethod} from "./method.js";
import {weakSupervisor} from "./weakSupervisor.js";

const options = z.strictObject({
  ...judgeOptions,
  /** So many of the transfer rows are debated, in their order. */
  questions: z.int().positive().default(40),
  /** Weight of D. 0 leaves it out: plain weak-to-strong learning. With a reward model, a factor on the learning rate of what it weighs. */
  lambda: z.number().min(0).default(1),
  /** Preference optimisation on judged pairs, or a reward model learned from them and fine-tuning weighted by it. */
  how: z.enum(["dpo", "reward"]).default("dpo"),
  /** Of preference optimisation (0.1 where left out); of rewards, exp(reward / beta) (1 where left out). */
  beta: z.number().positive().optional(),
  /** Explanations that the strong side draws per question. */
  candidates: z.int().min(2).default(4),
  temperature: z.number().positive().default(0.9),
  /** So many times the algorithm is gone through: from the second, with the aligned model in place of the strong one. */
  iterations: z.int().positive().default(1),
  /** Rows of the student's validation half on which it is judged before and after; nothing is learned from them. */
  heldOut: z.int().min(0).default(20)
});

type Options = z.output<typeof options>;

/**
 * EDA, definition 5 and algorithm 1: Psi: M_S x M_W -> M'_S, the strong model learns the weak one's decisions and to explain
 * its own. Equation 2 adds D, the higher the better, to a loss; here it is rewarded: L + lambda L_DPO.
 */
export const align = defineMethod({
  name: "align",
  title: "Debate-based alignment",
  source: "EDA, definition 5, equation 2 and algorithm 1",
  kinds: ["classification"],
  needsNetwork: true,
  format: "in words",
  options,
  async run(lab, arm, given) {
    const {questions, judge, lambda, iterations, heldOut, earlyStopping} = given;
    const {supervisor, weakLabels, weakValidation} = await weakSupervisor(lab, arm, true);
    const plain: DecisionSpec = {
      objective: "decision",
      answers: lab.answers,
      labels: weakLabels,
      stopOn: earlyStopping ? weakValidation : undefined,
      loss: {name: "cross_entropy"}
    };
    const unaligned = lab.finetune(arm.strong, plain);
    const debates: DebateRecord[] = [];
    const rungs: Predictor[] = [];
    const notes: string[] = [];
    let student = unaligned;
    if (lambda > 0) {
      const rows = await lab.first(weakLabels.rows, questions);
      for (let i = 0; i < iterations; i++) {
        const start = student === unaligned ? arm.strong : student;
        const {record, learned} = await alignOnce(lab, arm, supervisor, student, start, rows, plain, given);
        debates.push(record);
        if (!learned && judge === human)
          notes.push(`no verdicts by people yet on debate ${record.key}: nothing learned`);
        if (learned && student !== unaligned) rungs.push(student);
        student = learned ?? student;
      }
    }
    const unseen = await lab.first(weakValidation.rows, heldOut);
    if (heldOut && unseen.examples.length)
      for (const [stage, model] of [
        ["before", unaligned],
        ["after", student]
      ] as const)
        if (stage === "before" || model !== unaligned)
          debates.push(await debateOf(lab, arm, stage, supervisor, model, unseen, given));
    return {weak: supervisor, student, rungs, debates, notes};
  }
});

/** Algorithm 1 on some rows; nothing is learned where the judge preferred nothing. */
async function alignOnce(
  lab: Lab,
  arm: Arm,
  supervisor: Predictor,
  student: Predictor,
  start: Model,
  rows: Rows,
  plain: DecisionSpec,
  {judge, how, lambda, beta, candidates, temperature, tokens}: Options
): Promise<{record: DebateRecord; learned: Predictor | null}> {
  // 1: present both models M_S (strong) and M_W (weak) with task instance q.
  // 2: each model produces a decision f(q) and an explanation E(q); the strong one several, to choose from.
  const weakDecision = await lab.classify(supervisor, rows);
  const strongDecision = await lab.classify(student, rows);
  const weakSide: Debater = {side: "weak", model: supervisor, decision: weakDecision, said: []};
  const strongSide: Debater = {side: "strong", model: student, decision: strongDecision, said: []};
  const weak: Debater = {...weakSide, said: await explain(lab, weakSide, 1, speech(tokens))};
  const needed = judge === "model" || how === "reward" ? candidates : 1;
  const drawn = await explain(lab, strongSide, needed, speech(tokens, temperature));
  const strong = drawn.map((said): Debater => ({...strongSide, said: [said]}));
  // 3: evaluate explanations using the debate function D(E_S', E_W); 4: judge J determines which explanation is superior.
  const record = await judged(lab, arm, "learned", [strong[0], weak], {judge, blind: false, consultancy: false});
  const preferences = await preferencesOf(lab, arm, judge, strong, weak, record);
  if (!preferences.verdicts.probability.some((p) => p !== 0.5)) return {record, learned: null};
  // 5: finetune strong model M_S to minimize decision discrepancies and improve explanations.
  if (how === "dpo")
    return {
      record,
      learned: lab.finetune(start, {...plain, preferences: {...preferences, weight: lambda, beta: beta ?? 0.1}})
    };
  const weights = await rewardWeights(lab, arm, preferences, strong, weak, beta ?? 1);
  const explaining = lab.finetune(start, {
    objective: "lm",
    inputs: explanationPrompts(lab, strongDecision),
    completions: drawn,
    weights,
    learningRateScale: lambda
  });
  return {record, learned: lab.finetune(explaining, plain)};
}

/**
 * Judged pairs, a pair per question. Of a model's verdicts: the candidate with the highest D and the one with the lowest
 * (best of n). The ground truth and people say which side is the better one: that side's and the other's explanation.
 */
async function preferencesOf(
  lab: Lab,
  arm: Arm,
  judge: Judge,
  strong: readonly Debater[],
  weak: Debater,
  record: DebateRecord
): Promise<Preferences> {
  const {rows} = weak.decision;
  const prompts = lab.compose(rows, [], "questions", (_, text) => text);
  if (judge !== "model") {
    const own = record.verdicts.filter((verdict) => verdict.judge === judge);
    const verdicts = debateValue(lab, own);
    return {prompts, one: statements(lab, strong[0]), two: statements(lab, weak), verdicts};
  }
  const values: Labels[] = [];
  for (const candidate of strong) values.push(debateValue(lab, await debateVerdicts(lab, arm, judge, candidate, weak)));
  const texts = strong.map((candidate) => statements(lab, candidate));
  const chosen = (how: string, best: (d: number[]) => number): Texts =>
    lab.compose(rows, [...values, ...texts], how, (from) => {
      const d = from.slice(0, values.length) as number[];
      return from[values.length + d.indexOf(best(d))] as string;
    });
  return {
    prompts,
    one: chosen("the candidate with the highest D", (d) => Math.max(...d)),
    two: chosen("the candidate with the lowest D", (d) => Math.min(...d)),
    verdicts: lab.relabel(values, "highest against lowest D", (d) =>
      sigmoid(logOdds(Math.max(...d)) - logOdds(Math.min(...d)))
    )
  };
}

/** Weights of candidates by a learned reward: exp(reward / beta), normalised over the candidates of each question. */
async function rewardWeights(
  lab: Lab,
  arm: Arm,
  {prompts, one, two, verdicts}: Preferences,
  strong: readonly Debater[],
  weak: Debater,
  beta: number
): Promise<Labels[]> {
  const {rows} = verdicts;
  const asked = (said: Texts): Texts =>
    lab.compose(rows, [prompts, said], `${said.source}, with the question`, ([prompt, said]) => `${prompt}${said}`);
  const reward = lab.finetune(arm.strong, {
    labels: lab.relabel([verdicts], "the better of each pair", ([p]) => (p === 0.5 ? p : Number(p > 0.5))),
    compared: {one: asked(one), two: asked(two)},
    loss: {name: "cross_entropy"}
  });
  // All candidates of a question are compared with the same text, whose own reward then divides out.
  const against = asked(statements(lab, weak));
  const rewards: Labels[] = [];
  for (const candidate of strong)
    rewards.push(await lab.classify(reward, rows, {compared: {one: asked(statements(lab, candidate)), two: against}}));
  return rewards.map((_, own) =>
    lab.relabel(rewards, `candidate ${own + 1} by exp(reward / ${beta}), normalised`, (p) => {
      const scaled = p.map((one) => logOdds(one) / beta);
      const highest = Math.max(...scaled);
      const odds = scaled.map((one) => Math.exp(one - highest));
      return odds[own] / odds.reduce((sum, one) => sum + one, 0);
    })
  );
}

/** A debate of the weak model with a strong one, each for what it decided. */
async function debateOf(
  lab: Lab,
  arm: Arm,
  stage: DebateRecord["stage"],
  supervisor: Predictor,
  student: Predictor,
  rows: Rows,
  {judge, tokens}: Options
): Promise<DebateRecord> {
  const strong: Debater = {side: "strong", model: student, decision: await lab.classify(student, rows), said: []};
  const weak: Debater = {side: "weak", model: supervisor, decision: await lab.classify(supervisor, rows), said: []};
  const spoken = await speak(lab, [strong, weak], 1, speech(tokens));
  return judged(lab, arm, stage, spoken, {judge, blind: false, consultancy: false});
}
