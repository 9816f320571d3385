"""`coach bench`: what a turn, a parse, a round trip and a start cost, measured in one run and printed with what they ran on.

The law of this file: it prints only what it measured in this run, on databases and processes of its own, which are gone
afterwards. It stands outside the tests, because a time is no claim that a machine can break.
"""

from __future__ import annotations

import json
import os
import platform
import random
import secrets
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bot import bench_nudges, bench_processes
from bot.bench_report import percentiles, scratch
from bot.coach import Coach
from bot.settings import Settings
from bot.store import FILE, Store, keep_log_short
from bot.wiring import open_library
from dialogues.inputs import Said
from dialogues.library import Library
from dialogues.parsing import parse_lesson
from dialogues.session import Position, Session

LESSONS = 40
EVENTS_PER_STUDENT = 100
KEPT_PER_STUDENT = 20
TURNS = 2_000
BATCH = 500
GOALS = {"p50": 2.0, "p99": 8.0}


def main(settings: Settings, students: Sequence[int] = (1_000, 100_000)) -> int:
    """Run all measurements; print them as they come. Return 0: a slow machine is no failure."""
    print(
        f"on {platform.platform()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} CPUs"
    )
    library = forty_lessons(open_library(settings))
    for number in students:
        measure_turns(library, number)
    print("\nlooking at whoever is due:")
    bench_nudges.measure(library)
    bench_processes.measure(settings)
    return 0


def forty_lessons(library: Library) -> Library:
    """Return the library with as many lessons as the curriculum will have: copies of those that ship, under other names."""
    shipped = list(library.lessons.values())
    lessons = {lesson.id: lesson for lesson in shipped}
    for number in range(LESSONS - len(shipped)):
        model = shipped[number % len(shipped)]
        text = model.text.replace(f"lesson: {model.id}\n", f"lesson: copy-{number}\n", 1)
        copy = parse_lesson(text, f"copy-{number}.yml", facts=library.place.fact_names)
        lessons[copy.id] = copy
    return Library(**{**{name: getattr(library, name) for name in library.__slots__}, "lessons": lessons})


def measure_turns(library: Library, students: int) -> None:
    """Print the time of a turn without NLU (load, advance, save, commit) in a database of that many students."""
    with scratch() as folder, Store(folder) as store:
        began = time.perf_counter()
        _fill(store, library, students)
        size = (folder / FILE).stat().st_size / 1e6
        print(f"\n{students:,} students, {EVENTS_PER_STUDENT} events and {KEPT_PER_STUDENT} answers each: ", end="")
        print(f"{size:,.0f} MB, filled in {time.perf_counter() - began:.0f} s; {len(library.lessons)} lessons loaded")
        with keep_log_short(store):
            times = _take_turns(Coach(store, library, "bench"), students)
        print(f"  a turn (load, advance, save, commit): {percentiles(times)}, the longest {max(times):.0f} ms")
        print(f"  {1000 / statistics.fmean(times):,.0f} turns a second, one after the other")
        print(f"  to reach at 100,000: p50 {GOALS['p50']} ms, p99 {GOALS['p99']} ms")


def _take_turns(coach: Coach, students: int) -> list[float]:
    """Return the times, in ms, of turns of students picked at random."""
    chance = random.Random(1)  # noqa: S311 - which student is next is no secret
    times = []
    for _ in range(TURNS):
        address = str(chance.randrange(students))
        text = chance.choice(["Sam from the lab", "back", "skip", "what do you mean", "for example?"])
        start = time.perf_counter()
        coach.take(address, Said(text))
        times.append((time.perf_counter() - start) * 1000)
    return times


def _fill(store: Store, library: Library, students: int) -> None:
    """Put students into the database, each in the middle of a lesson."""
    lesson = library.lessons["someone-who-knows"]
    session = Session(welcomed=True, at=Position(lesson.id, lesson.version, "question", ("who",)))
    state = session.to_dict()
    del state["kept"]
    encoded = json.dumps(state)
    at = datetime(2026, 11, 1, tzinfo=UTC)
    db = store.db
    db.execute("PRAGMA synchronous=OFF").fetchall()
    event = json.dumps({"lesson": lesson.id, "step": "who"})
    for first in range(0, students, BATCH):
        ids = [(secrets.token_hex(8), str(number)) for number in range(first, min(first + BATCH, students))]
        with store.transaction():
            many: Callable[..., object] = db.conn.executemany
            many("INSERT INTO students (id, created_at) VALUES (?, ?)", [(one, at.isoformat()) for one, _ in ids])
            many("INSERT INTO addresses VALUES ('bench', ?, ?)", [(address, one) for one, address in ids])
            many(
                "INSERT INTO sessions (student, state, updated_at) VALUES (?, ?, ?)",
                [(one, encoded, at.isoformat()) for one, _ in ids],
            )
            many(
                "INSERT INTO kept VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (one, f"copy-{n % 10}", f"name {n // 10}", "an answer of some words", "who", at.isoformat())
                    for one, _ in ids
                    for n in range(KEPT_PER_STUDENT)
                ],
            )
            times = [(at + timedelta(minutes=n)).isoformat() for n in range(EVENTS_PER_STUDENT)]
            many(
                "INSERT INTO events (student, event, data, at) VALUES (?, 'StepReached', ?, ?)",
                [(one, event, when) for one, _ in ids for when in times],
            )
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    db.execute("PRAGMA synchronous=FULL").fetchall()
