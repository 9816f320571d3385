"""Structured logs on standard error, as JSON or as text.

The law of this file: a line tells what the program did, never what anybody wrote, and no secret. So the name of an event is
fixed in the source, only the keys of `KEYS` pass, their values are short scalars, whatever looks like a bot's token is cut
out, and of an error the words are kept only where they are known to be the system's own. Of other libraries' messages the
template is kept and what they filled in is not: httpx, for one, fills in whole addresses, with the token in them.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import sys
import traceback
from collections.abc import Iterator
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from dialogues.errors import LessonError, RooftopError

KEYS = frozenset(
    # what structlog adds
    {"event", "level", "timestamp", "logger", "error", "traceback"}
    # whom or what it is about: ids that the program gave, never a name
    | {"student", "session", "lesson", "step", "version", "update", "chat", "message", "outbox", "inbox", "prompt"}
    # what was done, and how it went
    | {"verb", "kind", "method", "status", "reason", "attempt", "intent", "fingerprint", "signal", "exit_code"}
    # figures
    | {"count", "seconds", "retry_after_seconds", "bytes", "pid", "port", "waiting", "sent", "done", "failed", "students"}
    # the operator's own words
    | {"address", "path", "setting", "place", "database_version", "program_version"}
)
VALUE_CHARACTERS = 200  # an id, a path or an address fits; a student's paragraph does not
TOKEN = re.compile(r"[0-9]+:[\w-]{20,}", re.ASCII)
CUT_OUT = "<token>"
CAUSES = 5  # errors shown of a chain of causes: more than that is the same story again


def configure_logs(level: str, form: Literal["text", "json"], *, strict: bool = False, stream: TextIO | None = None) -> None:
    """Send our own logs from `level` on, and other libraries' from warnings on, to `stream` (standard error).

    A key that is not in `KEYS` is dropped, or with `strict`, for tests, raises `KeyError`.
    """
    out = stream or sys.stderr
    checked = _strictly_known if strict else _known
    common: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper("iso", utc=True),
        _error_described,
    ]
    renderer: Processor = structlog.dev.ConsoleRenderer(colors=out.isatty())
    if form == "json":
        renderer = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*common, checked, _short_and_clean, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,  # modules hold their logger from import on; tests configure again
    )
    handler = logging.StreamHandler(out)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*common, _template_alone, _known, _short_and_clean],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.WARNING)


def redacted(text: str) -> str:
    """Return `text` without anything that looks like a bot's token."""
    return TOKEN.sub(CUT_OUT, text)


def described(error: BaseException) -> str:
    """Return the traceback of `error` and of its causes, with the lines of the source and without any value."""
    parts = [f"{''.join(traceback.format_tb(one.__traceback__))}{named(one)}" for one in _chain(error)]
    return redacted("\n\n".join(reversed(parts)))


def named(error: BaseException) -> str:
    """Return the error's class, and its words if the system or we chose them.

    Others quote what they were given: `KeyError('what she wrote')`.
    """
    origin = type(error).__module__.partition(".")[0]
    speaks = isinstance(error, OSError | ImportError | sqlite3.Error) or origin in {"telegram", "httpx"}
    if isinstance(error, RooftopError) and not isinstance(error, LessonError):
        speaks = True
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return redacted(f"{name}: {error}" if speaks else name)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield `error`, then what caused it, nearest first."""
    one: BaseException | None = error
    for _ in range(CAUSES):
        if one is None:
            return
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _error_described(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put `error` (a text) for an error given as `error`, and `traceback` for one given or current as `exc_info`."""
    if isinstance(event.get("error"), BaseException):
        event["error"] = named(event["error"])
    given = event.pop("exc_info", None)
    if isinstance(given, tuple):
        given = given[1]
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        event["traceback"] = described(error)
    return event


def _template_alone(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep the first line of the template that another library logged: what it filled in may be anything."""
    record: logging.LogRecord = event["_record"]
    event["event"] = str(record.msg).partition("\n")[0]
    event["logger"] = record.name
    return event


def _known(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: value for key, value in event.items() if key in KEYS or key.startswith("_")}


def _strictly_known(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    unknown = sorted(event.keys() - KEYS)
    if unknown:
        raise KeyError(f"not among the keys that may be logged (bot/logs.py): {', '.join(unknown)}")
    return event


def _short_and_clean(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if key == "traceback" or key.startswith("_") or isinstance(value, bool | int | float | None):
            continue
        event[key] = redacted(str(value))[:VALUE_CHARACTERS]
    return event
