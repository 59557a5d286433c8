"""States of frozen layers: the same training as through the whole depth, with each text read once below."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from test_training import data_of, options, planted, watch

from w2s_backend.build import base_precision, build_student
from w2s_backend.device import Turns
from w2s_backend.frozen import StateStore
from w2s_backend.model_name import parse_model_name
from w2s_backend.network import load_network
from w2s_backend.store import StoredModel
from w2s_backend.student import Student
from w2s_backend.training import train

LORA = {"rank": 2, "alpha": 4, "dropout": 0, "frozen_layers": 2}


def student_of(stored: StoredModel, states: StateStore | None, **changes: Any) -> Student:
    chosen = options(lora=LORA, **changes)
    network = load_network(stored, base_precision(chosen))
    return build_student(network, parse_model_name(stored.source), chosen, states)


def passes(student: Student, layer: int) -> list[int]:
    """Rows of each pass through a layer from now on; one that is left out is handed a tuple."""
    seen: list[int] = []

    def count(_module: Any, args: tuple[Any, ...], _output: Any) -> None:
        if isinstance(args[0], torch.Tensor):
            seen.append(len(args[0]))

    student.network.blocks[layer].register_forward_hook(count)
    return seen


@pytest.mark.parametrize("objective", ["classification", "comparison", "lm", "decision", "decision of phrases"])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_training_is_that_through_the_whole_depth(
    stored: StoredModel, tmp_path: Path, objective: str, precision: str
) -> None:
    from test_training import OBJECTIVES

    results = {}
    for name, states in (("whole", None), ("kept", StateStore())):
        chosen = options(lora=LORA, precision=precision, objective=OBJECTIVES[objective])
        student = build_student(
            load_network(stored, base_precision(chosen)), parse_model_name(stored.source), chosen, states
        )
        results[name] = train(student, data_of(student.network, objective), chosen, tmp_path / name, watch())
    # In half precision, lower layers read in other batches move the last of 8 bits.
    tolerance = {"fp32": 1e-5, "bf16": 0.05}[precision]
    losses = {name: [row["loss"] for row in result["curve"]] for name, result in results.items()}
    assert losses["kept"] == pytest.approx(losses["whole"], rel=tolerance, abs=tolerance)
    observed = {name: [point["observed"] for point in result["checkpoints"]] for name, result in results.items()}
    for kept, whole in zip(observed["kept"], observed["whole"], strict=True):
        assert kept == pytest.approx(whole, rel=tolerance, abs=tolerance)
    if precision == "fp32":
        weights = {name: load_file(tmp_path / name / "weights.safetensors") for name in results}
        for name, value in weights["whole"].items():
            assert torch.allclose(weights["kept"][name], value, atol=1e-4), name


def test_each_text_goes_through_the_frozen_layers_once_for_all_jobs(stored: StoredModel, tmp_path: Path) -> None:
    states = StateStore()
    chosen = options(lora=LORA)
    texts = {tuple(e.passages[0].tokens) for part in ("training", "validation", "observe") for e in _part(stored, part)}
    for job, expected in (("first", len(texts)), ("second", 0)):
        student = student_of(stored, states, seed=len(job))
        below, above = passes(student, 1), passes(student, 2)
        train(student, data_of(student.network), chosen, tmp_path / job, watch())
        # Batches are filled up to 16 rows, one or two lengths of them in each of three parts.
        assert expected <= sum(below) <= (expected + 6 * 15 if expected else 0)
        assert sum(above) >= 3 * 60


def _part(stored: StoredModel, part: str) -> list[Any]:
    return list(getattr(data_of(load_network(stored, "fp32")), part))


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_states_do_not_depend_on_what_else_is_read(stored: StoredModel, precision: str) -> None:
    kept = []
    for count in (1, 7, 40):
        states = StateStore()
        student = student_of(stored, states, precision=precision)
        examples = planted(student.network, 40, 5)
        student.read([examples[0].passages[0], *(e.passages[0] for e in examples[40 - count + 1 :])], Turns())
        frozen = student.frozen
        assert frozen is not None
        found = states.get((frozen.identity, tuple(examples[0].passages[0].tokens)))
        assert found is not None
        kept.append(found)
    assert torch.equal(kept[0], kept[1]) and torch.equal(kept[0], kept[2])


def test_other_weights_layers_or_precision_are_other_states(stored: StoredModel) -> None:
    identities = []
    for name, precision in (("", "fp32"), ("", "bf16"), ("#without=1", "fp32")):
        chosen = options(lora={**LORA, "frozen_layers": 1}, precision=precision)
        network = load_network(stored, base_precision(chosen))
        student = build_student(network, parse_model_name(stored.source + name), chosen, StateStore())
        assert student.frozen is not None
        identities.append(student.frozen.identity)
    # Layer 0 stands alone below in both: the cut above it makes no difference.
    assert identities[0] == identities[2] != identities[1]


def test_what_does_not_fit_is_computed_at_every_step(stored: StoredModel, tmp_path: Path) -> None:
    states = StateStore(limit=1000)
    student = student_of(stored, states)
    below = passes(student, 1)
    result = train(student, data_of(student.network), options(lora=LORA), tmp_path, watch())
    assert sum(below) >= 3 * 60
    assert result["steps"] == 24


def test_the_least_recently_used_states_go_first() -> None:
    store = StateStore(limit=8)
    one, two, three = (torch.full((1,), value, dtype=torch.float32) for value in (1, 2, 3))
    store.put("one", one)
    store.put("two", two)
    assert store.get("one") is one
    store.put("three", three)
    assert store.get("two") is None
    assert store.get("one") is one and store.get("three") is three
