"""The preview of nudges: it says what the coach then does, and leaves everything as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.coach import Coach
from bot.nudge_preview import Coming, look_ahead
from bot.store import FILE, Store
from dialogues.errors import SettingsError
from dialogues.inputs import Asked, Chose, Start
from dialogues.nudging import Leanings
from tests.fixtures import real_library

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
LIBRARY = replace(real_library(), leanings=Leanings(hold_back=0.0))


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = MONDAY

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def coach(tmp_path: Path) -> Coach:
    """Return a coach with three students: one in the middle of a lesson, one who wants nothing, one who blocked it."""
    with Store(tmp_path) as store:
        coach = Coach(store, LIBRARY, "telegram", now=Clock())
        for name in ("ada", "ben", "cyd"):
            coach.take(name, Start())
            coach.take(name, Start("someone-who-knows"))
        coach.take("ben", Asked("stop"))
        prompt = store.load_session(store.find_student("telegram", "ben") or "").prompt
        assert prompt is not None
        coach.take("ben", Chose(prompt.id, [one.label for one in prompt.options].index("Reminders")))
        with store.transaction():
            store.mark_blocked("telegram", "cyd", MONDAY)
    return coach


def ahead(
    folder: Path, days: int = 30, name: str | None = None, after: timedelta = timedelta()
) -> tuple[list[Coming], list[str]]:
    with Store.to_read(folder) as store:
        return look_ahead(store, LIBRARY, MONDAY + after, days, name)


@pytest.mark.usefixtures("coach")
def test_a_silent_student_is_asked_at_last_and_then_left_alone(tmp_path: Path) -> None:
    coming, _ = ahead(tmp_path, days=90)
    assert {one.address for one in coming} == {"ada"}
    assert [one.reason for one in coming][-1] == "shall_i_stop"
    days = [(one.at.date() - MONDAY.date()).days for one in coming]
    assert len(coming) == 4
    assert all(later - sooner >= silence for sooner, later, silence in zip(days, days[1:], (2, 5, 12), strict=False))
    assert all(8 <= one.at.hour < 21 for one in coming)
    assert "Ask someone who knows" in coming[0].text


@pytest.mark.usefixtures("coach")
def test_the_preview_changes_not_a_byte(tmp_path: Path) -> None:
    before = (tmp_path / FILE).read_bytes()
    assert ahead(tmp_path)[0]
    assert (tmp_path / FILE).read_bytes() == before


def test_what_it_said_is_what_then_comes(tmp_path: Path) -> None:
    clock = Clock()
    with Store(tmp_path) as store:
        coach = Coach(store, LIBRARY, "telegram", now=clock)
        coach.take("ada", Start())
        coach.take("ada", Start("someone-who-knows"))
        foretold = [(one.at, one.reason) for one in ahead(tmp_path, days=40)[0]]
        library = replace(LIBRARY, leanings=Leanings(hours=_tried(), hold_back=0.0))  # as the preview takes it from the record
        coach.library = library
        came = []
        for _ in range(40 * 24 * 4):
            clock.at += timedelta(minutes=15)
            for student, address in coach.due(10):
                coach.elapse(student, address)
        for at, reason in store.db.execute("SELECT at, reason FROM nudges ORDER BY at").fetchall():
            came.append((datetime.fromisoformat(at), reason))
    assert foretold
    assert [reason for _, reason in came] == [reason for _, reason in foretold]
    assert all(
        timedelta() <= late - early <= timedelta(minutes=15) for (late, _), (early, _) in zip(came, foretold, strict=True)
    )


@pytest.mark.parametrize(("name", "because"), [("ben", "she switched reminders off"), ("cyd", "she has blocked the coach")])
@pytest.mark.usefixtures("coach")
def test_of_a_student_who_is_named_it_says_why_nothing_comes(tmp_path: Path, name: str, because: str) -> None:
    coming, silent = ahead(tmp_path, name=name)
    assert coming == []
    assert because in silent[0]


@pytest.mark.usefixtures("coach")
def test_a_name_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nobody here is called 'dan'"):
        ahead(tmp_path, name="dan")


def _tried() -> dict[str, dict[str, float]]:
    from bot.nudge_learning import unlearned

    return {name: dict(hours) for name, hours in unlearned(0.0).hours.items()}
