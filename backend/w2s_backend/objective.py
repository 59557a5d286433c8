"""Losses of weak-to-strong training on one logit per example."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F


def confidence_weight(step: int, steps: int, alpha: float, warmup: float) -> float:
    """Weight of the confidence term at `step` (from 0) of `steps`: linear from 0 to `alpha` over the first `warmup`.

    EDA, algorithm 4, step 3. The weight is continuous where the rise ends.
    """
    rise = warmup * steps
    return alpha if rise <= 0 else alpha * min(1.0, step / rise)


def hardened(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The model's own predictions as 0 or 1, thresholded so that their mean is that of the weak labels.

    `logits` and `labels` (rows,) are those of the whole effective batch. Equal logits are told apart by position.
    """
    positives = math.floor(float(labels.double().mean()) * labels.numel() + 0.5)
    order = torch.argsort(logits.detach(), descending=True, stable=True)
    hard = torch.zeros_like(logits)
    hard[order[:positives]] = 1
    return hard


def classification_loss(logits: torch.Tensor, labels: torch.Tensor, weight: float) -> torch.Tensor:
    """Mean cross entropy (nats) with `labels`, probabilities of class 1; `weight` is that of the confidence term.

    EDA, algorithm 4, step 2: (1 - a) CE(f, f_w) + a CE(f, f_t), which is CE with the mixed target since cross
    entropy is linear in its target.
    """
    target = labels
    if weight > 0:
        target = (1 - weight) * labels + weight * hardened(logits, labels)
    return F.binary_cross_entropy_with_logits(logits, target)
