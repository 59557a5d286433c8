"""A minimal PyTorch loop that does what a fine-tuning job does: the yardstick of the bench `training`.

Reads one line of JSON per training from standard input and answers each with one line: seconds and tokens. The network
is read from disk once; a training copies it, attaches adapters where asked, trains, and saves what it trained. It computes
with what is fastest on short rows, as the backend does (plain attention, adapters under autocast), so that the ratio of
the two is what everything around the computation costs.
"""

from __future__ import annotations

import copy
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from transformers import AutoModel, AutoTokenizer

BATCH = 32


def train(base: torch.nn.Module, tokenizer: Any, job: dict[str, Any], folder: Path) -> int:
    """Trains one epoch on length-sorted batches, saves the trained weights and returns the number of tokens read."""
    torch.manual_seed(job["seed"])
    model = copy.deepcopy(base)
    if job["train"] == "lora":
        from peft import LoraConfig, get_peft_model

        model = get_peft_model(model, LoraConfig(r=16, lora_alpha=32, target_modules="all-linear"))
        for module in model.modules():
            if hasattr(module, "cast_input_dtype_enabled"):
                module.cast_input_dtype_enabled = base.dtype == torch.float32
    head = torch.nn.Linear(base.config.hidden_size, 1)
    torch.nn.init.normal_(head.weight, std=1e-3)
    trained = {name: value for name, value in model.named_parameters() if value.requires_grad}
    trained |= {f"head.{name}": value for name, value in head.named_parameters()}
    optimizer = torch.optim.AdamW(trained.values(), lr=job["learning_rate"], weight_decay=0.0, fused=True)
    rows = tokenizer(job["texts"])["input_ids"]
    order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
    batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    random.Random(job["seed"]).shuffle(batches)
    tokens = 0
    model.train()
    for step, batch in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = job["learning_rate"] * (1 - step / len(batches))
        longest = max(len(rows[index]) for index in batch)
        ids = torch.tensor([rows[index] + [0] * (longest - len(rows[index])) for index in batch])
        lengths = torch.tensor([len(rows[index]) for index in batch])
        mask = (torch.arange(longest) < lengths[:, None]).long()
        with torch.autocast("cpu", torch.bfloat16, enabled=base.dtype == torch.bfloat16):
            states = model(input_ids=ids, attention_mask=mask, use_cache=False)[0]
        logits = head(states[torch.arange(len(batch)), lengths - 1].float()).squeeze(-1)
        labels = torch.tensor([job["labels"][index] for index in batch], dtype=torch.float32)
        F.binary_cross_entropy_with_logits(logits, labels).backward()
        torch.nn.utils.clip_grad_norm_(trained.values(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        tokens += int(lengths.sum())
    save_file({name: value.detach().contiguous() for name, value in trained.items()}, folder / "weights.safetensors")
    return tokens


def main() -> None:
    """`minimal_loop.py MODEL PRECISION FOLDER`."""
    dtype = {"fp32": torch.float32, "bf16": torch.bfloat16}[sys.argv[2]]
    base = AutoModel.from_pretrained(sys.argv[1], dtype=dtype, attn_implementation="eager")
    tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
    for line in sys.stdin:
        start = time.perf_counter()
        tokens = train(base, tokenizer, json.loads(line), Path(sys.argv[3]))
        print(json.dumps({"seconds": time.perf_counter() - start, "tokens": tokens}), flush=True)


if __name__ == "__main__":
    main()
