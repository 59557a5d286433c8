"""The routes in process, on a tiny decoder: shapes of replies, refusals, the life of a job."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import replace_weights, sentences
from fastapi.testclient import TestClient
from filelock import FileLock

from w2s_backend.app import create_app
from w2s_backend.engine import Engine


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path / "cache")


@pytest.fixture
def client(engine: Engine) -> Iterator[TestClient]:
    with TestClient(create_app(engine, "secret"), headers={"Authorization": "Bearer secret"}) as client:
        yield client


def upload(client: TestClient, rows: list[dict[str, Any]]) -> str:
    content = "".join(json.dumps(row) + "\n" for row in rows)
    reply = client.post("/v1/files", files={"file": ("rows.jsonl", content)}, data={"purpose": "fine-tune"})
    assert reply.status_code == 200, reply.text
    return str(reply.json()["id"])


def request_of(client: TestClient, model: Path, **changes: Any) -> dict[str, Any]:
    rows = [{"text": text, "label": len(text) % 2} for text in sentences(20)]
    return {
        "model": f"file:{model}",
        "training_file": upload(client, rows),
        "w2s": {
            "key": "job",
            "train": "lora",
            "loss": {"name": "cross_entropy"},
            "epochs": 1,
            "batch_size": 4,
            "learning_rate": 0.01,
            "weight_decay": 0,
            "schedule": "constant",
            "learning_rate_warmup": 0,
            "lora": {"rank": 2, "alpha": 4, "dropout": 0},
            "checkpoints_per_epoch": 1,
            "precision": "fp32",
            "max_tokens": 16,
            "seed": 0,
            **changes,
        },
    }


def finished(engine: Engine, client: TestClient, identity: str) -> dict[str, Any]:
    """The job once the worker has nothing left to do."""
    idle = threading.Event()
    engine.jobs._worker.submit(idle.set)
    assert idle.wait(60)
    return dict(client.get(f"/v1/fine_tuning/jobs/{identity}").json())


def test_a_job_from_upload_to_prediction(engine: Engine, client: TestClient, model_folder: Path) -> None:
    created = client.post("/v1/fine_tuning/jobs", json=request_of(client, model_folder)).json()
    assert created["status"] in ("queued", "running")
    job = finished(engine, client, created["id"])
    assert job["status"] == "succeeded"
    assert job["w2s"]["progress"] is None
    result = client.get(f"/v1/files/{job['result_files'][0]}/content").json()
    assert result["digest"] == job["w2s"]["digest"]
    assert len(result["curve"]) == 5
    reply = client.post("/classify", json={"model": job["fine_tuned_model"], "input": "w1 w2"}).json()
    assert sum(reply["data"][0]["probs"]) == pytest.approx(1)
    assert [page["id"] for page in client.get("/v1/fine_tuning/jobs").json()["data"]] == [job["id"]]
    messages = [event["message"] for event in client.get(f"/v1/fine_tuning/jobs/{job['id']}/events").json()["data"]]
    assert messages == ["job succeeded", "job started", "job queued"]
    checkpoints = client.get(f"/v1/fine_tuning/jobs/{job['id']}/checkpoints").json()["data"]
    assert [point["step_number"] for point in checkpoints] == [5]
    assert job["fine_tuned_model"] in [model["id"] for model in client.get("/v1/models").json()["data"]]


def test_replies_say_which_weights_were_used(
    engine: Engine, client: TestClient, model_folder: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(model_folder, tmp_path / "model")
    body = {"model": f"file:{folder}", "input": ["w1"], "w2s": {"layers": [3]}}

    def resolved() -> str:
        return str(client.get(f"/v1/models/file:{folder}").json()["w2s"]["weights"])

    first = resolved()
    assert client.post("/pooling", json=body).json()["w2s"]["weights"] == first
    job = client.post("/v1/fine_tuning/jobs", json=request_of(client, folder)).json()
    job = finished(engine, client, job["id"])
    assert client.get(f"/v1/files/{job['result_files'][0]}/content").json()["weights"] == first
    replace_weights(folder)
    assert client.post("/pooling", json=body).json()["w2s"]["weights"] == resolved() != first
    # Adapters belong to the weights they were trained on.
    refused = client.post("/classify", json={"model": job["fine_tuned_model"], "input": "w1"})
    assert refused.status_code == 409
    assert refused.json()["error"]["message"].startswith("the weights that ft:")


def test_a_job_counts_the_texts_that_were_cut(engine: Engine, client: TestClient, model_folder: Path) -> None:
    body = request_of(client, model_folder, max_tokens=3)
    rows = [{"text": "w1 w2 w3", "label": 0}, {"text": "w1 w2 w3 w4", "label": 1}, {"text": "w5", "label": 1}]
    body["training_file"] = upload(client, rows)
    body["validation_file"] = upload(client, [*rows, {"text": "w1 w2 w3 w4 w5", "label": 1}])
    body["w2s"]["observe_file"] = upload(client, [{"text": "w9 w8 w7 w6"}])
    job = finished(engine, client, client.post("/v1/fine_tuning/jobs", json=body).json()["id"])
    # Of more than 3 words: one training row, two validation rows, one observed.
    assert client.get(f"/v1/files/{job['result_files'][0]}/content").json()["cut"] == 4


def test_a_cancelled_job_goes_on_when_asked_again(engine: Engine, client: TestClient, model_folder: Path) -> None:
    body = request_of(client, model_folder)
    blocked = threading.Event()
    engine.jobs._worker.submit(blocked.wait)
    identity = client.post("/v1/fine_tuning/jobs", json=body).json()["id"]
    assert client.post(f"/v1/fine_tuning/jobs/{identity}/cancel").json()["status"] == "cancelled"
    blocked.set()
    assert finished(engine, client, identity)["status"] == "cancelled"
    assert client.post("/v1/fine_tuning/jobs", json=body).json()["id"] == identity
    assert finished(engine, client, identity)["status"] == "succeeded"


def test_a_job_without_a_process_reads_interrupted(tmp_path: Path, engine: Engine, model_folder: Path) -> None:
    client = TestClient(create_app(engine, "secret"), headers={"Authorization": "Bearer secret"})
    blocked = threading.Event()
    engine.jobs._worker.submit(blocked.wait)
    identity = client.post("/v1/fine_tuning/jobs", json=request_of(client, model_folder)).json()["id"]
    other = TestClient(create_app(Engine(tmp_path / "cache"), "secret"), headers={"Authorization": "Bearer secret"})
    seen = other.get(f"/v1/fine_tuning/jobs/{identity}").json()
    assert (seen["status"], seen["error"]["code"]) == ("failed", "interrupted")
    with FileLock(tmp_path / "cache/jobs" / identity.removeprefix("ftjob-") / "lock"):
        assert other.get(f"/v1/fine_tuning/jobs/{identity}").json()["status"] == "queued"
    blocked.set()
    assert finished(engine, client, identity)["status"] == "succeeded"
    assert other.get(f"/v1/fine_tuning/jobs/{identity}").json()["status"] == "succeeded"


def test_a_job_that_cannot_be_says_why(engine: Engine, client: TestClient, model_folder: Path) -> None:
    body = request_of(client, model_folder, key="broken")
    body["training_file"] = upload(client, [{"text": "w1", "label": 1.5}])
    job = finished(engine, client, client.post("/v1/fine_tuning/jobs", json=body).json()["id"])
    assert job["status"] == "failed"
    assert job["error"]["message"].startswith("label: input should be less than or equal to 1, training row 1: 1.5")
    body = request_of(client, model_folder, key="nowhere")
    body["model"] = "file:/nowhere"
    job = finished(engine, client, client.post("/v1/fine_tuning/jobs", json=body).json()["id"])
    assert job["error"]["message"] == "expected a folder with config.json or a .gguf file: /nowhere"


def test_a_full_disk_fails_the_job_and_nothing_else(
    engine: Engine, client: TestClient, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    body = request_of(client, model_folder)
    with monkeypatch.context() as patch:
        patch.setattr("w2s_backend.training.save_file", full)
        identity = client.post("/v1/fine_tuning/jobs", json=body).json()["id"]
        job = finished(engine, client, identity)
    assert (job["status"], job["error"]["code"]) == ("failed", "disk_full")
    client.post("/v1/fine_tuning/jobs", json=body)
    assert finished(engine, client, identity)["status"] == "succeeded"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"train": "head"}, "w2s.train: "),
        ({"epoch": 2}, "w2s.epoch: extra inputs are not permitted: 2"),
        ({"lora": None}, "expected w2s.lora with train lora"),
        ({"observe_file": "file-" + "0" * 32}, "no such file: "),
        ({"learning_rate": 0}, "w2s.learning_rate: input should be greater than 0: 0"),
    ],
)
def test_a_request_that_is_wrong_is_refused(
    client: TestClient, model_folder: Path, change: dict[str, Any], message: str
) -> None:
    reply = client.post("/v1/fine_tuning/jobs", json=request_of(client, model_folder, **change))
    assert reply.status_code in (400, 404)
    assert reply.json()["error"]["message"].startswith(message)
    assert client.get("/v1/fine_tuning/jobs").json()["data"] == []


@pytest.mark.parametrize("path", ["/score"])
def test_what_is_not_offered_says_so(client: TestClient, path: str) -> None:
    reply = client.post(path, json={})
    assert (reply.status_code, reply.json()["error"]["code"]) == (501, "not_implemented")


@pytest.mark.parametrize("path", ["/v1/files/..%2Fsecret", "/v1/files/file-1", "/v1/fine_tuning/jobs/..%2F..", "/x"])
def test_what_does_not_exist_is_not_found(client: TestClient, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 404
    assert reply.json()["error"]["code"] == "not_found"


def test_files_are_named_by_their_content(client: TestClient) -> None:
    first = upload(client, [{"text": "a"}])
    assert upload(client, [{"text": "a"}]) == first
    assert upload(client, [{"text": "b"}]) != first
    assert client.get(f"/v1/files/{first}/content").content == b'{"text": "a"}\n'
    assert client.delete(f"/v1/files/{first}").json()["deleted"] is True
    assert client.get(f"/v1/files/{first}").status_code == 404


_AT_ONCE = """
import sys
from pathlib import Path
from fastapi.testclient import TestClient
from test_routes import finished, request_of
from w2s_backend.app import create_app
from w2s_backend.engine import Engine

cache, trained, asked = map(Path, sys.argv[1:])
engine = Engine(cache)
with TestClient(create_app(engine, "secret"), headers={"Authorization": "Bearer secret"}) as client:
    job = client.post("/v1/fine_tuning/jobs", json=request_of(client, trained)).json()
    engine.models_on_disk.get(f"file:{asked}", patience=60)
    job = finished(engine, client, job["id"])
    assert job["status"] == "succeeded", job["error"]
"""


def test_a_fresh_backend_may_be_asked_for_two_things_at_once(model_folder: Path, tmp_path: Path) -> None:
    other = shutil.copytree(model_folder, tmp_path / "other")
    command = [sys.executable, "-c", _AT_ONCE, str(tmp_path / "cache"), str(model_folder), str(other)]
    paths = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    environment = {**os.environ, "PYTHONPATH": paths}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
