"""Fine-tuning jobs: one at a time, each kept in a folder of its own, so that it can be asked for again."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from .atomic import read_json, write_json
from .errors import ApiError, invalid, one_line
from .importing import IMPORTING
from .model_name import ModelName, parse_model_name
from .recent import Recent
from .wire import JobOptions, JobRequest

if TYPE_CHECKING:
    from .engine import Engine
    from .network import Network
    from .served import Served
    from .student import Student

_RESULT = "result.json"
_WEIGHTS = "weights.safetensors"


@dataclass
class _Live:
    """A job that this process is to run or runs."""

    done: int = 0
    total: int = 0
    running: bool = False
    cancel: threading.Event = field(default_factory=threading.Event)


class Jobs:
    """Jobs of a folder. A job's identity is its key; its state on disk outlives the process."""

    def __init__(self, folder: Path, engine: Engine, keep: int = 2) -> None:
        self._folder = folder
        self._engine = engine
        self._live: dict[str, _Live] = {}
        self._served = Recent[str, "Served"](keep, lambda served: served.network.size)
        self._networks: dict[tuple[str, str], Network] = {}
        self._lock = threading.RLock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="training")

    def create(self, request: JobRequest) -> dict[str, Any]:
        """Starts or resumes a job; the same key again is the same job. Raises ApiError where the two differ."""
        if request.model.startswith("ft:"):
            self.model(request.model)
        else:
            parse_model_name(request.model)
        objective = request.w2s.objective.name
        if objective == "lm" and request.w2s.observe_file:
            raise invalid("expected no w2s.observe_file with the objective lm", "w2s.objective")
        if request.w2s.train == "lora" and request.w2s.lora is None:
            raise invalid("expected w2s.lora with train lora", "w2s.lora")
        for file in (request.training_file, request.validation_file, request.w2s.observe_file):
            if file is not None:
                self._engine.files.about(file)
        name = hashlib.sha256(request.w2s.key.encode()).hexdigest()[:32]
        folder = self._folder / name
        wanted = request.model_dump(mode="json")
        with self._lock:
            known = read_json(folder / "request.json")
            if known is not None and JobRequest.model_validate(known["request"]).model_dump(mode="json") != wanted:
                raise ApiError(409, f"another job has this key: {request.w2s.key}", code="conflict", param="w2s.key")
            if name not in self._live and not self._succeeded(folder):
                if known is None:
                    write_json(folder / "request.json", {"request": wanted, "created_at": int(time.time())})
                live = self._live[name] = _Live()
                self._set_status(folder, "queued")
                self._say(folder, "job queued")
                self._worker.submit(self._run, name, live)
            return self._describe(folder)

    def get(self, identity: str) -> dict[str, Any]:
        """A job in OpenAI's shape."""
        return self._describe(self._find(identity))

    def page(self, after: str | None, limit: int) -> dict[str, Any]:
        """Jobs, newest first."""
        folders = [path for path in self._folder.glob("*") if (path / "request.json").exists()]
        folders.sort(key=lambda path: (-read_json(path / "request.json")["created_at"], path.name))
        names = [f"ftjob-{path.name}" for path in folders]
        start = names.index(after) + 1 if after in names else 0
        data = [self._describe(path) for path in folders[start : start + limit]]
        return {"object": "list", "data": data, "has_more": start + limit < len(folders)}

    def cancel(self, identity: str) -> dict[str, Any]:
        """Stops a job at its next step; asked for again, it goes on from its last checkpoint."""
        folder = self._find(identity)
        with self._lock:
            live = self._live.get(folder.name)
            if live is not None:
                live.cancel.set()
                if not live.running:
                    del self._live[folder.name]
                    self._set_status(folder, "cancelled")
        return self._describe(folder)

    def events(self, identity: str) -> dict[str, Any]:
        """What happened, newest first."""
        path = self._find(identity) / "events.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        data = [
            {"object": "fine_tuning.job.event", "id": f"ftevent-{index}", "level": "info", "type": "message", **event}
            for index, event in enumerate(map(json.loads, lines))
        ]
        return {"object": "list", "data": data[::-1], "has_more": False}

    def checkpoints(self, identity: str) -> dict[str, Any]:
        """Checkpoints of a job that succeeded, newest first."""
        folder = self._find(identity)
        result = read_json(folder / _RESULT) or {"checkpoints": [], "curve": []}
        data = [
            {
                "object": "fine_tuning.job.checkpoint",
                "id": f"ftckpt-{folder.name}-{point['step']}",
                "created_at": 0,
                "fine_tuned_model_checkpoint": f"ft:{folder.name}" if point["kept"] else "",
                "fine_tuning_job_id": identity,
                "step_number": point["step"],
                "metrics": {
                    "step": point["step"],
                    "train_loss": result["curve"][point["step"] - 1]["loss"],
                    "full_valid_mean_token_accuracy": result["curve"][point["step"] - 1]["validation_agreement"],
                },
            }
            for point in result["checkpoints"]
        ]
        return {"object": "list", "data": data[::-1], "has_more": False}

    def models(self) -> list[dict[str, Any]]:
        """Fine-tuned models in OpenAI's shape."""
        names = sorted(path.name for path in self._folder.glob("*") if self._succeeded(path))
        return [self.model(f"ft:{name}") for name in names]

    def model(self, identity: str) -> dict[str, Any]:
        """A fine-tuned model in OpenAI's shape."""
        folder = self._folder / identity.removeprefix("ft:")
        if not self._is_name(folder.name) or not self._succeeded(folder):
            raise ApiError(404, f"no such model: {identity}", code="model_not_found", param="model")
        about = read_json(folder / "request.json")
        result = read_json(folder / _RESULT)
        about_network = {name: result[name] for name in ("layers", "hidden_size", "parameters") if name in result}
        digest = result["digest"]
        return {
            "id": identity,
            "object": "model",
            "created": about["created_at"],
            "owned_by": "w2s",
            "w2s": {"digest": digest, "weights": digest, "base": about["request"]["model"], **about_network},
        }

    def served(self, identity: str) -> Served:
        """A fine-tuned model in memory; the most recently used ones stay."""
        from .served import Served

        self.model(identity)
        name = identity.removeprefix("ft:")

        def restore() -> Served:
            student, digest = self._restored(name)
            return Served(student, self._request(name).w2s, digest)

        with self._lock:
            return self._served.get(name, restore)

    def _restored(self, name: str, precision: str | None = None) -> tuple[Student, str]:
        """What a job trained, as it was kept, and its digest; on weights of another `precision` where one is named."""
        from safetensors.torch import load_file

        student, weights = self._build(name, precision=precision)
        result = read_json(self._folder / name / _RESULT)
        if weights != result.get("weights", weights):
            base = self._request(name).model
            raise ApiError(409, f"the weights that ft:{name} was trained on have changed: {base}", "conflict")
        student.restore(load_file(self._folder / name / _WEIGHTS, device=student.device_type))
        student.requires_grad_(False)
        return student, result["digest"]

    def _build(self, name: str, patience: float | None = None, precision: str | None = None) -> tuple[Student, str]:
        with IMPORTING:
            from .build import base_precision, build_student

        request = self._request(name)
        wanted = precision or base_precision(request.w2s)
        if request.model.startswith("ft:"):
            network, model = self._merged(request.model, wanted), ModelName(request.model)
        else:
            model = parse_model_name(request.model)
            stored = self._engine.models_on_disk.get(model.source, patience)
            with self._engine.turns.turn():
                network = self._engine.networks.get(stored, wanted)
        # In its turn: building draws random numbers, and so does a training step.
        with self._engine.turns.turn():
            return build_student(network, model, request.w2s, self._engine.states), network.weights

    def _merged(self, identity: str, precision: str) -> Network:
        """What an earlier job made, as a network that another begins with."""
        with IMPORTING:
            from .build import merged

        self.model(identity)
        key = (identity, precision)
        with self._lock:
            if key not in self._networks:
                self._networks.clear()
                student, digest = self._restored(identity.removeprefix("ft:"), precision)
                with self._engine.turns.turn():
                    self._networks[key] = merged(student, digest)
            return self._networks[key]

    def _run(self, name: str, live: _Live) -> None:
        with IMPORTING:
            from .training import Cancelled

        folder = self._folder / name
        try:
            if live.cancel.is_set():
                return
            live.running = True
            # Another process may be at the same job: then its result is this one's.
            with FileLock(folder / "lock"):
                if not self._succeeded(folder):
                    self._set_status(folder, "running")
                    self._say(folder, "job started")
                    self._train(name, live)
                self._set_status(folder, "succeeded")
                self._say(folder, "job succeeded")
        except Cancelled:
            self._set_status(folder, "cancelled")
            self._say(folder, "job cancelled")
        except Exception as error:
            code = "disk_full" if "No space left" in str(error) else getattr(error, "code", None) or "training_failed"
            self._set_status(folder, "failed", {"code": code, "message": one_line(error), "param": None})
            self._say(folder, f"job failed: {one_line(error)}")
        finally:
            with self._lock:
                if self._live.get(name) is live:
                    del self._live[name]

    def _train(self, name: str, live: _Live) -> None:
        from .examples import Encoded, encode, read_rows
        from .training import Data, Watch, train

        request = self._request(name)
        options = request.w2s
        student, weights = self._build(name, patience=24 * 3600)
        network = student.network

        def encoded(file: str | None, use: str) -> Encoded:
            content = b"" if file is None else self._engine.files.content(file)
            rows = read_rows(content, options.objective.name, use)
            return encode(network.tokenizer, rows, options.objective, options.max_tokens)

        training = encoded(request.training_file, "training")
        if not training.examples:
            raise invalid("expected at least one training row", "training_file")
        validation = encoded(request.validation_file, "validation")
        observe = encoded(options.observe_file, "observe")

        def progress(done: int, total: int) -> None:
            live.done, live.total = done, total

        watch = Watch(self._engine.turns, progress, live.cancel.is_set)
        judging = None if request.validation_file is None else validation.examples
        data = Data(training.examples, judging, observe.examples)
        config: Any = network.model.config
        about = {
            "weights": weights,
            "cut": training.cut + validation.cut + observe.cut,
            "layers": int(config.num_hidden_layers),
            "hidden_size": int(config.hidden_size),
            "parameters": sum(
                {
                    id(part): part.numel() for half in (network.model, network.head) for part in half.parameters()
                }.values()
            ),
        }
        train(student, data, options, self._folder / name, watch, about)

    def _request(self, name: str) -> JobRequest:
        return JobRequest.model_validate(read_json(self._folder / name / "request.json")["request"])

    def _find(self, identity: str) -> Path:
        folder = self._folder / identity.removeprefix("ftjob-")
        if not self._is_name(folder.name) or not (folder / "request.json").exists():
            raise ApiError(404, f"no such job: {identity}", code="not_found")
        return folder

    @staticmethod
    def _is_name(name: str) -> bool:
        return len(name) == 32 and all(letter in "0123456789abcdef" for letter in name)

    @staticmethod
    def _succeeded(folder: Path) -> bool:
        return (folder / _RESULT).exists() and (folder / _WEIGHTS).exists()

    @staticmethod
    def _set_status(folder: Path, status: str, error: dict[str, Any] | None = None) -> None:
        ended = int(time.time()) if status in ("succeeded", "failed", "cancelled") else None
        write_json(folder / "status.json", {"status": status, "error": error, "finished_at": ended})

    @staticmethod
    def _say(folder: Path, message: str) -> None:
        with (folder / "events.jsonl").open("a") as file:
            file.write(json.dumps({"created_at": int(time.time()), "message": message}) + "\n")

    def _status(self, folder: Path) -> dict[str, Any]:
        """The state on disk; a job that was running and has no process any more was interrupted."""
        status: dict[str, Any] = read_json(folder / "status.json")
        if folder.name in self._live or status["status"] not in ("queued", "running"):
            return status
        if self._succeeded(folder):
            return {"status": "succeeded", "error": None, "finished_at": int((folder / _RESULT).stat().st_mtime)}
        try:
            with FileLock(folder / "lock", timeout=0):
                error = {"code": "interrupted", "message": "interrupted: ask again to resume", "param": None}
                return {"status": "failed", "error": error, "finished_at": None}
        except Timeout:
            return status

    def _describe(self, folder: Path) -> dict[str, Any]:
        about = read_json(folder / "request.json")
        request: dict[str, Any] = about["request"]
        options = JobOptions.model_validate(request["w2s"])
        status = self._status(folder)
        live = self._live.get(folder.name)
        result = read_json(folder / _RESULT) if status["status"] == "succeeded" else None
        files = []
        if result is not None:
            content = (folder / _RESULT).read_bytes()
            files = [self._engine.files.add(content, "result.json", "fine-tune-results")["id"]]
        return {
            "object": "fine_tuning.job",
            "id": f"ftjob-{folder.name}",
            "model": request["model"],
            "created_at": about["created_at"],
            "finished_at": status["finished_at"],
            "fine_tuned_model": f"ft:{folder.name}" if result is not None else None,
            "organization_id": "w2s",
            "result_files": files,
            "status": status["status"],
            "training_file": request["training_file"],
            "validation_file": request["validation_file"],
            "hyperparameters": {
                "n_epochs": options.epochs,
                "batch_size": options.batch_size,
                "learning_rate_multiplier": 1,
            },
            "trained_tokens": result["tokens"] if result is not None else None,
            "error": status["error"],
            "seed": options.seed,
            "estimated_finish": None,
            "integrations": [],
            "w2s": {
                "key": options.key,
                "progress": {"done": live.done, "total": live.total, "unit": "steps"} if live is not None else None,
                "digest": result["digest"] if result is not None else None,
            },
        }
