"""A tiny random decoder with a tokenizer of whole words, made in the test: no weights are fetched."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

# Threads only wait for each other on a network so small. Set before torch is imported; subprocesses inherit it.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
import torch

from w2s_backend.store import ModelStore, StoredModel

WORDS = [f"w{index}" for index in range(60)]


def make_model(folder: Path) -> Path:
    """Writes a two-headed, three-layered Llama of 16 dimensions, and its tokenizer."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    vocabulary = {word: index for index, word in enumerate(["<end>", "<unknown>", *WORDS])}
    words: Any = Tokenizer(models.WordLevel(vocabulary, unk_token="<unknown>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, eos_token="<end>", unk_token="<unknown>")
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=3,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=128,
        initializer_range=0.5,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def replace_weights(folder: Path) -> None:
    """Other weights under the same name: the last one differs in its last bit."""
    file = folder / "model.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.unlink()
    file.write_bytes(content)


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def stored(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> StoredModel:
    return ModelStore(tmp_path_factory.mktemp("cache")).get(f"file:{model_folder}", patience=60)


def sentences(count: int, seed: int = 0, words: int = len(WORDS)) -> list[str]:
    """Texts of 1 to 12 words."""
    generator = torch.Generator().manual_seed(seed)

    def draw(below: int) -> int:
        return int(torch.randint(below, (1,), generator=generator))

    return [" ".join(WORDS[draw(words)] for _ in range(1 + draw(12))) for _ in range(count)]
