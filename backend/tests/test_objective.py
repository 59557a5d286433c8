"""The losses against an independent implementation in numpy, written from the paper's formulas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from w2s_backend.objective import (
    classification_loss,
    confidence_weight,
    hardened,
    preference_loss,
    weighted_mean,
)


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


def slopes(value: Callable[[np.ndarray], float], at: np.ndarray) -> np.ndarray:
    """Central differences of a function of a vector."""
    steps = np.eye(len(at)) * 1e-5
    return np.array([(value(at + step) - value(at - step)) / 2e-5 for step in steps])


@pytest.mark.parametrize("beta", [0.1, 1.0, 5.0])
def test_preferences_are_learned_by_the_loss_of_rafailov(beta: float) -> None:
    random = np.random.default_rng(1)
    chosen, rejected, chosen_before, rejected_before = random.normal(size=(4, 9)) * 3

    def expected(ours: np.ndarray, theirs: np.ndarray, before: np.ndarray, theirs_before: np.ndarray) -> float:
        # Equation 7: -log sigmoid(beta log(pi(y_w) / ref(y_w)) - beta log(pi(y_l) / ref(y_l))), on average.
        return float(np.mean(np.log1p(np.exp(-(beta * (ours - before) - beta * (theirs - theirs_before))))))

    likelihoods = [torch.tensor(part, requires_grad=True) for part in (chosen, rejected)]
    reference = torch.tensor(chosen_before - rejected_before)
    loss = preference_loss(likelihoods[0] - likelihoods[1], reference, beta)
    assert loss.item() == pytest.approx(expected(chosen, rejected, chosen_before, rejected_before), rel=1e-12)
    up, down = (part.numpy() for part in torch.autograd.grad(loss, likelihoods))
    assert up == pytest.approx(
        slopes(lambda x: expected(x, rejected, chosen_before, rejected_before), chosen), abs=1e-8
    )
    assert down == pytest.approx(
        slopes(lambda x: expected(chosen, x, chosen_before, rejected_before), rejected), abs=1e-8
    )
    # Descent makes the chosen likelier and the rejected less likely, most where the order is still the wrong way round.
    assert (up < 0).all() and (down > 0).all()
    gained = (chosen - rejected) - (chosen_before - rejected_before)
    assert (np.argsort(gained) == np.argsort(up)).all()


def test_a_preference_starts_at_one_bit_whatever_the_reference_already_prefers() -> None:
    margins = torch.tensor([-7.0, 0.0, 3.0], dtype=torch.float64)
    assert preference_loss(margins, margins, 0.3).item() == pytest.approx(np.log(2), rel=1e-12)


def test_weighted_losses_are_an_average_by_weight() -> None:
    random = np.random.default_rng(2)
    losses, weights = random.uniform(0, 5, size=11), random.uniform(size=11)
    weights[3] = 0

    def expected(some: np.ndarray) -> float:
        return float(np.average(some, weights=weights))

    given = torch.tensor(losses, requires_grad=True)
    loss = weighted_mean(given, torch.tensor(weights))
    assert loss.item() == pytest.approx(expected(losses), rel=1e-12)
    (gradient,) = torch.autograd.grad(loss, given)
    assert gradient.numpy() == pytest.approx(slopes(expected, losses), abs=1e-8)
    assert gradient.numpy() == pytest.approx(weights / weights.sum(), rel=1e-12)
    # Only the weights' proportions matter; without any, nothing is learned.
    assert weighted_mean(given, torch.tensor(7 * weights)).item() == pytest.approx(loss.item(), rel=1e-12)
    assert weighted_mean(given, torch.zeros(11)).item() == 0
