import {once} from "node:events";
import {createServer, type IncomingMessage, type ServerResponse} from "node:http";
import type {AddressInfo} from "node:net";

/** What a stock server is asked for, as far as faults depend on it. */
export interface AskedText {
  prompt: string;
  seed: number;
  /** How often it has been asked for this prompt with this seed, this time included. */
  times: number;
  /** How many requests there have been in all, this one included. */
  requests: number;
  echo: boolean;
}

/** What goes wrong instead of the answer, or with it. */
export type Fault = (response: ServerResponse, reply: object) => unknown;

/** What the server writes after a prompt: as a model would, the same for the same seed. */
export const continuation = (prompt: string, seed: number): string => ` ${seed} after ${prompt}`;

/**
 * An OpenAI-compatible server as others write them: it answers for one model's completions, and has no word of the lab's. Keeps what
 * it was asked.
 */
export async function stockServer(
  fault: (asked: AskedText) => Fault | null | Promise<Fault | null> = () => null,
  write: (prompt: string, seed: number) => string = continuation
) {
  const asked = new Map<string, number>();
  let [requests, atOnce, mostAtOnce] = [0, 0, 0];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url !== "/v1/completions") return send(response, 404, {detail: "Not Found"});
    response.once("close", () => atOnce--);
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    let body = "";
    for await (const part of request) body += String(part);
    const {prompt, seed, echo = false} = JSON.parse(body) as {prompt: string; seed: number; echo?: boolean};
    const key = `${seed} ${prompt}`;
    const times = (asked.get(key) ?? 0) + 1;
    asked.set(key, times);
    const wrong = await fault({prompt, seed, times, echo, requests: ++requests});
    const reply = completion(write(prompt, seed));
    if (wrong) wrong(response, reply);
    else send(response, 200, reply);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close,
    requests: () => requests,
    mostAtOnce: () => mostAtOnce
  };
}

/** A reply of one choice, each word of which is a token of log-likelihood -1. */
export function completion(text: string, changes: object = {}): object {
  const tokens = text.match(/\s*\S+|\s+$/g) ?? [];
  const logprobs = {tokens, token_logprobs: tokens.map(() => -1), top_logprobs: null, text_offset: []};
  const usage = {prompt_tokens: 4, completion_tokens: tokens.length + 1, total_tokens: tokens.length + 5};
  return {choices: [{index: 0, text, finish_reason: "stop", logprobs, ...changes}], usage};
}

export function send(response: ServerResponse, status: number, body: unknown, headers: object = {}): void {
  const content = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, {"content-type": "application/json", ...headers}).end(content);
}

/** Answers so in place of the text. */
export const answers =
  (status: number, body: unknown, headers: object = {}): Fault =>
  (response) =>
    send(response, status, body, headers);

export const faults = {
  busy: answers(429, {error: {message: "Rate limit reached", type: "requests", code: "rate_limit_exceeded"}}),
  broken: answers(500, "Internal Server Error"),
  badGateway: answers(502, "<html><h1>Bad gateway</h1></html>"),
  unavailable: answers(503, {error: {message: "Overloaded"}}, {"retry-after": "0"}),
  gatewayTimeout: answers(504, ""),
  pages: answers(200, "<html>Welcome</html>"),
  none: answers(200, ""),
  noChoices: answers(200, {choices: [], usage: {total_tokens: 4}}),
  /** Half of the reply, as if it were all. */
  half: (response, reply) => send(response, 200, JSON.stringify(reply).slice(0, 40)),
  /** Half of the reply, then the end of the connection. */
  cut: (response, reply) => {
    const whole = JSON.stringify(reply);
    response.writeHead(200, {"content-length": whole.length}).write(whole.slice(0, 40), () => response.destroy());
  },
  dropped: (response) => response.destroy(),
  silent: () => {}
} satisfies Record<string, Fault>;
