import {createHash} from "node:crypto";
import {encodeFeatures} from "../../src/statistics/float16.js";
import {
  type ActivationsRequest,
  type Backend,
  BackendError,
  type FinetuneJob
} from "../../loaders/backends/contract.js";
import {loadTask} from "../../loaders/datasets/rows.js";
import {task} from "../../loaders/datasets/index.js";

export interface PlantedOptions {
  cache: string;
  tasks: string[];
  /** Share of texts whose true class layer 4 shows wrong. */
  noise: number;
  /** Share that each layer shows wrong, in place of `noise`: what a deeper layer shows wrong, a lower one does too. */
  wrongAt?: (layer: number) => number;
  /** What a layer shows of a text, in place of its class alone; `truth` is 1 or -1. */
  shows?: (layer: number, text: string, truth: number) => number[];
  /** Share that the last layer shows wrong once the network has learned to write the inputs. */
  wrongAfterLm?: number;
  /** Whether layer 20 shows the same texts wrong, so that a student can learn its supervisor's errors. */
  learnable?: boolean;
  /** Fails from this request for activations on. */
  failAt?: number;
}

/** A number from 0 to 1 that a text always gives. */
export const chance = (text: string, salt: string): number =>
  createHash("sha256").update(`${salt} ${text}`).digest().readUInt32LE() / 2 ** 32;

/**
 * A world in which the truth is known: the one hidden unit of layer 4 that ever changes shows a text's class, wrong for a known share of
 * texts; layer 20 shows it right, or wrong for the same texts. Counts what it is asked.
 */
export async function plantedBackend(options: PlantedOptions) {
  const {cache, tasks, noise, learnable = false, failAt = Infinity, wrongAfterLm, shows} = options;
  const share = options.wrongAt ?? ((layer: number) => (layer === 4 || learnable ? noise : 0));
  const labels = new Map<string, number>();
  for (const name of tasks) {
    const {examples, test} = await loadTask(task(name), {cache});
    for (const {text, label} of [...examples, ...test]) labels.set(text, label);
  }
  const asked = {started: 0, requests: 0, texts: new Map<string, number>(), languageModels: [] as FinetuneJob[]};
  const wrong = (text: string) => chance(text, "wrong") < noise;
  const truthOf = (text: string) => (labels.get(text)! === 1 ? 1 : -1);
  const encoded = (shown: number[]) => encodeFeatures(Array.from({length: 8}, (_, i) => 2 * (shown[i] ?? 0)));
  const vector = (text: string, wrongShare: number): Uint8Array =>
    encoded([chance(text, "wrong") < wrongShare ? -truthOf(text) : truthOf(text)]);
  const backend: Backend = {
    embed: () => Promise.reject(new Error("expected no texts to embed")),
    describe: async () => ({name: "planted", device: "none", versions: {}}),
    resolve: async () => ({weights: "planted", layers: 24, hiddenSize: 8, parameters: 1000}),
    activations: async ({model, texts, layers}: ActivationsRequest) => {
      if (model.startsWith("ft:"))
        return {vectors: texts.map((text) => layers.map(() => vector(text, wrongAfterLm!))), tokens: 1, cut: 0};
      if (++asked.requests >= failAt) throw new BackendError("the backend ended", true);
      for (const text of texts) asked.texts.set(text, (asked.texts.get(text) ?? 0) + 1);
      return {
        vectors: texts.map((text) =>
          layers.map((layer) => (shows ? encoded(shows(layer, text, truthOf(text))) : vector(text, share(layer))))
        ),
        tokens: texts.length,
        cut: 0
      };
    },
    finetune: async (job) => {
      if (job.objective.name !== "lm" || wrongAfterLm === undefined)
        throw new BackendError("expected heads only", false);
      asked.languageModels.push(job);
      const step = {epoch: 1, loss: 1, learningRate: 1, confidenceWeight: 0, tokens: 1, validationAgreement: null};
      return {digest: job.key, model: `ft:${job.key}`, curve: [{...step, step: 1}], checkpoints: [], tokens: 1};
    },
    classify: () => Promise.reject(new BackendError("expected heads only", false)),
    generate: () => Promise.reject(new BackendError("expected heads only", false)),
    score: () => Promise.reject(new BackendError("expected heads only", false)),
    close: async () => {}
  };
  const start = async () => {
    asked.started++;
    return backend;
  };
  return {backend, start, asked, wrong, labels};
}
