import type {Backend, FinetuneJob, GenerateRequest} from "../../loaders/backends/contract.js";
import {sha256} from "../../loaders/hash.js";
import {sigmoid} from "../../src/statistics/logistic.js";
import {chance, plantedBackend} from "./plantedBackend.js";

/** What a speaker of the planted world said: who it is, for which class, and how many words. */
export interface Mark {
  side: "strong" | "weak";
  class: 0 | 1;
  words: number;
}

/** What a judge of the planted world sees. */
export interface Seen {
  /** The row that is judged, and its gold label. */
  text: string;
  label: number;
  /** In the order in which they were shown; none where the judge is blind. */
  marks: Mark[];
}

export interface DebateWorld {
  cache: string;
  task: string;
  /** Shares of texts on which the sides decide wrongly, independently. */
  wrong: {strong: number; weak: number};
  /** Log-odds (nats) that the judge says A, or yes. */
  judge: (seen: Seen) => number;
}

const answers = ["negative", "positive"];
const marked = /\[(strong|weak) says (negative|positive)((?: word)*)\]/g;

export const marksIn = (text: string): Mark[] =>
  [...text.matchAll(marked)].map(([, side, answer, words]) => ({
    side: side as Mark["side"],
    class: answers.indexOf(answer) as 0 | 1,
    words: words.length / " word".length
  }));

/**
 * A world of two speakers whose decisions have known errors and whose explanations are marks that a judge can read, and of a
 * judge who says what it is told to say. Models with layers left out are weak. A reward model counts words. Keeps all it is asked.
 */
export async function plantedDebaters({cache, task, wrong, judge}: DebateWorld) {
  const {backend: heads, labels} = await plantedBackend({cache, tasks: [task], noise: 0});
  const jobs = new Map<string, FinetuneJob>();
  const written: {prompt: string; output: string}[] = [];
  const judged = new Set<string>();
  const sideOf = (model: string): Mark["side"] =>
    model.startsWith("ft:") ? sideOf(jobs.get(model)!.model) : model.includes("#without") ? "weak" : "strong";
  const decide = (side: Mark["side"], text: string): 0 | 1 =>
    chance(text, side) < wrong[side] ? ((1 - labels.get(text)!) as 0 | 1) : (labels.get(text)! as 0 | 1);
  const probability = (model: string, {text, other}: {text: string; other?: string}): number => {
    if (other === undefined) return decide(sideOf(model), text) ? 0.9 : 0.1;
    const words = (said: string) => marksIn(said).reduce((sum, mark) => sum + mark.words, 0);
    return sigmoid((words(text) - words(other)) / 4);
  };
  const rowIn = (prompt: string): string => {
    const text = prompt.slice(0, prompt.indexOf("\nA: "));
    if (!labels.has(text)) throw new Error(`expected a prompt that begins with a row: ${prompt}`);
    return text;
  };
  const backend: Backend = {
    ...heads,
    finetune: async (job) => {
      jobs.set(`ft:${job.key}`, job);
      return {
        digest: sha256(job.key),
        model: `ft:${job.key}`,
        curve: [
          {step: 1, epoch: 1, loss: 0, learningRate: 0, confidenceWeight: 0, tokens: 1, validationAgreement: null}
        ],
        checkpoints: [{step: 1, kept: true, observed: job.observe.map((input) => probability(job.model, input))}],
        tokens: 1
      };
    },
    classify: async (model, inputs) => ({
      probabilities: inputs.map((input) => probability(model, input)),
      tokens: inputs.length
    }),
    generate: async ({model, prompts}: GenerateRequest) => {
      const outputs = prompts.map(({text, seed}) => {
        const answer = /The answer is (negative|positive) because$/.exec(text)?.[1];
        if (!answer) throw new Error(`expected a prompt that ends in a decision: ${text}`);
        const output = ` [${sideOf(model)} says ${answer}${" word".repeat(seed % 10)}]. And then`;
        written.push({prompt: text, output});
        return {text: output, finish: "length" as const, logprob: -1, tokens: 1};
      });
      return {outputs, tokens: outputs.length};
    },
    score: async ({pairs}) => ({
      logprobs: pairs.map(({prompt, continuation}) => {
        const text = rowIn(prompt);
        judged.add(prompt);
        const logOdds = judge({text, label: labels.get(text)!, marks: marksIn(prompt)});
        return ([" A", " yes"].includes(continuation) ? logOdds : -logOdds) / 2;
      }),
      tokens: pairs.length
    })
  };
  return {start: async () => backend, jobs, written, judged, labels, decide};
}
