"""Rows of a job's files as what an objective learns from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import invalid
from .rows import Passage, Row, continuation_tokens, continued, tokenize
from .wire import Classification, Decision, LanguageModelling, Share


@dataclass(frozen=True)
class Example:
    """One passage, or two of which the first is to score above the second.

    `label` is the probability of class 1, None where the row is a preference or a text to be learnt by heart.
    """

    passages: list[Passage]
    label: float | None = None
    weight: float = 1.0

    @property
    def length(self) -> int:
        """Tokens of the longest passage."""
        return max(len(passage.tokens) for passage in self.passages)

    @property
    def tokens(self) -> int:
        """Tokens of all passages."""
        return sum(len(passage.tokens) for passage in self.passages)


@dataclass(frozen=True)
class Encoded:
    """Examples, and how many of the rows had to be cut."""

    examples: list[Example]
    cut: int


class JobRow(BaseModel):
    """A row of a job's file; which fields it needs is the objective's."""

    model_config = ConfigDict(extra="forbid")

    text: str
    other: str | None = None
    label: Share | None = None
    completion: str | None = None
    weight: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    chosen: str | None = None
    rejected: str | None = None

    def given(self) -> frozenset[str]:
        """Names of the fields that the row has, beyond its text."""
        return frozenset(name for name, value in self if value is not None and name != "text")


_TRAINING: dict[str, tuple[str, ...]] = {
    "classification": ("label", "other label"),
    "lm": ("", "completion", "weight", "completion weight"),
    "decision": ("label", "chosen rejected"),
}
_JUDGED = {"classification": ("label", "other label"), "lm": ("completion",), "decision": ("label",)}
# Rows that are only observed may carry a label, which nobody reads.
_OBSERVED = {"classification": ("", "other", "label", "other label"), "decision": ("", "label")}

Objective = Classification | LanguageModelling | Decision


def read_rows(content: bytes, objective: str, use: str = "training") -> list[JobRow]:
    """Rows of a file of JSON lines. Raises ApiError where one has other fields than the objective reads."""
    allowed = {"training": _TRAINING, "validation": _JUDGED, "observe": _OBSERVED}[use].get(objective, ())
    rows: list[JobRow] = []
    for number, line in enumerate(content.splitlines(), 1):
        try:
            row = JobRow.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "row"
            found = json.dumps(first.get("input"), ensure_ascii=False)[:80]
            message = f"{where}: {first['msg'][:1].lower()}{first['msg'][1:]}, {use} row {number}: {found}"
            raise invalid(message, f"{use}_file") from None
        if row.given() not in [frozenset(fields.split()) for fields in allowed]:
            fields = " or ".join(", ".join(["text", *names.split()]) for names in allowed)
            found = ", ".join(["text", *sorted(row.given())])
            raise invalid(f"expected {fields} for {objective}, {use} row {number}: {found}", f"{use}_file")
        rows.append(row)
    return rows


def encode(tokenizer: Any, rows: Sequence[JobRow], objective: Objective, max_tokens: int) -> Encoded:
    """Examples in the order of `rows`."""
    if isinstance(objective, Decision):
        return _decisions(tokenizer, rows, objective, max_tokens)
    if isinstance(objective, LanguageModelling):
        return _texts(tokenizer, rows, objective, max_tokens)
    return _inputs(tokenizer, rows, max_tokens)


def answer_tokens(tokenizer: Any, objective: Decision) -> tuple[Row, Row]:
    """Tokens of both answers. Raises ApiError where the tokenizer cannot tell them apart."""
    first, second = continuation_tokens(tokenizer, objective.answers, ends=False)
    if not first or not second or first == second:
        raise invalid(f"expected two answers of other tokens: {json.dumps(objective.answers)}", "w2s.objective")
    return first, second


def _inputs(tokenizer: Any, rows: Sequence[JobRow], max_tokens: int) -> Encoded:
    """The text and, where there is one, the other: the logit is the difference of their scores."""
    texts, cut = _wholes(tokenizer, [row.text for row in rows], max_tokens)
    pairs = [index for index, row in enumerate(rows) if row.other is not None]
    others, cut_others = _wholes(tokenizer, [rows[index].other or "" for index in pairs], max_tokens)
    second = dict(zip(pairs, others, strict=True))
    examples = [
        Example([texts[index], second[index]] if index in second else [texts[index]], row.label)
        for index, row in enumerate(rows)
    ]
    return Encoded(examples, cut + cut_others)


def _texts(tokenizer: Any, rows: Sequence[JobRow], objective: LanguageModelling, max_tokens: int) -> Encoded:
    """Scored are the completion and the end token, or all tokens but the first, which nothing predicts."""
    examples: list[Example | None] = [None] * len(rows)
    alone = [index for index, row in enumerate(rows) if row.completion is None]
    tokenized = tokenize(tokenizer, [rows[index].text for index in alone], max_tokens)
    for index, row in zip(alone, tokenized.rows, strict=True):
        examples[index] = Example([Passage(row, 1)], weight=_weight(rows[index]))
    prompted = [index for index, row in enumerate(rows) if row.completion is not None]
    completions = continuation_tokens(tokenizer, [rows[index].completion or "" for index in prompted], ends=True)
    texts = [rows[index].text for index in prompted]
    passages, cut = continued(tokenizer, texts, [[row] for row in completions], max_tokens, objective.chat)
    for index, those in zip(prompted, passages, strict=True):
        examples[index] = Example(those, weight=_weight(rows[index]))
    return Encoded([example for example in examples if example is not None], tokenized.cut + cut)


def _decisions(tokenizer: Any, rows: Sequence[JobRow], objective: Decision, max_tokens: int) -> Encoded:
    """Questions with both answers, and preferences; the passage that is to score higher comes first."""
    against, answer = answer_tokens(tokenizer, objective)
    examples: list[Example | None] = [None] * len(rows)
    questions = [index for index, row in enumerate(rows) if row.chosen is None]
    texts = [rows[index].text for index in questions]
    if len(against) == len(answer) == 1:
        # Both answers stand at the same place: one reading of the text gives the log-odds.
        wholes, cut = _wholes(tokenizer, texts, max_tokens)
        passages = [[whole] for whole in wholes]
    else:
        passages, cut = continued(tokenizer, texts, [[answer, against]] * len(texts), max_tokens)
    for index, those in zip(questions, passages, strict=True):
        examples[index] = Example(those, rows[index].label)
    judged = [index for index, row in enumerate(rows) if row.chosen is not None]
    chosen = continuation_tokens(tokenizer, [rows[index].chosen or "" for index in judged], ends=True)
    rejected = continuation_tokens(tokenizer, [rows[index].rejected or "" for index in judged], ends=True)
    pairs = [list(pair) for pair in zip(chosen, rejected, strict=True)]
    passages, cut_judged = continued(tokenizer, [rows[index].text for index in judged], pairs, max_tokens)
    for index, those in zip(judged, passages, strict=True):
        examples[index] = Example(those)
    return Encoded([example for example in examples if example is not None], cut + cut_judged)


def _wholes(tokenizer: Any, texts: Sequence[str], max_tokens: int) -> tuple[list[Passage], int]:
    tokenized = tokenize(tokenizer, texts, max_tokens)
    return [Passage(row, len(row)) for row in tokenized.rows], tokenized.cut


def _weight(row: JobRow) -> float:
    return 1.0 if row.weight is None else row.weight
