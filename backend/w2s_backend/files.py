"""Files of the API, named by their content: the same upload is the same file."""

from __future__ import annotations

import hashlib
import re
import time
from pathlib import Path
from typing import Any

from .atomic import read_json, write_bytes, write_json
from .errors import ApiError


class FileStore:
    """A folder of files and, beside each, what the API says about it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, content: bytes, filename: str, purpose: str) -> dict[str, Any]:
        """Keeps a file and returns its description in OpenAI's shape."""
        identity = f"file-{hashlib.sha256(purpose.encode() + bytes(1) + content).hexdigest()[:32]}"
        known = read_json(self._about(identity))
        if known is not None:
            return dict(known)
        about = {
            "id": identity,
            "object": "file",
            "bytes": len(content),
            "created_at": int(time.time()),
            "filename": filename,
            "purpose": purpose,
            "status": "processed",
        }
        write_bytes(self._folder / identity, content)
        write_json(self._about(identity), about)
        return about

    def about(self, identity: str) -> dict[str, Any]:
        """The description of a file. Raises ApiError where there is none."""
        known = read_json(self._about(identity)) if re.fullmatch(r"file-[0-9a-f]{32}", identity) else None
        if known is None:
            raise ApiError(404, f"no such file: {identity}", code="not_found")
        return dict(known)

    def content(self, identity: str) -> bytes:
        """The bytes of a file. Raises ApiError where there is none."""
        self.about(identity)
        return (self._folder / identity).read_bytes()

    def remove(self, identity: str) -> None:
        """Forgets a file."""
        self.about(identity)
        self._about(identity).unlink(missing_ok=True)
        (self._folder / identity).unlink(missing_ok=True)

    def _about(self, identity: str) -> Path:
        return self._folder / f"{identity}.json"
