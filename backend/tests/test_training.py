"""Whole jobs on a tiny decoder: they learn, repeat, keep the right checkpoint, and survive SIGKILL."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import sentences
from safetensors.torch import load_file

from w2s_backend.build import base_precision, build_student
from w2s_backend.classifier import Classifier
from w2s_backend.device import Turns
from w2s_backend.digest import tensors_sha256
from w2s_backend.errors import ApiError
from w2s_backend.examples import Example, JobRow, encode
from w2s_backend.generation import Sampling, generate
from w2s_backend.model_name import parse_model_name
from w2s_backend.network import Network, load_network
from w2s_backend.rows import Passage
from w2s_backend.store import ModelStore, StoredModel
from w2s_backend.student import Student
from w2s_backend.training import Data, Watch, train
from w2s_backend.wire import JobOptions

DECISION = {"name": "decision", "preference_weight": 0.5, "beta": 0.1}
OBJECTIVES: dict[str, dict[str, Any]] = {
    "classification": {"name": "classification"},
    "comparison": {"name": "classification"},
    "lm": {"name": "lm"},
    "decision": {**DECISION, "answers": ["w50", "w51"]},
    "decision of phrases": {**DECISION, "answers": ["w50", "w51 w52"]},
}


def options(**changes: Any) -> JobOptions:
    values: dict[str, Any] = {
        "key": "test",
        "train": "lora",
        "loss": {"name": "confidence", "alpha": 0.5, "warmup": 0.2},
        "epochs": 3,
        "batch_size": 8,
        "learning_rate": 0.02,
        "weight_decay": 0.01,
        "schedule": "linear",
        "learning_rate_warmup": 0.1,
        "lora": {"rank": 4, "alpha": 8, "dropout": 0.1},
        "checkpoints_per_epoch": 2,
        "precision": "fp32",
        "max_tokens": 32,
        "seed": 1,
    }
    return JobOptions.model_validate({**values, **changes})


def planted(network: Network, count: int, seed: int, objective: str = "classification") -> list[Example]:
    """Rows whose class is 1 when their last word is an odd one; of two texts, when the first one's is the odder."""
    texts = sentences(count, seed, words=8)
    odd = [int(text.split()[-1][1:]) % 2 for text in texts]
    chosen = options(objective=OBJECTIVES[objective]).objective
    rows: list[JobRow] = []
    for index, (text, label) in enumerate(zip(texts, odd, strict=True)):
        if objective == "classification":
            rows.append(JobRow(text=text, label=label))
        elif objective == "comparison":
            rows.append(JobRow(text=text, other=texts[index - 1], label=0.5 + 0.5 * (label - odd[index - 1])))
        elif objective == "lm":
            rows.append(JobRow(text=text, completion=["w50", "w51"][label], weight=1 + index % 2))
        else:
            rows.append(JobRow(text=text, label=label))
    return encode(network.tokenizer, rows, chosen, 32).examples


def data_of(network: Network, objective: str = "classification") -> Data:
    training = planted(network, 60, 1, objective)
    if objective == "lm":
        return Data(training, None, [])
    if objective.startswith("decision"):
        judged = [
            JobRow(text=text, chosen=f"w{41 + index % 2} w40", rejected="w42 w43 w44")
            for index, text in enumerate(sentences(20, 4))
        ]
        chosen = options(objective=OBJECTIVES[objective]).objective
        training = [*training, *encode(network.tokenizer, judged, chosen, 32).examples]
    return Data(training, planted(network, 30, 2, objective), planted(network, 10, 3, objective))


def watch(kill_at: int | None = None) -> Watch:
    def progress(done: int, _total: int) -> None:
        if done == kill_at:
            signal.raise_signal(signal.SIGKILL)

    return Watch(Turns(), progress, lambda: False)


def run(
    stored: StoredModel,
    folder: Path,
    chosen: JobOptions,
    name: str = "",
    kill_at: int | None = None,
    objective: str = "classification",
) -> tuple[dict[str, Any], Student, Network]:
    network = load_network(stored, base_precision(chosen))
    asked = chosen.model_copy(update={"objective": options(objective=OBJECTIVES[objective]).objective})
    student = build_student(network, parse_model_name(stored.source + name), asked)
    return train(student, data_of(network, objective), asked, folder, watch(kill_at)), student, network


@pytest.mark.parametrize(
    ("kind", "precision"), [("lora", "fp32"), ("lora", "bf16"), ("full", "fp32"), ("full", "bf16")]
)
def test_a_job_learns_a_planted_rule_and_repeats_itself(
    stored: StoredModel, tmp_path: Path, kind: str, precision: str
) -> None:
    chosen = options(train=kind, precision=precision, epochs=8, loss={"name": "cross_entropy"})
    first, classifier, network = run(stored, tmp_path / "a", chosen)
    test = planted(network, 200, 9)
    found = np.asarray(classifier.predict(test, Turns())) > 0.5
    assert np.mean(found == np.asarray([row.label for row in test])) > 0.8
    again, _, _ = run(stored, tmp_path / "b", chosen)
    assert again == first
    other, _, _ = run(stored, tmp_path / "c", chosen.model_copy(update={"seed": 2}))
    assert other["digest"] != first["digest"]


def test_the_head_is_seeded_before_it_is_initialised(stored: StoredModel) -> None:
    network = load_network(stored, "fp32")
    digests = []
    for seed in (1, 1, 2):
        torch.rand(seed)
        built = build_student(network, parse_model_name(stored.source), options(seed=seed))
        digests.append(tensors_sha256(built.trained()))
    assert digests[0] == digests[1] != digests[2]


def test_the_kept_checkpoint_is_the_earliest_that_agrees_best(stored: StoredModel, tmp_path: Path) -> None:
    result, classifier, network = run(stored, tmp_path, options())
    agreements = {row["step"]: row["validation_agreement"] for row in result["curve"] if row["validation_agreement"]}
    kept = [point for point in result["checkpoints"] if point["kept"]]
    best = max(agreements.values())
    assert [point["step"] for point in kept] == [min(step for step, value in agreements.items() if value == best)]
    assert [point["step"] for point in result["checkpoints"]] == [4, 8, 12, 16, 20, 24]
    assert classifier.predict(data_of(network).observe, Turns()) == pytest.approx(kept[0]["observed"], abs=1e-6)
    assert tensors_sha256(load_file(tmp_path / "weights.safetensors")) == result["digest"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["result.json", "weights.safetensors"]


def test_without_validation_rows_the_last_checkpoint_is_kept(stored: StoredModel, tmp_path: Path) -> None:
    network = load_network(stored, "fp32")
    chosen = options()
    classifier = build_student(network, parse_model_name(stored.source), chosen)
    data = Data(planted(network, 60, 1), None, planted(network, 10, 3))
    result = train(classifier, data, chosen, tmp_path, watch())
    assert [point["kept"] for point in result["checkpoints"]] == [False] * 5 + [True]
    assert {row["validation_agreement"] for row in result["curve"]} == {None}


def test_the_curve_has_a_row_per_step(stored: StoredModel, tmp_path: Path) -> None:
    result, _, network = run(stored, tmp_path, options())
    curve = result["curve"]
    assert [row["step"] for row in curve] == list(range(1, 25))
    assert curve[-1]["epoch"] == 3
    assert curve[-1]["tokens"] == result["tokens"] == 3 * sum(row.tokens for row in data_of(network).training)
    # 24 steps, of which the first 0.2 x 24 = 4.8 raise the weight to 0.5.
    assert [row["confidence_weight"] for row in curve[:5]] == pytest.approx(
        [0.5 / 4.8, 1 / 4.8, 1.5 / 4.8, 2 / 4.8, 0.5]
    )
    assert curve[-1]["confidence_weight"] == 0.5
    assert max(row["learning_rate"] for row in curve) == 0.02


def test_lora_leaves_the_shared_network_as_it_was(stored: StoredModel, tmp_path: Path) -> None:
    chosen = options(epochs=1)
    network = load_network(stored, "fp32")
    before = tensors_sha256(network.model.state_dict())
    classifier = build_student(network, parse_model_name(f"{stored.source}#without=1"), chosen)
    train(classifier, data_of(network), chosen, tmp_path, watch())
    assert tensors_sha256(network.model.state_dict()) == before
    assert len(network.blocks) == 3


@pytest.mark.parametrize(
    ("kind", "objective"), [("full", "classification"), *(("lora", objective) for objective in OBJECTIVES)]
)
def test_killed_in_the_middle_it_ends_as_if_it_had_not_been(
    stored: StoredModel, tmp_path: Path, kind: str, objective: str
) -> None:
    whole, _, _ = run(stored, tmp_path / "whole", options(train=kind), objective=objective)
    # One step beyond a checkpoint: it is done again.
    step = [point["step"] for point in whole["checkpoints"]][2]
    command = [sys.executable, __file__, stored.source, str(tmp_path / "killed"), kind, str(step + 1), objective]
    environment = {**os.environ, "PYTHONPATH": ":".join(sys.path)}
    killed = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert (tmp_path / f"killed/checkpoints/checkpoint-{step}/record.json").exists()
    # A checkpoint that was being written when the lights went out.
    (tmp_path / f"killed/checkpoints/checkpoint-{step + 1}").mkdir()
    resumed, _, _ = run(stored, tmp_path / "killed", options(train=kind), objective=objective)
    assert json.dumps(resumed) == json.dumps(whole)


def test_frozen_layers_have_no_adapters(stored: StoredModel, tmp_path: Path) -> None:
    chosen = options(train="lora", lora={"rank": 2, "alpha": 4, "dropout": 0, "frozen_layers": 2})
    _, student, _ = run(stored, tmp_path, chosen)
    adapted = {name.split("layers.")[1][0] for name in student.trained() if "lora_" in name}
    assert adapted == {"2"}
    with pytest.raises(ApiError, match="expected fewer frozen layers than 3: 3"):
        run(stored, tmp_path / "none", options(lora={"rank": 2, "alpha": 4, "dropout": 0, "frozen_layers": 3}))


@pytest.mark.parametrize(("name", "layers"), [("", 3), ("#layers=1", 1), ("#without=1", 2), ("#without=0,2", 1)])
def test_layers_are_left_out(stored: StoredModel, name: str, layers: int) -> None:
    network = load_network(stored, "fp32")
    classifier = build_student(network, parse_model_name(stored.source + name), options(train="full"))
    assert isinstance(classifier, Classifier)
    decoder: Any = classifier.decoder
    assert len(decoder.layers) == layers
    whole: Any = network.model
    kept = parse_model_name(stored.source + name).kept(3)
    states = whole.embed_tokens(torch.tensor([[3, 4, 5]]))
    rotary = whole.rotary_emb(states, torch.arange(3)[None])
    for index in kept:
        states = whole.layers[index](states, position_embeddings=rotary)
    expected = classifier.head(whole.norm(states)[:, -1]).squeeze(-1)
    found = classifier.eval().scores([Passage([3, 4, 5], 3)])
    assert torch.allclose(found, expected, atol=1e-5)


if __name__ == "__main__":
    source, folder, kind, step, what = sys.argv[1:]
    model = ModelStore(Path(folder)).get(source, patience=60)
    run(model, Path(folder), options(train=kind), kill_at=int(step), objective=what)


def test_a_writer_keeps_the_checkpoint_that_writes_most_completions_whole(stored: StoredModel, tmp_path: Path) -> None:
    """Agreement is the share of completions that greedy generation gives, as counted by generating them."""
    lm = options(objective={"name": "lm"}, train="full", loss={"name": "cross_entropy"}, epochs=6)
    network = load_network(stored, "fp32")
    student = build_student(network, parse_model_name(stored.source), lm)
    validation = planted(network, 40, 2, "lm")
    result = train(student, Data(planted(network, 60, 1, "lm"), validation, []), lm, tmp_path, watch())
    agreements = [row["validation_agreement"] for row in result["curve"] if row["validation_agreement"] is not None]
    best = max(agreements)
    assert agreements[0] < best < 1
    (kept,) = (point["step"] for point in result["checkpoints"] if point["kept"])
    assert result["curve"][kept - 1]["validation_agreement"] == best
    # The kept weights are the student's again.
    passages = [example.passages[0] for example in validation]
    prompts = [passage.tokens[: passage.start] for passage in passages]
    wanted = [network.tokenizer.decode(passage.tokens[passage.start : -1]) for passage in passages]
    written = generate(student.network, prompts, [0] * len(prompts), Sampling(4, temperature=0), Turns())
    same = [one.finish == "stop" and one.text.strip() == text for one, text in zip(written, wanted, strict=True)]
    assert best == sum(same) / len(same)
