import {once} from "node:events";
import {createServer, type IncomingMessage} from "node:http";
import type {AddressInfo} from "node:net";
import type {
  ActivationsRequest,
  Backend,
  FinetuneJob,
  FinetuneResult,
  JobExample
} from "../../loaders/backends/contract.js";

export interface BackendServer {
  url: string;
  token: string;
  /** Ends at once, connections and all, as a process that is killed does. */
  die(): Promise<void>;
}

interface CompletionsBody {
  model: string;
  prompt: string[];
  max_tokens: number;
  temperature: number;
  top_p: number;
  stop?: string[];
  w2s: {seeds: number[]; precision: "fp32" | "bf16"; chat?: boolean; scored_from?: number[]};
}

interface JobBody {
  model: string;
  training_file: string;
  validation_file?: string | null;
  w2s: {
    key: string;
    objective: FinetuneJob["objective"];
    train: FinetuneJob["train"];
    learning_rate_warmup: number;
    lora: {frozen_layers: number} | null;
  };
}

/**
 * A backend of this process behind the wire format of docs/backend.md, on loopback: hidden states, completions, scores, embeddings, files and
 * fine-tuning jobs, which are done when they are created. Of a job it hands on the key, model, objective, rows, warm-up and how many
 * layers stay frozen.
 */
export async function serveBackend(backend: Backend, port = 0): Promise<BackendServer> {
  const token = "planted";
  const files = new Map<string, string>();
  const trained = new Map<string, FinetuneResult>();
  const keep = (content: string): string => {
    const id = `file-${files.size}`;
    files.set(id, content);
    return id;
  };
  const rowsOf = (file: string): JobExample[] =>
    files
      .get(file)!
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as JobExample);
  const jobReply = (id: string) => ({
    id,
    status: "succeeded",
    fine_tuned_model: trained.get(id)!.model,
    result_files: [`result-${id}`],
    error: null,
    w2s: {progress: null}
  });

  /** Of each route, what it replies. */
  const routes: [RegExp, (body: Buffer, name: string, headers: IncomingMessage["headers"]) => Promise<object>][] = [
    [/^\/health$/, async () => ({w2s: {rows: 64, ...(await backend.describe())}})],
    [
      /^\/v1\/models\/(.*)$/,
      async (_, name) => {
        const {weights, layers, hiddenSize, parameters} = await backend.resolve(name);
        return {w2s: {weights, layers, hidden_size: hiddenSize, parameters}};
      }
    ],
    [
      /^\/pooling$/,
      async (body) => {
        const {model, input, w2s} = read<{
          model: string;
          input: string[];
          w2s: Pick<ActivationsRequest, "layers" | "precision">;
        }>(body);
        const {vectors, tokens, cut} = await backend.activations({model, texts: input, ...w2s});
        const data = vectors.map((layers, index) => ({
          index,
          data: layers.map((v) => Buffer.from(v).toString("base64"))
        }));
        return {data, usage: {prompt_tokens: tokens}, w2s: {cut}};
      }
    ],
    [
      /^\/v1\/completions$/,
      async (body) => {
        const {model, prompt, max_tokens: maxTokens, top_p: topP, w2s, ...rest} = read<CompletionsBody>(body);
        const {seeds, precision, chat, scored_from: from} = w2s;
        if (from) {
          const pairs = prompt.map((text, i) => {
            const characters = [...text];
            return {prompt: characters.slice(0, from[i]).join(""), continuation: characters.slice(from[i]).join("")};
          });
          const {logprobs, tokens} = await backend.score({model, pairs, precision});
          const choices = pairs.map(({prompt, continuation}, index) => ({
            index,
            text: prompt + continuation,
            finish_reason: "length",
            logprobs: {tokens: [prompt, continuation], token_logprobs: [null, logprobs[index]]}
          }));
          return {choices, usage: {total_tokens: tokens}};
        }
        const {outputs, tokens} = await backend.generate({
          model,
          prompts: prompt.map((text, i) => ({text, seed: seeds[i]})),
          maxTokens,
          topP,
          temperature: rest.temperature,
          stop: rest.stop ?? [],
          precision,
          chat
        });
        const choices = outputs.map(({text, finish, logprob}, index) => ({
          index,
          text,
          finish_reason: finish,
          logprobs: {tokens: [text], token_logprobs: [logprob]}
        }));
        return {choices, usage: {total_tokens: tokens, completion_tokens: tokens}};
      }
    ],
    [
      /^\/v1\/embeddings$/,
      async (body) => {
        const {model, input} = read<{model: string; input: string[]}>(body);
        const {vectors} = await backend.embed({model, texts: input});
        return {data: vectors.map((vector, index) => ({index, embedding: [...vector]}))};
      }
    ],
    [
      /^\/v1\/files$/,
      async (body, _, headers) => {
        const form = await new Response(new Uint8Array(body), {
          headers: {"content-type": headers["content-type"]!}
        }).formData();
        return {id: keep(await (form.get("file") as File).text())};
      }
    ],
    [/^\/v1\/files\/result-(.*)\/content$/, async (_, id) => resultReply(trained.get(id)!)],
    [
      /^\/v1\/fine_tuning\/jobs$/,
      async (body) => {
        const {
          model,
          training_file: file,
          w2s: {key, objective, train, learning_rate_warmup: learningRateWarmup, lora}
        } = read<JobBody>(body);
        const frozen = {lora: {frozenLayers: lora?.frozen_layers ?? 0}};
        const job = {
          key,
          model,
          objective,
          train,
          learningRateWarmup,
          ...frozen,
          examples: rowsOf(file)
        } as FinetuneJob;
        trained.set(key, await backend.finetune(job));
        return jobReply(key);
      }
    ],
    [/^\/v1\/fine_tuning\/jobs\/(.*)$/, async (_, id) => jobReply(id)]
  ];

  const reply = async (request: IncomingMessage): Promise<[number, object]> => {
    const path = decodeURIComponent(request.url!);
    if (request.headers.authorization !== `Bearer ${token}`)
      return [401, {error: {message: "expected a bearer token", code: "invalid_api_key"}}];
    const found = routes.find(([pattern]) => pattern.test(path));
    if (!found) return [404, {error: {message: `no such route: ${path}`}}];
    const [pattern, answer] = found;
    try {
      return [200, await answer(await bodyOf(request), pattern.exec(path)![1], request.headers)];
    } catch (error) {
      return [400, {error: {message: (error as Error).message, code: "invalid_value"}}];
    }
  };
  const server = createServer((request, response) => {
    void reply(request).then(([status, body]) => {
      response.writeHead(status, {"content-type": "application/json"}).end(JSON.stringify(body));
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const die = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await new Promise((done) => server.close(done));
  };
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token, die};
}

const resultReply = ({digest, weights, tokens, curve, checkpoints}: FinetuneResult): object => ({
  digest,
  weights,
  tokens,
  checkpoints,
  curve: curve.map(({learningRate, confidenceWeight, validationAgreement, ...row}) => ({
    ...row,
    learning_rate: learningRate,
    confidence_weight: confidenceWeight,
    validation_agreement: validationAgreement
  }))
});

const read = <T>(body: Buffer): T => JSON.parse(body.toString()) as T;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
