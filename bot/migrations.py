"""The shape of the database, as a list of migrations.

The law of this file: append only. A migration that has landed is never changed; the next one mends it. Times are aware UTC
in ISO 8601; JSON columns hold what `to_dict` of their class wrote. The ids of the queues are never used twice, because a send
may still be under way when its row is forgotten.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("rooftop")


@migrations()
def students_and_their_conversations(db: Database) -> None:
    """Create the tables of the first version."""
    for statement in _FIRST.split(";"):
        if statement.strip():
            db.execute(statement)


@migrations()
def messages_not_understood(db: Database) -> None:
    """Create the table of the messages that were not understood and may be learnt from (masked text only)."""
    for statement in _LEARNING.split(";"):
        db.execute(statement)


@migrations()
def nudges(db: Database) -> None:
    """Add when each student is to be looked at again, by index; the record of nudges; what the program notes for itself."""
    for statement in _NUDGES.split(";"):
        db.execute(statement)


_FIRST = """
CREATE TABLE students (
    id TEXT PRIMARY KEY,
    language TEXT NOT NULL DEFAULT 'en',
    created_at TEXT NOT NULL,
    blocked_at TEXT
);
CREATE TABLE addresses (
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    student TEXT NOT NULL REFERENCES students(id) ON DELETE CASCADE,
    PRIMARY KEY (channel, address)
) WITHOUT ROWID;
CREATE INDEX addresses_by_student ON addresses(student);
CREATE TABLE sessions (
    student TEXT PRIMARY KEY REFERENCES students(id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE TABLE kept (
    student TEXT NOT NULL REFERENCES students(id) ON DELETE CASCADE,
    lesson TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    step TEXT NOT NULL,
    kept_at TEXT NOT NULL,
    PRIMARY KEY (student, lesson, name)
);
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    student TEXT NOT NULL REFERENCES students(id) ON DELETE CASCADE,
    event TEXT NOT NULL,
    data TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX events_by_student ON events(student);
CREATE TABLE lesson_versions (
    lesson TEXT NOT NULL,
    version TEXT NOT NULL,
    text TEXT NOT NULL,
    first_met_at TEXT NOT NULL,
    PRIMARY KEY (lesson, version)
);
CREATE TABLE inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    update_id INTEGER NOT NULL,
    address TEXT NOT NULL,
    raw TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'done', 'aside')),
    received_at TEXT NOT NULL,
    done_at TEXT,
    UNIQUE (channel, update_id)
);
CREATE INDEX inbox_by_state ON inbox(state, id);
CREATE INDEX inbox_by_address ON inbox(channel, address);
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    student TEXT REFERENCES students(id) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    prompt TEXT NOT NULL DEFAULT '',
    priority INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'dropped')),
    attempts INTEGER NOT NULL DEFAULT 0,
    message_id INTEGER,
    queued_at TEXT NOT NULL,
    sent_at TEXT
);
CREATE INDEX outbox_by_state ON outbox(state, id);
CREATE INDEX outbox_by_prompt ON outbox(channel, address, prompt);
CREATE INDEX outbox_by_student ON outbox(student)
"""
_LEARNING = """
CREATE TABLE learning (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    student TEXT NOT NULL REFERENCES students(id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    lesson TEXT NOT NULL,
    step TEXT NOT NULL,
    offered TEXT NOT NULL,
    chosen TEXT NOT NULL,
    at TEXT NOT NULL,
    label TEXT,
    labelled_at TEXT,
    labelled_by TEXT,
    UNIQUE (student, text)
);
CREATE INDEX learning_by_label ON learning(label, at)
"""
_NUDGES = """
ALTER TABLE sessions ADD COLUMN nudge_at TEXT;
CREATE INDEX sessions_by_nudge ON sessions(nudge_at, student) WHERE nudge_at IS NOT NULL;
CREATE TABLE nudges (
    student TEXT NOT NULL REFERENCES students(id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    reason TEXT NOT NULL,
    wording TEXT NOT NULL,
    about TEXT NOT NULL,
    at TEXT NOT NULL,
    hour INTEGER NOT NULL,
    held_back INTEGER NOT NULL,
    aimed TEXT NOT NULL,
    chances TEXT NOT NULL,
    back_at TEXT,
    done_at TEXT,
    taken_back_at TEXT,
    PRIMARY KEY (student, id)
) WITHOUT ROWID;
CREATE INDEX nudges_by_time ON nudges(at);
CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID
"""
