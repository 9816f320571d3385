"""The one use case: a student's input becomes a turn, all of it or nothing.

The law of this file: load, advance, save, queue and "this update is done" are one transaction, with no await inside, so two
turns of one student cannot interleave and a kill leaves either all effects of an update or none.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from bot.queues import Inbox, Outbox
from bot.store import Store
from dialogues.engine import advance
from dialogues.errors import LessonError
from dialogues.events import AdvisersAsked, ForgettingConfirmed, LessonStarted, MessageQueued
from dialogues.inputs import Chose, Input
from dialogues.library import Library
from dialogues.parsing import reread_lesson
from dialogues.session import Position, Session

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
        self.inbox, self.outbox = Inbox(store, channel), Outbox(store, channel)
        self._channel, self.advisers = channel, advisers
        self.library = replace(library, tells_advisers=advisers is not None)

    def take(self, address: str, given: Input, *, row: int | None = None) -> list[int]:
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
            turn = advance(session, given, self._library_for(session), at, self._chance())
            forgotten = any(isinstance(event, ForgettingConfirmed) for event in turn.events)
            rows = self.outbox.queue(student, address, turn.events, at) + self._tell_advisers(student, turn.events, at)
            if forgotten:
                self.outbox.disown(rows)
                self.store.forget_student(student)
            else:
                self._remember(turn.events, at)
                self.store.save_turn(student, turn.session, turn.events, at)
            self._finish(row, at)
        return rows

    def _tell_advisers(self, student: str, events: Iterable[object], at: datetime) -> list[int]:
        """Queue what the advisers are to be told; the rows are the student's, so they go when she is forgotten."""
        asked = [MessageQueued(event.text) for event in events if isinstance(event, AdvisersAsked)]
        return self.outbox.queue(student, self.advisers, asked, at) if self.advisers is not None else []

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

    def _library_for(self, session: Session) -> Library:
        """Return the library, with the versions that this session stands in added to it."""
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
            if isinstance(event, LessonStarted):
                self.store.remember_lesson(self.library.find(event.lesson, event.version), at)
