"""The one use case: a student's input becomes a turn, all of it or nothing.

The law of this file: load, advance, save, queue and "this update is done" are one transaction, with no await inside, so two
turns of one student cannot interleave and a kill leaves either all effects of an update or none.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from bot.queues import Inbox, Outbox
from bot.store import Store
from dialogues.engine import advance
from dialogues.events import ForgettingConfirmed, LessonStarted, MessageQueued
from dialogues.inputs import Input
from dialogues.library import Library
from dialogues.parsing import parse_lesson
from dialogues.session import Position, Session


def utc_now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)


class Coach:
    """The coach on one channel, such as `telegram` or `terminal`."""

    def __init__(
        self,
        store: Store,
        library: Library,
        channel: str,
        *,
        now: Callable[[], datetime] = utc_now,
        chance: Callable[[], int] = lambda: secrets.randbits(40),
    ) -> None:
        """Coach with that library; `chance` gives each turn a number that no other turn of the student had."""
        self.store, self.library, self.now, self._chance = store, library, now, chance
        self.inbox, self.outbox = Inbox(store, channel), Outbox(store, channel)
        self._channel = channel

    def take(self, address: str, given: Input, *, row: int | None = None) -> list[int]:
        """Let the student at `address` take her turn; return the ids of the outbox rows that came of it.

        `row` is the inbox row that it came from, which is done by the same transaction. Whatever fails inside leaves
        everything as it was, and is raised.
        """
        at = self.now()
        forgotten = False
        with self.store.transaction():
            student = self.store.find_student(self._channel, address) or self.store.add_student(self._channel, address, at)
            session = self.store.load_session(student)
            turn = advance(session, given, self._library_for(session), at, self._chance())
            forgotten = any(isinstance(event, ForgettingConfirmed) for event in turn.events)
            if forgotten:
                self.store.forget_student(student)
            else:
                self._remember(turn.events, at)
                self.store.save_turn(student, turn.session, turn.events, at)
            rows = self.outbox.queue(None if forgotten else student, address, turn.events, at)
            if row is not None:
                self.inbox.finish(row, at)
        if forgotten:
            self.store.flush_deleted()
        return rows

    def rescue(self, address: str, words: str, *, row: int) -> list[int]:
        """Answer an update that could not be taken, without the engine: with help where it sounds like distress.

        The row is set aside and the student is told that something went wrong.
        """
        at = self.now()
        text = self.plain_help() if self.library.distress.found_in(words) else self.library.phrases["went-wrong"][0]
        with self.store.transaction():
            student = self.store.find_student(self._channel, address)
            self.inbox.finish(row, at, aside=True)
            return self.outbox.queue(student, address, [MessageQueued(text)], at)

    def plain_help(self) -> str:
        """Return where to turn in distress, for when nothing else can be done: no store, no engine, no NLU."""
        facts = self.library.place.fill()
        return self.library.phrases["help-without-me"][0].replace("{crisis lines}", facts["crisis lines"])

    def _library_for(self, session: Session) -> Library:
        """Return the library, with the versions that this session stands in added to it."""
        places: list[Position] = [place for place in (session.at, *session.paused.values()) if place is not None]
        needed = {(place.lesson, place.version) for place in places} | {(one.lesson, one.version) for one in session.actions}
        for lesson, version in needed:
            if not self.library.holds(lesson, version):
                text = self.store.lesson_text(lesson, version)
                if text is not None:
                    facts = self.library.place.fact_names
                    self.library = self.library.with_older(parse_lesson(text, f"{lesson} ({version})", facts=facts))
        return self.library

    def _remember(self, events: tuple[object, ...], at: datetime) -> None:
        """Keep the text of the versions that the student has just met."""
        for event in events:
            if isinstance(event, LessonStarted):
                self.store.remember_lesson(self.library.find(event.lesson, event.version), at)
