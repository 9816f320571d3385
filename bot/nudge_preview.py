"""`coach nudges preview`: what would be sent when, to whom and why, as long as nobody writes a word.

The law of this file: the database is opened to read alone, and the days ahead are lived through by the engine itself, on copies
of the sessions. Nothing is held back in them, because that is decided by chance at the moment itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import click

from bot.coach import Coach
from bot.nudge_learning import learned
from bot.nudge_record import NudgeRecord
from bot.settings import Settings
from bot.store import Store
from bot.wiring import open_library
from dialogues.engine import advance
from dialogues.errors import SettingsError
from dialogues.events import MessageQueued, NudgeSent
from dialogues.inputs import Elapsed
from dialogues.library import Library
from dialogues.nudges import plan
from dialogues.session import Session
from dialogues.waking import zone_of

WHY = {
    "action_due": "the time of what she planned has come",
    "action_past": "it is past, and she has not said how it went",
    "lesson_left": "she stopped in the middle of a lesson",
    "lesson_next": "she finished a lesson that has a next one",
    "asked_reminder": "she asked for it",
    "campaign": "a message of a series is due",
    "shall_i_stop": "three in a row were left without a word; after this one there is silence",
}
NOTHING = {
    "nothing-open": "there is nothing open",
    "stopped": "she switched reminders off",
    "resting": "it rests after distress, until she starts or resumes something",
    "asked-to-stop": "it asked whether to stop, and she has not written since",
}
MOST_LOOKS = 2000  # at one student; every look goes on in time, so this is never reached


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that would be sent: when (aware, on her clock), to which address, for which reason and in which words."""

    at: datetime
    address: str
    reason: str
    text: str


def main(settings: Settings, *, name: str | None, days: int) -> int:
    """Print what is to come."""
    now = datetime.now(UTC)
    with Store.to_read(settings.data) as store:
        coming, silent = look_ahead(store, open_library(settings), now, days, name)
    for one in coming:
        click.echo(f"{one.at:%a %d %b %Y %H:%M %Z}  {one.address}  {one.reason}: {WHY[one.reason]}")
        click.echo(f"    {' '.join(one.text.split())}")
    for line in silent:
        click.echo(line)
    if not coming and not silent:
        click.echo(f"Nothing would be sent within {days} days.")
    if any(one.reason != "asked_reminder" for one in coming) and settings.hold_back:
        share = f"{100 * settings.hold_back:.0f} in 100"
        click.echo(f"Of those that nobody asked for, {share} are held back for comparison. Wordings are chosen then.")
    return 0


def look_ahead(
    store: Store, library: Library, now: datetime, days: int, name: str | None = None
) -> tuple[list[Coming], list[str]]:
    """Return what would be sent within so many days, in order, and of a student who is named a line where that is nothing.

    Raises SettingsError where nobody has that name.
    """
    record, until = NudgeRecord(store), now + timedelta(days=days)
    coach = Coach(store, replace(library, leanings=learned(record, now, 0.0)), "")
    students = record.named(name) if name is not None else record.looked_at(until)
    if name is not None and not students:
        raise SettingsError(f"--student: nobody here is called '{name}'. Write a name of './coach chat', or a chat id.")
    coming: list[Coming] = []
    silent: list[str] = []
    for student, address in students:
        session = store.load_session(student)
        its = coach.library_for(session)
        found = [] if store.is_blocked(student) else list(_ahead(session, its, now, until, address))
        coming += found
        if name is not None and not found:
            because = "she has blocked the coach" if store.is_blocked(student) else _because(session, its, now)
            silent.append(f"Nothing would be sent to {address} within {days} days: {because}.")
    return sorted(coming, key=lambda one: one.at), silent


def _because(session: Session, library: Library, now: datetime) -> str:
    return NOTHING.get(plan(session, library, now).because, "it would come later")


def _ahead(session: Session, library: Library, now: datetime, until: datetime, address: str) -> Iterator[Coming]:
    """Yield what one student would be sent, the engine being asked at each moment that the planner names."""
    at, zone = now, zone_of(session.nudging, library.place)
    for look in range(MOST_LOOKS):
        turn = advance(session, Elapsed(), library, at, seed=look)
        session = turn.session
        reason = next((one.reason for one in turn.events if isinstance(one, NudgeSent)), None)
        if reason is not None:
            text = next(one.text for one in turn.events if isinstance(one, MessageQueued))
            yield Coming(at.astimezone(zone), address, reason, text)
        following = plan(session, library, at).next_at
        if following is None or following > until:
            return
        at = following
