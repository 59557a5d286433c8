import {spawn} from "node:child_process";
import {once} from "node:events";
import {mkdtemp, readdir, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, beforeEach, describe, expect, test} from "vitest";
import {connect, type ClientLimits} from "../../loaders/backends/client.js";
import type {Arrived, Backend, Written} from "../../loaders/backends/contract.js";
import {Cache} from "../../loaders/cache.js";
import type {Texts} from "../../loaders/lab.js";
import {checkStudy} from "../../loaders/study.js";
import {generations, model, type GenerationOptions} from "./generations.js";
import {compute, tables} from "./inProcess.js";
import {root} from "./labProcess.js";
import {chance} from "./plantedBackend.js";
import {plantedTeachers} from "./plantedTeachers.js";
import {answers, completion, continuation, type Fault, faults, stockServer} from "./stockServer.js";

/** Inference on servers of others that misbehave: nothing is lost, and nothing asked twice but what was in flight. */

let base: string;
const opened: {close: () => void}[] = [];
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "w2s-inference-"));
});
afterAll(async () => {
  for (const {close} of opened) close();
  await rm(base, {recursive: true, force: true});
});
const newFolder = (): Promise<string> => mkdtemp(join(base, "cache-"));

const serve = async (...options: Parameters<typeof stockServer>) => {
  const server = await stockServer(...options);
  opened.push(server);
  return server;
};

const prompts = Array.from({length: 24}, (_, seed) => ({text: `Question ${seed}`, seed}));
const ask = {model: "hub:owner/name@1", prompts, maxTokens: 16, temperature: 1, topP: 1, stop: []};
const generate = (backend: Backend, arrived?: (some: Arrived) => Promise<void>) =>
  backend.generate({...ask, precision: "bf16"}, arrived);
const expected = prompts.map(({text, seed}) => continuation(text, seed));
/** How often each prompt was asked for, in the order of `prompts`. */
const timesOf = ({asked}: {asked: ReadonlyMap<string, number>}): number[] =>
  prompts.map(({text, seed}) => asked.get(`${seed} ${text}`) ?? 0);
const unlucky = 5;

describe("a failure that passes: the request is repeated, no other is, and nothing is lost", () => {
  const passing: [string, Fault][] = [
    ["429", faults.busy],
    ["500", faults.broken],
    ["502", faults.badGateway],
    ["503", faults.unavailable],
    ["504", faults.gatewayTimeout],
    ["a page", faults.pages],
    ["nothing", faults.none],
    ["half a JSON", faults.half],
    ["a reply that is cut", faults.cut],
    ["a socket that is closed", faults.dropped],
    ["no answer", faults.silent]
  ];

  test.concurrent.each(passing)("%s, twice", async (_, fault) => {
    const server = await serve(({seed, times}) => (seed === unlucky && times <= 2 ? fault : null));
    const {outputs} = await generate(
      connect(server.url, "", undefined, fault === faults.silent ? {silence: 1500} : {})
    );
    expect(outputs.map(({text}) => text)).toEqual(expected);
    expect(timesOf(server)).toEqual(prompts.map(({seed}) => (seed === unlucky ? 3 : 1)));
  });

  test.each([
    ["seconds", () => "1"],
    ["a date", () => new Date(Date.now() + 2000).toUTCString()]
  ])("is waited for as long as the server asks: %s", async (_, retryAfter) => {
    const at: number[] = [];
    const server = await serve(({seed, times}) => {
      if (seed !== unlucky) return null;
      at.push(performance.now());
      return times === 1 ? answers(429, "", {"retry-after": retryAfter()}) : null;
    });
    expect((await generate(connect(server.url, ""))).outputs).toHaveLength(24);
    expect(at).toHaveLength(2);
    expect(at[1] - at[0]).toBeGreaterThan(900);
  });

  test("is not waited for where the server asks for hours", async () => {
    const server = await serve(() => answers(429, {error: {message: "Quota exceeded"}}, {"retry-after": "86400"}));
    await expect(generate(connect(server.url, "", undefined, {requestsAtOnce: 1}))).rejects.toThrow(
      "Quota exceeded: asked to come back in 1440 minutes"
    );
    expect(server.requests()).toBe(1);
  });
});

describe("a failure that does not pass: one line, after a few attempts; what arrived is kept", () => {
  const lasting: [string, Fault, number, boolean, (url: string) => string][] = [
    ["429", answers(429, {message: "Slow down"}, {"retry-after": "0"}), 4, true, () => "Slow down"],
    [
      "500",
      faults.broken,
      2,
      false,
      (url) => `expected completions of owner/name from ${url}: the backend answered with status 500`
    ],
    ["504", faults.gatewayTimeout, 2, true, () => "the backend answered with status 504"],
    [
      "half a JSON",
      faults.half,
      2,
      false,
      (url) =>
        `expected completions of owner/name from ${url}: unexpected reply from the backend: ` +
        `expected JSON: ${JSON.stringify(JSON.stringify(completion(continuation("Question 5", 5))).slice(0, 40))}`
    ],
    ["a closed socket", faults.dropped, 2, true, (url) => `no answer from the backend at ${url}: ECONNRESET`],
    ["no answer", faults.silent, 2, true, (url) => `no answer from the backend at ${url}: silent for 1 s`],
    [
      "no choice",
      faults.noChoices,
      1,
      false,
      (url) => `expected completions of owner/name from ${url}: expected 1 results from the backend: 0`
    ],
    [
      "an ending of its own",
      answers(200, completion("x", {finish_reason: "content_filter"})),
      1,
      false,
      (url) =>
        `expected completions of owner/name from ${url}: unexpected reply from the backend: ` +
        'choices.0.finish_reason: invalid option: expected one of "stop"|"length"'
    ]
  ];
  test.concurrent.each(lasting)("%s", async (_, fault, times, transient, message) => {
    const server = await serve(({seed}) => (seed === unlucky ? fault : null));
    const arrived = new Map<number, Written>();
    const backend = connect(server.url, "", undefined, {attempts: 2, ...(fault === faults.silent && {silence: 1000})});
    const error = await generate(backend, async ({places, outputs}) => {
      for (const [k, place] of places.entries()) arrived.set(place, outputs[k]);
    }).catch((error: unknown) => error);
    expect(error).toMatchObject({name: "BackendError", message: message(server.url), transient});
    expect(timesOf(server)).toEqual(prompts.map(({seed}) => (seed === unlucky ? times : 1)));
    expect([...arrived.keys()].sort((a, b) => a - b)).toEqual(
      prompts.map(({seed}) => seed).filter((seed) => seed !== unlucky)
    );
    for (const [place, {text}] of arrived) expect(text).toBe(expected[place]);
  });

  const wrong: [string, Fault, string][] = [
    [
      "the name of the model, vLLM",
      answers(404, {
        error: {message: "The model `owner/name` does not exist.", type: "NotFoundError", param: "model", code: 404}
      }),
      "expected model owner/name at URL: the model `owner/name` does not exist."
    ],
    [
      "the name of the model, an older vLLM",
      answers(404, {
        object: "error",
        message: "The model `owner/name` does not exist.",
        type: "NotFoundError",
        code: 404
      }),
      "expected model owner/name at URL: the model `owner/name` does not exist."
    ],
    [
      "the name of the model, llama.cpp",
      answers(404, {error: {code: 404, message: "model not found\nload it first", type: "not_found_error"}}),
      "expected model owner/name at URL: model not found"
    ],
    [
      "the length of the prompt, vLLM",
      answers(400, {
        object: "error",
        message: "This model's maximum context length is 2048 tokens. However, you requested 2110 tokens.",
        type: "BadRequestError",
        code: 400
      }),
      "expected a prompt that fits the context of owner/name at URL: " +
        "this model's maximum context length is 2048 tokens. However, you requested 2110 tokens."
    ],
    [
      "the length of the prompt, llama.cpp",
      answers(400, {
        error: {
          code: 400,
          message: "the request exceeds the available context size, try increasing it",
          type: "exceed_context_size_error"
        }
      }),
      "expected a prompt that fits the context of owner/name at URL: the request exceeds the available context size, try increasing it"
    ],
    ["the key", answers(401, {error: "Unauthorized"}), "expected completions of owner/name from URL: unauthorized"]
  ];
  test.each(wrong)("%s is wrong: asked once, and no more are", async (_, fault, message) => {
    const server = await serve(({seed}) => (seed === unlucky ? fault : null));
    const backend = connect(server.url, "", undefined, {requestsAtOnce: 2});
    const error = await generate(backend).catch((error: unknown) => error);
    expect(error).toMatchObject({message: message.replace("URL", server.url), transient: false});
    expect(timesOf(server)).toEqual(prompts.map(({seed}) => (seed <= unlucky + 1 ? expect.toBeOneOf([0, 1]) : 0)));
  });
});

describe("an answer that is less than one hopes for", () => {
  const first = async (reply: object): Promise<Written> => {
    const server = await serve(() => answers(200, reply));
    const {outputs} = await generate(connect(server.url, ""));
    return outputs[0];
  };

  test("cut by length, or empty, is an answer", async () => {
    expect(await first(completion(" so far", {finish_reason: "length"}))).toMatchObject({
      text: " so far",
      finish: "length",
      logprob: -2,
      tokenLogprobs: [-1, -1],
      tokens: 2
    });
    expect(await first(completion(""))).toMatchObject({text: "", finish: "stop", logprob: 0, tokens: 0});
  });

  test.each([
    ["no log-probabilities", {logprobs: null}],
    ["those of a part", {logprobs: {tokens: [" so"], token_logprobs: [-1]}}],
    ["empty lists of them", {logprobs: {tokens: [], token_logprobs: []}}]
  ])("with %s: kept without, its tokens as the server counts them", async (_, changes) => {
    expect(await first(completion(" so far", changes))).toMatchObject({
      text: " so far",
      finish: "stop",
      logprob: null,
      tokens: 3
    });
  });

  test("with log-probabilities in the form of chats, as llama.cpp gives them", async () => {
    const content = [" so", " far"].map((token) => ({token, logprob: -0.25, bytes: [], top_logprobs: []}));
    expect(await first(completion(" so far", {logprobs: {content}}))).toMatchObject({logprob: -0.5, tokens: 2});
  });

  test.each([
    ["no log-probabilities", completion("Is it? yes", {logprobs: null}), "expected logprobs from the backend: none"],
    ["no echo", completion(""), 'expected the text that was sent and its logprobs: ""'],
    ["a text of its own", completion(" It is."), 'expected the text that was sent and its logprobs: " It is."']
  ])("of a text to be scored, with %s: refused", async (_, reply, message) => {
    const server = await serve(() => answers(200, reply));
    const pairs = [{prompt: "Is it?", continuation: " yes"}];
    const scored = connect(server.url, "").score({model: "hub:owner/name@1", pairs, precision: "bf16"});
    await expect(scored).rejects.toThrow(`expected completions of owner/name from ${server.url}: ${message}`);
  });

  test("that holds no answer is wrong, and counts", async () => {
    const folder = await newFolder();
    const world = await plantedTeachers({cache: folder, teacher: () => 1, student: 1, revise: (own) => own});
    const planted = await world.start();
    const silentOn = (text: string) => chance(text, "silent") < 0.3;
    const server = await serve(undefined, (prompt) =>
      silentOn(prompt) ? " ..." : ` The answer is ${world.exampleIn(prompt).written}.`
    );
    const stock = connect(server.url, "");
    const backend: Backend = {...planted, generate: (...request) => stock.generate(...request)};
    const study = checkStudy("unanswered", {
      title: "Unanswered",
      question: "Does it count?",
      tasks: ["world-countries"],
      models: {weak: [`${model}#without=20`], strong: [model]},
      methods: [{method: "baseline"}],
      seeds: [0],
      sizes: {supervision: 60, transfer: 60, test: 60, validation: 0},
      training: {train: "lora"}
    });
    expect(await compute(study, folder, async () => backend)).toMatchObject({failures: []});
    const read = await tables(study, folder, join(folder, "tables"));
    interface Prediction {
      split: string;
      example: string;
      parsed: string | null;
      score: number;
    }
    const texts = new Map([...world.byText.values()].map(({id, text}) => [id, text]));
    const predictions = (await read<Prediction>("predictions")).filter(({split}) => split === "test");
    expect(predictions.length % 60).toBe(0);
    const unanswered = predictions.filter(({parsed}) => parsed === null);
    expect(unanswered).toEqual(predictions.filter(({example}) => silentOn(texts.get(example)!)));
    expect(unanswered.length).toBeGreaterThan(predictions.length / 10);
    expect(predictions.map(({score}) => score)).toEqual(predictions.map(({parsed}) => Number(parsed !== null)));
    const share = 1 - unanswered.length / predictions.length;
    const metrics = await read<{split: string; metric: string; value: number; n: number; stage: string}>("metrics");
    const accuracy = metrics.filter(({split, metric}) => split === "test" && metric === "accuracy");
    expect(accuracy.length).toBeGreaterThan(0);
    for (const {value, n} of accuracy) expect([value, n]).toEqual([expect.closeTo(share, 12), 60]);
  });
});

describe("many requests at once", () => {
  /** Answers none before so many are in flight. */
  const holding = async (count: number) => {
    let open!: () => void;
    const opening = new Promise<void>((resolve) => (open = resolve));
    return serve(async ({requests}) => {
      if (requests === count) open();
      await opening;
      return null;
    });
  };

  test.each([
    [{}, 32],
    [{requestsAtOnce: 7}, 7]
  ])(
    "as many as the server is said to bear, and no more, over all that is asked: %o",
    async (limits: ClientLimits, most) => {
      const server = await holding(most);
      const backend = connect(server.url, "", undefined, limits);
      const all = await Promise.all([0, 1, 2].map(() => generate(backend)));
      for (const {outputs} of all) expect(outputs.map(({text}) => text)).toEqual(expected);
      expect(server.mostAtOnce()).toBe(most);
    }
  );

  test("a server that answers one after another is not given up, however long the last one waits", async () => {
    let turn = Promise.resolve();
    const server = await serve(() => {
      turn = turn.then(() => new Promise((resolve) => setTimeout(resolve, 100)));
      return turn.then(() => null);
    });
    expect((await generate(connect(server.url, "", undefined, {silence: 1200}))).outputs).toHaveLength(24);
    expect(timesOf(server)).toEqual(prompts.map(() => 1));
  });

  test("a server that is still loading its model is waited for, as llama.cpp says it", async () => {
    const server = await serve(({requests}) =>
      requests <= 3 ? answers(503, {error: {code: 503, message: "Loading model", type: "unavailable_error"}}) : null
    );
    const backend = connect(server.url, "", undefined, {attempts: 1});
    expect((await generate(backend)).outputs.map(({text}) => text)).toEqual(expected);
  });
});

describe("a run that ends before its time", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await newFolder();
  });
  const run = (options: Partial<GenerationOptions> & {url: string}): Promise<Texts[]> =>
    generations({cache: folder, rows: 20, chains: 20, ...options});
  /** That each chain of each question is there, the server's own, and drawn with its own seed. */
  const expectAll = (chains: readonly Texts[], {asked}: {asked: ReadonlyMap<string, number>}): void => {
    const texts = chains[0].rows.examples.map(({text}) => text);
    const drawn = new Map(texts.map((text) => [text, new Set<string>()]));
    for (const key of asked.keys()) {
      const [seed, prompt] = [key.slice(0, key.indexOf(" ")), key.slice(key.indexOf(" ") + 1)];
      drawn.get(prompt)!.add(continuation(prompt, Number(seed)));
    }
    for (const [i, text] of texts.entries())
      expect(new Set(chains.map((chain) => chain.texts[i]))).toEqual(drawn.get(text));
    expect(asked.size).toBe(texts.length * chains.length);
  };
  const twice = ({asked}: {asked: ReadonlyMap<string, number>}) =>
    [...asked.values()].filter((times) => times > 1).length;

  test("by one prompt that is refused: the others that were sent are kept, and not asked again", async () => {
    let refuse = true;
    let unlucky: string | undefined;
    const server = await serve(({prompt, seed, requests}) => {
      if (requests === 200) unlucky = `${seed} ${prompt}`;
      return refuse && `${seed} ${prompt}` === unlucky ? answers(400, {error: {message: "no"}}) : null;
    });
    await expect(run({url: server.url, requestsAtOnce: 8})).rejects.toThrow(
      `expected completions of ${model} from ${server.url}: no`
    );
    const sent = server.asked.size;
    expect(sent).toBeLessThanOrEqual(207);
    refuse = false;
    expectAll(await run({url: server.url}), server);
    expect([server.requests(), server.asked.get(unlucky!), twice(server)]).toEqual([401, 2, 1]);
  });

  test("by Ctrl-C: at most what is in flight is asked again", async () => {
    const controller = new AbortController();
    const server = await serve(({requests}) => {
      if (requests === 200) controller.abort();
      return null;
    });
    await expect(run({url: server.url, signal: controller.signal, requestsAtOnce: 8})).rejects.toThrow("stopped");
    expectAll(await run({url: server.url}), server);
    expect(twice(server)).toBeLessThanOrEqual(8);
  });

  test("by SIGKILL in the middle of 10,000 generations: at most what is in flight is asked again", async () => {
    const child = (url: string) =>
      spawn(
        process.execPath,
        ["--import", "tsx", join(root, "test/pipeline/generations.ts"), folder, url, "100", "100"],
        {
          cwd: root,
          stdio: ["ignore", "ignore", "inherit"]
        }
      );
    let killed: ReturnType<typeof child> | undefined;
    const server = await serve(({requests}) => {
      if (requests === 5000) killed!.kill("SIGKILL");
      return null;
    });
    killed = child(server.url);
    expect(await once(killed, "exit")).toEqual([null, "SIGKILL"]);
    const before = server.asked.size;
    expect(before).toBeLessThanOrEqual(5032);
    expect(await once(child(server.url), "exit")).toEqual([0, null]);
    expect(server.mostAtOnce()).toBeLessThanOrEqual(32 + 32);
    expect(twice(server)).toBeLessThanOrEqual(32);
    expect(server.requests()).toBe(10_000 + twice(server));
    // Not a file for each: what came few at a time is together.
    const parts = (await readdir(folder, {recursive: true})).filter((name) => name.includes("part-"));
    expect(parts.length).toBeLessThan(10_000 / 32);
    const requests = server.requests();
    expectAll(await run({url: server.url, rows: 100, chains: 100}), server);
    expect(server.requests()).toBe(requests);
  }, 300_000);
});

test("outputs of before, none of which could lack its log-likelihood, and new ones without are one family", async () => {
  const folder = await newFolder();
  const key = {type: "string", about: "chain"} as const;
  const before = new Cache(folder).family("generate", "ab", {logprob: {...key, type: "float"}});
  await before.append([{key: "old", logprob: -1}]);
  const cache = new Cache(folder);
  const family = cache.family("generate", "ab", {logprob: {...key, type: "float", nullable: true}});
  await family.append([{key: "new", logprob: null}]);
  await family.exclusively(() => family.compact());
  expect((await readdir(join(folder, "generate/ab/ab"))).filter((name) => name.startsWith("part-"))).toHaveLength(1);
  const read = await new Cache(folder)
    .family("generate", "ab", {logprob: {...key, type: "float", nullable: true}})
    .read();
  expect([...read.values()].map(({key, logprob}) => [key, logprob])).toEqual([
    ["new", null],
    ["old", -1]
  ]);
});
