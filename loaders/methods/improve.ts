import {random, shuffle} from "../../src/statistics/random.js";
import type {Lab, Model, Rows, Teaching, Texts} from "../lab.js";
import {revisionPrompt} from "../prompts/revision.js";
import {askForChains, type ChainOptions, oneChain} from "./teacher.js";

/** Alice, section 3.3: zero-shot inference on the unlabelled questions by the student. */
export async function ownAnswer(lab: Lab, strong: string, rows: Rows, options: ChainOptions): Promise<Texts> {
  const [own] = await lab.generate(strong, askForChains(lab, rows), 1, oneChain(options));
  return own;
}

/**
 * Alice, section 3.3: the student sees its response beside the teachers' responses and uncertainty, and keeps it or improves it, in a
 * zero-shot manner. Several teachers are shown in an order drawn by the seed, without a name.
 */
export async function improve(
  lab: Lab,
  model: Model,
  own: Texts,
  teachings: readonly Pick<Teaching, "answer" | "uncertainty">[],
  options: ChainOptions
): Promise<Texts> {
  const uncertainties = teachings.flatMap(({uncertainty}) => uncertainty ?? []);
  const seen = [own, ...teachings.map(({answer}) => answer), ...uncertainties];
  const prompts = lab.compose(own.rows, seen, "asks to keep or improve an answer", (values, question) => {
    const [first, ...others] = values.map((value) => String(value).trim());
    const [answers, told] = [others.slice(0, teachings.length), others.slice(teachings.length)];
    const shown = answers.map((answer, i) => ({answer, uncertainty: uncertainties.length ? told[i] : null}));
    return revisionPrompt(question, first, shuffle(shown, random(`${question} ${lab.seed}`)));
  });
  const [improved] = await lab.generate(model, prompts, 1, oneChain(options));
  return improved;
}
