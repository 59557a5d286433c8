import {BackendError, type Backend} from "../loaders/backends/contract.js";
import {parseModelName} from "../loaders/backends/modelName.js";
import {sha256} from "../loaders/hash.js";
import {encodeFeatures} from "../src/statistics/float16.js";

const depth = 30;
const hiddenSize = 8;

/** Model work: texts read, each times the layers that it goes through; three times as much where it is trained on. */
export interface Work {
  texts: number;
  layers: number;
  /** Texts whose hidden states were asked for, with the network that gives them, each as often as it was asked for. */
  read: Map<string, number>;
}

/**
 * A backend that computes nothing worth knowing and counts what it would have cost: the pipeline asks it exactly what it
 * would ask a real one. Features and predictions depend on the text alone.
 */
export function countingBackend(): {start: () => Promise<Backend>; work: Work} {
  const work: Work = {texts: 0, layers: 0, read: new Map()};
  const read = (texts: number, layers: number, times = 1): void => {
    work.texts += texts;
    work.layers += texts * layers * times;
  };
  const layersOf = (model: string): number => parseModelName(model).layers ?? depth;
  const chance = (text: string, salt: string): number => parseInt(sha256(`${salt} ${text}`).slice(0, 8), 16) / 2 ** 32;
  const models = new Map<string, string>();
  const backend: Backend = {
    embed: () => Promise.reject(new Error("expected no texts to embed")),
    describe: async () => ({name: "counting", device: "none", versions: {}}),
    resolve: async () => ({weights: "counting", layers: depth, hiddenSize, parameters: 0}),
    async activations({model, texts, layers}) {
      read(texts.length, Math.max(...layers));
      for (const text of texts) work.read.set(`${model} ${text}`, (work.read.get(`${model} ${text}`) ?? 0) + 1);
      const vector = (text: string, layer: number): Uint8Array =>
        encodeFeatures(Array.from({length: hiddenSize}, (_, i) => chance(text, `${layer} ${i}`) - 0.5));
      return {
        vectors: texts.map((text) => layers.map((layer) => vector(text, layer))),
        tokens: texts.length,
        cut: 0
      };
    },
    async finetune({key, model, examples, validation, observe, epochs, checkpointsPerEpoch}) {
      const layers = layersOf(model);
      const checkpoints = Math.max(1, Math.round(epochs * checkpointsPerEpoch));
      // Forward, backward through activations, and backward again through weights.
      read(examples.length * epochs, layers, 3);
      read(((validation?.length ?? 0) + observe.length) * checkpoints, layers);
      models.set(key, model);
      const observed = observe.map(({text}) => chance(text, key));
      return {
        digest: sha256(key),
        model: key,
        tokens: examples.length,
        curve: Array.from({length: checkpoints}, (_, i) => ({
          step: i + 1,
          epoch: ((i + 1) * epochs) / checkpoints,
          loss: 0,
          learningRate: 0,
          confidenceWeight: 0,
          tokens: 0,
          validationAgreement: null
        })),
        checkpoints: Array.from({length: checkpoints}, (_, i) => ({step: i + 1, kept: i + 1 === checkpoints, observed}))
      };
    },
    async classify(model, inputs) {
      read(inputs.length, layersOf(models.get(model)!));
      return {probabilities: inputs.map(({text}) => chance(text, model)), tokens: inputs.length};
    },
    generate: () => Promise.reject(new BackendError("expected no generation", false)),
    score: () => Promise.reject(new BackendError("expected no generation", false)),
    close: async () => {}
  };
  return {start: async () => backend, work};
}
