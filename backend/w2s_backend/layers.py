"""What a decoder's layers are given, read on the way of one pass that ends at the highest of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from .network import Network


class _Enough(Exception):
    """The highest layer asked for is reached."""


def read_layers(
    network: Network,
    inputs: dict[str, torch.Tensor],
    layers: Sequence[int],
    read: Callable[[int, torch.Tensor], None],
) -> None:
    """Calls `read` with each layer (ascending) and its states (rows, positions, hidden).

    Layer 0 is the embedding; the last is the decoder's output, after its final norm, as in transformers.
    """
    blocks = network.blocks

    def hook(layer: int) -> Any:
        def before(_module: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            read(layer, args[0] if args else kwargs["hidden_states"])
            if layer == layers[-1]:
                raise _Enough

        return before

    handles = [
        blocks[layer].register_forward_pre_hook(hook(layer), with_kwargs=True)
        for layer in layers
        if layer < len(blocks)
    ]
    try:
        output = network.model(**inputs, use_cache=False)
        read(len(blocks), output.last_hidden_state)
    except _Enough:
        pass
    finally:
        for handle in handles:
            handle.remove()
