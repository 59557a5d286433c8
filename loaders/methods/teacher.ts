import {z} from "zod";
import type {Lab, Labels, Predictor, Sampling} from "../lab.js";
import {chainPrompt} from "../prompts/chain.js";

export const teacherOptions = z.strictObject({
  /** Chains drawn for each question of which the first right one is kept, where the task has no annotated ones. */
  tries: z.int().positive().default(4),
  /** Of these chains. */
  rejectionTemperature: z.number().positive().default(0.7),
  /** Longest chain. */
  tokens: z.int().positive().default(256)
});

export type ChainOptions = z.output<typeof teacherOptions>;

/**
 * Chains of thought that end in the gold answers of some rows: annotated ones or, where there are none, a model's own that are
 * right (Alice, section 3.1); a row of which none is right has none.
 */
export async function rightChains(
  lab: Lab,
  model: string,
  gold: Labels,
  {tries, rejectionTemperature, tokens}: ChainOptions
): Promise<Labels> {
  // For datasets that include annotated reasoning chains, these are used as they are.
  const annotated = await lab.annotated(gold);
  if (annotated) return annotated;
  // First, we prompt the base model to generate reasoning chains in a zero-shot manner;
  const asked = lab.compose(gold.rows, [], "asks for a chain of thought", (_, text) => chainPrompt(text));
  const sampling = {...chainSampling(tokens), temperature: rejectionTemperature};
  // only reasoning chains that produce correct answers are retained.
  return lab.keepRight(await lab.generate(model, asked, tries, sampling), gold);
}

/** Alice, section 3.1: a teacher learns reasoning and answers from the gold labels of the first half. `note` is the yield. */
export async function chainTeacher(
  lab: Lab,
  weak: string,
  options: ChainOptions
): Promise<{teacher: Predictor; chains: Labels; note: string}> {
  const chains = await rightChains(lab, weak, await lab.gold(await lab.rows("supervision")), options);
  const kept = chains.outputs!.filter((output) => output.trim()).length;
  const note = `its teacher learns chains of ${kept} of ${chains.rows.examples.length} questions (${chains.source})`;
  return {teacher: lab.finetune(weak, {labels: chains, loss: {name: "cross_entropy"}}), chains, note};
}

/** Alice's released code: temperature 0.9, top_p 0.95. */
export const chainSampling = (maxTokens: number): Sampling => ({
  maxTokens,
  temperature: 0.9,
  topP: 0.95,
  stop: ["\nQuestion:"]
});
