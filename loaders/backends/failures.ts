import type {IncomingHttpHeaders} from "node:http";
import {BackendError} from "./contract.js";
import * as wire from "./wire.js";

/** The backend fetches, converts or loads a model; the message says what it is at. */
export class NotReady extends BackendError {
  constructor(message: string) {
    super(message, true);
  }
}

/** The server has no such route, or no such thing. */
export class NotFound extends BackendError {
  constructor(message: string) {
    super(message, false);
  }
}

/** A failure that may pass within moments: the request is sent again, a few times. */
export class Passing extends BackendError {
  constructor(
    message: string,
    transient: boolean,
    /** Whether the server asked to be left alone for a while, and for how long (ms) where it said so. */
    readonly wait: {asked: boolean; milliseconds?: number} = {asked: false}
  ) {
    super(message, transient);
  }
}

/** A server that wants to be left alone for longer than this (ms) is not waited for. */
const longestWait = 600_000;

/** What an answer that is not a success means for the request. */
export function failure(status: number, reply: unknown, headers: IncomingHttpHeaders = {}): BackendError {
  const {message = `the backend answered with status ${status}`, code, type} = wire.errorReply.parse(reply);
  // llama.cpp's server says so while it loads its model.
  if (code === "not_ready" || (status === 503 && type === "unavailable_error")) return new NotReady(message);
  // The backend has tried more than once by itself.
  if (code === "source_unavailable") return new BackendError(message, true);
  if (status === 404) return new NotFound(message);
  if (status === 429 || status === 503) {
    const milliseconds = waitAsked(headers["retry-after"]);
    if (milliseconds === undefined || milliseconds <= longestWait)
      return new Passing(message, true, {asked: true, milliseconds});
    return new BackendError(`${message}: asked to come back in ${Math.round(milliseconds / 60_000)} minutes`, true);
  }
  if (status === 408 || status === 502 || status === 504) return new Passing(message, true);
  // A server that fails each time on the same request may answer others: these go on.
  if (status >= 500 && status !== 501) return new Passing(message, false);
  return new BackendError(message, false);
}

/** No answer, or only a part of one. */
export function unreachable(url: string, error: unknown): BackendError {
  let cause = error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  const code = cause instanceof Error ? ("code" in cause ? cause.code : cause.message) : cause;
  return new Passing(`no answer from the backend at ${url}: ${String(code)}`, true);
}

/** What a server of others refused, with its name, the model's, and what was expected; other errors as they are. */
export function refused(error: unknown, model: string, url: string): unknown {
  if (!(error instanceof BackendError) || error.transient) return error;
  const expected =
    error instanceof NotFound
      ? `model ${model} at`
      : /context|maximum.*(length|tokens)/i.test(error.message)
        ? `a prompt that fits the context of ${model} at`
        : `completions of ${model} from`;
  const [first, ...rest] = error.message.replace(` at ${url}`, "");
  return new BackendError(`expected ${expected} ${url}: ${first.toLowerCase()}${rest.join("")}`, false);
}

/** The seconds or the date of a Retry-After header, in milliseconds from now. */
function waitAsked(value: string | undefined): number | undefined {
  if (!value) return undefined;
  const milliseconds = /^\d+$/.test(value) ? 1000 * Number(value) : Date.parse(value) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}
