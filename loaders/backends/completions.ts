import {BackendError, type Written} from "./contract.js";
import {maxCharacters} from "./portions.js";
import type {CompletionsReply} from "./wire.js";

type Choice = CompletionsReply["choices"][number];

/** Rows that are written at once where two cores compute; limits of a request are those of one to them. */
const fewRows = 64;
/** Limit of the tokens that one request asks to be written, so that a slow server answers within minutes. */
const maxWritten = 8192;

/** Limits of a request for texts of `maxTokens` new tokens each, to a server that writes `rows` texts at once. */
export function requestLimits(maxTokens: number, rows: number): {texts: number; characters: number} {
  const times = rows / fewRows;
  const texts = Math.max(1, Math.min(rows, Math.floor((times * maxWritten) / Math.max(1, maxTokens))));
  return {texts, characters: times * maxCharacters};
}

/**
 * What was written. The tokens that its text is made of count: those of a stop string or the end of text do not. Where the server
 * does not give the log-probabilities of all of it, there is none, and the tokens are those it says it has `drawn`.
 */
export function writtenOutput({text, finish_reason: finish, logprobs}: Choice, drawn: number): Written {
  let length = 0;
  const tokenLogprobs: number[] = [];
  for (const [index, token] of (logprobs?.tokens ?? []).entries()) {
    if (length >= text.length) break;
    length += token.length;
    tokenLogprobs.push(logprobs!.token_logprobs[index] ?? NaN);
  }
  const logprob = tokenLogprobs.reduce((sum, value) => sum + value, 0);
  const told = !!logprobs && length >= text.length && !Number.isNaN(logprob);
  if (!told) return {text, finish, logprob: null, tokens: drawn};
  return {text, finish, logprob, tokenLogprobs, tokens: tokenLogprobs.length};
}

/**
 * Log-likelihood of the continuation at the end of an echoed text: of all tokens that hold a part of it. Counted from the
 * end, so that a beginning that was cut or spelt otherwise moves no boundary.
 */
export function scoredContinuation({text, logprobs}: Choice, continuation: string): number {
  if (!logprobs) throw new BackendError("expected logprobs from the backend: none", false);
  const {tokens, token_logprobs: values} = logprobs;
  let sum = 0;
  let length = 0;
  for (let index = tokens.length - 1; index >= 0; index--) {
    // The first tokens of a character that takes several are empty: they belong to it.
    if (length >= continuation.length && (length === 0 || tokens[index] !== "")) break;
    sum += known(values[index], continuation);
    length += tokens[index].length;
  }
  if (length < continuation.length || !text.endsWith(continuation))
    throw new BackendError(
      `expected the text that was sent and its logprobs: ${JSON.stringify(text.slice(-40))}`,
      false
    );
  return sum;
}

function known(logprob: number | null, text: string): number {
  if (logprob !== null) return logprob;
  throw new BackendError(
    `expected a token of the prompt before what is scored: ${JSON.stringify(text.slice(0, 40))}`,
    false
  );
}
