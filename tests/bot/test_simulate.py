"""The simulation: it breaks no rule, it counts breaches where there are some, and the same seed gives the same figures."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import simulate as verb
from bot.coach import Coach
from bot.simulate import Task, run, simulate, told
from bot.simulate_count import Counts, Sent, count, count_all
from bot.simulate_people import KINDS, PLACES_ZONE, Hours, Person
from bot.store import Store
from dialogues.events import MessageQueued, NudgeSent
from tests.fixtures import real_library

LONDON = Hours(PLACES_ZONE, time(8), time(21))
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def sent(*times: datetime, reason: str = "lesson_left") -> list[Sent]:
    """Return messages of those times, each with a prompt and a wording of its own."""
    return [Sent(at, f"p{number}", reason, f"w{number}") for number, at in enumerate(times)]


def days(*numbers: float) -> list[Sent]:
    return sent(*(NOON + timedelta(days=number) for number in numbers))


def test_messages_that_keep_the_rules_are_counted_as_such() -> None:
    assert count(days(0, 2, 4, 7, 9), LONDON, 0) == Counts(messages=5)


@pytest.mark.parametrize(
    ("hours", "at", "quiet"),
    [
        (LONDON, datetime(2026, 10, 24, 7, 0, tzinfo=UTC), 0),  # eight o'clock in summer
        (LONDON, datetime(2026, 10, 25, 7, 59, tzinfo=UTC), 1),  # a minute early, once the clocks went back
        (LONDON, datetime(2026, 10, 25, 20, 59, tzinfo=UTC), 0),
        (LONDON, datetime(2026, 10, 25, 21, 0, tzinfo=UTC), 1),
        (Hours("Asia/Tokyo", time(8), time(21)), datetime(2026, 11, 2, 12, 0, tzinfo=UTC), 1),
        (Hours(PLACES_ZONE, time(16), time(2)), datetime(2026, 11, 2, 1, 59, tzinfo=UTC), 0),
        (Hours(PLACES_ZONE, time(16), time(2)), datetime(2026, 11, 2, 2, 0, tzinfo=UTC), 1),
        (Hours(PLACES_ZONE, time(16), time(2)), datetime(2026, 11, 2, 15, 59, tzinfo=UTC), 1),
    ],
)
def test_a_message_in_quiet_hours_is_counted(hours: Hours, at: datetime, quiet: int) -> None:
    assert count(sent(at), hours, 0).in_quiet_hours == quiet


def test_a_second_message_on_a_day_and_a_fourth_in_a_week_are_counted() -> None:
    assert count(days(0, 0.2), LONDON, 0).over_cap == 1
    assert count(days(0, 2, 4, 6.9), LONDON, 0).over_cap == 1
    assert count(days(0, 2, 4, 7), LONDON, 0).over_cap == 0
    late = sent(datetime(2026, 11, 1, 14, 59, tzinfo=UTC), datetime(2026, 11, 1, 15, 1, tzinfo=UTC))
    assert count(late, Hours("Asia/Tokyo", time(0), time(23)), 0).over_cap == 0  # midnight in Tokyo lies between them


def test_what_is_sent_twice_or_said_twice_in_a_row_is_counted() -> None:
    first, second, third = days(0, 2, 4)
    assert count([first, first], LONDON, 0).duplicates == 2  # the same prompt, and the same words
    again = Sent(second.at, "p1", second.reason, first.wording)
    assert count([first, again, third], LONDON, 0).duplicates == 1
    assert count([first, second, Sent(third.at, "p2", third.reason, first.wording)], LONDON, 0).duplicates == 0


def test_what_was_asked_for_comes_at_any_hour_but_not_more_often_than_asked() -> None:
    night = sent(*(NOON + timedelta(hours=hours) for hours in (14, 14.5)), reason="asked_reminder")
    assert count(night, LONDON, 2) == Counts(asked_for=2)
    assert count(night, LONDON, 1) == Counts(asked_for=2, duplicates=1)


def test_counts_come_from_the_rows_that_were_sent(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        coach = Coach(store, real_library(), "simulated", now=lambda: NOON)
        with store.transaction():
            student = store.add_student("simulated", "ada", NOON)
            for number in range(3):
                event = NudgeSent(f"n{number}", "lesson_left", f"w{number}", "x.y", 12, "own", {}, {})
                coach.nudges.write(student, [event], NOON)
                coach.outbox.queue(student, "ada", [MessageQueued("Hello", f"n{number}")], NOON)
        coach.outbox.finish(1, NOON.replace(hour=23))
        coach.outbox.finish(2, NOON.replace(hour=23, minute=30))
        assert count_all(store, {"ada": LONDON}) == Counts(messages=2, in_quiet_hours=2, over_cap=1)  # the third never went


def test_a_simulation_of_every_kind_of_student_breaks_no_rule() -> None:
    outcome = run(Task(first=0, count=40, days=40, seed=3, hold_back=0.1))
    kinds = {Person(3, number).kind.name for number in range(40)}
    assert kinds == {kind.name for kind in KINDS}
    assert outcome.counts.messages > 100
    assert outcome.counts.asked_for
    assert (outcome.counts.in_quiet_hours, outcome.counts.over_cap, outcome.counts.duplicates) == (0, 0, 0)
    assert 0.02 < outcome.held_back / (outcome.held_back + outcome.counts.messages) < 0.25
    assert sum(outcome.lives["one_every_day"].left) > sum(outcome.lives["no_nudges"].left) == 0


def test_the_same_seed_gives_the_same_figures_and_another_seed_others() -> None:
    first, again, other = (run(Task(0, 30, 25, seed, 0.1)) for seed in (1, 1, 2))
    assert first == again
    assert first.lives != other.lives


def test_progress_counts_up_to_all_students() -> None:
    done: list[int] = []
    figures = simulate(3, 5, 1, 0.1, done.append)
    assert done == [3]
    assert figures["students"] == 3


def test_the_verb_prints_one_object_and_its_assumptions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOFTOP_DATA", str(tmp_path / "none"))
    result = CliRunner().invoke(verb, ["--students", "6", "--days", "10", "--json"])
    assert result.exit_code == 0, result.stderr
    figures = json.loads(result.stdout)
    assert {"messages_per_student_week", "in_quiet_hours", "over_cap", "duplicates", "returns"} <= set(figures)
    assert set(figures["returns"]) == {"ours", "no_nudges", "one_every_day"}
    assert not (tmp_path / "none").exists()  # the students' own data is not touched
    text = "\n".join(told(figures))
    for line in figures["assumptions"]:
        assert line in text


def test_people_have_the_same_luck_whatever_is_sent_to_them() -> None:
    quiet, written_to = Person(1, 7), Person(1, 7)
    for day in range(20):
        if day % 3 == 0 and day:
            written_to.messages.append(written_to.may_come(day))
        assert quiet.may_come(day) == written_to.may_come(day)
    assert quiet.kind == written_to.kind


def test_the_simulation_reads_what_the_real_store_holds(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert count_all(store, {}) == Counts()
        with pytest.raises(sqlite3.OperationalError), Store.to_read(tmp_path) as reader:
            reader.db.execute("DELETE FROM nudges").fetchall()
