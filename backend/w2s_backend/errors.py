"""Errors in OpenAI's shape."""

from __future__ import annotations


class ApiError(Exception):
    """An error that a client sees: an HTTP status and one short line."""

    def __init__(self, status: int, message: str, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param

    def body(self) -> dict[str, object]:
        """The error object of OpenAI's API."""
        kind = "invalid_request_error" if self.status < 500 else "server_error"
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}}


class NotReady(ApiError):
    """What was asked for is being prepared; the same request goes through later."""

    def __init__(self, message: str) -> None:
        super().__init__(503, message, code="not_ready")


def invalid(message: str, param: str | None = None) -> ApiError:
    """A request that cannot be right."""
    return ApiError(400, message, code="invalid_value", param=param)


def one_line(error: BaseException) -> str:
    """The first line of an exception, short enough for a status line."""
    text = str(error).strip().splitlines()
    return (text[0] if text else type(error).__name__)[:300]
