"""Waiting: longer each time, and never for something that does not pass.

The law of this file: a failure that passes by itself (a full disk, a lock, a network) is waited out; any other is raised.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

import structlog

Sleep: TypeAlias = Callable[[float], Awaitable[None]]
T = TypeVar("T")

FIRST_S, LONGEST_S = 1.0, 60.0
_PRIMARY_CODE = 0xFF  # an extended error code carries the primary one in its lowest byte
_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,  # a disk in trouble is often mounted anew for reading only
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
    }
)


class Backoff:
    """Seconds to wait after one failure, two in a row, and so on; `succeeded` starts anew."""

    def __init__(self, first_s: float = FIRST_S, longest_s: float = LONGEST_S) -> None:
        """Begin as if all had gone well."""
        self._first_s, self._longest_s, self.failures = first_s, longest_s, 0

    def next_s(self) -> float:
        """Count a failure; return how long to wait after it."""
        self.failures += 1
        return float(min(self._longest_s, self._first_s * 2 ** min(self.failures - 1, 16)))

    def succeeded(self) -> bool:
        """Start anew; return whether there had been failures."""
        had, self.failures = self.failures > 0, 0
        return had


def passes(error: sqlite3.Error) -> bool:
    """Whether the store's failure may pass by itself, with nothing changed in the program."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and (code & _PRIMARY_CODE) in _PASSING


async def stored(action: Callable[[], T], sleep: Sleep, on_failure: Callable[[], Awaitable[None]] | None = None) -> T:
    """Return what `action` returns, trying until the store can be used; `on_failure` is awaited after each failure.

    Raises what does not pass by itself.
    """
    backoff = Backoff()
    while True:
        try:
            return action()
        except sqlite3.Error as error:
            if not passes(error):
                raise
            structlog.get_logger().error("store_unusable", error=error, attempt=backoff.failures + 1)
        if on_failure is not None:
            await on_failure()
        await sleep(backoff.next_s())
