"""What the server answers when it does not do what it was asked.

Its law: the HTTP status equals `error_code`, and the body is `{"ok": false, "error_code", "description", "parameters"?}`.

    BotApiError             a refusal that the client can read
    LineDropped             no answer at all
      DroppedBefore         the call was not processed
      DroppedAfter          the call was processed; only its answer is lost
"""

from __future__ import annotations

from typing import Any

import httpx


class BotApiError(Exception):
    """A refusal: HTTP status, description and, for some, parameters."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        """Keep what the answer will say."""
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        """Return the body of the answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


# Both come from httpx's tree so that a client on httpx.ASGITransport, which passes exceptions of the application through,
# sees exactly what it would see on a socket.
class LineDropped(httpx.NetworkError):
    """The connection ended without an answer."""


class DroppedBefore(LineDropped, httpx.ConnectError):
    """The connection ended before the call was processed."""


class DroppedAfter(LineDropped, httpx.ReadError):
    """The call was processed, and then the connection ended."""


def bad_request(what: str, **parameters: int) -> BotApiError:
    """Return a 400 whose description starts as Telegram's do."""
    return BotApiError(400, f"Bad Request: {what}", **parameters)


def forbidden(what: str) -> BotApiError:
    """Return a 403 whose description starts as Telegram's do."""
    return BotApiError(403, f"Forbidden: {what}")


def conflict(what: str) -> BotApiError:
    """Return a 409 whose description starts as Telegram's do."""
    return BotApiError(409, f"Conflict: {what}")


def too_many_requests(retry_after_seconds: int) -> BotApiError:
    """Return a 429 that tells how long to wait."""
    return BotApiError(429, f"Too Many Requests: retry after {retry_after_seconds}", retry_after=retry_after_seconds)
