"""What to write for a `by` that the coach does not know: 'within 2 weeks' means 'within 14 days'.

The law of this file: it reads what an author wrote as a student's words are read, and only to say what to write instead. A
lesson is played on any day, so it can name a limit and never a day.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from dialogues.when import read_when
from dialogues.when.words import MONTHS, WEEKDAYS

MOST_DAYS = 99  # 'within 99 days' is the longest that the format knows
_SOME_DAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a limit is the same from whichever day it is counted
_NAMES_A_DAY = re.compile("|".join(rf"\b{name[:3]}(?:{name[3:]})?s?\b" for name in (*WEEKDAYS, *MONTHS, "weekend")))
_OWN_DAY = "'ask the student' lets her name any day herself"


def by_instead_of(by: str) -> str:
    """Return the remedy for a `by`: the limit that it means, counted in days, or what the two forms are for."""
    days = limit_in(by)
    if days is None:
        return f"Write 'ask the student' or a limit such as 'within 3 days'; {_OWN_DAY}."
    return f"Write 'within {days} day{'s' * (days > 1)}'; {_OWN_DAY}."


def limit_in(by: str) -> int | None:
    """Return the days of the limit that `by` means ('within a week': 7); None where it names a day or an hour, or nothing."""
    text = by.casefold()
    when = None if _NAMES_A_DAY.search(text) else read_when(text, _SOME_DAY, UTC, whole=False)
    days = (when.day - _SOME_DAY.date()).days if when is not None else 0
    return days if 0 < days <= MOST_DAYS else None
