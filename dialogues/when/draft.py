"""What the rules of reading share: the draft that they fill in, and the form of a rule.

The law of this file: a rule takes its words out of the text, so that each word counts once. It notes in the draft what they
say, and gives back False where they are no time after all and have to stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from dialogues.when.words import Part

Found: TypeAlias = "re.Match[str]"
Take: TypeAlias = "Callable[[Draft, Found], Any]"
Rule: TypeAlias = "tuple[re.Pattern[str], Take]"


@dataclass(frozen=True)
class Hour:
    """An hour as it was said: `sure` where it is not to be guessed whether it is before or after noon."""

    hour: int
    minute: int = 0
    sure: bool = False


@dataclass
class Draft:
    """What was found so far, at the time `now` in the student's zone."""

    now: datetime
    limit: int
    days: list[date] = field(default_factory=list)
    weekdays: list[int] = field(default_factory=list)
    weeks_on: int = 0  # beyond the next such weekday
    next_week: bool = False
    shift: int = 0  # "before friday", "after the weekend"
    hours: list[Hour] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    moment: datetime | None = None  # "in two hours"
    after: str = ""
    exact: bool = True
    plain: bool = False  # something was found that is a time whatever stands beside it
    coming: bool = False  # "in the morning": the next one
    wrong: bool = False

    @property
    def today(self) -> date:
        """The student's own day."""
        return self.now.date()

    def add(self, days: int, *, plain: bool = True) -> None:
        """Note the day that is so many days ahead; `plain` where nothing beside it makes it doubtful."""
        self.days.append(self.today + timedelta(days=days))
        self.plain |= plain


def compiled(*rules: tuple[str, Take]) -> tuple[Rule, ...]:
    """Return the rules, ready to be used in their order."""
    return tuple((re.compile(words), take) for words, take in rules)
