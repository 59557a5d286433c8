"""Networks in memory: a decoder, and apart from it the output layer, so that logits are computed only where needed."""

from __future__ import annotations

import copy
import threading
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from .device import device_type
from .importing import IMPORTING
from .model_name import ModelName
from .recent import Recent, size_of
from .store import StoredModel

TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


@dataclass(frozen=True)
class Network:
    """A decoder, its tokenizer, the device it lies on, and the digest of the weights as they are on disk.

    `head` is what the architecture computes above the decoder, tied weights still tied.
    """

    model: nn.Module
    tokenizer: Any
    device: str
    weights: str
    head: nn.Module

    @property
    def blocks(self) -> nn.ModuleList:
        """The decoder's layers."""
        return find_blocks(self.model)

    @property
    def size(self) -> int:
        """Bytes of its parameters."""
        return size_of((self.model, self.head))

    def logits(self, states: torch.Tensor) -> torch.Tensor:
        """Next-token logits (rows, vocabulary) in float32 of the decoder's last states (rows, hidden)."""
        found: torch.Tensor = self.head(inputs_embeds=states[None], use_cache=False).logits
        return found[0].float()


class _States(nn.Module):
    """Takes the place of the decoder in a causal language model: gives the states that it is given."""

    @property
    def decoder(self) -> nn.Module:
        """Where OPT looks for it."""
        return self

    def get_input_embeddings(self) -> nn.Module:
        """Asked for before a model names its output layer."""
        return self

    def forward(self, *_rest: Any, inputs_embeds: torch.Tensor, **_others: Any) -> Any:
        from transformers.modeling_outputs import BaseModelOutputWithPastAndCrossAttentions

        return BaseModelOutputWithPastAndCrossAttentions(last_hidden_state=inputs_embeds)


def split_head(causal: Any) -> tuple[nn.Module, nn.Module]:
    """The decoder of a causal language model, and what is left of the model: scales and caps of logits stay its own."""
    decoder: nn.Module = causal.base_model
    setattr(causal, causal.base_model_prefix, _States())
    return decoder, causal


def find_blocks(model: nn.Module) -> nn.ModuleList:
    """The list of a decoder's layers, whatever its architecture calls it."""
    count = model.config.num_hidden_layers  # type: ignore[union-attr]
    for module in model.modules():
        if isinstance(module, nn.ModuleList) and len(module) == count:
            return module
    raise ValueError(f"expected a list of {count} layers in {type(model).__name__}")


def load_network(stored: StoredModel, precision: str) -> Network:
    """Reads weights from disk."""
    with IMPORTING:
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    device = device_type()
    causal = AutoModelForCausalLM.from_pretrained(stored.folder, dtype=TYPES[precision]).to(device)
    causal.config.use_cache = False
    causal.requires_grad_(False)
    causal.eval()
    tokenizer = AutoTokenizer.from_pretrained(stored.folder)
    model, head = split_head(causal)
    return Network(model, tokenizer, device, stored.weights, head)


def cast(network: Network, precision: str) -> Network:
    """The same network with its parameters, in place, in the type of `precision`; other tensors keep theirs."""
    for module in (network.model, network.head):
        for parameter in module.parameters():
            parameter.data = parameter.data.to(TYPES[precision])
    return network


def _without_drawing(stored: StoredModel, precision: str) -> Network:
    """Reads weights, and leaves the generator of random numbers as it is."""
    with torch.random.fork_rng(devices=[]):
        return load_network(stored, precision)


class Networks:
    """The most recently used networks, each loaded once."""

    def __init__(self, keep: int = 2) -> None:
        self._lock = threading.Lock()
        self._loaded = Recent[tuple[str, str], Network](keep, lambda network: network.size)

    def get(self, stored: StoredModel, precision: str) -> Network:
        """Returns the network, shared: callers copy before they change it."""
        key = (stored.weights, precision)
        with self._lock:
            return self._loaded.get(key, lambda: _without_drawing(stored, precision))


def without_layers(network: Network, name: ModelName, share: bool) -> Network:
    """A copy that has only the layers that `name` leaves, with the decoder's own last norm.

    With `share` the copy's modules hold the same parameters as the original: right where these stay frozen.
    """
    kept = name.kept(len(network.blocks))
    original = (network.model, network.head)
    shared = {id(parameter): parameter for module in original for parameter in module.parameters()}
    # Together: weights that decoder and head tie stay tied.
    model, head = copy.deepcopy(original, shared)
    left = find_blocks(model)
    for index in reversed(range(len(left))):
        if index not in kept:
            del left[index]
    for index, block in enumerate(left):
        module: Any
        for module in block.modules():
            # Where attention finds its keys and values in a cache.
            if hasattr(module, "layer_idx"):
                module.layer_idx = index
    config: Any = model.config
    config.num_hidden_layers = len(kept)
    if getattr(config, "layer_types", None):
        config.layer_types = [config.layer_types[index] for index in kept]
    if not share:
        model, head = copy.deepcopy((model, head))
    return Network(model, network.tokenizer, network.device, network.weights, head)
