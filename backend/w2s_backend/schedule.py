"""Which rows make up which step of a training, as a function of the seed alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np


def training_batches(
    lengths: Sequence[int], batch_size: int, epochs: float, seed: int, second: Sequence[bool] | None = None
) -> list[list[int]]:
    """Indices of rows for every step of all epochs.

    Each epoch shuffles the rows, sorts them by length so that a batch pads little, cuts batches and shuffles these.
    Where some rows are of a `second` kind, every batch has the same share of them.
    """
    per_epoch = math.ceil(len(lengths) / batch_size)
    steps = max(1, round(epochs * per_epoch))
    batches: list[list[int]] = []
    for epoch in range(math.ceil(steps / per_epoch)):
        random = np.random.default_rng([seed, epoch])
        order = random.permutation(len(lengths))
        order = order[np.argsort(np.asarray(lengths)[order], kind="stable")]
        if second is None or len(set(second)) < 2:
            cut = [order[start : start + batch_size].tolist() for start in range(0, len(order), batch_size)]
        else:
            kinds = np.asarray(second)[order]
            parts = [np.array_split(order[kinds == kind], per_epoch) for kind in (False, True)]
            cut = [[*a.tolist(), *b.tolist()] for a, b in zip(parts[0], parts[1][::-1], strict=True)]
        batches.extend(cut[index] for index in random.permutation(len(cut)))
    return batches[:steps]


def checkpoint_steps(steps: int, epochs: float, per_epoch: float) -> list[int]:
    """Steps (from 1) after which a checkpoint is evaluated: evenly spaced, the last step among them."""
    count = min(steps, max(1, round(epochs * per_epoch)))
    return [round((index + 1) * steps / count) for index in range(count)]


def learning_rate_share(step: int, steps: int, schedule: str, warmup: float) -> float:
    """Share of the learning rate at `step` (from 0) of `steps`: a linear rise over `warmup`, then the schedule.

    The first step of a rise and the last of a decay are not zero: no step is spent on nothing.
    """
    rise = round(warmup * steps)
    if step < rise:
        return (step + 1) / (rise + 1)
    if schedule == "constant":
        return 1.0
    progress = (step - rise) / max(1, steps - rise)
    return 1 - progress if schedule == "linear" else 0.5 * (1 + math.cos(math.pi * progress))
