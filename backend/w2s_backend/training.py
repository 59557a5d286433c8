"""A fine-tuning job on HF Trainer, which resumes from its last checkpoint with the result of an uninterrupted run."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch.utils.data import DataLoader
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from .atomic import read_json, write_json
from .device import Turns
from .digest import tensors_sha256
from .examples import Example
from .objective import confidence_weight
from .schedule import checkpoint_steps, learning_rate_share, training_batches
from .student import Student
from .wire import JobOptions

# Written last into a checkpoint's folder: one without it is incomplete.
_RECORD = "record.json"
_WEIGHTS = "trained.safetensors"


@dataclass(frozen=True)
class Data:
    """What a job trains on, what steers it by its labels, and what is only recorded."""

    training: list[Example]
    validation: list[Example] | None
    observe: list[Example]


@dataclass
class Record:
    """What a training has shown so far: the curve with a row per step, and the checkpoints' predictions."""

    curve: list[dict[str, Any]] = field(default_factory=list)
    checkpoints: list[dict[str, Any]] = field(default_factory=list)
    best_step: int = 0
    best_agreement: float = -1.0


@dataclass(frozen=True)
class Watch:
    """Whose turn it is, who is told of each step, and whether to go on."""

    turns: Turns
    progress: Callable[[int, int], None]
    cancelled: Callable[[], bool]


class Cancelled(Exception):
    """The job was cancelled; it resumes when asked again."""


def train(
    student: Student,
    data: Data,
    options: JobOptions,
    folder: Path,
    watch: Watch,
    about: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Trains, keeps the chosen weights as `folder`/weights.safetensors, and returns the result of the job.

    The kept checkpoint is the earliest that agrees best with the validation labels, or the last where there are none;
    all steps run in either case, so that the curve can be judged afterwards. `about` is written into the result.
    """
    lengths = [example.length for example in data.training]
    judged = [example.label is None for example in data.training]
    batches = training_batches(lengths, options.batch_size, options.epochs, options.seed, judged)
    student.prepare(data.training, watch.turns)
    work = folder / "checkpoints"
    trainer = _JobTrainer(student, data, options, batches, work, watch)
    last = _last_complete(work)
    if last is not None:
        trainer.record = Record(**read_json(last / _RECORD))
    trainer.train(resume_from_checkpoint=str(last) if last is not None else None)
    record = trainer.record
    if data.validation is not None:
        student.restore(load_file(_best(work, record.best_step)))
    kept = record.best_step if data.validation is not None else len(batches)
    weights = {name: value.cpu().contiguous() for name, value in student.trained().items()}
    save_weights(weights, folder / "weights.safetensors")
    result = {
        **(about or {}),
        "digest": tensors_sha256(weights),
        "steps": len(batches),
        "tokens": record.curve[-1]["tokens"],
        "curve": record.curve,
        "checkpoints": [{**point, "kept": point["step"] == kept} for point in record.checkpoints],
    }
    write_json(folder / "result.json", result)
    shutil.rmtree(work, ignore_errors=True)
    return result


def save_weights(weights: dict[str, torch.Tensor], path: Path) -> None:
    """Writes safetensors whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    save_file(weights, temporary)
    temporary.replace(path)


def _last_complete(work: Path) -> Path | None:
    found = [folder for folder in work.glob("checkpoint-*") if (folder / _RECORD).exists()]
    return max(found, key=lambda folder: int(folder.name.partition("-")[2]), default=None)


def _best(work: Path, step: int) -> Path:
    return work / f"best-{step}.safetensors"


class _Rows(torch.utils.data.Dataset[int]):
    """Row indices; the collation looks the rows up."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> int:
        return index


class _JobTrainer(Trainer):  # type: ignore[misc]
    def __init__(
        self,
        student: Student,
        data: Data,
        options: JobOptions,
        batches: list[list[int]],
        work: Path,
        watch: Watch,
    ) -> None:
        self.record = Record()
        self._student = student
        self._data = data
        self._options = options
        self._batches = batches
        self._work = work
        self._watch = watch
        self._saved = time.monotonic()
        self._evaluated = set(checkpoint_steps(len(batches), options.epochs, options.checkpoints_per_epoch))
        arguments = TrainingArguments(
            output_dir=str(work),
            max_steps=len(batches),
            per_device_train_batch_size=options.batch_size,
            learning_rate=options.learning_rate,
            weight_decay=options.weight_decay,
            max_grad_norm=1.0,
            optim="adamw_torch_fused",
            seed=options.seed,
            save_strategy="no",
            save_total_limit=2,
            logging_strategy="no",
            logging_nan_inf_filter=False,
            report_to=[],
            disable_tqdm=True,
            remove_unused_columns=False,
            dataloader_pin_memory=False,
            use_cpu=student.device_type == "cpu",
        )
        # Trainer would divide a batch among all GPUs it sees; the threshold of a batch is one for all of its rows.
        if arguments.n_gpu > 1:
            arguments._n_gpu = 1
        super().__init__(model=student, args=arguments, train_dataset=_Rows(len(data.training)))
        self.model_accepts_loss_kwargs = False
        self.remove_callback(PrinterCallback)
        self.add_callback(_AfterStep(self))

    def get_train_dataloader(self) -> DataLoader[int]:
        return DataLoader(self.train_dataset, batch_sampler=self._batches, collate_fn=self._collate)

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        steps, schedule, warmup = len(self._batches), self._options.schedule, self._options.learning_rate_warmup
        self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer if optimizer is None else optimizer,
            lambda step: learning_rate_share(step, steps, schedule, warmup),
        )
        self._created_lr_scheduler = True
        return self.lr_scheduler

    def _collate(self, indices: Sequence[int]) -> dict[str, list[Example]]:
        return {"examples": [self._data.training[index] for index in indices]}

    def training_step(self, model: Any, inputs: Any, num_items_in_batch: Any = None) -> torch.Tensor:
        step = self.state.global_step
        with self._watch.turns.turn():
            # Dropout depends on the seed and the step alone, whatever else ran in between or before a restart.
            torch.manual_seed(self._options.seed * 1_000_003 + step)
            loss: torch.Tensor = super().training_step(model, inputs, num_items_in_batch)
        before = self.record.curve[-1]["tokens"] if self.record.curve else 0
        self.record.curve.append(
            {
                "step": step + 1,
                "epoch": sum(len(batch) for batch in self._batches[: step + 1]) / len(self._data.training),
                "loss": loss.item(),
                "learning_rate": self.optimizer.param_groups[0]["lr"],
                "confidence_weight": self._weight(step + 1),
                "tokens": before + sum(example.tokens for example in inputs["examples"]),
                "validation_agreement": None,
            }
        )
        return loss

    def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, **_: Any) -> torch.Tensor:
        return self._student.loss(inputs["examples"], self._weight(self.state.global_step + 1))

    def _weight(self, step: int) -> float:
        loss = self._options.loss
        if loss.name != "confidence":
            return 0.0
        return confidence_weight(step, len(self._batches), loss.alpha, loss.warmup)

    def after_step(self, step: int) -> bool:
        """Evaluates where a checkpoint is due; returns whether to save."""
        self._watch.progress(step, len(self._batches))
        if self._watch.cancelled():
            raise Cancelled
        if step not in self._evaluated:
            return time.monotonic() - self._saved > 120
        agreement: float | None = None
        validation = self._data.validation
        if validation is not None:
            agreement = self._student.agreement(validation, self._watch.turns)
            self.record.curve[-1]["validation_agreement"] = agreement
            if agreement > self.record.best_agreement:
                self.record.best_step, self.record.best_agreement = step, agreement
                save_weights(self._trained_on_cpu(), _best(self._work, step))
        observed = self._student.predict(self._data.observe, self._watch.turns)
        self.record.checkpoints.append({"step": step, "observed": observed})
        return step < len(self._batches)

    def _trained_on_cpu(self) -> dict[str, torch.Tensor]:
        return {name: value.cpu().contiguous() for name, value in self._student.trained().items()}

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        save_weights(self._trained_on_cpu(), Path(str(output_dir)) / _WEIGHTS)

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        super()._save_checkpoint(model, trial)
        folder = self._work / f"checkpoint-{self.state.global_step}"
        write_json(folder / _RECORD, asdict(self.record))
        for old in self._work.glob("best-*.safetensors"):
            if old != _best(self._work, self.record.best_step):
                old.unlink()
        self._saved = time.monotonic()

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        self._student.restore(load_file(Path(resume_from_checkpoint) / _WEIGHTS))


class _AfterStep(TrainerCallback):  # type: ignore[misc]
    def __init__(self, trainer: _JobTrainer) -> None:
        self._trainer = trainer

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:
        control.should_save = self._trainer.after_step(state.global_step)
        control.should_evaluate = False
        control.should_log = False
        return control
