"""The inbox and the outbox: what came in and what is to go out, as rows that survive a kill.

The law of this file: an inbox row is `new` until the transaction that holds all its effects makes it `done`; its raw text
and address are cleared by the same stroke. An outbox row is `waiting`, then `sending` while a send is under way, then
`sent`. A row that is found in `sending` after a restart may or may not have arrived: it is sent once more, no third time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.card import Progress, describe
from bot.store import Store
from dialogues.events import CardQueued, ChoiceMade, Event, ExportQueued, MessageQueued

MAX_ATTEMPTS = 2  # of a send whose outcome is unknown: doubled at most once, lost only if both were lost
KEEP_INBOX = timedelta(days=2)  # Telegram offers an update for 24 hours; until then its id is needed to know it again
KEEP_OUTBOX = timedelta(days=30)  # so long a button that was answered can still be marked


@dataclass(frozen=True, slots=True)
class Incoming:
    """One row of the inbox: `raw` is the update as JSON."""

    id: int
    address: str
    raw: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One row of the outbox. `payload` depends on the kind: message, card, export, mark (a button answered), or others."""

    id: int
    student: str | None
    address: str
    kind: str
    payload: Mapping[str, Any]
    prompt: str
    priority: int
    attempts: int
    state: str


class Inbox:
    """What came in from one channel."""

    def __init__(self, store: Store, channel: str) -> None:
        """Use the store's database."""
        self.store, self.channel = store, channel

    def receive(self, updates: Iterable[tuple[int, str, str]], at: datetime) -> list[Incoming]:
        """Commit (update id, address, raw JSON) to the inbox; return the rows that were not there already."""
        new = []
        with self.store.transaction():
            for update_id, address, raw in updates:
                row = self.store.db.execute(
                    "INSERT INTO inbox (channel, update_id, address, raw, received_at) VALUES (?, ?, ?, ?, ?)"
                    " ON CONFLICT (channel, update_id) DO NOTHING RETURNING id",
                    [self.channel, update_id, address, raw, at.isoformat()],
                ).fetchone()
                if row:
                    new.append(Incoming(int(row[0]), address, raw))
        return new

    def left(self) -> list[Incoming]:
        """Return what was received and not yet done, oldest first."""
        rows = self.store.db.execute(
            "SELECT id, address, raw FROM inbox WHERE state = 'new' AND channel = ? ORDER BY id", [self.channel]
        )
        return [Incoming(*row) for row in rows.fetchall()]

    def places_left(self) -> list[tuple[int, str]]:
        """Return (row id, address) of what was received and not yet done, oldest first."""
        rows = self.store.db.execute(
            "SELECT id, address FROM inbox WHERE state = 'new' AND channel = ? ORDER BY id", [self.channel]
        )
        return [(int(row[0]), str(row[1])) for row in rows.fetchall()]

    def find(self, row: int) -> Incoming | None:
        """Return a row that is not yet done, or None."""
        found = self.store.db.execute("SELECT id, address, raw FROM inbox WHERE id = ? AND state = 'new'", [row]).fetchone()
        return Incoming(*found) if found else None

    def finish(self, row: int, at: datetime, *, aside: bool = False) -> None:
        """Mark a row as done, or set it aside as unreadable; within the caller's transaction."""
        self.store.db.execute(
            "UPDATE inbox SET state = 'aside', done_at = ? WHERE id = ?"
            if aside
            else "UPDATE inbox SET state = 'done', raw = '', address = '', done_at = ? WHERE id = ?",
            [at.isoformat(), row],
        )

    def prune(self, now: datetime) -> None:
        """Delete the rows that are done, or were set aside, and whose ids Telegram no longer offers."""
        with self.store.transaction():
            self.store.db.execute(
                "DELETE FROM inbox WHERE state <> 'new' AND received_at < ?", [(now - KEEP_INBOX).isoformat()]
            )


class Outbox:
    """What is to go out on one channel."""

    def __init__(self, store: Store, channel: str) -> None:
        """Use the store's database."""
        self.store, self.channel = store, channel

    def queue(self, student: str | None, address: str, events: Iterable[Event], at: datetime, priority: int = 0) -> list[int]:
        """Queue whatever the events want sent, in their order; within the caller's transaction. Return the rows' ids."""
        return [
            self.add(student, address, kind, payload, at, prompt=prompt, priority=priority)
            for event in events
            for kind, payload, prompt in _rows(event)
        ]

    def add(  # noqa: PLR0913 - one argument a column
        self,
        student: str | None,
        address: str,
        kind: str,
        payload: Mapping[str, Any],
        at: datetime,
        *,
        prompt: str = "",
        priority: int = 0,
    ) -> int:
        """Add one row; within the caller's transaction. Return its id."""
        cursor = self.store.db.execute(
            "INSERT INTO outbox (student, channel, address, kind, payload, prompt, priority, queued_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [student, self.channel, address, kind, json.dumps(payload, ensure_ascii=False), prompt, priority, at.isoformat()],
        )
        return int(cursor.lastrowid or 0)

    def left(self) -> list[Outgoing]:
        """Return what is to be sent, oldest first."""
        rows = self.store.db.execute(f"{_UNSENT} ORDER BY id", [self.channel])
        return [_outgoing(row) for row in rows.fetchall()]

    def find(self, row: int) -> Outgoing | None:
        """Return a row that is to be sent, or None where it was sent, given up or forgotten meanwhile."""
        found = self.store.db.execute(f"{_UNSENT} AND id = ?", [self.channel, row]).fetchone()
        return _outgoing(found) if found else None

    def places(self, rows: Iterable[int] | None = None) -> list[tuple[int, str, str, int]]:
        """Return (id, address, kind, priority) of these rows, or of all, that are to be sent, oldest first."""
        query = "SELECT id, address, kind, priority FROM outbox WHERE state IN ('waiting', 'sending') AND channel = ?"
        if rows is None:
            return [(r[0], r[1], r[2], r[3]) for r in self.store.db.execute(f"{query} ORDER BY id", [self.channel]).fetchall()]
        found = (self.store.db.execute(f"{query} AND id = ?", [self.channel, row]).fetchone() for row in sorted(rows))
        return [(r[0], r[1], r[2], r[3]) for r in found if r]

    def disown(self, rows: Iterable[int]) -> None:
        """Let rows be nobody's, so that they outlive the student; within the caller's transaction.

        The message whose buttons a row marks is looked up now, because soon nobody will know it.
        """
        for row in rows:
            found = self.store.db.execute("SELECT kind, student, prompt, payload FROM outbox WHERE id = ?", [row]).fetchone()
            payload = json.loads(found[3])
            if found[0] == "mark":
                payload["message"] = self.message_of_prompt(found[1], found[2])
            self.store.db.execute("UPDATE outbox SET student = NULL, payload = ? WHERE id = ?", [json.dumps(payload), row])

    def begin(self, row: int) -> None:
        """Note, before a send, that it is under way."""
        with self.store.transaction():
            self.store.db.execute("UPDATE outbox SET state = 'sending', attempts = attempts + 1 WHERE id = ?", [row])

    def refuse(self, row: int) -> None:
        """Note that a send was refused for now (and so surely did not arrive): it waits again, and does not count."""
        with self.store.transaction():
            self.store.db.execute("UPDATE outbox SET state = 'waiting', attempts = attempts - 1 WHERE id = ?", [row])

    def finish(self, row: int, at: datetime, message_id: int | None = None) -> None:
        """Note that a send arrived; its text is no longer needed here. A row of nobody's is deleted."""
        with self.store.transaction():
            self.store.db.execute(
                "UPDATE outbox SET state = 'sent', payload = '', message_id = ?, sent_at = ? WHERE id = ?",
                [message_id, at.isoformat(), row],
            )
            self.store.db.execute("DELETE FROM outbox WHERE id = ? AND student IS NULL", [row])

    def drop(self, row: int) -> None:
        """Give a send up: it can never arrive, or was tried as often as it may be."""
        with self.store.transaction():
            self.give_up(row)

    def give_up(self, row: int) -> None:
        """Drop a row within the caller's transaction."""
        self.store.db.execute("UPDATE outbox SET state = 'dropped', payload = '' WHERE id = ?", [row])
        self.store.db.execute("DELETE FROM outbox WHERE id = ? AND student IS NULL", [row])

    def drop_all_for(self, address: str) -> None:
        """Give up all that waits for an address, because the student blocked the coach."""
        with self.store.transaction():
            self.store.db.execute(
                "UPDATE outbox SET state = 'dropped', payload = ''"
                " WHERE channel = ? AND address = ? AND state IN ('waiting', 'sending')",
                [self.channel, address],
            )

    def message_of_prompt(self, student: str, prompt: str) -> int | None:
        """Return the id of the message that carried the buttons of a prompt, or None where it is not known."""
        row = self.store.db.execute(
            "SELECT message_id FROM outbox WHERE student = ? AND channel = ? AND prompt = ? AND kind = 'message'"
            " ORDER BY id DESC LIMIT 1",
            [student, self.channel, prompt],
        ).fetchone()
        return int(row[0]) if row and row[0] is not None else None

    def prune(self, now: datetime) -> None:
        """Delete the rows that were sent or given up long ago."""
        with self.store.transaction():
            self.store.db.execute(
                "DELETE FROM outbox WHERE state IN ('sent', 'dropped') AND queued_at < ?", [(now - KEEP_OUTBOX).isoformat()]
            )


_UNSENT = (
    "SELECT id, student, address, kind, payload, prompt, priority, attempts, state FROM outbox"
    " WHERE state IN ('waiting', 'sending') AND channel = ?"
)


def _outgoing(row: tuple[Any, ...]) -> Outgoing:
    return Outgoing(row[0], row[1], row[2], row[3], json.loads(row[4]), row[5], row[6], row[7], row[8])


def _rows(event: Event) -> list[tuple[str, dict[str, Any], str]]:
    """Return the kind, payload and prompt of each row that the event asks for."""
    match event:
        case MessageQueued():
            options = [{"label": option.label, "quiet": option.quiet, "row": option.row} for option in event.options]
            until = {"until": event.until} if event.until else {}
            return [("message", {"text": event.text, "options": options, **until}, event.prompt)]
        case CardQueued():
            return [("card", {"text": describe(Progress.from_dict(event.progress)), "progress": event.progress}, "")]
        case ExportQueued():
            return [("export", {}, "")]
        case ChoiceMade():
            return [("mark", {"label": event.label}, event.prompt)]
        case _:
            return []
