"""Who is due, found by index; the record of nudges; and what a kill in the middle of a tick leaves."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.coach import Coach
from bot.nudge_record import DUE
from bot.settings import ROOT
from bot.store import Store
from dialogues.inputs import Chose, Said, Start
from dialogues.nudging import Leanings
from dialogues.wordings import Campaign, Message
from tests.bot.telegram.running import until
from tests.fixtures import real_library

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STUDENTS, KILLS = 400, 6
LIBRARY = replace(real_library(), leanings=Leanings(hold_back=0.0))


class Clock:
    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at


def coach_at(store: Store, clock: Clock) -> Coach:
    return Coach(store, LIBRARY, "telegram", now=clock)


def test_who_is_due_is_found_by_index_alone(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        plan = " ".join(str(row) for row in store.db.execute(f"EXPLAIN QUERY PLAN {DUE}", ["telegram", "2027", 10]).fetchall())
    assert "sessions USING COVERING INDEX sessions_by_nudge (nudge_at>? AND nudge_at<?)" in plan or (
        "sessions USING COVERING INDEX sessions_by_nudge (nudge_at<?)" in plan
    )
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan


def test_a_nudge_is_written_with_what_followed_and_forgotten_with_the_student(tmp_path: Path) -> None:
    clock = Clock()
    with Store(tmp_path) as store:
        coach = coach_at(store, clock)
        coach.take("7", Start("someone-who-knows"))
        assert coach.due(10) == []
        clock.at += timedelta(days=1)
        ((student, address),) = coach.due(10)
        coach.elapse(student, address)
        assert coach.due(10) == []
        clock.at += timedelta(hours=1)
        coach.take("7", Said("Sam"))
        (row,) = store.db.query("SELECT * FROM nudges")
        assert (row["reason"], row["about"], row["hour"]) == ("lesson_left", "someone-who-knows.who", 10)
        assert (row["held_back"], row["back_at"]) == (0, clock.at.isoformat())
        assert 0 < json.loads(row["chances"])["wordings"][row["wording"]] <= 1
        assert store.export_student(student)["nudges"][0]["id"] == row["id"]
        with store.transaction():
            store.forget_student(student)
        assert store.db["nudges"].count == 0


def test_campaign_that_is_added_finds_those_who_were_waiting_for_nothing(tmp_path: Path) -> None:
    clock = Clock()
    message = Message("fair.soon", date(2027, 3, 1), 0, "The fair is on Monday.", None)
    added = replace(LIBRARY, campaigns={"fair": Campaign("fair", "The fair", (message,))})
    with Store(tmp_path) as store:
        before = Coach(store, replace(LIBRARY, campaigns={}), "telegram", now=clock)
        assert before.look_at_all() == 0
        before.take("7", Start())
        assert store.db.execute("SELECT nudge_at FROM sessions").fetchone() == (None,)
        assert before.look_at_all() == 0, "nothing changed"
        after = Coach(store, added, "telegram", now=clock)
        assert after.look_at_all() == 1
        ((student, address),) = after.due(10)
        assert after.elapse(student, address) == []
        clock.at = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
        ((student, address),) = after.due(10)
        assert after.elapse(student, address)


def test_held_back_nudge_is_written_and_sends_nothing(tmp_path: Path) -> None:
    clock = Clock()
    with Store(tmp_path) as store:
        coach = Coach(store, replace(LIBRARY, leanings=Leanings(hold_back=1.0)), "telegram", now=clock)
        coach.take("7", Start("someone-who-knows"))
        clock.at += timedelta(days=1)
        ((student, address),) = coach.due(10)
        queued = len(coach.outbox.left())
        assert coach.elapse(student, address) == []
        assert len(coach.outbox.left()) == queued
        assert store.db.execute("SELECT held_back FROM nudges").fetchone() == (1,)


def test_nudge_of_the_terminal_is_not_due_on_telegram(tmp_path: Path) -> None:
    clock = Clock()
    with Store(tmp_path) as store:
        Coach(store, LIBRARY, "terminal", now=clock).take("ada", Start("someone-who-knows"))
        clock.at += timedelta(days=1)
        assert coach_at(store, clock).due(10) == []


def test_nudge_goes_out_behind_replies_and_its_buttons_mark_it(tmp_path: Path) -> None:
    clock = Clock()
    with Store(tmp_path) as store:
        coach = coach_at(store, clock)
        coach.take("7", Start("someone-who-knows"))
        clock.at += timedelta(days=1)
        ((student, address),) = coach.due(10)
        (row,) = coach.elapse(student, address)
        nudge = coach.outbox.find(row)
        assert nudge is not None
        assert nudge.priority == 1
        coach.outbox.finish(row, clock.at, message_id=55)
        replies = [coach.outbox.find(one) for one in coach.take("7", Chose(nudge.prompt, 0))]
        assert [one.priority for one in replies if one] == [0] * len(replies)
        assert coach.outbox.message_of_prompt(student, nudge.prompt) == 55


TICK = """
import asyncio, sys
from datetime import datetime, UTC
from pathlib import Path
from bot.coach import Coach
from bot.nudging import Nudger
from bot.store import Store
from tests.bot.test_nudge_record import LIBRARY
at = datetime.fromisoformat(sys.argv[2])
with Store(Path(sys.argv[1])) as store:
    coach = Coach(store, LIBRARY, "telegram", now=lambda: at)
    asyncio.run(Nudger(coach, lambda rows: None, 30, asyncio.sleep).look())
"""


@pytest.mark.slow
def test_ticks_killed_in_the_middle_lose_no_nudge_and_queue_none_twice(tmp_path: Path) -> None:
    chance, clock = random.Random(5), Clock()  # noqa: S311 - when to kill
    with Store(tmp_path) as store:
        coach = coach_at(store, clock)
        for number in range(STUDENTS):
            coach.take(str(number), Start("someone-who-knows"))
        store.db.execute("DELETE FROM outbox")
    at = AT + timedelta(days=1)
    killed = 0
    with closing(sqlite3.connect(tmp_path / "rooftop.db", timeout=10)) as beside:

        def queued() -> int:
            return int(beside.execute("SELECT count(*) FROM outbox").fetchone()[0])

        def is_far_enough(process: subprocess.Popen[bytes], enough: int) -> bool:
            return queued() >= enough or process.poll() is not None

        for _ in range(KILLS):
            enough = min(STUDENTS - 20, queued() + chance.randint(5, STUDENTS // KILLS - 10))
            process = subprocess.Popen([sys.executable, "-c", TICK, tmp_path, at.isoformat()], cwd=ROOT)
            until(partial(is_far_enough, process, enough), every_s=0.002)
            process.send_signal(signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
        assert 0 < queued() < STUDENTS
        subprocess.run([sys.executable, "-c", TICK, tmp_path, at.isoformat()], cwd=ROOT, check=True)
        rows = beside.execute("SELECT address, payload FROM outbox WHERE kind = 'message'").fetchall()
        record = beside.execute("SELECT count(*), count(DISTINCT student) FROM nudges").fetchone()
    assert killed == KILLS
    assert Counter(address for address, _ in rows) == {str(number): 1 for number in range(STUDENTS)}
    assert all("Ask someone who knows" in json.loads(payload)["text"] for _, payload in rows)
    assert record == (STUDENTS, STUDENTS)
