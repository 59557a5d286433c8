"""Ends the process with its parent: the parent holds the other end of standard input, whatever becomes of it."""

from __future__ import annotations

import os
import sys
import threading


def end_with_parent() -> None:
    """Watches standard input from a thread. What is half written stays unread: files appear whole or not at all."""

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        os._exit(0)

    threading.Thread(target=watch, daemon=True, name="lifeline").start()


def read_line(descriptor: int) -> str:
    """One line of a descriptor, without reading beyond it."""
    line = b""
    while (byte := os.read(descriptor, 1)) not in (b"", b"\n"):
        line += byte
    return line.decode().strip()
