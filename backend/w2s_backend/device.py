"""The device that computes, and whose turn it is on it."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

PACKAGES = ("torch", "transformers", "peft", "accelerate")


class Turns:
    """A lock that serves in the order of asking, so that inference slips in between two training steps."""

    def __init__(self) -> None:
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for its turn, and gives it up when the block ends."""
        ticket = object()
        with self._changed:
            self._waiting.append(ticket)
            self._changed.wait_for(lambda: self._waiting[0] is ticket)
        try:
            yield
        finally:
            with self._changed:
                self._waiting.popleft()
                self._changed.notify_all()


def device_type() -> str:
    """`cuda`, `mps` or `cpu`, the first that is there."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def device_name() -> str:
    """The device with the accelerator's name."""
    import torch

    kind = device_type()
    return f"cuda {torch.cuda.get_device_name()}" if kind == "cuda" else kind


def rows_at_once() -> int:
    """Texts that are written in one batch where memory allows, and that a request may well ask for."""
    return 512 if device_type() == "cuda" else 64


def room() -> int:
    """Bytes that networks may take up which are kept because they may be asked again: a share of a GPU's memory."""
    import torch

    return torch.cuda.get_device_properties().total_memory // 8 if torch.cuda.is_available() else 0


def versions() -> dict[str, str]:
    """Versions of the packages that determine results. Reads metadata only: imports nothing."""
    return {package: metadata.version(package) for package in PACKAGES}


def prepare_device() -> None:
    """Has PyTorch compute as is fastest for rows of ever other lengths."""
    import torch

    # It would build a plan for every shape of a batch: 60 ms for each token that is written, a second for a step.
    torch.backends.cuda.enable_cudnn_sdp(False)
    _limit_threads()


def _limit_threads() -> None:
    """Uses no more threads than the container grants; PyTorch sees the cores of the host."""
    import torch

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    quota = Path("/sys/fs/cgroup/cpu.max")
    if quota.exists():
        share, period = quota.read_text().split()
        if share != "max":
            allowed = min(allowed, max(1, round(int(share) / int(period))))
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(min(allowed, torch.get_num_threads()))
