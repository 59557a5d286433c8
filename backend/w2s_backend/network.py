"""Networks in memory, without an output layer: no logits are ever computed."""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from .device import device_type
from .model_name import ModelName
from .store import StoredModel

TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


@dataclass(frozen=True)
class Network:
    """A decoder, its tokenizer, the device it lies on, and the digest of the weights as they are on disk."""

    model: nn.Module
    tokenizer: Any
    device: str
    weights: str

    @property
    def blocks(self) -> nn.ModuleList:
        """The decoder's layers."""
        return find_blocks(self.model)


def find_blocks(model: nn.Module) -> nn.ModuleList:
    """The list of a decoder's layers, whatever its architecture calls it."""
    count = model.config.num_hidden_layers  # type: ignore[union-attr]
    for module in model.modules():
        if isinstance(module, nn.ModuleList) and len(module) == count:
            return module
    raise ValueError(f"expected a list of {count} layers in {type(model).__name__}")


def load_network(stored: StoredModel, precision: str) -> Network:
    """Reads weights from disk."""
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    device = device_type()
    model = AutoModel.from_pretrained(stored.folder, dtype=TYPES[precision]).to(device)
    model.config.use_cache = False
    model.requires_grad_(False)
    model.eval()
    tokenizer = AutoTokenizer.from_pretrained(stored.folder)
    return Network(model, tokenizer, device, stored.weights)


class Networks:
    """The most recently used networks, each loaded once."""

    def __init__(self, keep: int = 2) -> None:
        self._keep = keep
        self._lock = threading.Lock()
        self._loaded: OrderedDict[tuple[str, str], Network] = OrderedDict()

    def get(self, stored: StoredModel, precision: str) -> Network:
        """Returns the network, shared: callers copy before they change it."""
        key = (stored.weights, precision)
        with self._lock:
            if key not in self._loaded:
                while len(self._loaded) >= self._keep:
                    self._loaded.popitem(last=False)
                with torch.random.fork_rng(devices=[]):
                    self._loaded[key] = load_network(stored, precision)
            self._loaded.move_to_end(key)
            return self._loaded[key]


def without_layers(network: Network, name: ModelName, share: bool) -> Network:
    """A copy that has only the layers that `name` leaves, with the decoder's own last norm.

    With `share` the copy's modules hold the same parameters as the original: right where these stay frozen.
    """
    kept = name.kept(len(network.blocks))
    model = copy.deepcopy(network.model, {id(parameter): parameter for parameter in network.model.parameters()})
    left = find_blocks(model)
    for index in reversed(range(len(left))):
        if index not in kept:
            del left[index]
    config: Any = model.config
    config.num_hidden_layers = len(kept)
    if getattr(config, "layer_types", None):
        config.layer_types = [config.layer_types[index] for index in kept]
    return Network(model if share else copy.deepcopy(model), network.tokenizer, network.device, network.weights)
