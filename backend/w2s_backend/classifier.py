"""A decoder with a linear head on the last real token."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from .device import Turns
from .model_name import ModelName
from .network import Network, without_layers
from .rows import Row, at_last_token, batches_by_length, pad, tokenize
from .wire import JobOptions


@dataclass(frozen=True)
class Classes:
    """Probability of class 1 per text."""

    probabilities: list[float]
    tokens: int
    cut: int


# Above so many scores (rows x positions x positions) the eager form of attention takes too much memory to train.
_EAGER_SCORES = 400_000


class Classifier(nn.Module):
    """One logit per row. `autocast` computes in bfloat16; trained weights are kept in single precision."""

    def __init__(self, decoder: nn.Module, hidden_size: int, tokenizer: Any, device: str, autocast: bool) -> None:
        super().__init__()
        self.decoder = decoder
        self.head = nn.Linear(hidden_size, 1, dtype=torch.float32)
        self.tokenizer = tokenizer
        self.device_type = device
        self.autocast = autocast
        config: Any = decoder.config
        self.attention: str = config._attn_implementation

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Logits (rows,) in float32 from token ids and mask (rows, positions)."""
        # The fused attention of the CPU takes a third of a training step on short rows, nearly all of it backward.
        scores = input_ids.shape[0] * input_ids.shape[1] ** 2
        eager = self.training and self.device_type == "cpu" and scores <= _EAGER_SCORES
        config: Any = self.decoder.config
        config._attn_implementation = "eager" if eager else self.attention
        context: AbstractContextManager[Any] = nullcontext()
        if self.autocast:
            context = torch.autocast(self.device_type, torch.bfloat16)
        with context:
            states = self.decoder(input_ids=input_ids, attention_mask=attention_mask, use_cache=False)[0]
        logits: torch.Tensor = self.head(at_last_token(states, attention_mask).float()).squeeze(-1)
        return logits

    def predict(self, rows: Sequence[Row], turns: Turns, batch_tokens: int = 2048, batch_rows: int = 64) -> list[float]:
        """Probabilities of class 1, in the order of `rows`."""
        result = [0.0] * len(rows)
        for batch in batches_by_length(rows, batch_tokens, batch_rows):
            inputs = pad([rows[index] for index in batch], self.device_type)
            with turns.turn(), torch.inference_mode():
                self.eval()
                found = torch.sigmoid(self(**inputs)).cpu().tolist()
            for index, probability in zip(batch, found, strict=True):
                result[index] = probability
        return result

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


def build_classifier(network: Network, name: ModelName, options: JobOptions) -> Classifier:
    """A classifier to be trained. Its seed comes before every initialisation, so equal jobs start equal."""
    hidden = int(network.model.config.hidden_size)  # type: ignore[union-attr, arg-type]
    lora = options.train == "lora"
    left = without_layers(network, name, share=lora)
    torch.manual_seed(options.seed)
    decoder = left.model
    if lora and options.lora is not None:
        from peft import LoraConfig, get_peft_model

        config = LoraConfig(
            r=options.lora.rank,
            lora_alpha=options.lora.alpha,
            lora_dropout=options.lora.dropout,
            target_modules="all-linear",
        )
        decoder = get_peft_model(decoder, config)
        if options.precision == "bf16":
            # Autocast decides on types: PEFT would cast every input to single precision first.
            for module in decoder.modules():
                if hasattr(module, "cast_input_dtype_enabled"):
                    module.cast_input_dtype_enabled = False
    else:
        decoder.requires_grad_(True)
    classifier = Classifier(decoder, hidden, network.tokenizer, network.device, options.precision == "bf16")
    # Small but not zero: with a zero head the first step would teach the decoder nothing.
    nn.init.normal_(classifier.head.weight, std=1e-3)
    nn.init.zeros_(classifier.head.bias)
    return classifier.to(network.device)


def base_precision(options: JobOptions) -> str:
    """Type of the weights that a job reads: frozen ones may be bfloat16, trained ones are single precision."""
    return options.precision if options.train == "lora" else "fp32"


@dataclass(frozen=True)
class Served:
    """A trained classifier with what the job said of its inputs."""

    classifier: Classifier
    max_tokens: int
    precision: str

    def classify(self, texts: Sequence[str], turns: Turns) -> Classes:
        """Probabilities of class 1 for texts."""
        tokenized = tokenize(self.classifier.tokenizer, texts, self.max_tokens)
        return Classes(self.classifier.predict(tokenized.rows, turns), tokenized.tokens, tokenized.cut)
