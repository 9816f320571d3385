"""The store: what is committed survives, what is forgotten is gone, and what cannot be opened says so."""

from __future__ import annotations

import json
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.coach import Coach
from bot.store import FILE, Store, keep_log_short
from dialogues.errors import SettingsError
from dialogues.events import AnswerKept, LessonStarted
from dialogues.inputs import Said, Start
from dialogues.session import Session
from tests.fixtures import real_library

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SECRET = "Zoe-from-the-lab"


def test_a_session_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        coach = Coach(store, real_library(), "terminal")
        for given in (Start("someone-who-knows"), Said(SECRET), Said("How was it?")):
            coach.take("ada", given)
        student = store.find_student("terminal", "ada")
        assert student is not None
        before = store.load_session(student)
    with Store(tmp_path) as store:
        assert store.load_session(student) == before
        assert before.kept["someone-who-knows"] == {"person": SECRET, "question": "How was it?"}
        assert before.at is not None


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with Store(tmp_path) as store:

        def fail() -> None:
            with store.transaction():
                store.add_student("terminal", "ada", AT)
                raise InterruptedError

        with pytest.raises(InterruptedError):
            fail()
        assert store.find_student("terminal", "ada") is None


def test_a_turn_that_cannot_be_written_changes_nothing_and_can_be_taken_again(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        coach = Coach(store, real_library(), "terminal")
        coach.take("ada", Start("someone-who-knows"))
        student = store.find_student("terminal", "ada")
        assert student is not None
        before, queued = store.load_session(student), len(coach.outbox.left())
        pages = store.db.execute("PRAGMA page_count").fetchone()[0]
        store.db.execute(f"PRAGMA max_page_count = {pages}").fetchall()  # a full disk, as SQLite knows it
        with pytest.raises(sqlite3.OperationalError, match="full"):
            coach.take("ada", Said("long " * 20_000))
        assert store.load_session(student) == before
        assert len(coach.outbox.left()) == queued
        store.db.execute("PRAGMA max_page_count = 1000000").fetchall()
        coach.take("ada", Said("long " * 20_000))
        assert store.load_session(student).kept["someone-who-knows"]["person"].startswith("long")


def test_a_database_from_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.db.table("_sqlite_migrations").insert(
            {"migration_set": "rooftop", "name": "telepathy", "applied_at": AT.isoformat()}
        )
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(SettingsError, match=r"newer version of Rooftop \(it knows 'telepathy'\)"):
        Store(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("these are not the bytes of a database " * 100)
    with pytest.raises(SettingsError, match="cannot be opened"):
        Store(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="ROOFTOP_DATA"):
        Store(tmp_path / "file" / "data")


def test_what_is_needed_to_survive_a_power_cut_is_switched_on(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        pragmas = {
            name: store.db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_every_step_of_the_schema_is_a_migration_applied_once(tmp_path: Path) -> None:
    with Store(tmp_path):
        pass
    with Store(tmp_path) as store:
        names = [row["name"] for row in store.db["_sqlite_migrations"].rows]
    assert names
    assert len(names) == len(set(names))


def test_forgetting_leaves_no_trace_in_the_database_files(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        coach = Coach(store, real_library(), "terminal")
        coach.inbox.receive([(1, "ada", json.dumps({"text": SECRET}))], AT)
        for row in coach.inbox.left():
            coach.take(row.address, Start("someone-who-knows"), row=row.id)
        coach.take("ada", Said(SECRET))
        coach.take("bob", Start("someone-who-knows"))
        assert SECRET in _all_bytes(tmp_path)
        for text in ("forget me", "yes"):
            coach.take("ada", Said(text))
        for sent in coach.outbox.left():
            coach.outbox.finish(sent.id, AT)
        with keep_log_short(store):
            emptied = time.monotonic() + 30
            while store.to_be_emptied.is_set():
                assert time.monotonic() < emptied
        assert SECRET not in _all_bytes(tmp_path)
        assert store.find_student("terminal", "ada") is None
        assert store.find_student("terminal", "bob") is not None
        for table in ("students", "sessions", "addresses"):
            assert store.db[table].count == 1
        assert store.db["outbox"].count_where("student IS NULL") == 0


def test_forgetting_while_somebody_reads_is_made_good_as_soon_as_she_has_read(tmp_path: Path) -> None:
    with Store(tmp_path) as store, keep_log_short(store):
        coach = Coach(store, real_library(), "terminal")
        for given in (Start("someone-who-knows"), Said(SECRET), Said("forget me")):
            coach.take("ada", given)
        reader = sqlite3.connect(tmp_path / FILE, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM kept").fetchone()
        began = time.monotonic()
        coach.take("ada", Said("yes"))
        assert time.monotonic() - began < 2, "a turn waited for the reader"
        for row in coach.outbox.left():
            coach.outbox.finish(row.id, AT)
        reader.execute("COMMIT")
        reader.close()
        until = time.monotonic() + 30
        while store.to_be_emptied.is_set():
            assert time.monotonic() < until
        assert SECRET not in _all_bytes(tmp_path)


def test_nobody_else_on_the_machine_can_read_the_database(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.add_student("terminal", "ada", AT)
        modes = {path.stat().st_mode & 0o077 for path in tmp_path.glob(f"{FILE}*")}
    assert modes == {0}


def _all_bytes(folder: Path) -> str:
    return "".join(path.read_bytes().decode("latin-1") for path in folder.iterdir())


def test_an_export_holds_everything_that_any_table_holds_about_the_student(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        coach = Coach(store, real_library(), "terminal")
        for given in (Start("someone-who-knows"), Said(SECRET), Said("export")):
            coach.take("ada", given)
        coach.take("bob", Said("Bob's own words"))
        student = store.find_student("terminal", "ada")
        assert student is not None
        copy = store.export_student(student)
        tables = {name for name in store.db.table_names() if not name.startswith(("_", "sqlite_"))}
    assert set(copy) == tables - {"lesson_versions", "facts"}, "a table that is not in the export"
    assert copy["kept"][0]["value"] == SECRET
    assert copy["addresses"][0]["address"] == "ada"
    assert "Bob" not in json.dumps(copy)
    assert copy["sessions"][0]["state"]["at"]["step"] == "question"


def test_the_text_of_every_version_that_a_student_met_is_kept(tmp_path: Path) -> None:
    lesson = real_library().lessons["someone-who-knows"]
    with Store(tmp_path) as store:
        Coach(store, real_library(), "terminal").take("ada", Start(lesson.id))
        assert store.lesson_text(lesson.id, lesson.version) == lesson.text


def test_events_hold_what_happened_and_not_the_messages(tmp_path: Path) -> None:
    with Store(tmp_path) as store, store.transaction():
        student = store.add_student("terminal", "ada", AT)
        store.save_turn(student, Session(), [LessonStarted("a", "1"), AnswerKept("a", "s", "n", "v")], AT)
        rows = [row["event"] for row in store.db.query("SELECT event FROM events ORDER BY id")]
    assert rows == ["LessonStarted", "AnswerKept"]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_two_processes_may_open_a_new_folder_at_once(tmp_path: Path) -> None:
    first, second = Store(tmp_path), Store(tmp_path)
    with first, second, first.transaction():
        first.add_student("terminal", "ada", AT)
    assert Database(tmp_path / FILE)["students"].count == 1
