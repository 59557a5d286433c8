"""A trained model as it answers requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .device import Turns
from .errors import invalid
from .examples import JobRow, encode
from .network import Network
from .student import Student
from .wire import JobOptions


@dataclass(frozen=True)
class Classes:
    """Probability of class 1 per input."""

    probabilities: list[float]
    tokens: int
    cut: int


@dataclass(frozen=True)
class Served:
    """A trained model with what the job said of its inputs; `weights` is the digest that names it."""

    student: Student
    options: JobOptions
    weights: str

    @property
    def network(self) -> Network:
        """The decoder with its adapters applied, its tokenizer, and the head of a language model.

        Where adapters are in another type than the decoder, it computes under `student.precision()`.
        """
        found = self.student.network
        return Network(found.model, found.tokenizer, found.device, self.weights, found.head)

    @property
    def writes(self) -> bool:
        """Whether it was trained as a language model, so that it can be asked for text."""
        return self.options.objective.name != "classification"

    @property
    def max_tokens(self) -> int:
        """A longer text loses its beginning."""
        return self.options.max_tokens

    @property
    def precision(self) -> str:
        """The one that gives the recorded predictions."""
        return self.options.precision

    def classify(self, texts: Sequence[str], turns: Turns, others: Sequence[str | None] | None = None) -> Classes:
        """Probabilities of class 1 for texts, or for pairs of a text and another where one is given."""
        objective = self.options.objective
        if objective.name == "lm":
            raise invalid("expected a model that classifies or decides: it was trained as a language model", "model")
        seconds = others or [None] * len(texts)
        if objective.name == "decision" and any(other is not None for other in seconds):
            raise invalid("expected no second text: the model was trained to decide on one", "w2s.other")
        rows = [JobRow(text=text, other=other) for text, other in zip(texts, seconds, strict=True)]
        encoded = encode(self.student.network.tokenizer, rows, objective, self.max_tokens)
        tokens = sum(example.tokens for example in encoded.examples)
        return Classes(self.student.predict(encoded.examples, turns), tokens, encoded.cut)
