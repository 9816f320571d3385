"""What a client asked: the parameters of a call, however they were sent, and the log of all calls.

Its law: JSON, urlencoded and multipart bodies and the query string mean the same; a parameter that cannot be read is
absent, or a 400 where the Bot API says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from .errors import bad_request


@dataclass(frozen=True)
class Upload:
    """A file in a multipart body."""

    name: str
    mime_type: str
    content: bytes


@dataclass(frozen=True)
class Params:
    """The parameters of one call, as they came: strings from forms, anything from JSON."""

    values: dict[str, Any]

    def has(self, name: str) -> bool:
        """Tell whether the parameter is there and not empty."""
        return self.values.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """Return the parameter as text, "" where it is absent."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return the parameter as a number; what is none counts as absent, as at Telegram."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """Return the parameter as yes or no."""
        return self.text(name).lower() in {"true", "yes", "1"}

    def json(self, name: str) -> Any:  # noqa: ANN401 - whatever JSON can be
        """Return an object or a list, sent as JSON text or within a JSON body; `None` where it is absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def upload(self, name: str) -> Upload | None:
        """Return the file that was sent under this name, directly or by `attach://part`."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            value = self.values.get(value.removeprefix("attach://"))
        return value if isinstance(value, Upload) else None


@dataclass(eq=False)
class Call:
    """One call that arrived: when (server time), for whom, what, and how it ended."""

    at: float
    token: str
    method: str
    params: Params
    status: int = 0
    """HTTP status of the answer; 0 while there is none, and for ever where the line was dropped."""
    dropped: str = ""
    """"before" or "after" processing, where the line was dropped."""
    description: str = ""
    """Why it was refused."""

    @property
    def chat_id(self) -> int | None:
        """Return the chat that it concerns."""
        return self.params.integer("chat_id") if self.params.has("chat_id") else None

    @property
    def text(self) -> str:
        """Return the text that it carries."""
        return self.params.text("text")


@dataclass
class CallLog:
    """All calls in the order of their arrival."""

    calls: list[Call] = field(default_factory=list)

    def of(self, *methods: str) -> list[Call]:
        """Return the calls of these methods."""
        wanted = {method.lower() for method in methods}
        return [call for call in self.calls if call.method.lower() in wanted]


async def read_params(request: Request) -> Params:
    """Return the parameters of a request: those of the body, then of the query string."""
    values: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "application/json":
        values |= _object(await request.body())
    elif kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        async with request.form() as form:
            for name, part in form.multi_items():
                values[name] = await _upload(part) if isinstance(part, UploadFile) else part
    return Params(values)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(found, dict):
        raise bad_request("object expected as JSON payload")
    return found


async def _upload(part: UploadFile) -> Upload:
    return Upload(part.filename or "file", part.content_type or "application/octet-stream", await part.read())
