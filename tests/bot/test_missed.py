"""Messages not understood: kept only with consent, once a text, taken back whole, and trained with as labelled last."""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.coach import Coach
from bot.missed import MissedMessages, read_labelled, with_labelled
from bot.model import fingerprint, universal_intents
from bot.settings import ROOT
from bot.store import FILE, MOST_PER_STUDENT, Store, keep_log_short
from dialogues.events import ConsentWithdrawn, MeaningMissed
from dialogues.inputs import Asked, Said, Start
from dialogues.learning import ANSWERS
from dialogues.session import Session
from dialogues.training import step_answers
from tests.fixtures import real_library

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
UNCLEAR = "pamplemousse of the seven seas"
YES = ANSWERS[0].label
UNIVERSAL = frozenset({"explain", "stuck", "out_of_scope"})


def agreed(store: Store, address: str = "ada") -> Coach:
    """Return a coach on whose terminal somebody lets messages be kept and has written one that was not understood."""
    coach = Coach(store, real_library(), "terminal")
    for given in (Start(), Said(YES), Asked("later"), Said(UNCLEAR)):
        coach.take(address, given)
    return coach


def keep(store: Store, student: str, text: str, at: datetime = AT, chosen: str = "") -> None:
    with store.transaction():
        store.save_turn(student, Session(), [MeaningMissed(text, "", "", (), chosen)], at)


def add_student(store: Store) -> str:
    with store.transaction():
        return store.add_student("terminal", "ada", AT)


def all_bytes(folder: Path) -> str:
    return "".join(path.read_bytes().decode("latin-1") for path in folder.iterdir())


def wait_until_emptied(store: Store) -> None:
    until = time.monotonic() + 30
    while store.to_be_emptied.is_set():
        assert time.monotonic() < until


def test_without_consent_no_word_of_it_is_in_any_file(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        coach = Coach(store, real_library(), "terminal")
        for given in (Start(), Asked("later"), Said(UNCLEAR)):
            coach.take("ada", given)
        assert store.db["learning"].count == 0
    assert "pamplemousse" not in all_bytes(tmp_path)


def test_with_consent_it_is_kept_in_its_own_table_alone_and_in_the_export(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        agreed(store)
        assert [missed.text for missed in MissedMessages(store).unlabelled()] == [UNCLEAR]
        assert store.db["events"].count_where("data LIKE '%pamplemousse%'") == 0
        student = store.find_student("terminal", "ada")
        assert student is not None
        copy = store.export_student(student)
    assert copy["learning"][0]["text"] == UNCLEAR
    assert copy["learning"][0]["offered"] == []
    assert {"ConsentGiven", "NotUnderstood"} <= {event["event"] for event in copy["events"]}


@pytest.mark.parametrize("words", [["forget me", "yes"], ["dont keep my messages"]])
def test_forgetting_and_withdrawing_leave_no_trace_of_it_labelled_or_not(words: list[str], tmp_path: Path) -> None:
    with Store(tmp_path) as store, keep_log_short(store):
        coach = agreed(store)
        coach.take("ada", Said("and a quagga too"))
        rows = MissedMessages(store)
        first = rows.unlabelled()[0]
        assert rows.label(first.id, "explain", AT, "intern")
        for text in words:
            coach.take("ada", Said(text))
        for row in coach.outbox.left():
            coach.outbox.finish(row.id, AT)
        wait_until_emptied(store)
        assert store.db["learning"].count == 0
        assert not rows.label(first.id, "explain", AT, "intern")
        found = all_bytes(tmp_path)
        assert "pamplemousse" not in found
        assert "quagga" not in found


def test_forgetting_somebody_whose_words_were_labelled_asks_for_another_model(tmp_path: Path) -> None:
    def wanted() -> str:
        return fingerprint(ROOT, with_labelled(answers, read_labelled(tmp_path), universal_intents(ROOT)))

    answers = step_answers(real_library())
    with Store(tmp_path) as store:
        coach = agreed(store)
        plain = wanted()
        rows = MissedMessages(store)
        rows.label(rows.unlabelled()[0].id, "explain", AT, "intern")
        assert wanted() != plain
        for text in ("forget me", "yes"):
            coach.take("ada", Said(text))
        assert wanted() == plain == fingerprint(ROOT, answers)


def test_the_same_text_is_one_row_and_keeps_what_was_picked_and_its_label(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        student, rows = add_student(store), MissedMessages(store)
        keep(store, student, "hm ok", chosen="stuck")
        keep(store, student, "hm ok", AT + timedelta(days=1))
        (row,) = rows.unlabelled()
        assert row.chosen == "stuck"
        rows.label(row.id, "explain", AT, "intern")
        keep(store, student, "hm ok", AT + timedelta(days=2), chosen="affirm")
        assert rows.unlabelled() == []
    assert read_labelled(tmp_path) == [("hm ok", "explain")]


def test_the_oldest_makes_room(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        student = add_student(store)
        for number in range(MOST_PER_STUDENT + 3):
            keep(store, student, f"message {number}", AT + timedelta(minutes=number))
        texts = [row.text for row in MissedMessages(store).unlabelled()]
    assert texts == [f"message {number}" for number in range(3, MOST_PER_STUDENT + 3)]


def test_withdrawing_takes_back_only_ones_own(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ada = add_student(store)
        with store.transaction():
            bob = store.add_student("terminal", "bob", AT)
        keep(store, ada, "from ada")
        keep(store, bob, "from bob")
        with store.transaction():
            store.save_turn(ada, Session(), [ConsentWithdrawn(AT.isoformat())], AT)
        assert [row.text for row in MissedMessages(store).unlabelled()] == ["from bob"]


def test_reading_the_labels_makes_no_database_and_knows_an_older_one(tmp_path: Path) -> None:
    assert read_labelled(tmp_path / "nowhere") == []
    assert not (tmp_path / "nowhere").exists()
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("CREATE TABLE students (id TEXT)")
    connection.commit()
    connection.close()
    assert read_labelled(tmp_path) == []


def test_a_database_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("these are not the bytes of a database " * 100)
    with pytest.raises(OSError, match=FILE):
        read_labelled(tmp_path)


def test_of_two_labels_of_one_text_the_newest_counts(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ada, rows = add_student(store), MissedMessages(store)
        with store.transaction():
            bob = store.add_student("terminal", "bob", AT)
        keep(store, ada, "hm how")
        keep(store, bob, "Hm how", AT + timedelta(days=1))
        first, second = rows.unlabelled()
        rows.label(first.id, "explain", AT + timedelta(hours=2), "intern")
        rows.label(second.id, "stuck", AT + timedelta(hours=1), "intern")
    assert with_labelled({}, read_labelled(tmp_path), UNIVERSAL) == {"explain": ["hm how"]}


def test_answers_of_two_steps_may_be_the_same_text_but_not_an_answer_and_an_intent() -> None:
    answers = {"step.a.b.none": ["Nobody"], "step.c.d.none": ["Nothing"]}
    both = [("nah", "step.a.b.none"), ("nah", "step.c.d.none")]
    assert with_labelled(answers, both, UNIVERSAL) == {"step.a.b.none": ["Nobody", "nah"], "step.c.d.none": ["Nothing", "nah"]}
    assert with_labelled(answers, [("nah", "stuck"), *both], UNIVERSAL) == {**answers, "stuck": ["nah"]}
    assert with_labelled(answers, [both[0], ("nah", "stuck")], UNIVERSAL) == {**answers, "step.a.b.none": ["Nobody", "nah"]}


def test_a_label_that_nothing_has_any_more_is_left_out() -> None:
    assert with_labelled({}, [("hm", "step.gone.lesson.yes"), ("hm", "no_intent")], UNIVERSAL) == {}
