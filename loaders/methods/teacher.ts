import {z} from "zod";
import type {Arm, Lab, Labels, Predictor, Rows, Sampling, Texts} from "../lab.js";
import {chainPrompt} from "../prompts/chain.js";

export const teacherOptions = z.strictObject({
  /** Chains drawn for each question of which the first right one is kept, where the task has no annotated ones. */
  tries: z.int().positive().default(4),
  /** Of these chains. */
  rejectionTemperature: z.number().positive().default(0.7),
  /** Of chains that are drawn of a teacher. */
  temperature: z.number().positive().default(0.9),
  topP: z.number().positive().max(1).default(0.95),
  /**
   * Of texts of which one is asked for: the student's own answer and what it makes of it, a teacher's one chain, an uncertainty.
   * 0 takes the likeliest, so that nothing is drawn that need not be; the released code draws these, too.
   */
  answerTemperature: z.number().min(0).default(0),
  /** Longest chain. */
  tokens: z.int().positive().default(256)
});

export type ChainOptions = z.output<typeof teacherOptions>;

/** What ends a chain: a further question of the model's own. */
const stop = ["\nQuestion:"];

/** Rows as questions that ask a model, as it is, for a chain of thought. */
export const askForChains = (lab: Lab, rows: Rows): Texts =>
  lab.compose(rows, [], "asks for a chain of thought", (_, text) => chainPrompt(text));

/** How chains are drawn. */
export const chainSampling = ({
  tokens,
  temperature,
  topP
}: Pick<ChainOptions, "tokens" | "temperature" | "topP">): Sampling => ({
  maxTokens: tokens,
  temperature,
  topP,
  stop
});

/** How one chain is written, where one is asked for. */
export const oneChain = ({answerTemperature, ...options}: ChainOptions): Sampling => ({
  ...chainSampling({...options, temperature: answerTemperature}),
  // Of the likeliest token, no share is cut; so texts that were written before stay known.
  ...(answerTemperature === 0 && {topP: 1})
});

/**
 * Chains of thought that end in the gold answers of some rows: annotated ones or, where there are none, a model's own that are
 * right (Alice, section 3.1); a row of which none is right has none.
 */
export async function rightChains(lab: Lab, model: string, gold: Labels, options: ChainOptions): Promise<Labels> {
  // For datasets that include annotated reasoning chains, these are used as they are.
  const annotated = await lab.annotated(gold);
  if (annotated) return annotated;
  // First, we prompt the base model to generate reasoning chains in a zero-shot manner;
  const asked = askForChains(lab, gold.rows);
  const sampling = chainSampling({...options, temperature: options.rejectionTemperature});
  // only reasoning chains that produce correct answers are retained.
  return lab.keepRight(await lab.generate(model, asked, options.tries, sampling), gold);
}

/**
 * Alice, section 3.1: a teacher learns reasoning and answers from the gold labels of the first half; in a later stage of a
 * cascade it has learned already. `notes` tells the yield.
 */
export async function chainTeacher(
  lab: Lab,
  {weak, supervisor}: Pick<Arm, "weak" | "supervisor">,
  options: ChainOptions
): Promise<{teacher: Predictor; notes: string[]}> {
  if (supervisor) return {teacher: supervisor, notes: []};
  const chains = await rightChains(lab, weak, await lab.gold(await lab.rows("supervision")), options);
  const kept = chains.outputs!.filter((output) => output.trim()).length;
  const note = `${weak} learns to teach from chains of ${kept} of ${chains.rows.examples.length} questions (${chains.source})`;
  return {teacher: lab.finetune(weak, {labels: chains, loss: {name: "cross_entropy"}}), notes: [note]};
}
