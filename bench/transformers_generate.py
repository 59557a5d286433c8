"""Text by transformers' own `generate`: the yardstick of the bench `generation`.

Reads one line of JSON per batch from standard input and answers each with one line: seconds and tokens. The network is
read from disk once. Each row is made to write as many tokens as it may, so that a batch is always the same work.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def write(model: Any, tokenizer: Any, job: dict[str, Any]) -> int:
    """Continues the prompts of a batch by sampling and returns the number of tokens written."""
    torch.manual_seed(job["seed"])
    inputs = tokenizer(job["prompts"], return_tensors="pt", padding=True).to(model.device)
    found = model.generate(
        **inputs,
        do_sample=True,
        temperature=job["temperature"],
        top_p=job["top_p"],
        top_k=0,
        min_new_tokens=job["max_tokens"],
        max_new_tokens=job["max_tokens"],
        pad_token_id=tokenizer.pad_token_id,
    )
    written = found[:, inputs["input_ids"].shape[1] :]
    tokenizer.batch_decode(written, skip_special_tokens=True)
    return int(written.numel())


def main() -> None:
    """`transformers_generate.py MODEL`."""
    model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32).eval()
    model.to("cuda" if torch.cuda.is_available() else "cpu")
    tokenizer = AutoTokenizer.from_pretrained(sys.argv[1], padding_side="left")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    for line in sys.stdin:
        start = time.perf_counter()
        tokens = write(model, tokenizer, json.loads(line))
        print(json.dumps({"seconds": time.perf_counter() - start, "tokens": tokens}), flush=True)


if __name__ == "__main__":
    main()
