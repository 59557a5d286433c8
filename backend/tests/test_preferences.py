"""Whole jobs that learn which of two texts is preferred, on a tiny decoder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import sentences
from test_training import options, planted, watch

from w2s_backend.build import build_student
from w2s_backend.device import Turns
from w2s_backend.examples import JobRow, encode
from w2s_backend.model_name import parse_model_name
from w2s_backend.network import load_network
from w2s_backend.store import StoredModel
from w2s_backend.student import Student
from w2s_backend.training import Data, train
from w2s_backend.wire import LanguageModelling

PLAIN: dict[str, Any] = {
    "loss": {"name": "cross_entropy"},
    "lora": {"rank": 4, "alpha": 8, "dropout": 0},
    "checkpoints_per_epoch": 0.01,
}


def likelihoods(student: Student, texts: list[str]) -> Any:
    """Log-likelihoods of w41 and of w42, each alone after a text: a row for each text."""
    rows = [JobRow(text=text, completion=word) for text in texts for word in ("w41", "w42")]
    examples = encode(student.network.tokenizer, rows, LanguageModelling(name="lm"), 32).examples
    with torch.no_grad():
        scores = student.eval().scores([example.passages[0] for example in examples])
    return scores.double().numpy().reshape(-1, 2)


def test_of_judged_pairs_the_chosen_grows_likelier_and_the_rejected_less(stored: StoredModel, tmp_path: Path) -> None:
    beta, weight = 0.5, 2.0
    decision = {"name": "decision", "answers": ["w50", "w51"], "beta": beta, "preference_weight": weight}
    chosen = options(objective=decision, epochs=8, **PLAIN)
    network = load_network(stored, "fp32")
    student = build_student(network, parse_model_name(stored.source), chosen)
    texts = sentences(4, 4)
    rows = [JobRow(text=text, chosen="w41", rejected="w42") for text in texts]
    judged = encode(network.tokenizer, rows, chosen.objective, 32).examples
    labelled = planted(network, 4, 1, "decision")
    before = likelihoods(student, texts)
    train(student, Data([*labelled, *judged], None, []), chosen, tmp_path, watch())
    ours, theirs = (likelihoods(student, texts) - before).T
    assert (ours > 0).all()
    assert (theirs < 0).all()
    # EDA, equation 2, with D rewarded: the decisions' cross entropy and, weighted, DPO against the first weights.
    logits = student.predict_logits(labelled, Turns()).double().numpy()
    signs = np.array([2 * (row.label or 0) - 1 for row in labelled])
    expected = np.mean(np.log1p(np.exp(-signs * logits))) + weight * np.mean(np.log1p(np.exp(-beta * (ours - theirs))))
    with torch.no_grad():
        assert student.loss([*labelled, *judged], 0).item() == pytest.approx(expected, rel=1e-4)


def test_of_two_completions_each_is_written_as_often_as_it_weighs(stored: StoredModel, tmp_path: Path) -> None:
    chosen = options(objective="lm", epochs=40, **PLAIN)
    network = load_network(stored, "fp32")
    student = build_student(network, parse_model_name(stored.source), chosen)
    rows = [JobRow(text="w1 w2", completion=text, weight=weight) for text, weight in (("w41", 0.9), ("w42", 0.1))]
    examples = encode(network.tokenizer, rows, chosen.objective, 32).examples
    train(student, Data(examples, None, []), chosen, tmp_path, watch())
    # Cross entropy has its minimum where the texts' probabilities are as their weights, 9 to 1.
    first, second = likelihoods(student, ["w1 w2"])[0]
    assert first - second == pytest.approx(np.log(9), abs=0.2)
