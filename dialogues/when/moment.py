"""A time as a student named it, the moment that it comes to, and the words in which it is said back.

The law of this file: it is a frozen value in the student's own zone, and her words for the occasion stay hers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from dialogues.when.words import MONTHS, PART_BEGINS, WEEKDAYS, Part

USUAL_HOUR = time(18)  # where neither an hour nor a part of the day was named; students are out of class by then
SOON = timedelta(hours=1)  # for a part of today that has begun already
YEAR_SAID_FROM_DAYS = 300  # nearer than that, a day and a month are plain without the year

_MINE = {"my": "your", "mine": "yours", "our": "your", "ours": "yours", "me": "you", "i": "you", "we": "you", "i'm": "you're"}
_PARTS_SAID = {"morning": "in the morning", "afternoon": "in the afternoon", "evening": "in the evening", "night": "at night"}


@dataclass(frozen=True, slots=True)
class When:
    """A time as the student named it, in her own zone.

    `at` is the hour, where one was named (its `fold` tells the second of two such hours); `part` the part of the day, where
    that is all; `after` the occasion in her words ("my exam"). Not `exact` is what stands for a stretch or was only meant
    roughly: "next week", "around 4".
    """

    day: date
    at: time | None = None
    part: Part | None = None
    after: str = ""
    exact: bool = True

    def moment(self, zone: tzinfo, now: datetime, usual: time = USUAL_HOUR) -> datetime:
        """Return the moment (aware UTC), never before `now` (aware).

        Without an hour it is that of the part of the day (PART_BEGINS), else `usual`. Where that is over today it is an hour
        from now, yet still today. An hour that the clocks skip is as much later; of one that comes twice it is the first.
        """
        at = self.at or (PART_BEGINS[self.part] if self.part else usual)
        named = datetime.combine(self.day, at, zone).astimezone(UTC)
        now = now.astimezone(UTC)
        if named >= now:
            return named
        end = datetime.combine(self.day, time(23, 59), zone).astimezone(UTC)
        return max(now, min(now + SOON, end))

    def say(self, today: date) -> str:
        """Return the time in words: 'tomorrow, Monday 23 November, at 18:30', 'Friday 27 November, after your exam'."""
        ahead = (self.day - today).days
        year = f" {self.day.year}" if ahead >= YEAR_SAID_FROM_DAYS else ""
        said = [f"{WEEKDAYS[self.day.weekday()].capitalize()} {self.day.day} {MONTHS[self.day.month - 1].capitalize()}{year}"]
        if ahead in {0, 1}:
            said.insert(0, "tomorrow" if ahead else "today")
        if self.at is not None:
            said.append(f"at {self.at:%H:%M}")
        elif self.part is not None:
            said.append(_PARTS_SAID[self.part])
        if self.after:
            said.append(f"after {to_her(self.after)}")
        return ", ".join(said)

    @property
    def due(self) -> str:
        """The ISO day, or where an hour was named the local ISO datetime to the minute, without its zone."""
        if self.at is None:
            return self.day.isoformat()
        return datetime.combine(self.day, self.at).isoformat(timespec="minutes")

    @classmethod
    def of(cls, due: str, part: Part | None = None, after: str = "") -> When:
        """Return the time that was kept as `due`; ValueError where it is neither an ISO day nor a datetime."""
        kept = datetime.fromisoformat(due)
        return cls(kept.date(), kept.time() if "T" in due else None, part, after)


def to_her(words: str) -> str:
    """Return the student's words as they are said to her: 'my exam' is 'your exam'."""
    return re.sub(r"[\w']+", lambda found: _MINE.get(found[0].casefold(), found[0]), words)
