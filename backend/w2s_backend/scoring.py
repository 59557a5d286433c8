"""Log-likelihoods of the tokens of given texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from .device import Turns
from .network import Network
from .rows import batches_by_length, end_token, pad

# So many logits are computed at once: 64 MiB in single precision.
_LOGITS = 2**24


@dataclass(frozen=True)
class Spelt:
    """A text's tokens, the piece of the text that each stands for, and where in the text each piece ends."""

    tokens: list[int]
    pieces: list[str]
    ends: list[int]


def spell(tokenizer: Any, texts: Sequence[str], max_tokens: int | None) -> list[Spelt]:
    """Tokens of texts with what they spell. A longer text loses its beginning."""
    if not texts:
        return []
    tokenizer.truncation_side = "left"
    limit = {} if max_tokens is None else {"truncation": True, "max_length": max_tokens}
    found = tokenizer(list(texts), add_special_tokens=True, return_offsets_mapping=True, **limit)
    return [
        _spelt(text, tokens, offsets) if tokens else Spelt([end_token(tokenizer)], [text], [len(text)])
        for text, tokens, offsets in zip(texts, found["input_ids"], found["offset_mapping"], strict=True)
    ]


def _spelt(text: str, tokens: list[int], offsets: Sequence[tuple[int, int]]) -> Spelt:
    # Special tokens stand nowhere in the text; a beginning that was cut is nobody's.
    begin = next((start for start, end in offsets if end > start), 0)
    pieces, ends = [], []
    for index, (_, end) in enumerate(offsets):
        following, last = offsets[index + 1] if index + 1 < len(offsets) else (end, end)
        # Of the tokens that share a character, the last one spells it.
        cut = max(begin, min(end, following) if last > following else end)
        pieces.append(text[begin:cut])
        ends.append(end)
        begin = cut
    return Spelt(tokens, pieces, ends)


def token_logprobs(
    network: Network,
    rows: Sequence[Sequence[int]],
    scored: Sequence[Sequence[int]],
    turns: Turns,
    batch_tokens: int = 4096,
    batch_rows: int = 64,
) -> list[list[float]]:
    """Log-likelihoods (nats) of the tokens at the positions `scored` of each row, from 1, given all before them."""
    result: list[list[float]] = [[] for _ in rows]
    asked = [index for index, places in enumerate(scored) if places]
    # Nothing after the last scored token's predecessor is read.
    read = [list(rows[index][: scored[index][-1]]) for index in asked]
    for batch in batches_by_length(read, batch_tokens, batch_rows):
        inputs = pad([read[place] for place in batch], network.device)
        some = [asked[place] for place in batch]
        with turns.turn(), torch.inference_mode():
            states = network.model(**inputs, use_cache=False)[0]
            at = [(place, position) for place, index in enumerate(some) for position in scored[index]]
            places = torch.tensor([place for place, _ in at], device=network.device)
            positions = torch.tensor([position for _, position in at], device=network.device)
            targets = torch.tensor([rows[some[place]][position] for place, position in at], device=network.device)
            found = _logprobs(network, states[places, positions - 1], targets).tolist()
        for (place, _), logprob in zip(at, found, strict=True):
            result[some[place]].append(logprob)
    return result


def _logprobs(network: Network, states: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    config: Any = network.model.config
    count = max(1, _LOGITS // config.vocab_size)
    parts = []
    for some, wanted in zip(torch.split(states, count), torch.split(targets, count), strict=True):
        logits = network.logits(some)
        parts.append(logits.gather(-1, wanted[:, None]).squeeze(-1) - logits.logsumexp(-1))
    return torch.cat(parts)
