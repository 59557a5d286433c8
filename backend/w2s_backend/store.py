"""Models by name: fetched once, also when several requests ask at the same moment, also from two processes."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from .errors import ApiError, NotReady, one_line
from .importing import IMPORTING
from .sources import fetch, hub_revision, stamp


@dataclass(frozen=True)
class StoredModel:
    """A model on disk: `layers`, `hidden_size` and `parameters` are those of the whole network.

    `revision` is the commit that a hub gave.
    """

    source: str
    folder: Path
    weights: str
    layers: int
    hidden_size: int
    parameters: int
    revision: str | None = None


class ModelStore:
    """Resolves sources in the background; a request waits for `patience` seconds and is told to come again."""

    def __init__(self, cache: Path, patience: float = 20) -> None:
        self._cache = cache
        self._patience = patience
        self._lock = threading.Lock()
        self._models: dict[str, tuple[str, Future[StoredModel]]] = {}
        self._messages: dict[str, str] = {}
        self._workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="fetch")

    def get(self, source: str, patience: float | None = None) -> StoredModel:
        """Returns the model; a folder's or file's anew when it has changed.

        Raises NotReady while it is being fetched, ApiError where it cannot be.
        """
        state = stamp(source)
        with self._lock:
            known = self._models.get(source)
            if known is None or known[0] != state:
                known = self._models[source] = (state, self._workers.submit(self._resolve, source))
            future = known[1]
        try:
            return future.result(timeout=self._patience if patience is None else patience)
        except StillRunning:
            raise NotReady(self._messages.get(source, f"preparing {source}")) from None
        except Exception as error:
            with self._lock:
                if self._models.get(source) == (state, future):
                    del self._models[source]
            if isinstance(error, ApiError):
                raise
            raise ApiError(500, f"cannot load {source}: {one_line(error)}") from error

    def known(self) -> list[StoredModel]:
        """Models resolved so far."""
        with self._lock:
            done = [future for _, future in self._models.values() if future.done() and future.exception() is None]
        return [future.result() for future in done]

    def _resolve(self, source: str) -> StoredModel:
        def say(message: str) -> None:
            self._messages[source] = message

        locks = self._cache / "models" / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        with FileLock(locks / hashlib.sha256(source.encode()).hexdigest()[:32]):
            folder, weights = fetch(source, self._cache, say)
        return _measure(source, folder, weights)


def _measure(source: str, folder: Path, weights: str) -> StoredModel:
    """Counts layers and parameters on the meta device: reads the config, not the weights."""
    import torch

    with IMPORTING:
        from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.from_pretrained(folder)
    with torch.device("meta"):
        network = AutoModelForCausalLM.from_config(config)
    return StoredModel(
        source=source,
        folder=folder,
        weights=weights,
        layers=int(config.num_hidden_layers),
        hidden_size=int(config.hidden_size),
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        revision=hub_revision(source, folder),
    )
