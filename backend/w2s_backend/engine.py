"""What the routes call: models, activations, classification, generation, jobs."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import __version__
from .device import Turns, device_name, prepare_device, rows_at_once, versions
from .errors import invalid
from .files import FileStore
from .jobs import Jobs
from .model_name import parse_model_name
from .recent import Recent
from .store import ModelStore
from .wire import ChatRequest, ClassifyOptions, CompletionsRequest, EmbeddingsOptions, PoolingOptions

if TYPE_CHECKING:
    from .activations import Activations
    from .frozen import StateStore
    from .network import Network, Networks
    from .served import Classes, Served


class Engine:
    """One device, the models on it, and the folder where models, files and jobs are kept."""

    def __init__(self, cache: Path, keep: int = 2) -> None:
        self.files = FileStore(cache / "files")
        self.models_on_disk = ModelStore(cache)
        self.turns = Turns()
        self.jobs = Jobs(cache / "jobs", self)
        self._keep = keep
        self._networks: Networks | None = None
        self._states: StateStore | None = None
        self._starting = threading.Lock()
        self._tuned = Recent[str, "Network"](keep, lambda network: network.size)
        self._merging = threading.Lock()

    @property
    def networks(self) -> Networks:
        """Networks in memory. PyTorch is imported here, not when the server starts."""
        with self._starting:
            if self._networks is None:
                from .network import Networks

                prepare_device()
                self._networks = Networks(self._keep)
            return self._networks

    @property
    def states(self) -> StateStore:
        """What frozen layers gave, for all jobs."""
        with self._starting:
            if self._states is None:
                from .frozen import StateStore

                self._states = StateStore()
            return self._states

    def describe(self) -> dict[str, Any]:
        """Name, device and versions, and how many texts a request may well ask for."""
        name = f"w2s-backend {__version__}"
        return {"name": name, "device": device_name(), "versions": versions(), "rows": rows_at_once()}

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

        if not model.startswith("ft:"):
            name = parse_model_name(model)
            if name.layers is not None or name.without:
                message = "expected a model with all its layers, layers are asked for in w2s.layers"
                raise invalid(f"{message}: {model}", "model")
        network = self.any_network(model, options.precision)
        return activations(network, texts, options.layers, options.max_tokens, self.turns)

    def any_network(self, model: str, precision: str | None, writes: bool = False) -> Network:
        """The network of a source with the layers that its name leaves, or of a job with its adapters merged.

        Left out, the precision is that of the job, or bfloat16. A job's model that `writes` is a language model.
        """
        from .network import without_layers

        if model.startswith("ft:"):
            return self._tuned_network(model, precision, writes)
        name = parse_model_name(model)
        network = self.network(name.source, precision or "bf16")
        return without_layers(network, name, share=True) if name.layers is not None or name.without else network

    def completions(self, request: CompletionsRequest) -> dict[str, Any]:
        """Continuations of prompts, or the likelihood of the prompts themselves."""
        from .completions import complete

        return complete(self.any_network(request.model, request.w2s.precision, writes=True), request, self.turns)

    def chat(self, request: ChatRequest) -> dict[str, Any]:
        """Answers to a chat."""
        from .completions import chat

        return chat(self.any_network(request.model, request.w2s.precision, writes=True), request, self.turns)

    def embeddings(self, model: str, texts: Sequence[str], options: EmbeddingsOptions) -> tuple[Any, int]:
        """Vectors (texts, hidden), and how many tokens were read."""
        from .embeddings import embed
        from .rows import tokenize

        network = self.any_network(model, options.precision)
        tokenized = tokenize(network.tokenizer, texts, options.max_tokens)
        return embed(network, tokenized, self.turns), tokenized.tokens

    def classify(self, model: str, texts: Sequence[str], options: ClassifyOptions) -> Classes:
        """Probabilities of class 1 by a model that was fine-tuned here."""
        if not model.startswith("ft:"):
            raise invalid(f"expected a fine-tuned model: {model}", "model")
        served = self._served(model, options.precision)
        if options.other is not None and len(options.other) != len(texts):
            raise invalid(f"expected {len(texts)} other texts, null where there is none: {len(options.other)}", "w2s")
        return served.classify(texts, self.turns, options.other)

    def _served(self, model: str, precision: str | None) -> Served:
        served = self.jobs.served(model)
        if precision is not None and precision != served.precision:
            raise invalid(f"expected {served.precision}, in which {model} was trained: {precision}", "w2s.precision")
        return served

    def _tuned_network(self, model: str, precision: str | None, writes: bool) -> Network:
        from .build import merged
        from .network import cast

        served = self._served(model, precision)
        if writes and not served.writes:
            raise invalid(f"expected a model that was trained to write or decide: {model}", "model")

        def merge() -> Network:
            with self.turns.turn():
                return cast(merged(served.student, served.weights), served.precision)

        with self._merging:
            return self._tuned.get(model, merge)
