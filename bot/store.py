"""All that is kept about students, in one SQLite file.

The law of this file: SQL for students, sessions, answers and events stands here (`queues.py` has that of the inbox and the
outbox, `missed.py` that of labelling), and every write happens inside `Store.transaction`, which begins with BEGIN IMMEDIATE.
Nothing in a transaction awaits, so no other turn can join it. WAL and synchronous=FULL: what was committed survives a power
cut.
"""

from __future__ import annotations

import fcntl
import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

from bot.migrations import migrations
from dialogues.errors import SettingsError
from dialogues.events import (
    AdvisersAsked,
    AnswerKept,
    CardQueued,
    ChoiceMade,
    ConsentWithdrawn,
    Event,
    ExportQueued,
    ForgettingConfirmed,
    MeaningMissed,
    MessageQueued,
    NudgeHeldBack,
    NudgeSent,
    NudgeTakenBack,
    event_to_dict,
)
from dialogues.lesson import Lesson
from dialogues.session import Session

FILE = "rooftop.db"
BUSY_TIMEOUT_MS = 5000
CHECKPOINT_SECONDS = 0.5

_PRAGMAS = (
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",  # what is deleted or replaced is overwritten
    f"busy_timeout={BUSY_TIMEOUT_MS}",
    "wal_autocheckpoint=16000",  # 64 MB, for when nothing else does it: see keep_log_short
)

MOST_PER_STUDENT = 200  # messages to learn from: enough for a year, and nobody's words outweigh the others'
_NOT_FOR_THE_RECORD = (
    *(MessageQueued, CardQueued, ExportQueued, ChoiceMade, ForgettingConfirmed, AdvisersAsked),
    *(NudgeSent, NudgeHeldBack, NudgeTakenBack),
    MeaningMissed,
)
"""Events that are not kept as such: they are sent, or acted on, or have a table of their own."""


@contextmanager
def keep_log_short(store: Store) -> Iterator[None]:
    """Write the log back into the database from a thread of its own, so that no turn has to wait while that is done.

    A passive checkpoint takes no lock that a turn needs. Without it, SQLite does it within a commit: 0.2 s at 100,000 students.
    After somebody was forgotten, and at the start, the log is emptied as soon as nobody reads it: no deleted text stays.
    """
    stop = threading.Event()

    def write_back() -> None:
        connection = sqlite3.connect(store.path, isolation_level=None, timeout=0)
        while not stop.wait(CHECKPOINT_SECONDS):
            kind = "TRUNCATE" if store.to_be_emptied.is_set() else "PASSIVE"
            with suppress(sqlite3.OperationalError):  # busy, or the disk is full: the next one will do it
                busy = connection.execute(f"PRAGMA wal_checkpoint({kind})").fetchone()[0]
                if kind == "TRUNCATE" and not busy:
                    store.to_be_emptied.clear()
        connection.close()

    thread = threading.Thread(target=write_back, name="checkpoints")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class Store:
    """The database, opened by one thread. `close` it, or use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        """Open, and bring up to date, the database in `folder`, which is made where it is missing.

        Raises SettingsError where the folder cannot be used or the database comes from a newer version of Rooftop.
        """
        self.path = folder / FILE
        self.to_be_emptied = threading.Event()  # whether the log may hold text that was deleted since
        self.to_be_emptied.set()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.touch(mode=0o600)  # also where the folder was made by somebody else, who lets others in
            connection = sqlite3.connect(self.path, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)
            self.db = Database(connection)
            self._set_up(folder)
        except OSError as error:
            what = (
                f"ROOFTOP_DATA: the folder '{folder}' cannot be used: {error.strerror}. Name one that this user can write to."
            )
            raise SettingsError(what) from error
        except sqlite3.Error as error:
            what = (
                f"The database '{self.path}' cannot be opened: {error}. Free some space, check its rights, or restore a backup."
            )
            raise SettingsError(what) from error

    @classmethod
    def to_read(cls, folder: Path) -> Self:
        """Open a database that is there, to read alone: what would write fails.

        Raises SettingsError where there is none, or where this version would have to bring it up to date first.
        """
        store = cls.__new__(cls)
        store.path, store.to_be_emptied = folder / FILE, threading.Event()
        if not store.path.is_file():
            raise SettingsError(f"ROOFTOP_DATA: there is nothing in '{folder}' yet. Name the folder of a coach that has run.")
        uri = f"{store.path.resolve().as_uri()}?mode=ro"
        try:
            connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)
            store.db = Database(connection)
            known = {row[1] for row in store.db.execute("PRAGMA table_info(nudges)").fetchall()}
        except sqlite3.Error as error:
            raise SettingsError(f"The database '{store.path}' cannot be read: {error}. Check its rights.") from error
        if "chances" not in known:
            raise SettingsError(f"The database '{store.path}' is of an older version. Start the coach once, and try again.")
        return store

    def _set_up(self, folder: Path) -> None:
        self.db.execute("PRAGMA journal_mode=WAL").fetchall()
        for pragma in _PRAGMAS:
            self.db.execute(f"PRAGMA {pragma}").fetchall()
        with (folder / "migrating.lock").open("w") as lock:  # two processes may open a new folder at once
            fcntl.flock(lock, fcntl.LOCK_EX)
            ours = {migration.name for migration in migrations.pending(Database(memory=True))}  # of an empty one: all of them
            newer = sorted({migration.name for migration in migrations.applied(self.db)} - ours)
            if newer:
                what = f"The database '{self.path}' comes from a newer version of Rooftop (it knows '{newer[0]}'). Install it."
                raise SettingsError(what)
            migrations.apply(self.db)

    def __enter__(self) -> Self:
        """Return the store."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the database."""
        self.close()

    def close(self) -> None:
        """Close the database."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all that is written inside, or nothing. Not to be nested, and nothing may be awaited inside."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self.db.conn.in_transaction:  # a full disk rolls back by itself
                self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    # Students

    def find_student(self, channel: str, address: str) -> str | None:
        """Return the id of the student who writes from there, or None."""
        row = self.db.execute("SELECT student FROM addresses WHERE channel = ? AND address = ?", [channel, address]).fetchone()
        return str(row[0]) if row else None

    def add_student(self, channel: str, address: str, at: datetime) -> str:
        """Add a student who writes from there; return her new random id."""
        student = secrets.token_hex(8)
        self.db.execute("INSERT INTO students (id, created_at) VALUES (?, ?)", [student, at.isoformat()])
        self.db.execute("INSERT INTO addresses (channel, address, student) VALUES (?, ?, ?)", [channel, address, student])
        return student

    def mark_blocked(self, channel: str, address: str, at: datetime | None) -> None:
        """Note that the student blocked the coach, or, with None, that she is back. Unknown addresses are no error."""
        if at is not None:  # nothing is due to her until she writes again
            self.db.execute(
                "UPDATE sessions SET nudge_at = NULL"
                " WHERE student = (SELECT student FROM addresses WHERE channel = ? AND address = ?)",
                [channel, address],
            )
        self.db.execute(
            "UPDATE students SET blocked_at = ? WHERE id = (SELECT student FROM addresses WHERE channel = ? AND address = ?)",
            [at.isoformat() if at else None, channel, address],
        )

    def is_blocked(self, student: str) -> bool:
        """Whether the student has blocked the coach."""
        row = self.db.execute("SELECT blocked_at FROM students WHERE id = ?", [student]).fetchone()
        return row is not None and row[0] is not None

    # Sessions

    def load_session(self, student: str) -> Session:
        """Return where the student stands; a new session where there is none."""
        row = self.db.execute("SELECT state FROM sessions WHERE student = ?", [student]).fetchone()
        if row is None:
            return Session()
        state = json.loads(row[0])
        kept: dict[str, dict[str, str]] = {}
        rows = self.db.execute("SELECT lesson, name, value FROM kept WHERE student = ? ORDER BY rowid", [student])
        for lesson, name, value in rows.fetchall():
            kept.setdefault(lesson, {})[name] = value
        return Session.from_dict({**state, "kept": kept})

    def save_turn(self, student: str, session: Session, events: Sequence[Event], at: datetime) -> None:
        """Save the session and the events; what was kept goes into its own table, from the events that say so."""
        now, state = at.isoformat(), session.to_dict()
        del state["kept"]  # the table `kept` has it
        self.db.execute(
            "INSERT INTO sessions (student, state, updated_at) VALUES (?, ?, ?)"
            " ON CONFLICT (student) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at",
            [student, json.dumps(state, ensure_ascii=False), now],
        )
        for event in events:
            if isinstance(event, AnswerKept):
                self.db.execute(
                    "INSERT INTO kept (student, lesson, name, value, step, kept_at) VALUES (?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT (student, lesson, name)"
                    " DO UPDATE SET value = excluded.value, step = excluded.step, kept_at = excluded.kept_at",
                    [student, event.lesson, event.name, event.value, event.step, now],
                )
            if isinstance(event, MeaningMissed):
                self._keep_missed(student, event, now)
            if isinstance(event, ConsentWithdrawn):
                self.db.execute("DELETE FROM learning WHERE student = ?", [student])
                self.to_be_emptied.set()
            if not isinstance(event, _NOT_FOR_THE_RECORD):
                data = event_to_dict(event)
                name = data.pop("event")
                self.db.execute(
                    "INSERT INTO events (student, event, data, at) VALUES (?, ?, ?, ?)",
                    [student, name, json.dumps(data, ensure_ascii=False), now],
                )

    def _keep_missed(self, student: str, event: MeaningMissed, now: str) -> None:
        """Keep a message to learn from, once a text: what was labelled stays, and a choice is not lost to a later silence."""
        self.db.execute(
            "INSERT INTO learning (student, text, lesson, step, offered, chosen, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (student, text) DO UPDATE SET lesson = excluded.lesson, step = excluded.step,"
            " offered = excluded.offered, chosen = excluded.chosen, at = excluded.at"
            " WHERE learning.label IS NULL AND (excluded.chosen <> '' OR learning.chosen = '')",
            [student, event.text, event.lesson, event.step, json.dumps(event.offered), event.chosen, now],
        )
        self.db.execute(
            "DELETE FROM learning WHERE student = ?1 AND id NOT IN"
            " (SELECT id FROM learning WHERE student = ?1 ORDER BY at DESC, id DESC LIMIT ?2)",
            [student, MOST_PER_STUDENT],
        )

    # Lessons

    def remember_lesson(self, lesson: Lesson, at: datetime) -> None:
        """Keep the text of a version that a student has met, once."""
        self.db.execute(
            "INSERT OR IGNORE INTO lesson_versions (lesson, version, text, first_met_at) VALUES (?, ?, ?, ?)",
            [lesson.id, lesson.version, lesson.text, at.isoformat()],
        )

    def lesson_text(self, lesson: str, version: str) -> str | None:
        """Return the text of that version, or None where no student has met it."""
        row = self.db.execute("SELECT text FROM lesson_versions WHERE lesson = ? AND version = ?", [lesson, version]).fetchone()
        return str(row[0]) if row else None

    # Copies and forgetting

    def export_student(self, student: str) -> dict[str, Any]:
        """Return all that is stored about the student, as plain JSON: a key per table, and in it the rows."""
        copy: dict[str, Any] = {}
        for table, key in (
            ("students", "id"),
            ("addresses", "student"),
            ("sessions", "student"),
            ("kept", "student"),
            ("nudges", "student"),
        ):
            copy[table] = list(self.db.query(f"SELECT * FROM {table} WHERE {key} = ?", [student]))  # noqa: S608 - our own names
        copy["events"] = list(self.db.query("SELECT event, data, at FROM events WHERE student = ? ORDER BY id", [student]))
        copy["learning"] = list(
            self.db.query(
                "SELECT text, lesson, step, offered, chosen, at, label, labelled_at FROM learning"
                " WHERE student = ? ORDER BY id",
                [student],
            )
        )
        copy["outbox"] = list(
            self.db.query(
                "SELECT kind, payload, state, queued_at, sent_at FROM outbox WHERE student = ? ORDER BY id", [student]
            )
        )
        copy["inbox"] = list(
            self.db.query(
                "SELECT inbox.raw, inbox.state, inbox.received_at FROM inbox JOIN addresses USING (channel, address)"
                " WHERE addresses.student = ? ORDER BY inbox.id",
                [student],
            )
        )
        columns = {"sessions": "state", "events": "data", "outbox": "payload", "inbox": "raw", "learning": "offered"}
        for table, column in columns.items():
            for row in copy[table]:
                row[column] = json.loads(row[column]) if row[column] else None
        return copy

    def forget_student(self, student: str) -> None:
        """Delete everything about the student: her rows everywhere, and what she sent that is still in the inbox."""
        self.db.execute(
            "UPDATE inbox SET raw = '', address = '' WHERE state = 'aside' AND EXISTS (SELECT 1 FROM addresses"
            " WHERE addresses.student = ? AND addresses.channel = inbox.channel AND addresses.address = inbox.address)",
            [student],
        )
        self.db.execute("DELETE FROM students WHERE id = ?", [student])
        self.to_be_emptied.set()
