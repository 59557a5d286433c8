"""Text token by token: rows of like length together, with a cache of keys and values, and a seed for each row."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import torch

from .device import Turns, rows_at_once
from .importing import IMPORTING
from .network import Network
from .rows import Row, batches_by_length

# The cache holds at most so many tokens of a batch, or one row; on a GPU, what fits into this share of its memory.
_CACHED = 16_384
_CACHED_SHARE = 1 / 8
# Seconds after which a batch lets others have their turn on the device.
_TURN = 0.25
# So many rows are drawn at once on a CPU: what its caches hold is drawn several times as fast. So many logits on a GPU.
_DRAWN = 4
_DRAWN_LOGITS = 2**24
# Tokens of the prompt that tell how the first written ones are spelt, with a space before them or without.
_CONTEXT = 8


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn: `temperature` 0 takes the likeliest; the text ends before the first of `stop`."""

    max_tokens: int
    temperature: float = 1.0
    top_p: float = 1.0
    stop: Sequence[str] = ()


@dataclass(frozen=True)
class Written:
    """What was written after a prompt.

    `pieces` and `logprobs` have an entry for each token that the text is made of (the log-probability in nats under the
    model, whatever the temperature). `drawn` also counts the tokens of a stop string and the end of the text.
    """

    text: str
    finish: Literal["stop", "length"]
    pieces: list[str]
    logprobs: list[float]
    drawn: int


Decode = Callable[[tuple[int, ...]], str]


@dataclass
class _Row:
    """A row while it is written, spelt token by token.

    A token is spelt after those from `begin` on: before `whole` all characters were complete, and so many of what these
    spell is `told`.
    """

    tokens: Row
    begin: int = 0
    whole: int = 0
    told: int = 0
    text: str = ""
    pieces: list[str] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    drawn: int = 0
    finish: Literal["stop", "length"] | None = None

    def take(self, token: int, logprob: float, decode: Decode) -> None:
        """Adds a token. A character that takes several tokens is the last one's."""
        self.tokens.append(token)
        self.logprobs.append(logprob)
        spelt = decode(tuple(self.tokens[self.begin :]))
        complete = spelt.rstrip("\ufffd")
        self._say(complete[self.told :])
        if len(complete) == len(spelt) > self.told:
            self.begin, self.whole = self.whole, len(self.tokens)
            self.told = len(decode(tuple(self.tokens[self.begin :])))
        else:
            self.told = max(self.told, len(complete))

    def end(self, decode: Decode) -> None:
        """Spells what no further token completes."""
        rest = decode(tuple(self.tokens[self.begin :]))[self.told :]
        if rest and self.pieces:
            last = self.pieces.pop()
            self.text = self.text.removesuffix(last)
            self._say(last + rest)

    def _say(self, piece: str) -> None:
        self.pieces.append(piece)
        self.text += piece


def generate(
    network: Network,
    prompts: Sequence[Row],
    seeds: Sequence[int],
    sampling: Sampling,
    turns: Turns,
    batch_rows: int | None = None,
) -> list[Written]:
    """One continuation per prompt. What is drawn for a row depends on its seed, and on its batch in the last digits."""
    decode = _decoder(network.tokenizer)
    rows = [_begun(prompt, decode) for prompt in prompts]
    if prompts and sampling.max_tokens > 0:
        longest = max(map(len, prompts))
        most = batch_rows or rows_at_once()
        most = max(1, min(most, _cached_tokens(network) // (longest + sampling.max_tokens)))
        ends = end_tokens(network)
        for batch in batches_by_length(prompts, longest * most, most):
            steps = _steps(
                network,
                [prompts[index] for index in batch],
                [rows[index] for index in batch],
                torch.stack([_uniform(seeds[index], sampling.max_tokens) for index in batch]),
                sampling,
                ends,
                decode,
            )
            while _advance(steps, turns):
                pass
    return [_written(row, sampling, decode) for row in rows]


def _begun(prompt: Row, decode: Decode) -> _Row:
    context = prompt[-_CONTEXT:]
    return _Row(list(context), whole=len(context), told=len(decode(tuple(context))))


def _decoder(tokenizer: Any) -> Decode:
    """Few sequences of two or three tokens are most of what is spelt."""

    @lru_cache(maxsize=2**16)
    def decode(tokens: tuple[int, ...]) -> str:
        return str(tokenizer.decode(list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False))

    return decode


def _cached_tokens(network: Network) -> int:
    """Tokens of which keys and values are held at once."""
    if network.device != "cuda":
        return _CACHED
    config: Any = network.model.config
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    each = int(2 * config.num_hidden_layers * heads * size * next(network.model.parameters()).element_size())
    return max(_CACHED, int(torch.cuda.get_device_properties().total_memory * _CACHED_SHARE) // each)


def end_tokens(network: Network) -> frozenset[int]:
    """Tokens that end a text, by the tokenizer, the config and the generation config."""
    settings = [network.tokenizer, network.model.config, getattr(network.head, "generation_config", None)]
    found = [getattr(setting, "eos_token_id", None) for setting in settings]
    return frozenset(
        token for one in found if one is not None for token in (one if isinstance(one, list | tuple) else [one])
    )


def draw(
    logits: torch.Tensor, uniform: torch.Tensor, temperature: float, top_p: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens (rows,) by inversion of their distribution at `uniform` (rows,), and their log-probabilities (rows,)."""
    some = _DRAWN if logits.device.type == "cpu" else max(1, _DRAWN_LOGITS // logits.shape[-1])
    parts = zip(torch.split(logits, some), torch.split(uniform, some), strict=True)
    chosen, logprobs = zip(*(_draw(*part, temperature, top_p) for part in parts), strict=True)
    return torch.cat(chosen), torch.cat(logprobs)


def _draw(
    logits: torch.Tensor, uniform: torch.Tensor, temperature: float, top_p: float
) -> tuple[torch.Tensor, torch.Tensor]:
    logprobs = logits.log_softmax(-1)
    if temperature == 0:
        chosen = logits.argmax(-1)
    else:
        probabilities = nucleus((logits / temperature).softmax(-1), top_p)
        # In double precision: single loses a thousandth of the mass over a vocabulary. MPS has no other.
        wide = torch.float32 if logits.device.type == "mps" else torch.float64
        cumulative = probabilities.to(wide).cumsum(-1)
        at = uniform.to(logits.device, wide)[:, None] * cumulative[:, -1:]
        chosen = torch.searchsorted(cumulative, at, right=True).squeeze(-1).clamp(max=logits.shape[-1] - 1)
    return chosen, logprobs.gather(-1, chosen[:, None]).squeeze(-1)


def nucleus(probabilities: torch.Tensor, top_p: float) -> torch.Tensor:
    """Probabilities (rows, vocabulary) with zeros outside the likeliest tokens that together reach `top_p`."""
    if top_p >= 1:
        return probabilities
    least = probabilities.new_zeros(len(probabilities), 1)
    vocabulary = probabilities.shape[-1]
    rows, count = torch.arange(len(probabilities), device=probabilities.device), min(256, vocabulary)
    while len(rows):
        likeliest = probabilities[rows].topk(count).values
        total = likeliest.cumsum(-1)
        kept = total - likeliest < top_p
        kept[:, 0] = True
        least[rows] = likeliest.masked_fill(~kept, 1).amin(-1, keepdim=True)
        if count == vocabulary:
            break
        # Few rows need more: these alone are searched further.
        rows, count = rows[total[:, -1] < top_p], min(count * 8, vocabulary)
    return probabilities.masked_fill(probabilities < least, 0)


def _uniform(seed: int, count: int) -> torch.Tensor:
    """A number from 0 to 1 for each token of a row."""
    return torch.rand(count, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _advance(steps: Iterator[None], turns: Turns) -> bool:
    """Takes steps for a while; false when there are none left."""
    with turns.turn(), torch.inference_mode():
        until = time.monotonic() + _TURN
        for _ in steps:
            if time.monotonic() >= until:
                return True
    return False


def _steps(
    network: Network,
    prompts: Sequence[Row],
    rows: Sequence[_Row],
    uniform: torch.Tensor,
    sampling: Sampling,
    ends: frozenset[int],
    decode: Decode,
) -> Iterator[None]:
    """Writes into `rows`, one token each from step to step, until all are finished."""
    with IMPORTING:
        from transformers import DynamicCache

    model: Any = network.model
    positioned = "position_ids" in inspect.signature(model.forward).parameters
    cache = DynamicCache(config=model.config)

    def read(ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Next-token logits (rows, vocabulary) after `ids`; `mask` covers what is cached, too."""
        # Padded on the left, so that all rows go on at the same place; positions count from the first real token.
        positions = (mask.cumsum(-1) - 1).clamp(min=0)[:, -ids.shape[1] :]
        extra = {"position_ids": positions} if positioned else {}
        found = model(input_ids=ids, attention_mask=mask, past_key_values=cache, use_cache=True, **extra)
        return network.logits(found.last_hidden_state[:, -1])

    # Prompts that are the same are read once.
    different = list(dict.fromkeys(map(tuple, prompts)))
    ids, mask = _pad_left(different, network.device)
    logits = read(ids, mask)
    which = torch.tensor([different.index(tuple(prompt)) for prompt in prompts], device=network.device)
    if len(different) < len(prompts):
        cache.batch_select_indices(which)
    logits, mask = logits[which], mask[which]
    left = list(range(len(rows)))
    for step in range(sampling.max_tokens):
        chosen, logprobs = draw(logits, uniform[left, step], sampling.temperature, sampling.top_p)
        for index, token, logprob in zip(left, chosen.tolist(), logprobs.tolist(), strict=True):
            if rows[index].finish is None:
                _take(rows[index], token, logprob, sampling, ends, decode)
        going = [place for place, index in enumerate(left) if rows[index].finish is None]
        if not going:
            return
        if 2 * len(going) <= len(left):
            some = torch.tensor(going, device=network.device)
            cache.batch_select_indices(some)
            chosen, mask, left = chosen[some], mask[some], [left[place] for place in going]
        mask = torch.cat([mask, mask.new_ones(len(left), 1)], dim=1)
        yield
        logits = read(chosen[:, None], mask)


def _take(row: _Row, token: int, logprob: float, sampling: Sampling, ends: frozenset[int], decode: Decode) -> None:
    row.drawn += 1
    if token in ends:
        row.finish = "stop"
        return
    row.take(token, logprob, decode)
    if sampling.stop and _stop_at(row.text, sampling.stop) is not None:
        row.finish = "stop"
    elif row.drawn == sampling.max_tokens:
        row.finish = "length"


def _written(row: _Row, sampling: Sampling, decode: Decode) -> Written:
    row.end(decode)
    text = row.text[: _stop_at(row.text, sampling.stop)]
    pieces: list[str] = []
    begin = 0
    for piece in row.pieces:
        if begin >= len(text):
            break
        pieces.append(piece[: len(text) - begin])
        begin += len(piece)
    return Written(text, row.finish or "length", pieces, row.logprobs[: len(pieces)], row.drawn)


def _stop_at(text: str, stop: Sequence[str]) -> int | None:
    return min((place for one in stop if (place := text.find(one)) >= 0), default=None)


def _pad_left(rows: Sequence[Sequence[int]], device: str) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(map(len, rows))
    ids = torch.zeros((len(rows), longest), dtype=torch.long)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    for index, row in enumerate(rows):
        ids[index, longest - len(row) :] = torch.tensor(row)
        mask[index, longest - len(row) :] = 1
    return ids.to(device), mask.to(device)
