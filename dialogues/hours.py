"""When a help line answers, as an adviser writes it: "always", or "monday to friday 09:00-20:00".

The law of this file: hours are the clock's at the place, on every day of the year; what is compared are moments, so a night on
which the clocks change is as long as it is. No clock here: the moment comes in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTES_OF_A_WEEK = 7 * 24 * 60
LOOK_AHEAD_DAYS = 8  # a line that opens once a week, after a holiday on that day, is not worth waiting for
FORM = "Write 'always', or days and hours such as 'monday to friday 09:00-20:00', a line for each."
_DAY = "|".join(DAYS)
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d|24:00"
_HOURS = re.compile(rf"(?:(?P<first>{_DAY})(?: to (?P<last>{_DAY}))?|every day) (?P<start>{_CLOCK})-(?P<end>{_CLOCK})")


@dataclass(frozen=True, slots=True)
class Hours:
    """Some days of the week (0 is Monday), from a minute of the day to another; an end that is not later is the next day's."""

    days: tuple[int, ...]
    start: int
    end: int

    @property
    def minutes(self) -> int:
        """How long it is open, by the clock on the wall."""
        return self.end - self.start if self.end > self.start else self.end + 24 * 60 - self.start


ALWAYS = Hours(tuple(range(7)), 0, 24 * 60)


def read_hours(text: str) -> Hours:
    """Return the hours that the text names. Raises ValueError with what to write instead."""
    found = _HOURS.fullmatch(" ".join(text.casefold().split()))
    if " ".join(text.casefold().split()) == "always":
        return ALWAYS
    if found is None or _minutes(found["start"]) == 24 * 60:
        raise ValueError(f"'{text}' are no hours that can be read. {FORM}")
    first = DAYS.index(found["first"]) if found["first"] else 0
    last = DAYS.index(found["last"]) if found["last"] else first if found["first"] else 6
    days = tuple((first + number) % 7 for number in range((last - first) % 7 + 1))
    return Hours(days, _minutes(found["start"]), _minutes(found["end"]))


def open_until(hours: Sequence[Hours], at: datetime, zone: ZoneInfo, closed: Iterable[date] = ()) -> datetime | None:
    """Return when it closes next, in the zone, if it is open `at`; None if it is closed, and `at + 7 days` if it never closes.

    `closed` are days on which it does not open.
    """
    spans, end = _spans(hours, at, zone, set(closed)), None
    for begin, finish in spans:
        if begin <= (end or at) < finish:  # one that begins where another ends goes on
            end = finish
    return None if end is None else min(end, at + timedelta(days=7)).astimezone(zone)


def opens_at(hours: Sequence[Hours], at: datetime, zone: ZoneInfo, closed: Iterable[date] = ()) -> datetime | None:
    """Return when it opens next after `at`, in the zone; None where that is more than a week away."""
    later = [begin for begin, _ in _spans(hours, at, zone, set(closed)) if begin > at]
    return min(later).astimezone(zone) if later else None


def uncovered(hours: Iterable[Hours]) -> str | None:
    """Return the first hour of a week at which none of them is open, such as 'sunday 02:00'; None where there is none."""
    covered = bytearray(MINUTES_OF_A_WEEK)
    for one in hours:
        for day in one.days:
            for minute in range(day * 24 * 60 + one.start, day * 24 * 60 + one.start + one.minutes):
                covered[minute % MINUTES_OF_A_WEEK] = 1
    gap = covered.find(0)
    return None if gap < 0 else f"{DAYS[gap // (24 * 60)]} {gap // 60 % 24:02}:{gap % 60:02}"


def _spans(hours: Sequence[Hours], at: datetime, zone: ZoneInfo, closed: set[date]) -> list[tuple[datetime, datetime]]:
    today = at.astimezone(zone).date()
    spans = []
    for day in (today + timedelta(days=number) for number in range(-1, LOOK_AHEAD_DAYS)):
        for one in hours:
            if day.weekday() in one.days and day not in closed:
                over = one.end <= one.start
                spans.append((_moment(day, one.start, zone), _moment(day + timedelta(days=over), one.end, zone)))
    return sorted(spans)


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    day, minute = day + timedelta(days=minute // (24 * 60)), minute % (24 * 60)
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)
