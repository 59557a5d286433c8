"""The losses against an independent implementation in numpy, written from the paper's formulas."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from w2s_backend.objective import classification_loss, confidence_weight, hardened


def cross_entropy(probability: np.ndarray, target: np.ndarray) -> float:
    return float(np.mean(-target * np.log(probability) - (1 - target) * np.log(1 - probability)))


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.75, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_loss_is_that_of_the_paper(weight: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    logits, weak = random.normal(size=17) * 3, random.uniform(size=17)
    student = 1 / (1 + np.exp(-logits))
    # EDA, algorithm 4: f_t thresholds the student so that as many are positive as the weak labels have on average.
    positives = round(weak.mean() * 17)
    threshold = np.sort(student)[::-1][positives - 1]
    thresholded = (student >= threshold).astype(float)
    expected = (1 - weight) * cross_entropy(student, weak) + weight * cross_entropy(student, thresholded)
    found = classification_loss(torch.tensor(logits), torch.tensor(weak), weight)
    assert found.item() == pytest.approx(expected, rel=1e-9)


def test_no_gradient_flows_through_the_hardened_prediction() -> None:
    logits = torch.tensor([2.0, -1.0, 0.5], requires_grad=True)
    weak = torch.tensor([0.9, 0.3, 0.5])
    loss = classification_loss(logits, weak, 1.0)
    (gradient,) = torch.autograd.grad(loss, logits)
    # The derivative of cross entropy by the logit, with a constant target, is (sigmoid - target) / n.
    target = torch.tensor([1.0, 0.0, 1.0])
    assert torch.allclose(gradient, (torch.sigmoid(logits.detach()) - target) / 3)


def test_hardened_positives_match_the_mean_of_the_weak_labels_also_with_ties() -> None:
    labels = torch.tensor([0.6, 0.6, 0.6, 0.2])
    # Two places, rounded from 2.0: shared by four that tie; or one for the highest, the other shared by two.
    assert hardened(torch.zeros(4), labels).tolist() == [0.5, 0.5, 0.5, 0.5]
    assert hardened(torch.tensor([1.0, 3.0, 0.0, 1.0]), labels).tolist() == [0.5, 1, 0, 0.5]
    assert hardened(torch.tensor([-9.0, -7.0, -8.0, -6.0]), labels).tolist() == [0, 1, 0, 1]
    assert hardened(torch.tensor([1.0, 2.0]), torch.zeros(2)).sum() == 0
    assert hardened(torch.tensor([-1.0, -2.0]), torch.ones(2)).sum() == 2


def test_weight_rises_over_the_first_fifth_without_a_jump() -> None:
    weights = [confidence_weight(step, 100, 0.75, 0.2) for step in range(1, 101)]
    # 20 equal rises from 0, the first of them before the first step.
    assert weights[0] == pytest.approx(0.75 / 20)
    assert weights[9] == pytest.approx(0.375)
    assert weights[18] == pytest.approx(0.75 * 19 / 20)
    assert weights[19:] == [0.75] * 81
    assert np.diff(weights[:20]) == pytest.approx([0.75 / 20] * 19)
    assert confidence_weight(1, 100, 0.5, 0) == 0.5
