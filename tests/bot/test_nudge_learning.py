"""From the record of nudges to new weights: what followed is read right, and the coach goes by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.coach import Coach
from bot.nudge_learning import TRIED_HOURS, learn, learned, unlearned
from bot.nudge_record import NudgeRecord
from bot.store import Store
from dialogues.events import ActionDone, NudgeHeldBack, NudgeSent, NudgeTakenBack
from tests.fixtures import real_library

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
NAMES = ("lesson_left.where-you-were", "lesson_left.one-question")
EVEN = dict.fromkeys(NAMES, 0.5)


def put(  # noqa: PLR0913 - one argument a fact
    store: Store,
    number: int,
    *,
    wording: str = NAMES[0],
    reason: str = "lesson_left",
    held: bool = False,
    at: datetime = NOW,
) -> str:
    """Write down one nudge of a new student; return her id."""
    kind = NudgeHeldBack if held else NudgeSent
    with store.transaction():
        student = store.add_student("telegram", f"{number}", at)
        event = kind("n", reason, wording, "action-1", 10, "own", EVEN, {"own": 0.5, "18": 0.5})
        NudgeRecord(store).write(student, [event], at)
    return student


def test_what_followed_is_read_back(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        record, student = NudgeRecord(store), put(store, 1)
        put(store, 2, held=True)
        with store.transaction():
            record.note_back(student, NOW + timedelta(hours=3))
            record.note_back(student, NOW + timedelta(hours=9))
            record.write(student, [ActionDone("action-1")], NOW + timedelta(days=2))
        held, sent = sorted(record.occasions(NOW, 100), key=lambda one: one.student == student)
        assert (sent.back, sent.done, sent.held_back) == (timedelta(hours=3), timedelta(days=2), False)
        assert sent.wordings == EVEN
        assert sent.hours == {"own": 0.5, "18": 0.5}
        assert (held.back, held.done, held.held_back) == (None, None, True)


def test_what_was_asked_for_or_taken_back_is_no_occasion(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        put(store, 1, reason="asked_reminder")
        student = put(store, 2)
        assert len(list(NudgeRecord(store).occasions(NOW, 100))) == 1
        assert list(NudgeRecord(store).occasions(NOW, 0)) == []
        assert list(NudgeRecord(store).occasions(NOW - timedelta(hours=1), 100)) == []
        with store.transaction():
            NudgeRecord(store).write(student, [NudgeTakenBack("n")], NOW)
        assert list(NudgeRecord(store).occasions(NOW, 100)) == []


@pytest.mark.parametrize(("students", "learns"), [(198, False), (240, True)])
def test_the_coach_goes_by_the_record_from_200_occasions_on(tmp_path: Path, students: int, *, learns: bool) -> None:
    with Store(tmp_path) as store:
        coach = Coach(store, real_library(), "telegram", now=lambda: NOW + timedelta(days=2))
        for number in range(students):
            student = put(store, number, wording=NAMES[number % 2])
            if number % 2 or number % 10 == 0:
                with store.transaction():
                    coach.nudges.note_back(student, NOW + timedelta(hours=1))
        for number in range(40):
            put(store, 1000 + number, wording=NAMES[0], held=True)  # nobody read these: they say nothing about the wording
        learn(coach)
        weights = coach.library.leanings.weights.get("lesson_left", {})
        assert bool(weights) == learns
        assert coach.library.leanings.hold_back == real_library().leanings.hold_back
        assert not learns or weights[NAMES[1]] > 4 * weights[NAMES[0]]


def test_before_anything_is_learned_other_hours_are_tried_now_and_then(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert learned(NudgeRecord(store), NOW, 0.1) == unlearned(0.1)
    assert unlearned(0.1).hours["campaign"] == TRIED_HOURS
    assert "action_due" not in unlearned(0.1).hours
