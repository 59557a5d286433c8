"""Batches, checkpoints and learning rates of a training."""

from __future__ import annotations

import pytest

from w2s_backend.schedule import checkpoint_steps, learning_rate_share, training_batches


def test_every_epoch_sees_every_row_once_in_batches_of_like_length() -> None:
    lengths = [1 + (37 * index) % 50 for index in range(101)]
    batches = training_batches(lengths, 8, 2, seed=3)
    assert len(batches) == 26
    for epoch in (batches[:13], batches[13:]):
        assert sorted(index for batch in epoch for index in batch) == list(range(101))
    padded = sum(len(batch) * max(lengths[index] for index in batch) for batch in batches)
    assert padded < 1.2 * 2 * sum(lengths)
    assert batches[:13] != batches[13:]
    longest = [max(lengths[index] for index in batch) for batch in batches[:13]]
    assert longest != sorted(longest)
    assert longest != sorted(longest, reverse=True)


def test_the_seed_alone_determines_the_batches() -> None:
    assert training_batches([3, 1, 2, 5], 2, 1, 7) == training_batches([3, 1, 2, 5], 2, 1, 7)
    assert training_batches(list(range(40)), 4, 1, 7) != training_batches(list(range(40)), 4, 1, 8)


def test_a_fraction_of_an_epoch() -> None:
    assert len(training_batches([1] * 100, 10, 0.5, 0)) == 5
    assert len(training_batches([1] * 3, 10, 0.1, 0)) == 1


def test_checkpoints_are_evenly_spaced_and_end_with_the_last_step() -> None:
    assert checkpoint_steps(20, 2, 2) == [5, 10, 15, 20]
    assert checkpoint_steps(3, 1, 10) == [1, 2, 3]
    assert checkpoint_steps(7, 1, 0.1) == [7]


@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_learning_rate_rises_to_its_peak_and_falls(schedule: str) -> None:
    shares = [learning_rate_share(step, 100, schedule, 0.1) for step in range(100)]
    assert shares[:10] == sorted(shares[:10])
    assert shares[10] == 1
    assert shares[10:] == sorted(shares[10:], reverse=True)
    assert min(shares) > 0
    assert learning_rate_share(55, 100, schedule, 0.1) == pytest.approx(0.5)


def test_constant_learning_rate() -> None:
    assert {learning_rate_share(step, 9, "constant", 0) for step in range(9)} == {1.0}
