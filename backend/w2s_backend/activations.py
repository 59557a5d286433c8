"""Hidden states at the last token of a text, several layers in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from .device import Turns
from .errors import invalid
from .layers import read_layers
from .network import Network
from .rows import at_last_token, batches_by_length, pad, tokenize


@dataclass(frozen=True)
class Activations:
    """One float16 array (texts, hidden) per layer, in the order asked; `weights` is the digest of what gave them."""

    layers: list[np.ndarray[Any, np.dtype[np.float16]]]
    tokens: int
    cut: int
    weights: str


def activations(
    network: Network,
    texts: Sequence[str],
    layers: Sequence[int],
    max_tokens: int,
    turns: Turns,
    batch_tokens: int = 2048,
    batch_rows: int = 64,
) -> Activations:
    """`hidden_states[k]` at the last token for each k of `layers`.

    Layer 0 is the embedding; the last layer is the decoder's output, after its final norm, as in transformers.
    """
    top = len(network.blocks)
    for layer in layers:
        if not 0 <= layer <= top:
            raise invalid(f"expected a layer from 0 to {top}: {layer}", "w2s.layers")
    tokenized = tokenize(network.tokenizer, texts, max_tokens)
    hidden = int(network.model.config.hidden_size)  # type: ignore[union-attr, arg-type]
    result = {layer: np.zeros((len(texts), hidden), dtype=np.float16) for layer in layers}
    for batch in batches_by_length(tokenized.rows, batch_tokens, batch_rows):
        inputs = pad([tokenized.rows[index] for index in batch], network.device)
        with turns.turn():
            for layer, states in last_states(network, inputs, sorted(set(layers))).items():
                # Half precision ends at 65504; a residual stream beyond it would become infinite.
                clipped = states.float().clamp(-65504, 65504).cpu().numpy()
                result[layer][batch] = clipped.astype(np.float16)
    return Activations([result[layer] for layer in layers], tokenized.tokens, tokenized.cut, network.weights)


def last_states(network: Network, inputs: dict[str, torch.Tensor], layers: Sequence[int]) -> dict[int, torch.Tensor]:
    """States (rows, hidden) by layer. The forward pass ends where the highest layer's input is known."""
    found: dict[int, torch.Tensor] = {}

    def read(layer: int, states: torch.Tensor) -> None:
        found[layer] = at_last_token(states, inputs["attention_mask"])

    with torch.inference_mode():
        read_layers(network, inputs, layers, read)
    return {layer: found[layer] for layer in layers}
