"""The one use case: a student's input, or time that went by, becomes a turn, all of it or nothing.

The law of this file: load, advance, save, queue and "this update is done" are one transaction, with no await inside, so two
turns of one student cannot interleave and a kill leaves either all effects of an update or none.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.nudge_record import NudgeRecord
from bot.queues import Inbox, Outbox, Outgoing
from bot.store import Store
from dialogues.engine import advance
from dialogues.errors import LessonError
from dialogues.events import AdvisersAsked, ForgettingConfirmed, LessonChanged, LessonStarted, MessageQueued, NudgeSent
from dialogues.inputs import Chose, Elapsed, StudentInput, Undelivered
from dialogues.lesson import Lesson
from dialogues.library import Library
from dialogues.nudges import plan
from dialogues.parsing import reread_lesson
from dialogues.session import Position, Session
from dialogues.turn import Turn

NUDGE_PRIORITY = 1  # behind every reply

log = structlog.get_logger()


def utc_now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)


class Coach:
    """The coach on one channel, such as `telegram` or `terminal`."""

    def __init__(  # noqa: PLR0913 - the world comes in by name: the advisers, the clock, the chance
        self,
        store: Store,
        library: Library,
        channel: str,
        *,
        advisers: str | None = None,
        now: Callable[[], datetime] = utc_now,
        chance: Callable[[], int] = lambda: secrets.randbits(40),
    ) -> None:
        """Coach with that library; `chance` gives each turn a number that no other turn of the student had.

        `advisers` is the address on this channel where the advisers are told that a student would like to hear from them.
        """
        self.store, self.now, self._chance = store, now, chance
        self.inbox, self.outbox, self.nudges = Inbox(store, channel), Outbox(store, channel), NudgeRecord(store)
        self._channel, self.advisers = channel, advisers
        self.library = replace(library, tells_advisers=advisers is not None)

    def take(self, address: str, given: StudentInput, *, row: int | None = None) -> list[int]:
        """Let the student at `address` take her turn; return the ids of the outbox rows that came of it.

        `row` is the inbox row that it came from, which is done by the same transaction. Whatever fails inside leaves
        everything as it was, and is raised.
        """
        at = self.now()
        with self.store.transaction():
            if row is not None and self.inbox.find(row) is None:
                return []  # it was done by a turn whose end was not heard of
            student = self.store.find_student(self._channel, address)
            if student is None and isinstance(given, Chose):
                self._finish(row, at)  # a button of somebody who was forgotten is no reason to know her again
                return []
            student = student or self.store.add_student(self._channel, address, at)
            session = self.store.load_session(student)
            turn = advance(session, given, self.library_for(session), at, self._chance())
            forgotten = any(isinstance(event, ForgettingConfirmed) for event in turn.events)
            rows = self.outbox.queue(student, address, turn.events, at) + self._tell_advisers(student, turn.events, at)
            if forgotten:
                self.outbox.disown(rows)
                self.store.forget_student(student)
            else:
                if session.nudging.sent:
                    self.nudges.note_back(student, at)
                self._save(student, turn, at)
            self._finish(row, at)
        return rows

    def _tell_advisers(self, student: str, events: Iterable[object], at: datetime) -> list[int]:
        """Queue what the advisers are to be told; the rows are the student's, so they go when she is forgotten."""
        asked = [MessageQueued(event.text) for event in events if isinstance(event, AdvisersAsked)]
        return self.outbox.queue(student, self.advisers, asked, at) if self.advisers is not None else []

    def _save(self, student: str, turn: Turn, at: datetime) -> None:
        """Save all that came of a turn, and when to look at the student again."""
        self._remember(turn.events, at)
        self.store.save_turn(student, turn.session, turn.events, at)
        self.nudges.write(student, turn.events, at)
        self.nudges.plan(student, plan(turn.session, self.library, at).next_at)

    # Of the coach's own accord

    def due(self, limit: int) -> list[tuple[str, str]]:
        """Return (student, address) of those on this channel who are to be looked at by now."""
        return self.nudges.due(self._channel, self.now(), limit)

    def elapse(self, student: str, address: str) -> list[int]:
        """Send a student what she is owed at this moment; return the ids of the outbox rows that came of it."""
        at = self.now()
        with self.store.transaction():
            session = self.store.load_session(student)
            if self.store.is_blocked(student):
                self.nudges.plan(student, None)
                return []
            turn = advance(session, Elapsed(), self.library_for(session), at, self._chance())
            if not turn.events:  # somebody else did it, or she has been heard of since
                self.nudges.plan(student, plan(turn.session, self.library, at).next_at)
                return []
            asked = any(isinstance(event, NudgeSent) and event.reason == "asked_reminder" for event in turn.events)
            rows = self.outbox.queue(student, address, turn.events, at, priority=0 if asked else NUDGE_PRIORITY)
            self._save(student, turn, at)
        return rows

    def look_at_all(self) -> int:
        """Look at every student anew, where the place, the campaigns or the lessons are not those of the last start."""
        place, lessons = self.library.place, sorted((one.id, one.version) for one in self.library.lessons.values())
        rules = repr((place.model_dump(), self.library.campaigns, lessons))  # what is learned need not move anybody
        return self.nudges.look_at_all(hashlib.sha256(rules.encode()).hexdigest(), self.now())

    def look_again(self, student: str, after: timedelta) -> None:
        """Look at a student again after that time, because it failed now."""
        with self.store.transaction():
            self.nudges.plan(student, self.now() + after)

    def is_too_late(self, row: Outgoing) -> bool:
        """Whether a row is a nudge that is of no use any more."""
        until: str = row.payload.get("until", "")
        return until != "" and self.now() > datetime.fromisoformat(until)

    def take_back(self, row: Outgoing) -> None:
        """Drop a nudge that is too late; one that surely was not sent may be planned anew."""
        at = self.now()
        with self.store.transaction():
            self.outbox.give_up(row.id)
            if row.student is None or row.attempts:
                return
            session = self.store.load_session(row.student)
            turn = advance(session, Undelivered(row.prompt), self.library_for(session), at, self._chance())
            self._save(row.student, turn, at)

    # What the advisers do

    def publish(self, lessons: Mapping[str, Lesson]) -> None:
        """Coach with these lessons from now on; students in the middle of one follow at their next turn (`changes.py`)."""
        self.library = replace(self.library, lessons=lessons, older={})
        try:
            self.look_at_all()
        except sqlite3.Error as error:  # a full disk: each is looked at when her next nudge was due, and all at the next start
            log.warning("students_not_looked_at", error=error)

    def tell_advisers(self, text: str) -> list[int]:
        """Queue a message to the advisers' chat, where the service has one; return the ids of its rows."""
        if self.advisers is None:
            return []
        with self.store.transaction():
            return self.outbox.queue(None, self.advisers, [MessageQueued(text)], self.now())

    def _finish(self, row: int | None, at: datetime) -> None:
        if row is not None:
            self.inbox.finish(row, at)

    def rescue(self, address: str, words: str, *, row: int) -> list[int]:
        """Answer an update that could not be taken, without the engine: with help where it sounds like distress.

        The row is set aside and the student is told that something went wrong.
        """
        at = self.now()
        text = self.plain_help(words) or self.library.phrases["went-wrong"][0]
        with self.store.transaction():
            student = self.store.find_student(self._channel, address)
            self.inbox.finish(row, at, aside=True)
            return self.outbox.queue(student, address, [MessageQueued(text)], at)

    def plain_help(self, words: str) -> str:
        """Return where to turn now, empty where the words do not sound like distress: no store, no engine, no NLU."""
        signal = self.library.distress.signal_in(words)
        if signal is None:
            return ""
        lines = self.library.place.help_lines(self.now(), signal.about)
        return self.library.phrases["help-without-me"][0].replace("{crisis lines}", "\n".join(lines))

    def library_for(self, session: Session) -> Library:
        """Return the library, with the versions that this session stands in added to it; it reads and writes nothing else."""
        places: list[Position] = [place for place in (session.at, *session.paused.values()) if place is not None]
        actions = [one for one in session.actions if one.state == "open" or one.id == session.following_up]
        needed = {(place.lesson, place.version) for place in places} | {(one.lesson, one.version) for one in actions}
        for lesson, version in needed:
            if not self.library.holds(lesson, version):
                self._load_older(lesson, version)
        return self.library

    def _load_older(self, lesson: str, version: str) -> None:
        """Add a stored version to the library; one that cannot be read any more is left out, and the engine leads out of it."""
        text = self.store.lesson_text(lesson, version)
        if text is not None:
            try:
                self.library = self.library.with_older(reread_lesson(text, f"{lesson} ({version})"))
            except LessonError as error:
                log.error("lesson_version_unreadable", lesson=lesson, version=version, error=error)  # noqa: TRY400 - ours

    def _remember(self, events: tuple[object, ...], at: datetime) -> None:
        """Keep the text of the versions that the student has just met."""
        for event in events:
            if isinstance(event, LessonStarted | LessonChanged):
                self.store.remember_lesson(self.library.find(event.lesson, event.version), at)
