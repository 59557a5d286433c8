"""What identifies weights."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

# Fields of a config that name who wrote it, not what the network computes.
_INCIDENTAL = ("_name_or_path", "transformers_version")
_TOKENIZER = (
    "added_tokens.json",
    "merges.txt",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "vocab.json",
    "vocab.txt",
)
_WEIGHTS = (".safetensors", ".bin", ".gguf")


def file_sha256(path: Path) -> str:
    """sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_sha256(folder: Path) -> str:
    """sha256 over weights, config and tokenizer of a folder as `from_pretrained` reads it."""
    names = [path.name for path in folder.iterdir() if path.is_file()]
    weights = sorted(name for name in names if name.endswith(_WEIGHTS))
    if any(name.endswith(".safetensors") for name in weights):
        weights = [name for name in weights if name.endswith(".safetensors")]
    digest = hashlib.sha256()
    for name in [*weights, *sorted(set(names) & set(_TOKENIZER))]:
        digest.update(f"{name}\0{file_sha256(folder / name)}\0".encode())
    config = json.loads((folder / "config.json").read_bytes())
    for key in _INCIDENTAL:
        config.pop(key, None)
    digest.update(json.dumps(config, sort_keys=True).encode())
    return digest.hexdigest()


def tensors_sha256(tensors: Mapping[str, torch.Tensor]) -> str:
    """sha256 over named tensors: names, types, shapes and bytes, in the order of their names."""
    import torch

    digest = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        digest.update(f"{name}\0{tensor.dtype}\0{tuple(tensor.shape)}\0".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
