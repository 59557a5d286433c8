"""Completions and chats in OpenAI's shape."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from typing import Any

from .device import Turns
from .errors import invalid
from .generation import Sampling, Written, generate
from .network import Network
from .rows import Row, as_chat, tokenize
from .scoring import Spelt, spell, token_logprobs
from .wire import ChatRequest, CompletionsRequest, Drawing

# Of a chat that names no limit.
_CHAT_TOKENS = 512


def complete(network: Network, request: CompletionsRequest, turns: Turns) -> dict[str, Any]:
    """The reply to `/v1/completions`: `n` choices for each prompt, in order."""
    prompts = [request.prompt] if isinstance(request.prompt, str) else request.prompt
    limit = request.w2s.max_prompt_tokens
    chat = request.w2s.chat
    if chat and request.echo:
        raise invalid("expected no echo of what is asked in a chat", "echo")
    spelt = spell(network.tokenizer, prompts, limit) if request.echo else []
    rows = [one.tokens for one in spelt] if spelt else tokenize(network.tokenizer, prompts, limit or 2**31, chat).rows
    written = _write(network, rows, request, request.max_tokens, turns)
    echoed: list[dict[int, float]] = []
    if request.echo and request.logprobs is not None:
        echoed = _scores(network, spelt, request.w2s.scored_from, turns)
    choices = []
    for index, one in enumerate(written):
        prompt = index // request.n
        logprobs = None
        if request.logprobs is not None:
            pieces, values = list(one.pieces), list[float | None](one.logprobs)
            if request.echo:
                pieces = spelt[prompt].pieces + pieces
                values = [echoed[prompt].get(place) for place in range(len(spelt[prompt].tokens))] + values
            logprobs = _lists(pieces, values)
        text = (prompts[prompt] if request.echo else "") + one.text
        choices.append({"index": index, "text": text, "finish_reason": one.finish, "logprobs": logprobs})
    return _reply("cmpl", "text_completion", request.model, network, choices, rows, written)


def chat(network: Network, request: ChatRequest, turns: Turns) -> dict[str, Any]:
    """The reply to `/v1/chat/completions`. Raises ApiError where the tokenizer has no template for chats."""
    messages = [{"role": message.role, "content": message.text} for message in request.messages]
    text = as_chat(network.tokenizer, messages)
    # The template has written the special tokens.
    row: Row = network.tokenizer(text, add_special_tokens=False)["input_ids"]
    limits = [request.max_completion_tokens, request.max_tokens, _CHAT_TOKENS]
    limit = next(one for one in limits if one is not None)
    written = _write(network, [row[-(request.w2s.max_prompt_tokens or len(row)) :]], request, limit, turns)
    choices = []
    for index, one in enumerate(written):
        content = [
            {"token": piece, "logprob": logprob, "bytes": list(piece.encode()), "top_logprobs": []}
            for piece, logprob in zip(one.pieces, one.logprobs, strict=True)
        ]
        choices.append(
            {
                "index": index,
                "message": {"role": "assistant", "content": one.text},
                "finish_reason": one.finish,
                "logprobs": {"content": content} if request.logprobs else None,
            }
        )
    return _reply("chatcmpl", "chat.completion", request.model, network, choices, [row], written)


def _write(network: Network, rows: Sequence[Row], request: Drawing, limit: int, turns: Turns) -> list[Written]:
    """`n` continuations of each row."""
    positions = getattr(network.model.config, "max_position_embeddings", None)
    longest = max(map(len, rows), default=0)
    if isinstance(positions, int) and longest + limit > positions:
        raise invalid(f"expected at most {positions} tokens of prompt and output: {longest} + {limit}", "max_tokens")
    count = len(rows) * request.n
    seeds = request.w2s.seeds
    if seeds is None:
        first = secrets.randbits(62) if request.seed is None else request.seed
        seeds = [first + index for index in range(count)]
    if len(seeds) != count:
        raise invalid(f"expected {count} seeds, one for each choice: {len(seeds)}", "w2s.seeds")
    prompts = [row for row in rows for _ in range(request.n)]
    sampling = Sampling(limit, request.temperature, request.top_p, request.stops)
    return generate(network, prompts, seeds, sampling, turns)


def _scores(
    network: Network, spelt: Sequence[Spelt], scored_from: Sequence[int] | None, turns: Turns
) -> list[dict[int, float]]:
    """Log-likelihoods of echoed tokens by their places. The first token has none: nothing comes before it."""
    begins = [0] * len(spelt) if scored_from is None else scored_from
    if len(begins) != len(spelt):
        raise invalid(f"expected {len(spelt)} places, one for each prompt: {len(begins)}", "w2s.scored_from")
    places = [
        [place for place, end in enumerate(one.ends) if place > 0 and (end > begin or scored_from is None)]
        for one, begin in zip(spelt, begins, strict=True)
    ]
    found = token_logprobs(network, [one.tokens for one in spelt], places, turns)
    return [dict(zip(those, values, strict=True)) for those, values in zip(places, found, strict=True)]


def _lists(pieces: Sequence[str], values: Sequence[float | None]) -> dict[str, Any]:
    offsets = [0]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    return {"tokens": pieces, "token_logprobs": values, "top_logprobs": None, "text_offset": offsets[:-1]}


def _reply(
    prefix: str,
    kind: str,
    model: str,
    network: Network,
    choices: list[dict[str, Any]],
    rows: Sequence[Row],
    written: Sequence[Written],
) -> dict[str, Any]:
    read, drawn = sum(map(len, rows)), sum(one.drawn for one in written)
    return {
        "id": f"{prefix}-{secrets.token_hex(8)}",
        "object": kind,
        "created": int(time.time()),
        "model": model,
        "choices": choices,
        "usage": {"prompt_tokens": read, "completion_tokens": drawn, "total_tokens": read + drawn},
        "w2s": {"weights": network.weights},
    }
