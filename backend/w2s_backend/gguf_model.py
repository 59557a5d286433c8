"""A GGUF file, dequantised once into safetensors that load quickly."""

from __future__ import annotations

from pathlib import Path

from .importing import IMPORTING


def convert_gguf(file: Path, folder: Path) -> None:
    """Writes config, tokenizer and bfloat16 weights of `file` into `folder`, to be read by `from_pretrained`.

    The object that transformers loads from GGUF cannot be saved ("quantized with GGUF"), hence the fresh model.
    """
    import torch

    with IMPORTING:
        from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
    loaded = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype=torch.float32)
    config = loaded.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    config._name_or_path = ""
    config.dtype = torch.bfloat16
    with torch.device("meta"):
        fresh = AutoModelForCausalLM.from_config(config)
    state = {name: tensor.to(torch.bfloat16) for name, tensor in loaded.state_dict().items()}
    fresh.load_state_dict(state, assign=True)
    fresh.tie_weights()
    fresh.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
