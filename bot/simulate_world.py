"""A world for made-up students: the real coach with a clock that jumps from one thing that happens to the next.

The law of this file: whatever the coach does is done by the real use case (`coach.py`) on the real store; only the clock, the
sending and the students are made up. Transactions are joined and the disk is not waited for, because nothing here has to
survive a power cut: the rows are the same.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from bot.coach import Coach
from bot.nudge_learning import learn
from bot.simulate_count import Counts, count_all
from bot.simulate_people import BEGINS, Hours, Person, day_of
from bot.store import Store
from dialogues.inputs import Asked, Chose, Said, Start, StudentInput
from dialogues.library import Library
from dialogues.session import Session

CHANNEL = "simulated"
TICK = timedelta(seconds=30)  # as the bot looks
LEARNS_EACH = timedelta(days=7)
PAUSE = timedelta(minutes=1)  # between two things that she says
WORDS = "My aunt"
ENOUGH_AT_ONCE = 5000  # rows joined into one transaction


Happening: TypeAlias = "tuple[datetime, str, int, str]"
"""A student comes: when, her address, the day on which she may by herself (-1 where a nudge brings her back), that nudge."""


class JoinedStore(Store):
    """The store, with many transactions committed as one, and nothing waited for."""

    def __init__(self, folder: Path) -> None:
        """Open a store that is thrown away afterwards."""
        super().__init__(folder)
        for pragma in ("synchronous=OFF", "secure_delete=OFF"):
            self.db.execute(f"PRAGMA {pragma}").fetchall()
        self._joined = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write as part of a longer transaction; whatever fails inside ends the simulation."""
        if not self.db.conn.in_transaction:
            self.db.execute("BEGIN IMMEDIATE")
        yield
        self._joined += 1
        if self._joined % ENOUGH_AT_ONCE == 0:
            self.db.execute("COMMIT")


class World:
    """Some of the students, with a coach and a store of their own."""

    def __init__(self, store: Store, library: Library, people: dict[str, Person], days: int) -> None:
        """Prepare `days` days for the people, by address; nothing has happened yet."""
        self._now = datetime.combine(BEGINS, time(), UTC)
        self._ends = self._now + timedelta(days=days)
        self._store, self._people, self._days = store, people, days
        self._turn_of = next(iter(people))  # each has a die of her own: in which order they are looked at changes nothing
        self.coach = Coach(store, library, CHANNEL, now=lambda: self._now, chance=self._chance)
        self._events: list[Happening] = []
        for address, person in people.items():
            heapq.heappush(self._events, (person.may_come(0).astimezone(UTC), address, 0, ""))

    def _chance(self) -> int:
        return self._people[self._turn_of].chance()

    def live(self) -> None:
        """Let everything happen, in the order of time."""
        learns, ticked = self._now + LEARNS_EACH, self._now
        while True:
            event = self._events[0][0] if self._events else self._ends
            due = self._next_due()
            tick = _tick_after(max(due, ticked)) if due is not None else self._ends
            self._now = min(event, tick)
            if self._now >= self._ends:
                return
            if self._now >= learns:
                learn(self.coach)
                learns += LEARNS_EACH
            if tick < event:
                ticked = tick + timedelta(microseconds=1)
                self._look()
            else:
                self._happen(*heapq.heappop(self._events))

    def _next_due(self) -> datetime | None:
        row = self._store.db.execute("SELECT MIN(nudge_at) FROM sessions WHERE nudge_at IS NOT NULL").fetchone()
        return datetime.fromisoformat(row[0]) if row[0] else None

    def _look(self) -> None:
        """Do what the tick does, and let what comes of it arrive."""
        for student, address in self.coach.due(len(self._people)):
            self._turn_of = address
            for row in self.coach.elapse(student, address):
                found = self.coach.outbox.find(row)
                self.coach.outbox.finish(row, self._now)
                self._arrive(address, found.prompt if found is not None else "")

    def _arrive(self, address: str, nudge: str) -> None:
        person, day = self._people[address], day_of(self._now)
        back = person.get(day, self._now)
        if person.has_left:
            with self._store.transaction():
                self._store.mark_blocked(CHANNEL, address, self._now)
        elif back is not None:
            heapq.heappush(self._events, (back, address, -1, nudge))

    def _happen(self, at: datetime, address: str, day: int, nudge: str) -> None:
        """Let a student come, if she does."""
        person = self._people[address]
        if 0 <= day < self._days - 1:
            heapq.heappush(self._events, (person.may_come(day + 1).astimezone(UTC), address, day + 1, ""))
        if not person.has_left and (nudge or person.comes(day, at)):
            first = not person.visits
            person.visits.append(at)
            Visit(self, address, person).be(nudge, first=first)
            self._now = at  # the minutes of a visit are hers alone

    def say(self, address: str, given: StudentInput) -> Session:
        """Let the student say something; return where she then stands."""
        self._turn_of = address
        self.coach.take(address, given)
        self._now += PAUSE
        student = self._store.find_student(CHANNEL, address)
        return self._store.load_session(student or "")

    def load(self, address: str) -> Session:
        """Return where the student stands."""
        return self._store.load_session(self._store.find_student(CHANNEL, address) or "")

    @property
    def lessons(self) -> list[str]:
        """The lessons that there are."""
        return list(self.coach.library.lessons)


class Visit:
    """What one student does at one visit."""

    def __init__(self, world: World, address: str, person: Person) -> None:
        """Come; nothing is said yet."""
        self._world, self._address, self._person = world, address, person

    def be(self, nudge: str, *, first: bool) -> None:
        """Say as much as this kind of student says at a visit, beginning with what brought her."""
        session = self._greet() if first else self._come_back(self._world.load(self._address), nudge)
        for _ in range(self._person.kind.says_much):
            if session.prompt is None and session.at is None:
                return
            session = self._answer(session)

    def _say(self, given: StudentInput) -> Session:
        return self._world.say(self._address, given)

    def _press(self, session: Session, target: str) -> Session:
        options = session.prompt.options if session.prompt is not None else ()
        found = [index for index, one in enumerate(options) if one.target == target]
        return self._say(Chose(session.prompt.id, found[0])) if session.prompt is not None and found else session

    def _greet(self) -> Session:
        """Meet the coach, say which hours suit where it is not those of the place, and begin a lesson."""
        session, kind = self._say(Start()), self._person.kind
        if kind.says is not None or len(kind.zones) > 1:
            self._press(self._say(Asked("nudges")), "nudges:hours")
            if kind.says is not None:
                session = self._say(Said(f"{kind.says[0]:%H:%M} to {kind.says[1]:%H:%M}"))
            else:
                session = self._say(Said(self._person.zone.key.rpartition("/")[2].replace("_", " ")))
                session = self._press(session, "nudges:hours-fine")
        return self._say(Start(self._world.lessons[0]))

    def _come_back(self, session: Session, nudge: str) -> Session:
        sent = next((one for one in session.nudging.sent if one.id == nudge), None)
        if sent is not None and "not-now" in sent.acts and self._person.asks_for_later(day_of(self._person.visits[-1])):
            return self._press(self._say(Chose(nudge, sent.acts.index("not-now"))), "nudges:again-1")
        if sent is not None and sent.acts and sent.acts[0] in {"carry-on", "begin", "did"}:
            return self._say(Chose(nudge, 0))
        if session.at is not None or session.paused:
            return self._say(Asked("resume"))
        open_lessons = [name for name in self._world.lessons if name not in session.finished]
        return self._say(Start(open_lessons[0]) if open_lessons else Asked("progress"))

    def _answer(self, session: Session) -> Session:
        """Press one of the buttons that answer, or write something."""
        options = session.prompt.options if session.prompt is not None else ()
        fits = [index for index, one in enumerate(options) if one.target.partition(":")[0] in {"answer", "day", "start", "did"}]
        if session.prompt is not None and fits:
            return self._say(Chose(session.prompt.id, self._person.chooses(fits)))
        return self._say(Said(WORDS))


def _tick_after(at: datetime) -> datetime:
    """Return the first moment from then on at which the bot looks."""
    past = (at - datetime.combine(BEGINS, time(), UTC)) % TICK
    return at + (TICK - past) % TICK


def live(library: Library, people: dict[str, Person], days: int, place: Hours) -> tuple[Counts, int]:
    """Let the people live with the coach; return what it sent them, counted from the outbox, and how many it held back."""
    with TemporaryDirectory(prefix="rooftop-") as folder, JoinedStore(Path(folder)) as store:
        World(store, library, people, days).live()
        held = store.db.execute("SELECT COUNT(*) FROM nudges WHERE held_back").fetchone()[0]
        return count_all(store, {address: person.hours(place) for address, person in people.items()}), int(held)
