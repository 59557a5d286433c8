"""What the routes call: models, activations, classification, jobs."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import __version__
from .device import Turns, device_name, limit_threads, versions
from .errors import invalid
from .files import FileStore
from .jobs import Jobs
from .model_name import parse_model_name
from .store import ModelStore
from .wire import PoolingOptions

if TYPE_CHECKING:
    from .activations import Activations
    from .classifier import Classes
    from .network import Network, Networks


class Engine:
    """One device, the models on it, and the folder where models, files and jobs are kept."""

    def __init__(self, cache: Path, keep: int = 2) -> None:
        self.files = FileStore(cache / "files")
        self.models_on_disk = ModelStore(cache)
        self.turns = Turns()
        self.jobs = Jobs(cache / "jobs", self)
        self._keep = keep
        self._networks: Networks | None = None
        self._starting = threading.Lock()

    @property
    def networks(self) -> Networks:
        """Networks in memory. PyTorch is imported here, not when the server starts."""
        with self._starting:
            if self._networks is None:
                from .network import Networks

                limit_threads()
                self._networks = Networks(self._keep)
            return self._networks

    def describe(self) -> dict[str, Any]:
        """Name, device and versions."""
        return {"name": f"w2s-backend {__version__}", "device": device_name(), "versions": versions()}

    def network(self, source: str, precision: str) -> Network:
        """The whole network of a source. Raises NotReady while it is being fetched."""
        stored = self.models_on_disk.get(source)
        with self.turns.turn():
            return self.networks.get(stored, precision)

    def models(self) -> list[dict[str, Any]]:
        """Models resolved so far, and those fine-tuned here."""
        found = [self.model(stored.source) for stored in self.models_on_disk.known()]
        return [*found, *self.jobs.models()]

    def model(self, identity: str) -> dict[str, Any]:
        """A model in OpenAI's shape; one that is not on disk yet is fetched."""
        if identity.startswith("ft:"):
            return self.jobs.model(identity)
        name = parse_model_name(identity)
        stored = self.models_on_disk.get(name.source)
        name.kept(stored.layers)
        return {
            "id": identity,
            "object": "model",
            "created": 0,
            "owned_by": name.source.partition(":")[0],
            "w2s": {
                "weights": stored.weights,
                "layers": stored.layers,
                "hidden_size": stored.hidden_size,
                "parameters": stored.parameters,
                "revision": stored.revision,
            },
        }

    def activations(self, model: str, texts: Sequence[str], options: PoolingOptions) -> Activations:
        """Hidden states at the last token."""
        from .activations import activations

        name = parse_model_name(model)
        if name.layers is not None or name.without:
            raise invalid(f"expected a model with all its layers, layers are asked for in w2s.layers: {model}", "model")
        network = self.network(name.source, options.precision)
        return activations(network, texts, options.layers, options.max_tokens, self.turns)

    def classify(self, model: str, texts: Sequence[str], precision: str | None) -> Classes:
        """Probabilities of class 1 by a model that was fine-tuned here."""
        if not model.startswith("ft:"):
            raise invalid(f"expected a fine-tuned model: {model}", "model")
        served = self.jobs.served(model)
        if precision is not None and precision != served.precision:
            raise invalid(f"expected {served.precision}, in which {model} was trained: {precision}", "w2s.precision")
        return served.classify(texts, self.turns)
