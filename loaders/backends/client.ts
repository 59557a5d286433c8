import {setTimeout as sleep} from "node:timers/promises";
import type OpenAI from "openai";
import PQueue from "p-queue";
import {z} from "zod";
import {
  BackendError,
  type ActivationsRequest,
  type ActivationsResult,
  type Arrived,
  type Backend,
  type BackendDescription,
  type EmbedRequest,
  type EmbedResult,
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
  type ScoreResult,
  servedAs
} from "./contract.js";
import {requestLimits, scoredContinuation, writtenOutput} from "./completions.js";
import {exchange} from "./exchange.js";
import {failure, NotFound, NotReady, Passing, refused, unreachable} from "./failures.js";
import {canonicalModelName, stockModelName} from "./modelName.js";
import {portions} from "./portions.js";
import {Silence} from "./silence.js";
import * as wire from "./wire.js";

export interface Address {
  /** Without a path: `http://127.0.0.1:4000`. */
  url: string;
  token: string;
}

export interface ClientOptions extends ClientLimits {
  /** What to call the backend in results; its address where left out. */
  name?: string;
  /** Asked before every request, so that a backend that was restarted elsewhere is found again. */
  address: () => Promise<Address>;
  signal?: AbortSignal;
  onClose?: () => Promise<void>;
}

export interface ClientLimits {
  /** How often a request is sent in all before a failure of it that may pass counts; twice as often where the server asks to be left alone for a while. */
  attempts?: number;
  /** How many requests a server is sent at once that takes one text in each: a GPU wants dozens. */
  requestsAtOnce?: number;
  /** How long a server may answer none of its requests (ms). */
  silence?: number;
}

/**
 * The backend at an address such as `https://host:port`, with its bearer token. Throws a BackendError where the address
 * is none.
 */
export function connect(address: string, token: string, signal?: AbortSignal, limits: ClientLimits = {}): Backend {
  if (!URL.canParse(address) || !/^https?:/.test(address)) {
    throw new BackendError(`expected the address of a backend, such as http://127.0.0.1:4000: ${address}`, false);
  }
  const url = address.replace(/(\/v1)?\/*$/, "");
  return connectBackend({...limits, address: async () => ({url, token}), signal});
}

/** A client of any server that speaks the backend contract. */
export function connectBackend(options: ClientOptions): Backend {
  return new BackendClient(options);
}

const textsPerEmbedding = 64;

class BackendClient implements Backend {
  private known?: Health | null;
  private readonly name?: string;
  private readonly address: () => Promise<Address>;
  private readonly signal?: AbortSignal;
  private readonly attempts: number;
  private readonly single: PQueue;
  private readonly silence: Silence;
  private readonly onClose?: () => Promise<void>;

  constructor({name, address, signal, onClose, ...limits}: ClientOptions) {
    const {attempts = 4, requestsAtOnce = 32, silence = 600_000} = limits;
    this.name = name;
    this.address = address;
    this.signal = signal;
    this.attempts = attempts;
    this.single = new PQueue({concurrency: requestsAtOnce});
    this.silence = new Silence(silence);
    this.onClose = onClose;
  }

  async describe(): Promise<BackendDescription> {
    const {device, versions} = (await this.health()) ?? {device: "unknown", versions: {}};
    return {name: this.name ?? (await this.address()).url, device, versions};
  }

  async resolve(model: ModelName, progress?: (message: string) => void): Promise<ResolvedModel> {
    const name = canonicalModelName(model);
    const asked = this.untilReady(
      () => this.openai((client) => client.models.retrieve(name), wire.modelReply),
      progress
    );
    const {w2s} = await asked.catch(async (error: unknown) => {
      if (error instanceof NotFound && (await this.isStock())) return {w2s: undefined};
      throw error;
    });
    if (!w2s) return {weights: servedAs + stockModelName(name), layers: 0, hiddenSize: 0, parameters: 0};
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

  async embed({model, texts}: EmbedRequest): Promise<EmbedResult> {
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
    return {vectors};
  }

  async generate(request: GenerateRequest, arrived?: (some: Arrived) => Promise<void>): Promise<GenerateResult> {
    const {model, prompts, maxTokens, temperature, topP, stop, precision, chat} = request;
    const {results, ...rest} = await this.complete({
      model,
      prompts: prompts.map(({text}) => text),
      chat,
      maxTokens,
      body: {max_tokens: maxTokens, temperature, top_p: topP, ...(stop.length > 0 && {stop})},
      own: (portion) => ({w2s: {seeds: portion.map((index) => prompts[index].seed), precision, chat}}),
      stock: (index) => ({seed: prompts[index].seed}),
      read: (choice, _, drawn) => writtenOutput(choice, drawn),
      arrived: ({results: outputs, ...some}) => arrived?.({outputs, ...some})
    });
    return {outputs: results, ...rest};
  }

  async score({model, pairs, precision, maxTokens}: ScoreRequest): Promise<ScoreResult> {
    const {results, ...rest} = await this.complete({
      model,
      prompts: pairs.map(({prompt, continuation}) => prompt + continuation),
      body: {max_tokens: 0, temperature: 1, echo: true},
      own: (portion) => ({
        w2s: {
          scored_from: portion.map((index) => [...pairs[index].prompt].length),
          precision,
          max_prompt_tokens: maxTokens
        }
      }),
      read: (choice, index) => scoredContinuation(choice, pairs[index].continuation)
    });
    return {logprobs: results, ...rest};
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
   * What is read of one choice per prompt, with log-probabilities. A server of ours takes many prompts a request and what `own`
   * adds; any other OpenAI-compatible one takes one prompt, and stock fields only, but many requests at once. Where one fails, no
   * further ones are sent, and those in flight are waited for.
   */
  private async complete<T>(options: Completing<T>): Promise<Completed<T>> {
    const {model, prompts, maxTokens, body, own, stock, read, arrived, chat} = options;
    if (prompts.length === 0) return {results: [], tokens: 0};
    const results = new Array<T>(prompts.length);
    let tokens = 0;
    let weights: string | undefined;
    const said = await this.said();
    // A server of ours takes many prompts of a chat in one request, for which OpenAI's route has no place.
    const send = (prompt: string | string[], fields: object): Promise<wire.CompletionsReply> =>
      chat && said === null
        ? this.send("/v1/chat/completions", wire.chatReply, {messages: [{role: "user", content: prompt}], ...fields})
        : this.send("/v1/completions", wire.completionsReply, {prompt, ...fields});
    const ask = async (places: readonly number[], prompt: string | string[], fields: object): Promise<void> => {
      const reply = await this.untilReady(() => send(prompt, {...body, ...fields}));
      const {total_tokens: total = 0, completion_tokens: drawn = 0} = reply.usage ?? {};
      const some = inOrder(places, reply.choices).map(({index, item}) => read(item, index, drawn));
      for (const [place, index] of places.entries()) results[index] = some[place];
      tokens += total;
      weights = sameWeights(model, weights, reply.w2s?.weights);
      await arrived?.({places, results: some, tokens: total, ...(weights !== undefined && {weights})});
    };
    if (said === null) {
      const named = {model: stockModelName(model), logprobs: chat ? true : 1};
      const {url} = await this.address();
      const failures: unknown[] = [];
      const askOne = async (prompt: string, index: number): Promise<void> => {
        if (failures.length) return;
        await ask([index], prompt, {...named, ...stock?.(index)}).catch((error: unknown) => failures.push(error));
      };
      await this.single.addAll(prompts.map((prompt, index) => () => askOne(prompt, index)));
      if (failures.length) throw refused(failures[0], named.model, url);
    } else {
      const named = {model: canonicalModelName(model), logprobs: 0};
      const limits = maxTokens === undefined ? null : requestLimits(maxTokens, said.rows);
      for (const portion of portions(prompts, limits?.texts, limits?.characters)) {
        const some = portion.map((index) => prompts[index]);
        await ask(portion, some, {...named, ...own(portion)});
      }
    }
    return {results, tokens, ...(weights !== undefined && {weights})};
  }

  /** What a server of ours says of itself; null where it is another, which has no such route or says nothing there. */
  private async health(): Promise<Health | null> {
    const reply = await this.untilReady(() => this.send("/health", z.unknown())).catch((error: unknown) => {
      if (error instanceof NotFound) return null;
      throw error;
    });
    return wire.healthReply.safeParse(reply).data?.w2s ?? null;
  }

  /** The same, asked once. */
  private async said(): Promise<Health | null> {
    if (this.known === undefined) this.known = await this.health();
    return this.known;
  }

  private async isStock(): Promise<boolean> {
    return (await this.said()) === null;
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
      const headers = {authorization: `Bearer ${token}`, ...(body && {"content-type": "application/json"})};
      const answer = await this.silence.bounded((silent) => {
        return exchange(url + path, {headers, body: body && JSON.stringify(body), signal: this.stoppedOr(silent)});
      });
      const reply = parseJson(answer.body);
      if (answer.status < 200 || answer.status > 299) throw failure(answer.status, reply, answer.headers);
      // Half a reply may be whole the next time.
      if (reply === undefined && !schema.safeParse(reply).success)
        throw new Passing(`unexpected reply from the backend at ${url}: ${notJson(answer.body)}`, false);
      return reply;
    });
  }

  private async openai<T>(call: (client: OpenAI) => Promise<unknown>, schema: z.ZodType<T>): Promise<T> {
    const {default: Client, APIError} = await import("openai");
    const fetchUntilStopped: typeof fetch = (input, init) =>
      fetch(input, {...init, signal: this.stoppedOr(init?.signal)});
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
        if (error instanceof APIError && error.status)
          throw failure(error.status, {error: error.error as unknown}, Object.fromEntries(error.headers ?? []));
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
        if (!(known instanceof Passing)) throw known;
        const {asked, milliseconds} = known.wait;
        if (attempt >= (asked ? 2 : 1) * this.attempts) throw known;
        // Limits of rates are often by the minute: what is left alone without a word how long is so for one in all.
        await this.pause(milliseconds ?? (asked ? 250 : 100) * 2 ** attempt);
      }
    }
  }

  /** A signal of its own for each request, since Node warns of more than ten that listen to one. */
  private stoppedOr(signal?: AbortSignal | null): AbortSignal {
    return AbortSignal.any([this.signal, signal].filter((one) => !!one));
  }

  private async pause(milliseconds: number): Promise<void> {
    try {
      await sleep(milliseconds, undefined, {signal: this.stoppedOr()});
    } catch {
      throw new BackendError("stopped", true);
    }
  }
}

type Health = z.infer<typeof wire.healthReply>["w2s"];

/** Completions to ask for; `own` and `stock` are the fields that each kind of server is sent beside `body`. */
interface Completing<T> {
  model: ModelName;
  prompts: readonly string[];
  /** Tokens that are to be written after each prompt, at most; left out where it is only read. */
  maxTokens?: number;
  /** Whether each prompt is what a user says. */
  chat?: boolean;
  body: object;
  own: (portion: readonly number[]) => object;
  stock?: (index: number) => object;
  /** `drawn`: tokens that the server says it has written, over all choices of the reply. */
  read: (choice: wire.CompletionsReply["choices"][number], index: number, drawn: number) => T;
  arrived?: (some: Completed<T> & {places: readonly number[]}) => Promise<void> | undefined;
}

interface Completed<T> {
  results: T[];
  tokens: number;
  weights?: string;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const notJson = (body: string): string => `expected JSON: ${JSON.stringify(body.slice(0, 40))}`;

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
