"""The record of nudges, and who is to be looked at next: the SQL of both.

The law of this file: a nudge is written by the transaction that queues it. Who is due is found by index alone, so a look costs
as much as there are students due, however many there are in all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store import Store
from dialogues.events import ActionDone, Event, NudgeHeldBack, NudgeSent, NudgeTakenBack

BACK_WITHIN = timedelta(days=14)  # a word of hers later than that has nothing to do with the nudge

DUE = (
    "SELECT sessions.student, addresses.address FROM sessions INDEXED BY sessions_by_nudge"
    " JOIN addresses ON addresses.student = sessions.student AND addresses.channel = ?"
    " WHERE sessions.nudge_at <= ? ORDER BY sessions.nudge_at LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Occasion:
    """One nudge that went or was held back for comparison; `back` and `done` count from it, None where that has not been.

    `back` is her first sign of any kind within BACK_WITHIN; `done` is when what she had planned was done.
    """

    student: str
    reason: str
    wording: str
    at: datetime
    hour: int
    aimed: str
    wordings: Mapping[str, float]
    hours: Mapping[str, float]
    held_back: bool
    back: timedelta | None
    done: timedelta | None

    def was_back_within(self, within: timedelta) -> bool:
        """Whether she gave a sign so soon."""
        return self.back is not None and self.back <= within

    def was_done_within(self, within: timedelta) -> bool:
        """Whether it was done so soon."""
        return self.done is not None and self.done <= within


class NudgeRecord:
    """What is kept about nudges beside the sessions."""

    def __init__(self, store: Store) -> None:
        """Use the store's database."""
        self._store = store

    def due(self, channel: str, now: datetime, limit: int) -> list[tuple[str, str]]:
        """Return (student, address) of those on the channel who are to be looked at by now, the longest due first."""
        rows = self._store.db.execute(DUE, [channel, _stamp(now), limit]).fetchall()
        return [(str(student), str(address)) for student, address in rows]

    def plan(self, student: str, at: datetime | None) -> None:
        """Note when to look at the student again (None: not until she writes); within the caller's transaction."""
        stamp = _stamp(at) if at is not None else None
        self._store.db.execute(
            "UPDATE sessions SET nudge_at = ? WHERE student = ? AND nudge_at IS NOT ?", [stamp, student, stamp]
        )

    def look_at_all(self, rules: str, now: datetime) -> int:
        """Look at every student anew where `rules`, a hash of all that plans go by, is not that of the last time.

        Return how many will be looked at: a campaign that was added yesterday finds those who were waiting for nothing, too.
        """
        with self._store.transaction():
            known = self._store.db.execute("SELECT value FROM facts WHERE name = 'nudge rules'").fetchone()
            if known is not None and known[0] == rules:
                return 0
            self._store.db.execute("INSERT OR REPLACE INTO facts (name, value) VALUES ('nudge rules', ?)", [rules])
            return int(self._store.db.execute("UPDATE sessions SET nudge_at = ?", [_stamp(now)]).rowcount)

    def write(self, student: str, events: Sequence[Event], at: datetime) -> None:
        """Write down the nudges among the events, and what they say about earlier ones; within the caller's transaction."""
        for event in events:
            match event:
                case NudgeSent() | NudgeHeldBack():
                    self._add(student, event, at.isoformat())
                case NudgeTakenBack():
                    self._store.db.execute(
                        "UPDATE nudges SET taken_back_at = ? WHERE student = ? AND id = ?",
                        [at.isoformat(), student, event.nudge],
                    )
                case ActionDone():
                    self._store.db.execute(
                        "UPDATE nudges SET done_at = ? WHERE student = ? AND about = ? AND done_at IS NULL",
                        [at.isoformat(), student, event.action],
                    )

    def note_back(self, student: str, at: datetime) -> None:
        """Note that she did something after the nudges of the last BACK_WITHIN; within the caller's transaction."""
        self._store.db.execute(
            "UPDATE nudges SET back_at = ? WHERE student = ? AND back_at IS NULL AND at > ? AND at <= ?",
            [at.isoformat(), student, (at - BACK_WITHIN).isoformat(), at.isoformat()],
        )

    def looked_at(self, until: datetime) -> list[tuple[str, str]]:
        """Return (student, address) of everybody, on any channel, who is to be looked at by then."""
        rows = self._store.db.execute(
            "SELECT sessions.student, addresses.address FROM sessions JOIN addresses USING (student)"
            " WHERE sessions.nudge_at <= ? ORDER BY sessions.nudge_at",
            [_stamp(until)],
        ).fetchall()
        return [(str(student), str(address)) for student, address in rows]

    def named(self, name: str) -> list[tuple[str, str]]:
        """Return (student, address) of whoever has that address on any channel."""
        rows = self._store.db.execute("SELECT student, address FROM addresses WHERE address = ?", [name]).fetchall()
        return [(str(student), str(address)) for student, address in rows]

    def occasions(self, until: datetime, newest: int) -> Iterator[Occasion]:
        """Yield the newest of what is written down up to then, the newest first, but what was asked for or taken back."""
        rows = self._store.db.execute(_OCCASIONS, [until.isoformat(), newest])
        for student, reason, wording, told, hour, aimed, chances, held, back, done in rows:
            at, likely = datetime.fromisoformat(told), json.loads(chances)
            how = (likely["wordings"], likely["hours"], bool(held))
            yield Occasion(student, reason, wording, at, hour, aimed, *how, _since(at, back), _since(at, done))

    def _add(self, student: str, event: NudgeSent | NudgeHeldBack, at: str) -> None:
        facts = [event.nudge, event.reason, event.wording, event.about, at, event.hour, event.aimed]
        chances = json.dumps({"wordings": dict(event.wordings), "hours": dict(event.hours)})
        self._store.db.execute(
            "INSERT INTO nudges (student, id, reason, wording, about, at, hour, aimed, chances, held_back)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [student, *facts, chances, isinstance(event, NudgeHeldBack)],
        )


_OCCASIONS = (
    "SELECT student, reason, wording, at, hour, aimed, chances, held_back, back_at, done_at FROM nudges"
    " WHERE at <= ? AND reason <> 'asked_reminder' AND taken_back_at IS NULL ORDER BY at DESC LIMIT ?"
)


def _since(at: datetime, then: str | None) -> timedelta | None:
    return datetime.fromisoformat(then) - at if then else None


def _stamp(at: datetime) -> str:
    """Return the moment to the microsecond, so that moments sort as their texts do."""
    return at.isoformat(timespec="microseconds")
