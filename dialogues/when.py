"""Days in the student's words: "tomorrow" + today -> a date, and a date -> words.

The law of this file: today comes in as an argument; a text that names no day plainly is None, never a guess.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from dialogues.words import normalise

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_NAMED = {"today": 0, "tonight": 0, "now": 0, "tomorrow": 1, "tmrw": 1, "tmr": 1, "next week": 7, "in a week": 7}
_IN_DAYS = re.compile(r"^(?:in )?(\d{1,2}|[a-z]+) (day|week)s?(?: time)?$")
_ON_DAY = re.compile(r"^(?:on |this |next |by )?([a-z]{3,9})$")
FURTHEST_DAYS = 60  # an action that is further off than two months is a wish, not a plan


def read_day(text: str, today: date) -> date | None:
    """Return the day that `text` names, from today to FURTHEST_DAYS ahead; None where it plainly names none.

    A weekday is the next one to come, never today ("on Monday" said on a Monday is in a week).
    """
    words = normalise(text).removesuffix(" please")
    if words in _NAMED:
        return today + timedelta(days=_NAMED[words])
    counted = _IN_DAYS.match(words)
    if counted:
        number = int(counted[1]) if counted[1].isdigit() else _NUMBERS.get(counted[1])
        days = None if number is None else number * (7 if counted[2] == "week" else 1)
        return today + timedelta(days=days) if days is not None and days <= FURTHEST_DAYS else None
    named = _ON_DAY.match(words)
    near = [index for index, day in enumerate(_WEEKDAYS) if named and (day == named[1] or day[:3] == named[1])]
    return today + timedelta(days=(near[0] - today.weekday() - 1) % 7 + 1) if near else None


def say_day(day: date, today: date) -> str:
    """Return the day in words, such as 'tomorrow, Thursday 26 November'."""
    name = f"{_WEEKDAYS[day.weekday()].capitalize()} {day.day} {day:%B}"
    lead = {0: "today, ", 1: "tomorrow, "}.get((day - today).days, "")
    return lead + name
