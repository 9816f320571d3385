"""What a look at whoever is due costs, by how many students there are and how many of them are due.

The law of this file: measuring alone, on databases of its own. Deciding is the reading half of a look (find, load, plan); the
whole look also queues the nudge and commits, a transaction a student.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.bench_report import scratch
from bot.coach import Coach
from bot.nudging import Nudger
from bot.store import Store
from dialogues.library import Library
from dialogues.nudges import plan
from dialogues.nudging import Leanings
from dialogues.session import Position, Session

SIZES = ((1_000, 500), (100_000, 50), (100_000, 500), (100_000, 5_000))  # students, and how many of them are due
BATCH = 1_000
TIMES = 7
GOAL_MS = 200.0
NOW = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


def measure(library: Library, sizes: tuple[tuple[int, int], ...] = SIZES) -> None:
    """Print the time to decide about all who are due, and to send them what they are owed."""
    library = replace(library, leanings=Leanings(hold_back=0.0))
    for students, due in sizes:
        with scratch() as folder, Store(folder) as store:
            fill(store, library, students, due)
            coach = Coach(store, library, "bench", now=lambda: NOW)
            times = [_timed_ms(lambda coach=coach, due=due: _decide(coach, due)) for _ in range(TIMES)]  # type: ignore[misc]
            begin = time.perf_counter()
            sent = asyncio.run(Nudger(coach, lambda _: None, 30, asyncio.sleep).look())
            whole = (time.perf_counter() - begin) * 1000
        print(f"  {students:,} students, {due:,} due: decided in {statistics.median(times):.0f} ms (p50 of {TIMES})", end="")
        print(f"; {sent:,} nudges queued in {whole:,.0f} ms")
    print(f"  to reach at 100,000 with 500 due: {GOAL_MS:.0f} ms to decide")


def _timed_ms(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return (time.perf_counter() - begin) * 1000


def _decide(coach: Coach, most: int) -> int:
    """Return how many of those who are due are owed a nudge."""
    owed = 0
    for student, _ in coach.due(most):
        owed += plan(coach.store.load_session(student), coach.library, NOW).nudge is not None
    return owed


def fill(store: Store, library: Library, students: int, due: int) -> None:
    """Put students into the database who left a lesson yesterday, `due` of them to be looked at now and the others later."""
    lesson = library.lessons["someone-who-knows"]
    heard = (NOW - timedelta(days=1, hours=1)).isoformat()
    at = Position(lesson.id, lesson.version, "question", ("who",))
    state = Session(welcomed=True, at=at, joined_at=heard, heard_at=heard).to_dict()
    del state["kept"]
    encoded = json.dumps(state)
    ids = [(secrets.token_hex(8), str(number)) for number in range(students)]
    later = (NOW + timedelta(days=1)).isoformat(timespec="microseconds")
    now = (NOW - timedelta(minutes=1)).isoformat(timespec="microseconds")
    store.db.execute("PRAGMA synchronous=OFF").fetchall()
    many: Callable[..., object] = store.db.conn.executemany
    for first in range(0, students, BATCH):
        batch = ids[first : first + BATCH]
        with store.transaction():
            many("INSERT INTO students (id, created_at) VALUES (?, ?)", [(one, heard) for one, _ in batch])
            many("INSERT INTO addresses VALUES ('bench', ?, ?)", [(address, one) for one, address in batch])
            many(
                "INSERT INTO sessions (student, state, updated_at, nudge_at) VALUES (?, ?, ?, ?)",
                [(one, encoded, heard, now if int(number) < due else later) for one, number in batch],
            )
    store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    store.db.execute("PRAGMA synchronous=FULL").fetchall()
