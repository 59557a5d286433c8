"""Embeddings of last resort: the mean of a decoder's last hidden states, of length 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from .device import Turns
from .network import Network
from .rows import Tokenized, batches_by_length, pad


def embed(
    network: Network, tokenized: Tokenized, turns: Turns, batch_tokens: int = 2048, batch_rows: int = 64
) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Vectors (texts, hidden), in the order of the texts."""
    rows: Sequence[list[int]] = tokenized.rows
    config: Any = network.model.config
    result = np.zeros((len(rows), int(config.hidden_size)), dtype=np.float32)
    for batch in batches_by_length(rows, batch_tokens, batch_rows):
        inputs = pad([rows[index] for index in batch], network.device)
        with turns.turn(), torch.inference_mode():
            states = network.model(**inputs, use_cache=False)[0].float()
            mask = inputs["attention_mask"][:, :, None]
            means = (states * mask).sum(dim=1) / mask.sum(dim=1)
            result[batch] = torch.nn.functional.normalize(means, dim=-1).cpu().numpy()
    return result
