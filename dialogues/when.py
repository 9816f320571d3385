"""Days in the student's words: "tomorrow" + today -> a date, and a date -> words.

The law of this file: today comes in as an argument; a text that names no day plainly is None, never a guess.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from dialogues.words import normalise

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_NAMED = {"today": 0, "tonight": 0, "now": 0, "tomorrow": 1, "next week": 7, "in a week": 7}
_TOMORROW = re.compile(r"\b(?:tmrw|tmr|tmw|tomoz|tomm?orr?ow)\b")
_FILLING = re.compile(
    r"^(?:(?:ok|yes|maybe|perhaps|probably|i think|lets say|let's say|i will do it|i'll do it|ill do it|say) )+"
    r"|(?: (?:pls|plz|please|maybe|i think|i guess|morning|afternoon|evening|night))+$"
)
_IN_DAYS = re.compile(r"^(?:in )?(\d{1,2}|[a-z]+) (day|week)s?(?: time)?$")
_ON_DAY = re.compile(r"^(?:on |this |next |by |the )*([a-z]{3,9})$")
_ON_DATE = re.compile(
    r"^(?:on |by |the )*(?:(\d{1,2})(?:st|nd|rd|th)?(?: of)?(?: ([a-z]{3,9}))?|([a-z]{3,9}) (\d{1,2})(?:st|nd|rd|th)?)$"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FURTHEST_DAYS = 60  # an action that is further off than two months is a wish, not a plan


def read_day(text: str, today: date) -> date | None:
    """Return the day that `text` names, from today to FURTHEST_DAYS ahead; None where it plainly names none.

    A weekday is the next one to come, never today ("on Monday" said on a Monday is in a week).
    """
    words = _FILLING.sub("", _TOMORROW.sub("tomorrow", normalise(text)))
    if words in _NAMED:
        return today + timedelta(days=_NAMED[words])
    day = _counted(words, today) or _weekday(words, today) or _dated(words, today)
    return day if day is not None and 0 <= (day - today).days <= FURTHEST_DAYS else None


def _counted(words: str, today: date) -> date | None:
    counted = _IN_DAYS.match(words)
    number = (int(counted[1]) if counted[1].isdigit() else _NUMBERS.get(counted[1])) if counted else None
    return today + timedelta(days=number * (7 if counted[2] == "week" else 1)) if counted and number is not None else None


def _weekday(words: str, today: date) -> date | None:
    named = _ON_DAY.match(words)
    name = "saturday" if named and named[1] == "weekend" else named[1] if named else ""
    near = [index for index, day in enumerate(_WEEKDAYS) if name and (day == name or day[:3] == name)]
    return today + timedelta(days=(near[0] - today.weekday() - 1) % 7 + 1) if near else None


def _dated(words: str, today: date) -> date | None:
    """Return the next day of that number, or number and month ('28 nov', 'on the 28th'); a bare number is no day."""
    dated = _ON_DATE.match(words)
    if dated is None or words.isdecimal():
        return None
    number, name = int(dated[1] or dated[4]), (dated[2] or dated[3] or "")[:3]
    if name and name not in _MONTHS:
        return None
    ahead = (today + timedelta(days=days) for days in range(FURTHEST_DAYS + 1))
    return next((day for day in ahead if day.day == number and (not name or _MONTHS[day.month - 1] == name)), None)


def say_day(day: date, today: date) -> str:
    """Return the day in words, such as 'tomorrow, Thursday 26 November'."""
    name = f"{_WEEKDAYS[day.weekday()].capitalize()} {day.day} {day:%B}"
    lead = {0: "today, ", 1: "tomorrow, "}.get((day - today).days, "")
    return lead + name
