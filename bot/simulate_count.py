"""Counting what a simulation sent: from the rows of the outbox, by code that knows nothing of the planner.

The law of this file: nothing of `dialogues` is used here. What is right is worked out anew, from what each student had said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.simulate_people import Hours
from bot.store import Store

MOST_A_WEEK = 3
A_WEEK = timedelta(days=7)
ASKED_FOR = "asked_reminder"

_SENT = (
    "SELECT outbox.address, outbox.sent_at, outbox.prompt, nudges.reason, nudges.wording FROM outbox"
    " LEFT JOIN nudges ON nudges.student = outbox.student AND nudges.id = outbox.prompt"
    " WHERE outbox.state = 'sent' AND outbox.kind = 'message' ORDER BY outbox.address, outbox.sent_at, outbox.id"
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that went out."""

    at: datetime
    prompt: str
    reason: str
    wording: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What was sent, and what should not have been: `messages` nobody had asked for, the three after them broke a rule."""

    messages: int = 0
    asked_for: int = 0
    in_quiet_hours: int = 0
    over_cap: int = 0
    duplicates: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Return both together."""
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


def count_all(store: Store, hours: Mapping[str, Hours]) -> Counts:
    """Return the counts over everybody in the store; `hours` are those of each address."""
    sent: dict[str, list[Sent]] = {}
    for address, at, prompt, reason, wording in store.db.execute(_SENT).fetchall():
        sent.setdefault(address, []).append(Sent(datetime.fromisoformat(at), prompt, reason or "", wording or ""))
    asked = dict(
        store.db.execute(
            "SELECT address, COUNT(*) FROM events JOIN addresses USING (student) WHERE event = 'ReminderSet' GROUP BY address"
        ).fetchall()
    )
    return sum((count(found, hours[address], asked.get(address, 0)) for address, found in sent.items()), Counts())


def count(sent: Sequence[Sent], hours: Hours, asked: int) -> Counts:
    """Return the counts of one student, who asked for `asked` reminders; `sent` is in the order of time."""
    unasked = [one for one in sent if one.reason != ASKED_FOR]
    return Counts(
        len(unasked),
        len(sent) - len(unasked),
        sum(not hours.hold(one.at) for one in unasked),
        _over_cap([one.at for one in unasked], hours),
        _duplicates(sent, asked),
    )


def _over_cap(times: Sequence[datetime], hours: Hours) -> int:
    days = [at.astimezone(ZoneInfo(hours.zone)).date() for at in times]
    second = sum(one == other for one, other in pairwise(days))
    fourth = sum(later - sooner < A_WEEK for sooner, later in zip(times, times[MOST_A_WEEK:], strict=False))
    return second + fourth


def _duplicates(sent: Sequence[Sent], asked: int) -> int:
    twice = len(sent) - len({one.prompt for one in sent})
    same_words = sum(one.wording == other.wording for one, other in pairwise(sent))
    return twice + same_words + max(0, sum(one.reason == ASKED_FOR for one in sent) - asked)
