"""The routes: OpenAI's wire format, vLLM's `/classify` and `/pooling`."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import FastAPI, File, Form, Query, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from . import __version__
from .engine import Engine
from .errors import ApiError, invalid, one_line
from .wire import (
    ChatRequest,
    ClassifyRequest,
    CompletionsRequest,
    EmbeddingsRequest,
    JobRequest,
    PoolingRequest,
)

_LATER = ("/score",)


def create_app(engine: Engine, token: str) -> FastAPI:
    """The application; whatever is asked of it needs the bearer token."""
    app = FastAPI(title="w2s backend", version=__version__, openapi_url=None)

    @app.middleware("http")
    async def authorise(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        given = request.headers.get("authorization", "")
        if secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return await answer(request)
        error = ApiError(401, "expected a bearer token", code="invalid_api_key")
        return JSONResponse(error.body(), error.status)

    @app.exception_handler(ApiError)
    def api_error(_request: Request, error: ApiError) -> JSONResponse:
        headers = {"Retry-After": "1"} if error.status == 503 else None
        return JSONResponse(error.body(), error.status, headers)

    @app.exception_handler(RequestValidationError)
    def malformed(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "body")
        found = invalid(f"{where}: {first['msg'][:1].lower()}{first['msg'][1:]}: {str(first.get('input'))[:80]}", where)
        return JSONResponse(found.body(), found.status)

    @app.exception_handler(HTTPException)
    def no_route(request: Request, error: HTTPException) -> JSONResponse:
        found = ApiError(error.status_code, f"{error.detail}: {request.method} {request.url.path}".lower(), "not_found")
        return JSONResponse(found.body(), found.status)

    @app.exception_handler(Exception)
    def unexpected(_request: Request, error: Exception) -> JSONResponse:
        found = ApiError(500, one_line(error), code="internal_error")
        return JSONResponse(found.body(), found.status)

    @app.get("/health")
    def health() -> dict[str, Any]:
        return {"status": "ok", "w2s": engine.describe()}

    @app.get("/v1/models")
    def models() -> dict[str, Any]:
        return {"object": "list", "data": engine.models()}

    @app.get("/v1/models/{identity:path}")
    def model(identity: str) -> dict[str, Any]:
        return engine.model(identity)

    @app.post("/pooling")
    def pooling(body: PoolingRequest) -> dict[str, Any]:
        texts = [body.input] if isinstance(body.input, str) else body.input
        found = engine.activations(body.model, texts, body.w2s)
        data: list[list[Any]]
        if body.encoding_format == "base64":
            data = [
                [base64.b64encode(layer[index].astype("<f2").tobytes()).decode() for layer in found.layers]
                for index in range(len(texts))
            ]
        else:
            data = [[layer[index].tolist() for layer in found.layers] for index in range(len(texts))]
        return {
            "id": f"pool-{secrets.token_hex(8)}",
            "object": "list",
            "created": int(time.time()),
            "model": body.model,
            "data": [{"index": index, "object": "pooling", "data": vectors} for index, vectors in enumerate(data)],
            "usage": {"prompt_tokens": found.tokens, "total_tokens": found.tokens, "completion_tokens": 0},
            "w2s": {"layers": body.w2s.layers, "dtype": "float16", "cut": found.cut, "weights": found.weights},
        }

    @app.post("/classify")
    def classify(body: ClassifyRequest) -> dict[str, Any]:
        texts = [body.input] if isinstance(body.input, str) else body.input
        found = engine.classify(body.model, texts, body.w2s)
        return {
            "id": f"classify-{secrets.token_hex(8)}",
            "object": "list",
            "created": int(time.time()),
            "model": body.model,
            "data": [
                {
                    "index": index,
                    "label": "1" if probability > 0.5 else "0",
                    "probs": [1 - probability, probability],
                    "num_classes": 2,
                }
                for index, probability in enumerate(found.probabilities)
            ],
            "usage": {"prompt_tokens": found.tokens, "total_tokens": found.tokens, "completion_tokens": 0},
            "w2s": {"cut": found.cut},
        }

    @app.post("/v1/completions")
    def completions(body: CompletionsRequest) -> JSONResponse:
        return JSONResponse(engine.completions(body))

    @app.post("/v1/chat/completions")
    def chat(body: ChatRequest) -> dict[str, Any]:
        return engine.chat(body)

    @app.post("/v1/embeddings")
    def embeddings(body: EmbeddingsRequest) -> dict[str, Any]:
        texts = [body.input] if isinstance(body.input, str) else body.input
        vectors, tokens = engine.embeddings(body.model, texts, body.w2s)
        packed = body.encoding_format == "base64"
        return {
            "object": "list",
            "model": body.model,
            "data": [
                {
                    "index": index,
                    "object": "embedding",
                    "embedding": base64.b64encode(vector.tobytes()).decode() if packed else vector.tolist(),
                }
                for index, vector in enumerate(vectors)
            ],
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        }

    @app.post("/v1/files")
    def add_file(file: Annotated[UploadFile, File()], purpose: Annotated[str, Form()]) -> dict[str, Any]:
        return engine.files.add(file.file.read(), file.filename or "file", purpose)

    @app.get("/v1/files/{identity}")
    def file(identity: str) -> dict[str, Any]:
        return engine.files.about(identity)

    @app.get("/v1/files/{identity}/content")
    def file_content(identity: str) -> Response:
        return Response(engine.files.content(identity), media_type="application/octet-stream")

    @app.delete("/v1/files/{identity}")
    def remove_file(identity: str) -> dict[str, Any]:
        engine.files.remove(identity)
        return {"id": identity, "object": "file", "deleted": True}

    @app.post("/v1/fine_tuning/jobs")
    def create_job(body: JobRequest) -> dict[str, Any]:
        return engine.jobs.create(body)

    @app.get("/v1/fine_tuning/jobs")
    def jobs(after: str | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 20) -> dict[str, Any]:
        return engine.jobs.page(after, limit)

    @app.get("/v1/fine_tuning/jobs/{identity}")
    def job(identity: str) -> dict[str, Any]:
        return engine.jobs.get(identity)

    @app.post("/v1/fine_tuning/jobs/{identity}/cancel")
    def cancel(identity: str) -> dict[str, Any]:
        return engine.jobs.cancel(identity)

    @app.get("/v1/fine_tuning/jobs/{identity}/events")
    def events(identity: str) -> dict[str, Any]:
        return engine.jobs.events(identity)

    @app.get("/v1/fine_tuning/jobs/{identity}/checkpoints")
    def checkpoints(identity: str) -> dict[str, Any]:
        return engine.jobs.checkpoints(identity)

    def later(request: Request) -> None:
        raise ApiError(501, f"not offered by this backend: {request.url.path}", code="not_implemented")

    for path in _LATER:
        app.post(path)(later)
    return app
