"""The local facts: what differs from one institution to the next, from one file that the institution edits.

The law of this file: a number that somebody in distress may dial carries the date on which it was checked, and a fact that
a lesson names in braces comes from here or is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from dialogues.document import read_document
from dialogues.errors import LessonError, Problem
from dialogues.lesson_file import Id, Words


def _is_a_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("not the name of a time zone, such as Europe/London") from error
    return value


def _is_a_day(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError as error:
        raise ValueError("not a day, such as 2026-12-25") from error
    return value


Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_is_a_day)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CrisisLine(_Part):
    """One place to turn to in a crisis, as the student reads it."""

    name: Words
    how: Words = Field(description="What to do, such as 'call 116 123'.")
    when: Words = Field(description="When it answers, such as 'free, day and night'.")
    checked: date = Field(description="The day on which somebody checked that it is right.")


class Place(_Part):
    """One institution's facts. The names in `facts` can be used in braces by every lesson and script."""

    place: Id
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="The country's two letters, such as GB.")]
    zone: Annotated[str, AfterValidator(_is_a_zone)] = Field(description="The time zone, such as Europe/London.")
    quiet_from: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = Field(
        description="No reminders from then, 21:00."
    )
    quiet_until: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = Field(
        description="No reminders until then, 08:00."
    )
    facts: dict[Words, Words] = Field(description="What lessons and scripts may name in braces.")
    holidays: dict[Day, Words] = Field(
        default={}, description="Days on which the service is closed, and no reminders come: 2026-12-25: Christmas Day."
    )
    exam_weeks: dict[Day, date] = Field(
        default={}, description="No reminders in these: the first day and the last, 2027-01-11: 2027-01-22."
    )
    crisis_lines: list[CrisisLine] = Field(min_length=1, description="Where to turn in a crisis, the emergency number first.")

    @property
    def fact_names(self) -> frozenset[str]:
        """Every name that stands for a local fact."""
        return frozenset(self.facts) | {"crisis lines"}

    def is_free(self, day: date) -> bool:
        """Whether nobody is to be reminded of anything on that day: a holiday, or in an exam week."""
        iso = day.isoformat()
        return iso in self.holidays or any(first <= iso <= last.isoformat() for first, last in self.exam_weeks.items())

    def exams_end(self, today: date) -> date | None:
        """Return the last day of the exam weeks that are on, or come next within half a year; None where none are known."""
        iso, furthest = today.isoformat(), today + timedelta(days=180)
        ahead = sorted(last for first, last in self.exam_weeks.items() if last.isoformat() >= iso)
        return ahead[0] if ahead and ahead[0] <= furthest else None

    def fill(self) -> dict[str, str]:
        """Return the local facts by name, the crisis lines among them as one line each."""
        lines = "\n".join(f"• {line.name}: {line.how} ({line.when})" for line in self.crisis_lines)
        return {**self.facts, "crisis lines": lines}


@dataclass(frozen=True, slots=True)
class _Need:
    fact: str
    why: str


_NEEDED = (
    _Need("service", "how the coach names the careers service"),
    _Need("contact", "how students reach a person there"),
    _Need("hours", "when somebody is there"),
)


def parse_place(text: str, file: str) -> Place:
    """Return the place that `text` describes. Raises LessonError with every problem found."""
    root = read_document(text, file)
    try:
        place = Place.model_validate(root.to_plain())
    except ValidationError as error:
        problems = []
        for detail in error.errors():
            node, last = root.at(detail["loc"]), detail["loc"][-1] if detail["loc"] else ""
            what = f"'{last}': {re.sub(r'^Value error, ', '', detail['msg']).lower()}"
            problems.append(Problem(file, node.line, node.column, "", what, "Compare with the places that ship."))
        raise LessonError(problems) from None
    facts = root.at(("facts",))
    missing = [need for need in _NEEDED if need.fact not in place.facts]
    if missing:
        what = "the fact '{}' is missing: {}"
        raise LessonError(
            [
                Problem(file, facts.line, facts.column, "", what.format(n.fact, n.why), f"Add '{n.fact}:' to the facts.")
                for n in missing
            ]
        )
    return place
