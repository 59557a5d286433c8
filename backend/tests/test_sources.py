"""Where weights come from: digests that follow the weights, and a hub on loopback."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import replace_weights

from w2s_backend.errors import ApiError, NotReady
from w2s_backend.store import ModelStore

REVISION = "a" * 40


def test_the_digest_follows_the_weights_not_the_place(model_folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(model_folder, tmp_path / "copy")
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**config, "transformers_version": "0"}))
    changed = shutil.copytree(model_folder, tmp_path / "changed")
    replace_weights(changed)
    store = ModelStore(tmp_path / "cache", patience=60)
    digests = [store.get(f"file:{folder}").weights for folder in (model_folder, copy, changed)]
    assert digests[0] == digests[1] != digests[2]


def test_weights_that_are_replaced_in_their_folder_are_found_out(model_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(model_folder, tmp_path / "copy")
    store = ModelStore(tmp_path / "cache", patience=60)
    first = store.get(f"file:{folder}")
    assert store.get(f"file:{folder}") is first
    replace_weights(folder)
    second = store.get(f"file:{folder}")
    assert first.weights != second.weights
    assert store.known() == [second]


@pytest.fixture
def hub(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The requests that fetching a repository makes, for one repository."""
    files = {path.name: path.read_bytes() for path in model_folder.iterdir()}

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2].partition("?")[0]
            if self.path.startswith("/api/models/owner/tiny/tree/"):
                tree = [
                    {"type": "file", "path": file, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}
                    for file, content in files.items()
                ]
                body = json.dumps(tree).encode()
            elif self.path.startswith("/api/models/owner/tiny/"):
                siblings = [{"rfilename": file} for file in files]
                body = json.dumps({"id": "owner/tiny", "sha": REVISION, "siblings": siblings}).encode()
            elif self.path.startswith(f"/owner/tiny/resolve/{REVISION}/") and name in files:
                body = files[name]
            else:
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", f'"{hashlib.sha1(body).hexdigest()}"')
            self.send_header("X-Repo-Commit", REVISION)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield f"hub:owner/tiny@{REVISION}"
    server.shutdown()


def test_a_model_of_the_hub(hub: str, model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ModelStore(tmp_path, patience=60).get(hub)
    assert found.weights == ModelStore(tmp_path, patience=60).get(f"file:{model_folder}").weights
    assert (found.layers, found.hidden_size, found.revision) == (3, 16, REVISION)
    # Once fetched, it is there without the hub.
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert ModelStore(tmp_path, patience=60).get(hub) == found


def test_a_hub_without_the_model_is_told_in_one_line(hub: str, tmp_path: Path) -> None:
    with pytest.raises(ApiError, match=r"^cannot fetch hub:owner/other") as caught:
        ModelStore(tmp_path, patience=60).get("hub:owner/other")
    assert "\n" not in caught.value.message
    assert caught.value.status == 404


def test_a_hub_that_is_down_is_told_in_one_line(hub: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    # The hub's own client pauses between its attempts.
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    with pytest.raises(ApiError, match=rf"^cannot fetch {hub}") as caught:
        ModelStore(tmp_path, patience=60).get(hub)
    assert "\n" not in caught.value.message
    assert caught.value.status == 502


def test_a_request_that_comes_too_early_is_told_to_come_again(model_folder: Path, tmp_path: Path) -> None:
    store = ModelStore(tmp_path, patience=0)
    with pytest.raises(NotReady):
        store.get(f"file:{model_folder}")
    assert store.get(f"file:{model_folder}", patience=60).layers == 3
