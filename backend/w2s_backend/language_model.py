"""A decoder with its output layer, which writes, and decides by the likelihood of two answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch.func import functional_call
from torch.utils.checkpoint import checkpoint

from .device import Turns
from .examples import Example, answer_tokens
from .network import Network
from .objective import classification_loss, preference_loss, weighted_mean
from .rows import Passage, batches_by_length
from .student import Student
from .wire import Decision

# More logits than these are computed in parts, and again in the backward pass: 256 MiB in single precision.
_LOGITS = 2**26


class LanguageModel(Student):
    """The score of a passage is the log-likelihood (nats) of its tokens from `start` on."""

    def __init__(self, network: Network, autocast: bool) -> None:
        super().__init__(network, autocast)
        self.output = network.head

    def scores(self, passages: Sequence[Passage]) -> torch.Tensor:
        """Log-likelihoods (passages,), summed over the scored tokens."""
        states, _ = self.states(passages)
        losses = self.token_losses(states, passages)
        return torch.stack([-part.sum() for part in torch.split(losses, [_scored(passage) for passage in passages])])

    def loss(self, examples: Sequence[Example], weight: float) -> torch.Tensor:
        """Mean over the scored tokens of their negative log-likelihood, each with its row's weight."""
        passages = [example.passages[0] for example in examples]
        states, _ = self.states(passages)
        weights = torch.tensor([example.weight for example in examples], device=self.device_type)
        counts = torch.tensor([_scored(passage) for passage in passages], device=self.device_type)
        return weighted_mean(self.token_losses(states, passages), weights.repeat_interleave(counts))

    def agreement(self, examples: Sequence[Example], turns: Turns) -> float:
        """Share of the examples whose completion, end included, is what the model writes: each token its likeliest.

        One reading of text and completion tells, since the likeliest text is the completion as long as they agree.
        """
        passages = [example.passages[0] for example in examples]
        self.read(passages, turns)
        same = 0
        for batch in batches_by_length([passage.tokens for passage in passages], 2048, 64):
            some = [passages[index] for index in batch]
            with turns.turn(), torch.inference_mode():
                self.eval()
                states, _ = self.states(some)
                likeliest = torch.cat(
                    [self._logits(part).argmax(1) == wanted for part, wanted in self._predicted(states, some)]
                )
            same += sum(bool(part.all()) for part in torch.split(likeliest, [_scored(passage) for passage in some]))
        return same / len(passages)

    def token_losses(self, states: torch.Tensor, passages: Sequence[Passage]) -> torch.Tensor:
        """Negative log-likelihood of every scored token of all passages, in order. No other logits are computed."""
        parts = self._predicted(states, passages)
        if len(parts) == 1 or not torch.is_grad_enabled():
            return torch.cat([self._negative_log_likelihood(*part) for part in parts])
        return torch.cat([checkpoint(self._negative_log_likelihood, *part, use_reentrant=False) for part in parts])

    def _predicted(self, states: torch.Tensor, passages: Sequence[Passage]) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """States before every scored token of all passages, in order, with the tokens; in parts of few logits."""
        chosen, targets = [], []
        for row, passage in enumerate(passages):
            chosen.append(states[row, passage.start - 1 : len(passage.tokens) - 1])
            targets.extend(passage.tokens[passage.start :])
        flat, wanted = torch.cat(chosen), torch.tensor(targets, dtype=torch.long, device=states.device)
        config: Any = self.decoder.config
        most = max(1, _LOGITS // config.vocab_size)
        return list(zip(torch.split(flat, most), torch.split(wanted, most), strict=True))

    def _logits(self, states: torch.Tensor) -> torch.Tensor:
        with self.precision():
            logits: torch.Tensor = self.output(inputs_embeds=states[None], use_cache=False).logits[0]
        return logits.float()

    def _negative_log_likelihood(self, states: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(self._logits(states), targets, reduction="none")


class Decider(LanguageModel):
    """A language model whose logit is the log-odds of `answers[1]` against `answers[0]`."""

    def __init__(self, network: Network, autocast: bool, objective: Decision) -> None:
        super().__init__(network, autocast)
        self.objective = objective
        self.answers = answer_tokens(network.tokenizer, objective)
        # By identity of the example: log-likelihood of the chosen less that of the rejected before training.
        self._reference: dict[int, float] = {}

    def scores(self, passages: Sequence[Passage]) -> torch.Tensor:
        """Log-likelihoods; of a passage that no answer follows, the log-odds of the answers, of one token each."""
        states, _ = self.states(passages)
        asked = [row for row, passage in enumerate(passages) if _scored(passage) == 0]
        found = torch.zeros(len(passages), device=states.device)
        if asked:
            last = torch.stack([states[row, len(passages[row].tokens) - 1] for row in asked])
            found = found.index_put((torch.tensor(asked, device=states.device),), self._log_odds(last))
        written = [row for row in range(len(passages)) if row not in set(asked)]
        if written:
            some = [passages[row] for row in written]
            losses = torch.split(self.token_losses(states[written], some), [_scored(passage) for passage in some])
            sums = torch.stack([-part.sum() for part in losses])
            found = found.index_put((torch.tensor(written, device=states.device),), sums)
        return found

    def agreement(self, examples: Sequence[Example], turns: Turns) -> float:
        """Share of the questions that the model decides as their labels do."""
        return Student.agreement(self, examples, turns)

    def prepare(self, examples: Sequence[Example], turns: Turns) -> None:
        """Also the margins of the preferences under the weights that training begins with: no second copy is needed."""
        super().prepare(examples, turns)
        judged = [example for example in examples if example.label is None]
        found = self.predict_logits(judged, turns).tolist()
        self._reference = {id(example): margin for example, margin in zip(judged, found, strict=True)}

    def loss(self, examples: Sequence[Example], weight: float) -> torch.Tensor:
        """Mean cross entropy of the labelled rows plus `preference_weight` times the mean DPO loss of the others."""
        logits = self.logits(examples)
        device = logits.device
        labelled = [index for index, example in enumerate(examples) if example.label is not None]
        judged = [index for index, example in enumerate(examples) if example.label is None]
        total = logits.sum() * 0
        if labelled:
            labels = torch.tensor([examples[index].label for index in labelled], dtype=torch.float32, device=device)
            total = total + classification_loss(logits[labelled], labels, weight)
        if judged:
            reference = torch.tensor([self._reference[id(examples[index])] for index in judged], device=device)
            preferences = preference_loss(logits[judged], reference, self.objective.beta)
            total = total + self.objective.preference_weight * preferences
        return total

    def _log_odds(self, states: torch.Tensor) -> torch.Tensor:
        """Of one token against another after the same text: the difference of their logits, in single precision."""
        output: Any = self.output
        linear = output.get_output_embeddings()
        tokens = [answer[0] for answer in self.answers]
        some = {
            f"{name}.{kind}": value[tokens].float()
            for name, module in output.named_modules()
            if module is linear
            for kind, value in module.named_parameters()
        }
        with torch.autocast(states.device.type, enabled=False):
            inputs = {"inputs_embeds": states.float()[None], "use_cache": False}
            logits = functional_call(output, some, (), inputs, tie_weights=False).logits[0]
        found: torch.Tensor = logits[:, 1] - logits[:, 0]
        return found


def _scored(passage: Passage) -> int:
    return len(passage.tokens) - passage.start
