"""Waiting for a change, from any loop and any thread.

Its law: every change of the server's state happens under `lock` and is followed by `ring`; nobody sleeps and looks again.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


class Bell:
    """Wakes all that wait whenever something changed."""

    def __init__(self) -> None:
        """Start with nobody waiting."""
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self._sleepers: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def ring(self) -> None:
        """Wake all; they look for themselves whether it was for them."""
        with self.lock:
            self._changed.notify_all()
            for loop, event in self._sleepers:
                loop.call_soon_threadsafe(event.set)

    async def until(self, condition: Callable[[], T], timeout_seconds: float) -> T:
        """Return the first true value of `condition`, or its last (false) one when the time is over."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_seconds
        sleeper = (loop, asyncio.Event())
        with self.lock:
            self._sleepers.append(sleeper)
        try:
            while True:
                sleeper[1].clear()
                with self.lock:
                    found = condition()
                left_seconds = deadline - loop.time()
                if found or left_seconds <= 0:
                    return found
                with suppress(TimeoutError):
                    async with asyncio.timeout(left_seconds):
                        await sleeper[1].wait()
        finally:
            with self.lock:
                self._sleepers.remove(sleeper)

    def until_blocking(self, condition: Callable[[], T], timeout_seconds: float) -> T:
        """Return the same as `until`, to a thread that has no loop."""
        deadline = time.monotonic() + timeout_seconds
        with self.lock:
            while True:
                found = condition()
                left_seconds = deadline - time.monotonic()
                if found or left_seconds <= 0:
                    return found
                self._changed.wait(left_seconds)
