import {z} from "zod";
import type {Asked, ClusterBy, Clusters, Lab, Model, Rows, Teaching, Texts} from "../lab.js";
import {uncertaintyPrompt} from "../prompts/uncertainty.js";
import {type ChainOptions, chainSampling, oneChain} from "./teacher.js";

export const clusterOptions = {
  /** Chains drawn of the teacher for each question. */
  chains: z.int().positive().default(100),
  /** Whether chains with the same answer share a cluster, or those of like embedding; `by task`: as the task says. */
  cluster: z.enum(["by task", "answer", "embedding"]).default("by task"),
  /** Cosine with a cluster's reference from which on a chain joins it. */
  threshold: z.number().min(-1).max(2).multipleOf(0.01).default(0.9),
  /** What is put before each chain as its embedding is asked for. */
  instruction: z.string().default(""),
  /** Which chain of a cluster stands for it. */
  representative: z.enum(["random", "first"]).default("random"),
  /** Whether clusters of one chain count; a question that has no other is then learned nothing of. */
  clustersOfOne: z.enum(["kept", "dropped"]).default("kept")
};

export const elicitationOptions = {
  ...clusterOptions,
  /** Whether the student sees the teacher's uncertainty; `shuffled`: that of another question, a control. */
  uncertainty: z.union([z.boolean(), z.literal("shuffled")]).default(true),
  /** Longest expression of uncertainty. */
  uncertaintyTokens: z.int().positive().default(96)
};

/** Rows as a fine-tuned model reads them. */
export const asQuestions = (lab: Lab, rows: Rows): Texts => lab.compose(rows, [], "questions", (_, text) => text);

const clustering = z.object(clusterOptions);
const elicitation = z.object(elicitationOptions);

/** How a method's options say that chains are clustered. */
const clusterBy = (
  lab: Lab,
  {cluster, threshold, instruction, representative, clustersOfOne}: z.output<typeof clustering>
): ClusterBy => ({
  what: cluster === "by task" ? lab.clustersBy : cluster,
  threshold,
  instruction,
  representative,
  drop: clustersOfOne === "dropped"
});

/** Chains that a model writes after prompts, clustered as a method's options say. */
export async function drawClusters(
  lab: Lab,
  model: Model,
  prompts: Texts,
  options: z.output<typeof clustering> & ChainOptions
): Promise<Clusters> {
  const drawn = await lab.generate(model, prompts, options.chains, chainSampling(options));
  return lab.cluster(drawn, clusterBy(lab, options));
}

/** Alice, section 3.2: eliciting uncertainty from a teacher. */
export async function elicit(
  lab: Lab,
  teacher: Model,
  rows: Rows,
  summariser: Asked,
  options: z.output<typeof elicitation> & ChainOptions
): Promise<Teaching> {
  // For each question, we generate reasoning chains and answers from the teacher model; we perform clustering, and select one
  // response from each cluster as its representative: the largest cluster's is the final one.
  const clusters = await drawClusters(lab, teacher, asQuestions(lab, rows), options);
  // To quantify the uncertainty in natural language, we prompt a model to analyse the representatives of all clusters.
  const uncertainty =
    options.uncertainty === false ? null : await express(lab, summariser, clusters.representatives, options);
  return {model: teacher, clusters, answer: lab.answersIn(clusters.final), uncertainty};
}

async function express(
  lab: Lab,
  summariser: Asked,
  representatives: Texts,
  {uncertainty, uncertaintyTokens, ...options}: z.output<typeof elicitation> & ChainOptions
): Promise<Texts> {
  const prompts = lab.compose(
    representatives.rows,
    [representatives],
    "asks where answers disagree",
    ([all], question) => uncertaintyPrompt(question, String(all))
  );
  const sampling = {...oneChain(options), maxTokens: uncertaintyTokens, stop: ["\n\n"]};
  const [written] = await lab.generate(summariser, prompts, 1, sampling);
  return uncertainty === "shuffled" ? lab.ofAnotherRow(written) : written;
}
