"""`python -m w2s_backend --cache DIR`: serves on loopback and prints one line of JSON with its port when ready."""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import json
import os
import socket
import sys
import warnings
from pathlib import Path

from .errors import one_line
from .lifeline import end_with_parent, read_line


def main() -> int:
    """Parses arguments and serves until told to stop. Exit code 2: no token, 3: the port is taken."""
    parser = argparse.ArgumentParser(prog="w2s_backend", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on loopback; 0 lets the system choose")
    parser.add_argument("--cache", type=Path, required=True, help="folder for models, files and jobs")
    parser.add_argument("--keep", type=int, default=2, help="networks kept in memory")
    parser.add_argument(
        "--child", action="store_true", help="read the token from standard input, and end when it is closed"
    )
    options = parser.parse_args()
    token = read_line(sys.stdin.fileno()) if options.child else os.environ.pop("W2S_BACKEND_TOKEN", "")
    if not token:
        return _refuse("expected a token in W2S_BACKEND_TOKEN", 2)
    if options.child:
        end_with_parent()
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", options.port))
        listening.listen(128)
    except OSError as error:
        return _refuse(f"cannot listen on port {options.port}: {error.strerror or one_line(error)}".lower(), 3)
    # Says where, on a crash of native code, to whoever reads standard error.
    faulthandler.enable(all_threads=False)
    warnings.simplefilter("ignore")
    os.environ.setdefault("TQDM_DISABLE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    asyncio.run(_serve(listening, options.cache.resolve(), options.keep, token))
    return 0


async def _serve(listening: socket.socket, cache: Path, keep: int, token: str) -> None:
    import uvicorn

    from .app import create_app
    from .engine import Engine

    app = create_app(Engine(cache, keep), token)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=2))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    if server.started:
        print(json.dumps({"port": listening.getsockname()[1]}), flush=True)
    await serving


def _refuse(message: str, code: int) -> int:
    print(json.dumps({"error": message}), flush=True)
    return code


if __name__ == "__main__":
    # Threads of a training in progress would hold up an ordinary exit.
    os._exit(main())
