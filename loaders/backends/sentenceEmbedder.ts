import type {Embedder} from "./contract.js";
import {sentenceModel, type SentenceModelOptions} from "./sentenceModel.js";

/**
 * The packaged sentence model in this process, through transformers.js: the mean of its last hidden states. Texts are read one by one:
 * eight-bit activations are scaled by all that is read at once, and a vector must not depend on its neighbours.
 */
export async function startSentenceEmbedder(options: SentenceModelOptions): Promise<Embedder> {
  const {folder, name} = await sentenceModel(options);
  const {env, pipeline} = await import("@huggingface/transformers");
  env.allowRemoteModels = false;
  env.localModelPath = folder;
  const extract = await pipeline("feature-extraction", name, {dtype: "q8", device: "cpu"});
  return {
    describe: async () => ({name: "beside the lab", device: "cpu", versions: {"transformers.js": env.version}}),
    async embed({texts}) {
      const vectors: Float32Array[] = [];
      for (const text of texts) {
        options.signal?.throwIfAborted();
        const {data} = await extract(text, {pooling: "mean", normalize: true});
        vectors.push(Float32Array.from(data as Float32Array));
      }
      return vectors;
    }
  };
}
