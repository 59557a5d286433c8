"""A decoder with a linear head on the last real token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from .examples import Example
from .network import Network
from .objective import classification_loss
from .rows import Passage, at_last_token
from .student import Student


class Classifier(Student):
    """One score per passage, r(text): the logit, or with a second passage one side of r(text) - r(other)."""

    def __init__(self, network: Network, autocast: bool) -> None:
        super().__init__(network, autocast)
        config: Any = network.model.config
        self.head = nn.Linear(int(config.hidden_size), 1, dtype=torch.float32)
        # Small but not zero: with a zero head the first step would teach the decoder nothing.
        nn.init.normal_(self.head.weight, std=1e-3)
        nn.init.zeros_(self.head.bias)

    def scores(self, passages: Sequence[Passage]) -> torch.Tensor:
        """The head's output (passages,) at the last token."""
        states, mask = self.states(passages)
        found: torch.Tensor = self.head(at_last_token(states, mask).float()).squeeze(-1)
        return found

    def loss(self, examples: Sequence[Example], weight: float) -> torch.Tensor:
        """Mean cross entropy with the labels, mixed with the confidence term; of pairs it is Bradley-Terry's."""
        labels = torch.tensor([example.label for example in examples], dtype=torch.float32, device=self.device_type)
        return classification_loss(self.logits(examples), labels, weight)
