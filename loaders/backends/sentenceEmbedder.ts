import type {Embedder} from "./contract.js";
import {sentenceModel, type SentenceModelOptions} from "./sentenceModel.js";

/** Of a longer text the model reads the first so many tokens, marks of beginning and end among them: its authors' default. */
export const maxTokens = 256;

/**
 * The packaged sentence model in this process, through transformers.js: the mean of its last hidden states. Texts are read one by one:
 * eight-bit activations are scaled by all that is read at once, and a vector must not depend on its neighbours.
 */
export async function startSentenceEmbedder(options: SentenceModelOptions): Promise<Embedder> {
  const {folder, name} = await sentenceModel(options);
  const {AutoModel, AutoTokenizer, Tensor, env, mean_pooling: meanPooling} = await import("@huggingface/transformers");
  env.allowRemoteModels = false;
  env.localModelPath = folder;
  const tokenizer = await AutoTokenizer.from_pretrained(name);
  const model = await AutoModel.from_pretrained(name, {dtype: "q8", device: "cpu"});
  const tensor = (values: readonly number[]) =>
    new Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
  return {
    describe: async () => ({name: "beside the lab", device: "cpu", versions: {"transformers.js": env.version}}),
    async embed({texts}) {
      const vectors: Float32Array[] = [];
      let cut = 0;
      for (const text of texts) {
        options.signal?.throwIfAborted();
        const all = tokenizer.encode(text);
        if (all.length > maxTokens) cut++;
        const tokens = all.length > maxTokens ? [...all.slice(0, maxTokens - 1), all.at(-1)!] : all;
        const mask = tensor(tokens.map(() => 1));
        const input = {input_ids: tensor(tokens), attention_mask: mask, token_type_ids: tensor(tokens.map(() => 0))};
        const {last_hidden_state: states} = (await model(input)) as {last_hidden_state: InstanceType<typeof Tensor>};
        vectors.push(Float32Array.from(meanPooling(states, mask).normalize(2, -1).data as Float32Array));
      }
      return {vectors, cut, maxTokens};
    }
  };
}
