import {sigmoid} from "../../src/statistics/logistic.js";
import {hash} from "../hash.js";
import type {Asked, Labels, Texts} from "../lab.js";
import {issue} from "./labels.js";
import {score} from "./score.js";
import type {Scope} from "./workspace.js";

/** Probability of the second of two answers as continuations of each prompt: sigmoid of their log-odds. */
export async function decide(
  scope: Scope,
  model: Asked,
  prompts: Texts,
  answers: readonly [string, string]
): Promise<Labels> {
  const title = `log-odds of “${answers[1].trim()}” against “${answers[0].trim()}”: ${prompts.source}`;
  const {step, lineage, pending, logprobs, model: name} = await score(scope, model, prompts, answers, title);
  const [against, of] = logprobs;
  const probability = of.map((logprob, i) => sigmoid(logprob - against[i]));
  return issue(
    {rows: prompts.rows, probability, step, source: `decided by ${name}`, lineage},
    pending ? hash({pending: step}) : undefined
  );
}
