"""Texts as token rows, and batches of rows of like length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from .errors import invalid

Row = list[int]


@dataclass(frozen=True)
class Tokenized:
    """Token rows of at least one token, and how many texts had to be cut."""

    rows: list[Row]
    cut: int

    @property
    def tokens(self) -> int:
        """Tokens in all."""
        return sum(map(len, self.rows))


def tokenize(tokenizer: Any, texts: Sequence[str], max_tokens: int, chat: bool = False) -> Tokenized:
    """Token rows of texts, or of what users say in a chat. A longer one loses its beginning: prompts end in the cue."""
    tokenizer.truncation_side = "left"
    if not texts:
        return Tokenized([], 0)
    # The template has written the special tokens.
    special = {"add_special_tokens": not chat}
    if chat:
        texts = [as_chat(tokenizer, [{"role": "user", "content": text}]) for text in texts]
    rows: list[Row] = tokenizer(list(texts), **special)["input_ids"]
    long = [index for index, row in enumerate(rows) if len(row) > max_tokens]
    if long:
        cut = {"truncation": True, "max_length": max_tokens}
        short = tokenizer([texts[index] for index in long], **cut, **special)["input_ids"]
        for index, row in zip(long, short, strict=True):
            rows[index] = row
    return Tokenized([row or [end_token(tokenizer)] for row in rows], len(long))


def as_chat(tokenizer: Any, messages: Sequence[dict[str, str]]) -> str:
    """A chat up to where the model answers. Raises ApiError where the tokenizer has no template for chats."""
    if not tokenizer.chat_template:
        raise invalid(f"expected a model with a chat template: {tokenizer.name_or_path}", "model")
    return str(tokenizer.apply_chat_template(list(messages), tokenize=False, add_generation_prompt=True))


def end_token(tokenizer: Any) -> int:
    """The token that ends a text."""
    return int(tokenizer.eos_token_id) if tokenizer.eos_token_id is not None else 0


@dataclass(frozen=True)
class Passage:
    """A token row; what is scored of it are its tokens from `start` on, or what follows it where there are none."""

    tokens: Row
    start: int


def continuation_tokens(tokenizer: Any, texts: Sequence[str], ends: bool) -> list[Row]:
    """Token rows of continuations, apart from what they continue, as a model writes them; `ends` adds the end token."""
    if not texts:
        return []
    rows: list[Row] = tokenizer(list(texts), add_special_tokens=False)["input_ids"]
    return [[*row, end_token(tokenizer)] if ends else row for row in rows]


def continued(
    tokenizer: Any,
    texts: Sequence[str],
    continuations: Sequence[Sequence[Row]],
    max_tokens: int,
    chat: bool = False,
) -> tuple[list[list[Passage]], int]:
    """Each text with each of its continuations, and how many rows had to be cut.

    What is too long loses the beginning of the text, the same for all its continuations, so that one token of it
    remains; then the end of the continuation.
    """
    prompts = tokenize(tokenizer, texts, max(1, max_tokens), chat).rows
    passages: list[list[Passage]] = []
    cut = 0
    for index, (text, those) in enumerate(zip(texts, continuations, strict=True)):
        room = max(1, max_tokens - max(map(len, those)))
        whole, prompt = len(prompts[index]), prompts[index]
        if whole > room:
            prompt = tokenize(tokenizer, [text], room, chat).rows[0]
        shortened = [row[: max(0, max_tokens - len(prompt))] for row in those]
        cut += whole > room or any(len(a) < len(b) for a, b in zip(shortened, those, strict=True))
        passages.append([Passage(prompt + row, len(prompt)) for row in shortened])
    return passages, cut


def batches_by_length(rows: Sequence[Row], max_tokens: int, max_rows: int) -> Iterator[list[int]]:
    """Indices of rows, longest first, in batches of at most `max_rows` rows and `max_tokens` tokens with padding."""
    order = sorted(range(len(rows)), key=lambda index: (-len(rows[index]), index))
    start = 0
    while start < len(order):
        count = max(1, min(max_rows, max_tokens // len(rows[order[start]])))
        yield order[start : start + count]
        start += count


def pad(rows: Sequence[Row], device: str = "cpu", length: int | None = None) -> dict[str, torch.Tensor]:
    """`input_ids` and `attention_mask` (rows, longest or `length`), padded on the right: position 0 is a real token."""
    longest = max(map(len, rows)) if length is None else length
    ids = torch.zeros((len(rows), longest), dtype=torch.long)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = torch.tensor(row)
        mask[index, : len(row)] = 1
    return {"input_ids": ids.to(device), "attention_mask": mask.to(device)}


def at_last_token(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Of states (rows, positions, hidden) those at each row's last real token: (rows, hidden)."""
    last = mask.sum(dim=1) - 1
    return states[torch.arange(states.shape[0], device=states.device), last]
