"""What every model in training has: a decoder whose states are scored, one number per passage."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import nn

from .device import Turns
from .examples import Example
from .frozen import FrozenLayers
from .network import Network
from .rows import Passage, batches_by_length, pad

# Above so many scores (rows x positions x positions) the eager form of attention takes too much memory to train.
_EAGER_SCORES = 400_000


class Student(nn.Module, ABC):
    """A decoder that learns. `autocast` computes in bfloat16; trained weights are kept in single precision.

    Where its lower layers are frozen, `frozen` keeps what they give.
    """

    frozen: FrozenLayers | None = None

    def __init__(self, network: Network, autocast: bool) -> None:
        super().__init__()
        self.network = network
        self.decoder = network.model
        self.device_type = network.device
        self.autocast = autocast
        config: Any = self.decoder.config
        self.attention: str = config._attn_implementation

    @abstractmethod
    def scores(self, passages: Sequence[Passage]) -> torch.Tensor:
        """A score (passages,) in single precision for each passage."""

    @abstractmethod
    def loss(self, examples: Sequence[Example], weight: float) -> torch.Tensor:
        """What a step minimises; `weight` is that of the confidence term."""

    def prepare(self, examples: Sequence[Example], turns: Turns) -> None:
        """Computes once, before the first step, what training needs of the weights that it begins with."""
        self.read([passage for example in examples for passage in example.passages], turns)

    def read(self, passages: Sequence[Passage], turns: Turns) -> None:
        """Has the frozen layers, where there are any, read what they have not read yet."""
        if self.frozen is None:
            return
        for rows in self.frozen.missing([passage.tokens for passage in passages]):
            with turns.turn(), self.precision():
                self.frozen.compute(rows)

    def states(self, passages: Sequence[Passage]) -> tuple[torch.Tensor, torch.Tensor]:
        """The decoder's last states (passages, positions, hidden), padded on the right, and their mask."""
        rows = [passage.tokens for passage in passages]
        inputs = pad(rows, self.device_type)
        begun = nullcontext() if self.frozen is None else self.frozen.begun(rows)
        # The fused attention of the CPU takes a third of a training step on short rows, nearly all of it backward.
        scores = inputs["input_ids"].shape[0] * inputs["input_ids"].shape[1] ** 2
        eager = self.training and self.device_type == "cpu" and scores <= _EAGER_SCORES
        config: Any = self.decoder.config
        config._attn_implementation = "eager" if eager else self.attention
        with self.precision(), begun:
            return self.decoder(**inputs, use_cache=False)[0], inputs["attention_mask"]

    def precision(self) -> AbstractContextManager[Any]:
        """Under which the network computes."""
        return torch.autocast(self.device_type, torch.bfloat16) if self.autocast else nullcontext()

    def logits(self, examples: Sequence[Example]) -> torch.Tensor:
        """Logits (examples,) of class 1: the first passage's score, less the second's where there is one."""
        found = self.scores([passage for example in examples for passage in example.passages])
        if all(len(example.passages) == 1 for example in examples):
            return found
        parts = torch.split(found, [len(example.passages) for example in examples])
        return torch.stack([part[0] - part[1] if len(part) == 2 else part[0] for part in parts])

    def agreement(self, examples: Sequence[Example], turns: Turns) -> float:
        """Share of the examples on which the model decides as their labels do."""
        found = self.predict(examples, turns)
        return sum((p > 0.5) == ((row.label or 0) > 0.5) for p, row in zip(found, examples, strict=True)) / len(found)

    def predict_logits(
        self, examples: Sequence[Example], turns: Turns, batch_tokens: int = 2048, batch_rows: int = 64
    ) -> torch.Tensor:
        """Logits of class 1 in the order of `examples`, computed in batches of passages of like length."""
        passages = [passage for example in examples for passage in example.passages]
        self.read(passages, turns)
        found = torch.zeros(len(passages))
        for batch in batches_by_length([passage.tokens for passage in passages], batch_tokens, batch_rows):
            with turns.turn(), torch.inference_mode():
                self.eval()
                found[batch] = self.scores([passages[index] for index in batch]).float().cpu()
        parts = torch.split(found, [len(example.passages) for example in examples])
        # An empty split gives one empty part.
        differences = [part[0] - part[1] if len(part) == 2 else part[0] for part in parts if len(part)]
        return torch.stack(differences) if differences else found

    def predict(self, examples: Sequence[Example], turns: Turns) -> list[float]:
        """Probabilities of class 1, in the order of `examples`."""
        return torch.sigmoid(self.predict_logits(examples, turns)).tolist()

    def trained(self) -> dict[str, torch.Tensor]:
        """The weights that training changes, by name."""
        return {name: value.detach() for name, value in self.named_parameters() if value.requires_grad}

    def restore(self, weights: dict[str, torch.Tensor]) -> None:
        """Takes trained weights back. Raises ValueError where they are another model's."""
        mine = self.trained()
        if mine.keys() != weights.keys():
            raise ValueError("expected the trained weights of this model")
        with torch.no_grad():
            for name, value in mine.items():
                value.copy_(weights[name])
