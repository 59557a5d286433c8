"""What frozen lower layers give: computed once per text, for all epochs, arms and seeds."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch

from .layers import read_layers
from .network import Network
from .rows import Row, pad

# A row is computed in a batch of this shape whatever it is asked with, so that its states do not depend on that.
_ROWS = 16
_LENGTH = 16


class StateStore:
    """States (tokens, hidden) by key; beyond `limit` bytes those go that were not used for longest."""

    def __init__(self, limit: int | None = None) -> None:
        self.limit = _memory() // 8 if limit is None else limit
        self._kept: OrderedDict[Hashable, torch.Tensor] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> torch.Tensor | None:
        """States as they were put, on the CPU; None where they are not kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Hashable, states: torch.Tensor) -> None:
        """Keeps states."""
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = states
            self._bytes += states.nbytes
            while self._bytes > self.limit:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes


@dataclass(frozen=True)
class FrozenLayers:
    """The first `count` layers of a decoder in training, which nothing changes.

    `identity` tells what they compute: layers of equal identity give equal states, whichever job asks.
    """

    network: Network
    count: int
    identity: Hashable
    store: StateStore

    def missing(self, rows: Sequence[Row]) -> list[list[Row]]:
        """Rows whose states are not kept, in batches to be computed; none where all of them would not fit."""
        unique = {tuple(row): row for row in rows}
        config: Any = self.network.model.config
        size = next(self.network.model.parameters()).element_size() * int(config.hidden_size)
        if sum(map(len, unique)) * size > self.store.limit // 2:
            return []
        unknown = [row for tokens, row in unique.items() if self.store.get((self.identity, tokens)) is None]
        by_length: dict[int, list[Row]] = {}
        for row in unknown:
            by_length.setdefault(_shape(row), []).append(row)
        return [
            some[start : start + _ROWS] for _, some in sorted(by_length.items()) for start in range(0, len(some), _ROWS)
        ]

    def compute(self, rows: Sequence[Row]) -> None:
        """States of at most 16 rows of like length, under the precision of the caller."""
        filled = [*rows, *[rows[0][:1]] * (_ROWS - len(rows))]
        inputs = pad(filled, self.network.device, max(map(_shape, rows)))

        def keep(_layer: int, states: torch.Tensor) -> None:
            for index, row in enumerate(rows):
                self.store.put((self.identity, tuple(row)), states[index, : len(row)].cpu().clone())

        training = self.network.model.training
        self.network.model.eval()
        with torch.inference_mode(False), torch.no_grad():
            read_layers(self.network, inputs, [self.count], keep)
        self.network.model.train(training)

    def begun(self, rows: Sequence[Row]) -> AbstractContextManager[None]:
        """Within, the decoder's pass over these rows begins at layer `count`, where all their states are kept."""
        found = [self.store.get((self.identity, tuple(row))) for row in rows]
        known = [states for states in found if states is not None]
        if len(known) < len(rows):
            return nullcontext()
        return self._given(torch.nn.utils.rnn.pad_sequence(known, batch_first=True).to(self.network.device))

    @contextmanager
    def _given(self, states: torch.Tensor) -> Iterator[None]:
        blocks = self.network.blocks

        def begin(_module: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            if args:
                return (states, *args[1:]), kwargs
            return args, {**kwargs, "hidden_states": states}

        handle = blocks[self.count].register_forward_pre_hook(begin, with_kwargs=True, prepend=True)
        skipped: list[Any] = list(blocks)[: self.count]
        for block in skipped:
            block.forward = _pass
        try:
            yield
        finally:
            handle.remove()
            for block in skipped:
                del block.forward


def _pass(hidden_states: Any, *_rest: Any, **_others: Any) -> Any:
    """In place of a layer below the given states. Its output, or the first part of it, goes to the next."""
    return hidden_states if isinstance(hidden_states, tuple) else (hidden_states,)


def _shape(row: Row) -> int:
    """The length to which a row is padded when its states are computed."""
    return -(-len(row) // _LENGTH) * _LENGTH


def _memory() -> int:
    """Bytes of memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
