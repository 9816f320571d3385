"""Waking hours: whether a moment lies in them, when they begin next, and when a day begins, in any time zone.

The law of this file: moments are aware UTC, and what is quiet is decided by what a clock on her wall shows at that moment. So
the days on which clocks are changed need no rule of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialogues.nudging import Nudging
from dialogues.place import Place

UNASKED_FROM, UNASKED_UNTIL = time(10), time(18)  # while her zone is a guess: day in the zones around, too
A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours in which nudges may come: from `begins` until `ends` on the clocks of `zone`, over midnight where they have to.

    Where both are the same, every hour will do.
    """

    zone: ZoneInfo
    begins: time
    ends: time

    def last_of_use(self, at: datetime) -> datetime:
        """Return until when something said at that moment still comes in these hours and on this day: an hour, or less."""
        ways = (at + timedelta(minutes=minutes) for minutes in (60, 45, 30, 15, 5, 1))
        return next((one for one in ways if self.hold(one) and day_of(one, self.zone) == day_of(at, self.zone)), at)

    def hold(self, at: datetime) -> bool:
        """Whether the moment lies in them."""
        now = at.astimezone(self.zone).time()
        if self.begins <= self.ends:
            return self.begins <= now < self.ends or self.begins == self.ends
        return now >= self.begins or now < self.ends

    def next(self, at: datetime) -> datetime:
        """Return the first moment from `at` on that lies in them."""
        if self.hold(at):
            return at
        today = at.astimezone(self.zone).date()
        named = (
            datetime.combine(today + timedelta(days=ahead), self.begins.replace(fold=fold), self.zone).astimezone(UTC)
            for ahead in range(3)
            for fold in (0, 1)  # the hour may come twice
        )
        found = min(one for one in named if one > at and self.hold(one))
        change = _clock_change(at, found, self.zone)  # clocks that skip the hour begin the day as they are changed
        return change if change is not None and self.hold(change) else found


def _clock_change(start: datetime, end: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when, between the two, the clocks are changed, to the second; None where they are not."""

    def offset(at: datetime) -> timedelta | None:
        return at.astimezone(zone).utcoffset()

    before, low, high = offset(start), start, end
    if before == offset(end):
        return None
    while high - low > A_SECOND:
        middle = low + (high - low) / 2
        low, high = (middle, high) if offset(middle) == before else (low, middle)
    return high.replace(microsecond=0)


def zone_of(nudging: Nudging, place: Place) -> ZoneInfo:
    """Return her zone: the one that she named, or else the place's."""
    return ZoneInfo(nudging.zone or place.zone)


def hours_of(nudging: Nudging, place: Place, *, asked: bool = False) -> Hours:
    """Return her hours. Until she was `asked`, they are the middle of the place's day, as far as that lies in its hours."""
    begins = time.fromisoformat(nudging.quiet_until or place.quiet_until)
    ends = time.fromisoformat(nudging.quiet_from or place.quiet_from)
    if not (asked or nudging.hours_asked) and begins <= UNASKED_FROM and ends >= UNASKED_UNTIL:
        begins, ends = UNASKED_FROM, UNASKED_UNTIL
    return Hours(zone_of(nudging, place), begins, ends)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """Return the day that it is there."""
    return at.astimezone(zone).date()


def start_of(day: date, zone: ZoneInfo, hour: int = 0) -> datetime:
    """Return when that hour of the day begins there; an hour that the clocks skip begins as much later as they skip."""
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
