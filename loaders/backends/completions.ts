import {BackendError, type GenerateResult} from "./contract.js";
import type {ChatReply, CompletionsReply} from "./wire.js";

type Choice = CompletionsReply["choices"][number];

/** What a model said in a chat, in the shape of a completion. */
export function asCompletion({message, finish_reason, logprobs}: ChatReply["choices"][number]): Choice {
  const content = logprobs?.content;
  return {
    index: 0,
    text: message.content ?? "",
    finish_reason,
    logprobs: content && {
      tokens: content.map(({token}) => token),
      token_logprobs: content.map(({logprob}) => logprob)
    }
  };
}

/** Limit of the tokens that one request asks to be written, so that a slow server answers within minutes. */
const maxWritten = 8192;
const maxPrompts = 64;

/** How many prompts of `maxTokens` new tokens each one request carries. */
export function promptsPerRequest(maxTokens: number): number {
  return Math.max(1, Math.min(maxPrompts, Math.floor(maxWritten / Math.max(1, maxTokens))));
}

/** What was written. The tokens that its text is made of count: those of a stop string or the end of text do not. */
export function writtenOutput({text, finish_reason: finish, logprobs}: Choice): GenerateResult["outputs"][number] {
  const written = {text, finish, logprob: 0, tokens: 0};
  let length = 0;
  for (const [index, token] of tokensOf(logprobs).entries()) {
    if (length >= text.length) break;
    length += token.length;
    written.logprob += known(logprobs!.token_logprobs[index], token);
    written.tokens++;
  }
  return written;
}

/**
 * Log-likelihood of the continuation at the end of an echoed text: of all tokens that hold a part of it. Counted from the
 * end, so that a beginning that was cut or spelt otherwise moves no boundary.
 */
export function scoredContinuation({logprobs}: Choice, continuation: string): number {
  const tokens = tokensOf(logprobs);
  let sum = 0;
  let length = 0;
  for (let index = tokens.length - 1; index >= 0; index--) {
    // The first tokens of a character that takes several are empty: they belong to it.
    if (length >= continuation.length && (length === 0 || tokens[index] !== "")) break;
    sum += known(logprobs!.token_logprobs[index], continuation);
    length += tokens[index].length;
  }
  return sum;
}

function tokensOf(logprobs: Choice["logprobs"]): readonly string[] {
  if (!logprobs) throw new BackendError("expected logprobs from the backend: none", false);
  return logprobs.tokens;
}

function known(logprob: number | null, text: string): number {
  if (logprob !== null) return logprob;
  throw new BackendError(
    `expected a token of the prompt before what is scored: ${JSON.stringify(text.slice(0, 40))}`,
    false
  );
}
