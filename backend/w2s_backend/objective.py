"""Losses of weak-to-strong training on one logit per example."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F


def confidence_weight(step: int, steps: int, alpha: float, warmup: float) -> float:
    """Weight of the confidence term at `step` (from 1) of `steps`: linear up to `alpha` over the first `warmup`.

    EDA, algorithm 4, step 3. It is 0 before the first step, rises by equal amounts and stays: no jump where it ends.
    """
    rise = warmup * steps
    return alpha if rise <= 0 else alpha * min(1.0, step / rise)


def hardened(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The model's own predictions as 0 or 1, thresholded so that their mean is that of the weak labels.

    `logits` and `labels` (rows,) are those of the whole effective batch. Logits that tie at the threshold share the
    places left, so the order of the rows does not matter.
    """
    found = logits.detach()
    positives = math.floor(float(labels.double().sum()) + 0.5)
    if positives == 0:
        return torch.zeros_like(found)
    threshold = found.sort(descending=True).values[positives - 1]
    above, tied = found > threshold, found == threshold
    share = (positives - above.sum()) / tied.sum()
    return torch.where(above, 1.0, torch.where(tied, share, 0.0)).to(found.dtype)


def classification_loss(logits: torch.Tensor, labels: torch.Tensor, weight: float) -> torch.Tensor:
    """Mean cross entropy (nats) with `labels`, probabilities of class 1; `weight` is that of the confidence term.

    EDA, algorithm 4, step 2: (1 - a) CE(f, f_w) + a CE(f, f_t), which is CE with the mixed target since cross
    entropy is linear in its target.
    """
    target = labels
    if weight > 0:
        target = (1 - weight) * labels + weight * hardened(logits, labels)
    return F.binary_cross_entropy_with_logits(logits, target)


def weighted_mean(losses: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Mean of losses with their weights; 0 where no weight is above 0."""
    return (losses * weights).sum() / weights.sum().clamp(min=torch.finfo(weights.dtype).tiny)


def preference_loss(margins: torch.Tensor, reference: torch.Tensor, beta: float) -> torch.Tensor:
    """Mean DPO loss (nats) of preferences: `margins` are log-likelihoods of the chosen less those of the rejected.

    `reference` are the same under the weights that training began with (Rafailov et al. 2023, equation 7).
    """
    return -F.logsigmoid(beta * (margins - reference)).mean()
