"""The tick: every now and then, whoever is due is looked at, and sent what she is owed.

The law of this file: nothing waits in memory. Who is due stands in the database, by index; whether something is owed is
decided in the student's own transaction, at that moment. So a restart, an outage, a clock that jumps or two ticks at once lose
nothing and repeat nothing. A student whose turn fails is looked at again later, and holds up nobody.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from datetime import timedelta

import structlog

from bot.coach import Coach
from bot.telegram.patience import Sleep, stored

BATCH = 100  # students found at once
AGAIN_AFTER = timedelta(hours=1)  # where a turn failed

log = structlog.get_logger()


class Nudger:
    """Looks at whoever is due on the coach's channel."""

    def __init__(self, coach: Coach, send: Callable[[Iterable[int]], None], every_s: float, sleep: Sleep) -> None:
        """Look every so many seconds, and hand what comes of it (rows of the outbox) to `send`."""
        self._coach, self._send, self._every_s, self._sleep = coach, send, every_s, sleep

    async def run(self) -> None:
        """Look, until cancelled."""
        anew = await stored(self._coach.look_at_all, self._sleep)
        if anew:
            log.info("plans_made_anew", students=anew)
        while True:
            await self.look()
            await self._sleep(self._every_s)

    async def look(self) -> int:
        """Look once at all who are due now, others having their turn between any two; return how many were sent something."""
        seen: set[str] = set()
        sent = 0
        while due := [pair for pair in self._find() if pair[0] not in seen]:
            for student, address in due:
                seen.add(student)
                rows = self._take(student, address)
                sent += bool(rows)
                self._send(rows)
                await self._sleep(0)
        if sent:
            log.info("nudged", students=sent)
        return sent

    def _find(self) -> list[tuple[str, str]]:
        try:
            return self._coach.due(BATCH)
        except sqlite3.Error as error:
            log.warning("due_not_found", error=error)
            return []

    def _take(self, student: str, address: str) -> list[int]:
        try:
            return self._coach.elapse(student, address)
        except sqlite3.Error as error:  # the disk, or a lock: it concerns everybody, and passes
            log.warning("nudge_not_kept", student=student, error=error)
        except Exception as error:  # one student must not end the tick
            log.exception("nudge_failed", student=student, error=error)
            self._coach.look_again(student, AGAIN_AFTER)
        return []
