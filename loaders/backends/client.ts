import {setTimeout as sleep} from "node:timers/promises";
import type OpenAI from "openai";
import PQueue from "p-queue";
import {z} from "zod";
import {
  BackendError,
  type ActivationsRequest,
  type ActivationsResult,
  type Backend,
  type BackendDescription,
  type EmbedRequest,
  type FinetuneJob,
  type FinetuneResult,
  type GenerateRequest,
  type GenerateResult,
  type Input,
  type ModelName,
  type Objective,
  type Precision,
  type Progress,
  type ResolvedModel,
  type ScoreRequest,
  type ScoreResult
} from "./contract.js";
import {asCompletion, promptsPerRequest, scoredContinuation, writtenOutput} from "./completions.js";
import {canonicalModelName, stockModelName} from "./modelName.js";
import {portions} from "./portions.js";
import * as wire from "./wire.js";

export interface Address {
  /** Without a path: `http://127.0.0.1:4000`. */
  url: string;
  token: string;
}

export interface ClientOptions {
  /** What to call the backend in results; its address where left out. */
  name?: string;
  /** Asked before every request, so that a backend that was restarted elsewhere is found again. */
  address: () => Promise<Address>;
  signal?: AbortSignal;
  /** How often a request is sent in all before its transient failure counts. */
  attempts?: number;
  onClose?: () => Promise<void>;
}

/**
 * The backend at an address such as `https://host:port`, with its bearer token. Throws a BackendError where the address
 * is none.
 */
export function connect(address: string, token: string, signal?: AbortSignal): Backend {
  if (!URL.canParse(address) || !/^https?:/.test(address)) {
    throw new BackendError(`expected the address of a backend, such as http://127.0.0.1:4000: ${address}`, false);
  }
  const url = address.replace(/(\/v1)?\/*$/, "");
  return connectBackend({address: async () => ({url, token}), signal});
}

/** A client of any server that speaks the backend contract. */
export function connectBackend(options: ClientOptions): Backend {
  return new BackendClient(options);
}

/** How many requests a server is sent at once that takes one text in each. */
const requestsAtOnce = 4;
const textsPerEmbedding = 64;

class BackendClient implements Backend {
  private stock?: boolean;
  private readonly name?: string;
  private readonly address: () => Promise<Address>;
  private readonly signal?: AbortSignal;
  private readonly attempts: number;
  private readonly onClose?: () => Promise<void>;

  constructor({name, address, signal, attempts = 4, onClose}: ClientOptions) {
    this.name = name;
    this.address = address;
    this.signal = signal;
    this.attempts = attempts;
    this.onClose = onClose;
  }

  async describe(): Promise<BackendDescription> {
    const {device, versions} = (await this.health()) ?? {device: "unknown", versions: {}};
    return {name: this.name ?? (await this.address()).url, device, versions};
  }

  async resolve(model: ModelName, progress?: (message: string) => void): Promise<ResolvedModel> {
    const name = canonicalModelName(model);
    // Another server does not say which weights it has: they are known by the name it serves them under.
    if (await this.isStock())
      return {weights: `as served: ${stockModelName(name)}`, layers: 0, hiddenSize: 0, parameters: 0};
    const {w2s} = await this.untilReady(
      () => this.openai((client) => client.models.retrieve(name), wire.modelReply),
      progress
    );
    const {weights, layers, hidden_size: hiddenSize, parameters, revision} = w2s;
    return {weights, layers, hiddenSize, parameters, ...(revision && {revision})};
  }

  async activations({model, texts, layers, precision, maxTokens}: ActivationsRequest): Promise<ActivationsResult> {
    const vectors = new Array<Uint8Array[]>(texts.length);
    let tokens = 0;
    let cut = 0;
    let weights: string | undefined;
    for (const portion of portions(texts)) {
      const reply = await this.untilReady(() =>
        this.send("/pooling", wire.poolingReply, {
          model: canonicalModelName(model),
          input: portion.map((index) => texts[index]),
          encoding_format: "base64",
          w2s: {layers, precision, position: "last", max_tokens: maxTokens}
        })
      );
      for (const {index, item} of inOrder(portion, reply.data)) {
        if (item.data.length !== layers.length) {
          throw new BackendError(`expected ${layers.length} layers from the backend: ${item.data.length}`, false);
        }
        vectors[index] = item.data.map((vector) => new Uint8Array(Buffer.from(vector, "base64")));
      }
      tokens += reply.usage.prompt_tokens;
      cut += reply.w2s.cut;
      weights = sameWeights(model, weights, reply.w2s.weights);
    }
    return {vectors, tokens, cut, ...(weights !== undefined && {weights})};
  }

  async classify(
    model: ModelName,
    inputs: Input[],
    precision: Precision
  ): Promise<{probabilities: number[]; tokens: number}> {
    const probabilities = new Array<number>(inputs.length);
    let tokens = 0;
    for (const portion of portions(inputs.map(({text, other = ""}) => text + other))) {
      const some = portion.map((index) => inputs[index]);
      const compared = some.some(({other}) => other !== undefined) && some.map(({other = null}) => other);
      const reply = await this.untilReady(() =>
        this.send("/classify", wire.classifyReply, {
          model,
          input: some.map(({text}) => text),
          w2s: {precision, ...(compared && {other: compared})}
        })
      );
      for (const {index, item} of inOrder(portion, reply.data)) probabilities[index] = item.probs[1];
      tokens += reply.usage.prompt_tokens;
    }
    return {probabilities, tokens};
  }

  async embed({model, texts}: EmbedRequest): Promise<Float32Array[]> {
    const vectors = new Array<Float32Array>(texts.length);
    const named = (await this.isStock()) ? stockModelName(model) : canonicalModelName(model);
    for (const portion of portions(texts, textsPerEmbedding)) {
      const reply = await this.untilReady(() =>
        this.send("/v1/embeddings", wire.embeddingsReply, {
          model: named,
          input: portion.map((index) => texts[index]),
          encoding_format: "float"
        })
      );
      for (const {index, item} of inOrder(portion, reply.data)) {
        const length = Math.hypot(...item.embedding);
        vectors[index] = Float32Array.from(item.embedding, (value) => value / (length || 1));
      }
    }
    return vectors;
  }

  async generate(request: GenerateRequest): Promise<GenerateResult> {
    const {model, prompts, maxTokens, temperature, topP, stop, precision, chat} = request;
    if (chat && (await this.isStock())) return this.chat(request);
    const {choices, ...rest} = await this.complete(
      model,
      prompts.map(({text}) => text),
      promptsPerRequest(maxTokens),
      {max_tokens: maxTokens, temperature, top_p: topP, ...(stop.length > 0 && {stop})},
      (portion) => ({w2s: {seeds: portion.map((index) => prompts[index].seed), precision, chat}}),
      (index) => ({seed: prompts[index].seed})
    );
    return {outputs: choices.map(writtenOutput), ...rest};
  }

  /** Chats with a server of another kind: one message a request, the server's template around it. */
  private async chat(request: GenerateRequest): Promise<GenerateResult> {
    const {model, prompts, maxTokens, temperature, topP, stop} = request;
    const outputs = new Array<GenerateResult["outputs"][number]>(prompts.length);
    let tokens = 0;
    const queue = new PQueue({concurrency: requestsAtOnce});
    const all = prompts.map(({text, seed}, index) => async () => {
      const reply = await this.untilReady(() =>
        this.send("/v1/chat/completions", wire.chatReply, {
          model: stockModelName(model),
          messages: [{role: "user", content: text}],
          max_tokens: maxTokens,
          temperature,
          top_p: topP,
          seed,
          logprobs: true,
          ...(stop.length > 0 && {stop})
        })
      );
      outputs[index] = writtenOutput(asCompletion(reply.choices[0]));
      tokens += reply.usage.total_tokens;
    });
    await queue.addAll(all).finally(() => queue.clear());
    return {outputs, tokens};
  }

  async score({model, pairs, precision, maxTokens}: ScoreRequest): Promise<ScoreResult> {
    const {choices, ...rest} = await this.complete(
      model,
      pairs.map(({prompt, continuation}) => prompt + continuation),
      undefined,
      {max_tokens: 0, temperature: 1, echo: true},
      (portion) => ({
        w2s: {
          scored_from: portion.map((index) => [...pairs[index].prompt].length),
          precision,
          max_prompt_tokens: maxTokens
        }
      }),
      () => ({})
    );
    return {logprobs: choices.map((choice, index) => scoredContinuation(choice, pairs[index].continuation)), ...rest};
  }

  async finetune(job: FinetuneJob, progress?: (progress: Progress) => void): Promise<FinetuneResult> {
    const {examples, validation, observe} = job;
    const training = jsonLines(examples);
    const validating = validation && jsonLines(validation);
    const observing = observe.length > 0 ? jsonLines(observe) : null;
    const start = async (): Promise<wire.JobReply> => {
      const body = {
        model: canonicalModelName(job.model),
        training_file: await this.upload(training),
        validation_file: validating && (await this.upload(validating)),
        w2s: {...jobOptions(job), observe_file: observing && (await this.upload(observing))}
      };
      return this.openai(
        (client) => client.fineTuning.jobs.create(body as OpenAI.FineTuning.JobCreateParams),
        wire.jobReply
      );
    };
    // A backend that died is asked again: the key makes it the same job, which goes on from its last checkpoint.
    let interruptions = 0;
    let state = await start();
    // Asked again after a twentieth of what was waited so far: a short job is not made longer by its waiting.
    for (let pause = 50, waited = 0; state.status !== "succeeded"; pause = Math.min(1000, Math.max(50, waited / 20))) {
      if (state.status === "cancelled") throw new BackendError("the training was cancelled", true);
      const interrupted = state.status === "failed" && state.error?.code === "interrupted";
      if (state.status === "failed" && !interrupted) {
        throw new BackendError(`training failed: ${state.error?.message ?? "no reason given"}`, false);
      }
      if (interrupted && ++interruptions > this.attempts) {
        throw new BackendError(`the training was interrupted ${interruptions} times`, true);
      }
      if (state.w2s.progress && state.w2s.progress.total > 0) progress?.(state.w2s.progress);
      if (interrupted) {
        state = await start();
        continue;
      }
      await this.pause(pause);
      waited += pause;
      const {id} = state;
      state = await this.openai((client) => client.fineTuning.jobs.retrieve(id), wire.jobReply);
    }
    const [file] = state.result_files;
    if (!file || !state.fine_tuned_model) throw new BackendError("expected a result file of the training: none", false);
    const result = await this.openai(
      async (client) => JSON.parse(await (await client.files.content(file)).text()) as unknown,
      wire.resultReply
    );
    return {
      digest: result.digest,
      ...(result.weights !== undefined && {weights: result.weights}),
      model: state.fine_tuned_model,
      tokens: result.tokens,
      ...(result.cut !== undefined && {cut: result.cut}),
      checkpoints: result.checkpoints.map(({step, kept, observed}) => ({step, kept, observed})),
      curve: result.curve.map((row) => ({
        step: row.step,
        epoch: row.epoch,
        loss: row.loss,
        learningRate: row.learning_rate,
        confidenceWeight: row.confidence_weight,
        tokens: row.tokens,
        validationAgreement: row.validation_agreement
      }))
    };
  }

  async close(): Promise<void> {
    await this.onClose?.();
  }

  /**
   * One choice per prompt, with log-probabilities. A server of ours takes `most` prompts a request and what `own` adds;
   * any other OpenAI-compatible one takes one prompt, and stock fields only.
   */
  private async complete(
    model: ModelName,
    prompts: readonly string[],
    most: number | undefined,
    body: object,
    own: (portion: readonly number[]) => object,
    stock: (index: number) => object
  ): Promise<{choices: wire.CompletionsReply["choices"]; tokens: number; weights?: string}> {
    const choices = new Array<wire.CompletionsReply["choices"][number]>(prompts.length);
    let tokens = 0;
    let weights: string | undefined;
    const ask = async (portion: readonly number[], prompt: string | string[], fields: object): Promise<void> => {
      const reply = await this.untilReady(() =>
        this.send("/v1/completions", wire.completionsReply, {prompt, ...body, ...fields})
      );
      for (const {index, item} of inOrder(portion, reply.choices)) choices[index] = item;
      tokens += reply.usage.total_tokens;
      weights = sameWeights(model, weights, reply.w2s?.weights);
    };
    if (prompts.length > 0 && (await this.isStock())) {
      const queue = new PQueue({concurrency: requestsAtOnce});
      const named = {model: stockModelName(model), logprobs: 1};
      const all = prompts.map((prompt, index) => () => ask([index], prompt, {...named, ...stock(index)}));
      await queue.addAll(all).finally(() => queue.clear());
    } else {
      const named = {model: canonicalModelName(model), logprobs: 0};
      for (const portion of portions(prompts, most)) {
        const some = portion.map((index) => prompts[index]);
        await ask(portion, some, {...named, ...own(portion)});
      }
    }
    return {choices, tokens, ...(weights !== undefined && {weights})};
  }

  /** What a server of ours says of itself; null where it is another, which has no such route or says nothing there. */
  private async health(): Promise<z.infer<typeof wire.healthReply>["w2s"] | null> {
    const reply = await this.send("/health", z.unknown()).catch((error: unknown) => {
      if (error instanceof NotFound) return null;
      throw error;
    });
    return wire.healthReply.safeParse(reply).data?.w2s ?? null;
  }

  private async isStock(): Promise<boolean> {
    this.stock ??= (await this.health()) === null;
    return this.stock;
  }

  private async upload(content: string): Promise<string> {
    const reply = await this.openai(
      (client) => client.files.create({file: new File([content], "rows.jsonl"), purpose: "fine-tune"}),
      wire.fileReply
    );
    return reply.id;
  }

  /** Repeats a request while the backend says that what it needs is being prepared. */
  private async untilReady<T>(request: () => Promise<T>, progress?: (message: string) => void): Promise<T> {
    for (;;) {
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof NotReady)) throw error;
        progress?.(error.message);
        await this.pause(500);
      }
    }
  }

  /** A request to a route that the stock client does not know. */
  private send<T>(path: string, schema: z.ZodType<T>, body?: object): Promise<T> {
    return this.attempt(schema, async ({url, token}) => {
      const response = await fetch(url + path, {
        method: body ? "POST" : "GET",
        headers: {authorization: `Bearer ${token}`, ...(body && {"content-type": "application/json"})},
        body: body && JSON.stringify(body),
        signal: this.signal
      });
      const reply: unknown = await response.json().catch(() => undefined);
      if (!response.ok) throw failure(response.status, reply);
      return reply;
    });
  }

  private async openai<T>(call: (client: OpenAI) => Promise<unknown>, schema: z.ZodType<T>): Promise<T> {
    const {default: Client, APIError} = await import("openai");
    const fetchUntilStopped: typeof fetch = (input, init) =>
      fetch(input, {...init, signal: AbortSignal.any([this.signal, init?.signal].filter((signal) => !!signal))});
    return this.attempt(schema, async ({url, token}) => {
      try {
        return await call(
          new Client({
            baseURL: `${url}/v1`,
            apiKey: token || "none",
            maxRetries: 0,
            timeout: 280_000,
            fetch: fetchUntilStopped
          })
        );
      } catch (error) {
        if (error instanceof APIError && error.status) throw failure(error.status, {error: error.error});
        throw error;
      }
    });
  }

  private async attempt<T>(schema: z.ZodType<T>, request: (address: Address) => Promise<unknown>): Promise<T> {
    for (let attempt = 1; ; ++attempt) {
      if (this.signal?.aborted) throw new BackendError("stopped", true);
      const address = await this.address();
      try {
        const reply = schema.safeParse(await request(address));
        if (reply.success) return reply.data;
        throw new BackendError(
          `unexpected reply from the backend at ${address.url}: ${firstIssue(reply.error)}`,
          false
        );
      } catch (error) {
        if (this.signal?.aborted) throw new BackendError("stopped", true);
        const known = error instanceof BackendError ? error : unreachable(address.url, error);
        const again = known.transient && !(known instanceof NotReady || known instanceof SourceUnavailable);
        if (!again || attempt >= this.attempts) throw known;
        await this.pause(100 * 2 ** attempt);
      }
    }
  }

  private async pause(milliseconds: number): Promise<void> {
    try {
      await sleep(milliseconds, undefined, {signal: this.signal});
    } catch {
      throw new BackendError("stopped", true);
    }
  }
}

/** The backend fetches or converts a model; the message says what it is at. */
class NotReady extends BackendError {
  constructor(message: string) {
    super(message, true);
  }
}

/** The server has no such route, or no such thing. */
class NotFound extends BackendError {
  constructor(message: string) {
    super(message, false);
  }
}

/** A hub or registry did not answer the backend, which has tried more than once. */
class SourceUnavailable extends BackendError {
  constructor(message: string) {
    super(message, true);
  }
}

function failure(status: number, reply: unknown): BackendError {
  const parsed = wire.errorReply.safeParse(reply);
  const message = parsed.success ? parsed.data.error.message : `the backend answered with status ${status}`;
  const code = parsed.success ? parsed.data.error.code : undefined;
  if (code === "not_ready") return new NotReady(message);
  if (code === "source_unavailable") return new SourceUnavailable(message);
  if (status === 404) return new NotFound(message);
  return new BackendError(message, status === 429 || status === 502 || status === 503 || status === 504);
}

function unreachable(url: string, error: unknown): BackendError {
  let cause = error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  const code = cause instanceof Error && "code" in cause ? cause.code : cause;
  return new BackendError(`no answer from the backend at ${url}: ${String(code)}`, true);
}

function sameWeights(model: ModelName, before: string | undefined, now: string | undefined): string | undefined {
  if (before !== undefined && now !== before) {
    throw new BackendError(`the weights changed between two requests: ${model}`, true);
  }
  return now;
}

function firstIssue(error: z.ZodError): string {
  const {path, message} = error.issues[0];
  return `${path.join(".")}: ${message.toLowerCase()}`;
}

function inOrder<T extends {index: number}>(
  portion: readonly number[],
  data: readonly T[]
): {index: number; item: T}[] {
  const found = new Map(data.map((item) => [item.index, item]));
  if (found.size !== portion.length || data.length !== portion.length) {
    throw new BackendError(`expected ${portion.length} results from the backend: ${data.length}`, false);
  }
  return portion.map((index, position) => {
    const item = found.get(position);
    if (!item) throw new BackendError(`expected a result for text ${position} from the backend`, false);
    return {index, item};
  });
}

function jsonLines(rows: readonly object[]): string {
  return rows.map((row) => JSON.stringify(row) + "\n").join("");
}

function jobOptions(job: FinetuneJob): object {
  return {
    key: job.key,
    objective: objectiveOptions(job.objective),
    train: job.train,
    loss: job.loss,
    epochs: job.epochs,
    batch_size: job.batchSize,
    learning_rate: job.learningRate,
    weight_decay: job.weightDecay,
    schedule: job.schedule,
    learning_rate_warmup: job.learningRateWarmup,
    lora: job.train === "lora" ? loraOptions(job.lora) : null,
    checkpoints_per_epoch: job.checkpointsPerEpoch,
    precision: job.precision,
    max_tokens: job.maxTokens,
    seed: job.seed
  };
}

function objectiveOptions(objective: Objective): object {
  if (objective.name !== "decision") return objective;
  const {preferenceWeight: preference_weight, ...rest} = objective;
  return {...rest, preference_weight};
}

function loraOptions({frozenLayers: frozen_layers, ...rest}: FinetuneJob["lora"]): object {
  return {...rest, frozen_layers};
}
