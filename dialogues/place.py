"""The local facts: what differs from one institution to the next, from one file that the institution edits.

The law of this file: a number that somebody in distress may dial carries the date on which it was checked, and a fact that
a lesson names in braces comes from here or is an error.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from dialogues.document import Node, read_document
from dialogues.errors import LessonError, Problem
from dialogues.hours import FORM, Hours, open_until, opens_at, read_hours, uncovered
from dialogues.lesson_file import Id, Words

MOMENTARY = frozenset({"crisis lines", "open line"})  # facts that depend on the time
LINES_SHOWN = 3  # somebody in distress reads no list


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


def _are_hours(value: object) -> tuple[Hours, ...]:
    written: list[object] = value if isinstance(value, list) else [value]
    texts = [one for one in written if isinstance(one, str)]
    if not texts or texts != written:
        raise ValueError(f"hours have to be written. {FORM}")
    return tuple(read_hours(one) for one in texts)


class CrisisLine(_Part):
    """One place to turn to in a crisis, as the student reads it."""

    name: Words
    how: Words = Field(description="What to do, such as 'call 116 123'.")
    note: Words | None = Field(None, description="What else to know, such as 'free' or 'in Finnish'.")
    open: Annotated[tuple[Hours, ...], BeforeValidator(_are_hours)] = Field(
        description="When it answers: 'always', or a list such as 'monday to friday 09:00-20:00'."
    )
    closed_on_holidays: bool = Field(default=False, description="Whether it stays closed on the holidays of this file.")
    about: Id | None = Field(None, description="The topic that it is for, such as 'abuse'; without it, it is for everybody.")
    checked: date = Field(description="The day on which somebody checked that it is right.")

    def say(self, details: str) -> str:
        """Return the line as the student reads it, with these details."""
        return f"{self.name}: {self.how} ({details})"


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
        return frozenset(self.facts) | MOMENTARY

    def is_free(self, day: date) -> bool:
        """Whether nobody is to be reminded of anything on that day: a holiday, or in an exam week."""
        iso = day.isoformat()
        return iso in self.holidays or any(first <= iso <= last.isoformat() for first, last in self.exam_weeks.items())

    def exams_end(self, today: date) -> date | None:
        """Return the last day of the exam weeks that are on, or come next within half a year; None where none are known."""
        iso, furthest = today.isoformat(), today + timedelta(days=180)
        ahead = sorted(last for first, last in self.exam_weeks.items() if last.isoformat() >= iso)
        return ahead[0] if ahead and ahead[0] <= furthest else None

    def fill(self, names: Collection[str], at: datetime, about: str = "") -> dict[str, str]:
        """Return the local facts by name, those of that moment (see `help_lines`, `open_line`) where `names` holds them.

        Most texts name none of these, and which lines are open takes longer to work out than all the rest of a turn.
        """
        filled = dict(self.facts)
        if "crisis lines" in names:
            filled["crisis lines"] = "\n".join(self.help_lines(at, about))
        if "open line" in names:
            filled["open line"] = self.open_line(at)
        return filled

    def help_lines(self, at: datetime, about: str = "") -> list[str]:
        """Return where to turn `at` that moment (aware), at most LINES_SHOWN, one text each.

        The file's first line, which is the emergency number, comes first; then what is for that topic, then what is for
        everybody. What opens later comes last, with its hour, where there is room.
        """
        fitting = [line for line in self._in_order(about) if line.about in {None, about}]
        now = [line.say(said) for line in fitting if (said := self._details(line, self._open_words(line, at)))]
        later = [line.say(said) for line in fitting if (said := self._details(line, self._later_words(line, at)))]
        return [f"• {line}" for line in [*now, *later][:LINES_SHOWN]]

    def open_line(self, at: datetime) -> str:
        """Return one line for everybody that is open at that moment: the first after the emergency number, if there is one."""
        first, *others = self.crisis_lines
        line = next((one for one in others if one.about is None and self._open_words(one, at)), first)
        return f"{line.name}, {line.how}"

    def _in_order(self, about: str) -> list[CrisisLine]:
        first, *others = self.crisis_lines
        return [first, *sorted(others, key=lambda line: line.about != about or not about)]

    def _details(self, line: CrisisLine, hours: str) -> str:
        return ", ".join(part for part in (line.note, hours) if part) if hours else ""

    def _closed(self, line: CrisisLine) -> list[date]:
        return [date.fromisoformat(day) for day in self.holidays] if line.closed_on_holidays else []

    def _open_words(self, line: CrisisLine, at: datetime) -> str:
        """Return until when the line is open at that moment; empty where it is closed."""
        zone = ZoneInfo(self.zone)
        end = open_until(line.open, at, zone, self._closed(line))
        if end is None:
            return ""
        if end - at >= timedelta(days=1):
            return "day and night"
        return f"open now, until {end:%H:%M}"

    def _later_words(self, line: CrisisLine, at: datetime) -> str:
        """Return when the line opens next; empty where it is open, or that is far away."""
        zone = ZoneInfo(self.zone)
        if self._open_words(line, at):
            return ""
        begin = opens_at(line.open, at, zone, self._closed(line))
        if begin is None:
            return ""
        ahead = (begin.date() - at.astimezone(zone).date()).days
        day = "today" if ahead == 0 else "tomorrow" if ahead == 1 else f"{begin:%A}"
        return f"opens {day} at {begin:%H:%M}"


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
    problems = [*_missing_facts(place, root, file), *_unanswered_hours(place, root, file)]
    if problems:
        raise LessonError(problems)
    return place


def _missing_facts(place: Place, root: Node, file: str) -> list[Problem]:
    facts = root.at(("facts",))
    missing = [need for need in _NEEDED if need.fact not in place.facts]
    what = "the fact '{}' is missing: {}"
    return [
        Problem(file, facts.line, facts.column, "", what.format(need.fact, need.why), f"Add '{need.fact}:' to the facts.")
        for need in missing
    ]


def _unanswered_hours(place: Place, root: Node, file: str) -> list[Problem]:
    """Return what would leave somebody without a number at some hour of the week."""
    node = root.at(("crisis_lines",))
    problems = []
    first = place.crisis_lines[0]
    if first.about is not None:
        what = f"the first crisis line has to be the emergency number, which is for everybody; '{first.name}' is not"
        problems.append(Problem(file, node.line, node.column, "", what, "Put the emergency number first, without 'about'."))
    gap = uncovered(hours for line in place.crisis_lines if line.about is None for hours in line.open)
    if gap is not None:
        what = f"on {gap} no crisis line for everybody is open"
        remedy = "Add one that is open then, such as one with 'open: always'."
        problems.append(Problem(file, node.line, node.column, "", what, remedy))
    return problems
