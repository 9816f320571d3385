"""Wordings and hours as the engine uses and records them, and learning from that: the real engine, with students made up."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dialogues.engine import advance
from dialogues.events import NudgeHeldBack, NudgeSent
from dialogues.inputs import Asked, Elapsed, Start
from dialogues.leaning import Choice, lean
from dialogues.library import Library
from dialogues.nudges import plan
from dialogues.nudging import Leanings, Reminder, SentNudge
from dialogues.session import Session
from tests.fixtures import real_library

MONDAY = datetime(2026, 11, 2, 10, tzinfo=UTC)
QUIET_PLACE = real_library().place.model_copy(update={"holidays": {}, "exam_weeks": {}})
LIBRARY = replace(real_library(), place=QUIET_PLACE, campaigns={}, leanings=Leanings(hold_back=0.0))
WORDINGS = tuple(f"lesson_left.{name}" for name in real_library().wordings["lesson_left"])


def with_leanings(leanings: Leanings) -> Library:
    return replace(LIBRARY, leanings=leanings)


def in_a_lesson(seed: int, at: datetime = MONDAY) -> Session:
    """Return a student who stopped in the middle of a lesson then."""
    session = advance(Session(), Start(), LIBRARY, at, seed).session
    return advance(session, Start("someone-who-knows"), LIBRARY, at, seed + 1).session


class Student:
    """A student who left a lesson; each message brings her back or not, by its wording."""

    def __init__(self, number: int) -> None:
        self.die = random.Random(number)  # noqa: S311 - repeatable
        self.at = MONDAY
        self.session = in_a_lesson(number * 1000)

    def live(self, library: Library, rates: Mapping[str, float]) -> Iterator[Choice]:
        """Go on to the next message; yield the choice among its wordings."""
        due = plan(self.session, library, self.at).next_at
        if due is None:  # it has fallen silent: somebody else comes
            self.session = in_a_lesson(self.die.getrandbits(30), self.at)
            return
        self.at = due
        turn = advance(self.session, Elapsed(), library, due, self.die.getrandbits(40))
        self.session = turn.session
        for event in turn.events:
            if isinstance(event, NudgeSent):
                back = self.die.random() < rates.get(event.wording, 0.1)
                if event.reason == "lesson_left":
                    yield Choice(event.wording, event.wordings, back)
                if back:
                    self.at += timedelta(hours=1)
                    self.session = advance(self.session, Asked("resume"), library, self.at, self.die.getrandbits(40)).session


def taught(rates: Mapping[str, float], seed: int) -> tuple[dict[str, float], list[Choice]]:
    """Return the weights after twelve rounds of students, and the choices of the last four, made by what was learned."""
    students = [Student(seed * 100 + number) for number in range(50)]
    choices: list[list[Choice]] = []
    weights: dict[str, float] = {}
    for _ in range(12):
        library = with_leanings(Leanings(weights={"lesson_left": weights}, hold_back=0.0))
        choices.append([one for student in students for _ in range(4) for one in student.live(library, rates)])
        weights = lean([one for some in choices for one in some])
    return weights, [one for some in choices[-4:] for one in some]


@pytest.mark.parametrize("seed", range(3))
def test_the_engine_comes_to_use_a_planted_wording_most(seed: int) -> None:
    better, *others = WORDINGS
    weights, late = taught({better: 0.5, **dict.fromkeys(others, 0.2)}, seed)
    assert weights[better] > 2 * max(weights[name] for name in others)
    used = Counter(one.chosen for one in late)
    assert used[better] > max(used[name] for name in others)
    assert min(used.values()) > 0


@pytest.mark.parametrize("seed", range(3))
def test_the_engine_finds_nothing_where_nothing_was_planted(seed: int) -> None:
    weights, late = taught(dict.fromkeys(WORDINGS, 0.3), seed)
    assert all(0.6 < weight < 1.7 for weight in weights.values())
    shares = [count / len(late) for count in Counter(one.chosen for one in late).values()]
    assert all(0.2 < share < 0.47 for share in shares)


def test_what_was_held_back_is_no_wording_that_she_read() -> None:
    session = in_a_lesson(1)
    first, second, _ = WORDINGS
    sent = (
        SentNudge("1", "lesson_left", first, "someone-who-knows.who", (MONDAY + timedelta(days=1)).isoformat()),
        SentNudge("2", "lesson_left", second, "someone-who-knows.who", (MONDAY + timedelta(days=3)).isoformat(), held=True),
    )
    session = replace(session, nudging=replace(session.nudging, sent=sent))
    ahead = plan(session, LIBRARY, MONDAY + timedelta(days=4))
    assert ahead.coming is not None
    assert first not in ahead.coming.wordings  # else she would read the same twice in a row
    assert second in ahead.coming.wordings


def test_a_chosen_hour_is_kept_to_and_written_down() -> None:
    library = with_leanings(Leanings(hours={"lesson_left": {"18": 1.0}}, hold_back=0.0))
    session = replace(in_a_lesson(1), nudging=replace(in_a_lesson(1).nudging, hours_asked=True))
    due = plan(session, library, MONDAY).next_at
    assert due == datetime(2026, 11, 3, 18, tzinfo=UTC)  # a day later, and then at six
    (event,) = [one for one in advance(session, Elapsed(), library, due, 7).events if isinstance(one, NudgeSent)]
    assert (event.hour, event.aimed, event.hours) == (18, "18", {"18": 1.0})
    assert sum(event.wordings.values()) == pytest.approx(1.0)


def test_hours_are_dealt_among_students_by_their_weights_and_stay() -> None:
    library = with_leanings(Leanings(hours={"lesson_left": {"own": 3.0, "18": 1.0}}, hold_back=0.0))
    aims: Counter[str] = Counter()
    for number in range(300):
        session = in_a_lesson(1, MONDAY + timedelta(seconds=number))
        coming = [plan(session, library, MONDAY + timedelta(minutes=minutes)).coming for minutes in (10, 600, 1000)]
        named = {one.aimed for one in coming if one is not None}
        assert len(named) == 1
        aims.update(named)
    assert 0.15 < aims["18"] / 300 < 0.35


@pytest.mark.parametrize(("reason", "held"), [("lesson_left", True), ("asked_reminder", False), ("shall_i_stop", False)])
def test_only_what_nobody_asked_for_can_be_held_back(reason: str, *, held: bool) -> None:
    library, session = with_leanings(Leanings(hold_back=1.0)), in_a_lesson(1)
    at = MONDAY + timedelta(days=2)
    if reason == "asked_reminder":
        session = advance(session, Asked("later"), library, MONDAY, 5).session
        session = replace(session, reminders=(Reminder("r", at.isoformat(), ""),))
    if reason == "shall_i_stop":
        sent = tuple(
            SentNudge(str(day), "lesson_left", "x", "y", (MONDAY + timedelta(days=day)).isoformat()) for day in (1, 3, 8)
        )
        session, at = replace(session, nudging=replace(session.nudging, sent=sent)), MONDAY + timedelta(days=20, hours=2)
    events = advance(session, Elapsed(), library, at, 9).events
    found = [one for one in events if isinstance(one, NudgeSent | NudgeHeldBack)]
    assert [(one.reason, isinstance(one, NudgeHeldBack)) for one in found] == [(reason, held)]
