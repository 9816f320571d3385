"""What can be meant where a student is, and what was chosen of it.

The law of this file: values only. What is chosen, and by which rules, is decided in `understanding.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal

from dialogues.lesson import Answer
from dialogues.session import Option
from dialogues.when import When

Kind = Literal[
    "distress",
    "option",
    "answer",
    "lesson",
    "intent",
    "day",
    "new_day",
    "hours",
    "zone",
    "words",
    "unsure",
    "neither",
    "unclear",
]


@dataclass(frozen=True, slots=True)
class Here:
    """What can be meant where the student is: open buttons, the step's answers and its head, whether own words count."""

    options: tuple[Option, ...] = ()
    answers: tuple[Answer, ...] = ()
    head: str = ""  # `<lesson>.<step>`
    takes_words: bool = False
    now: datetime | None = None  # in the student's zone; without it no time is read
    in_choice: bool = False  # at a lesson's question with buttons
    asks_day: bool = False
    agreed: bool = False  # a day was agreed that can be changed here
    within_days: int | None = None  # from today, where the day that is asked for, or was agreed, has an end
    after_distress: bool = False  # the help is on the screen
    only_words: bool = False  # nothing that the classifier thinks takes these words away, as where a name is asked for
    in_doubt: bool = False  # "did you mean" is on the screen
    planned: bool = False  # something that she planned is open
    asks_if_then: bool = False  # she has just planned it, and is asked for the rest of "If it is Thursday, then ..."
    asks_hours: tuple[time, time] | None = None  # where hours or a city are asked for: those that hold now

    @property
    def only_answers(self) -> bool:
        """Whether nothing but the answers of a lesson's step is asked for; a script may ask "delete everything?"."""
        return bool(self.answers) and self.in_choice and not self.asks_day


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was chosen. `name` is an intent, an answer's name, an option's label, a lesson's id, or an ISO day or datetime.

    Of a day, `when` is all that was named. `confidence` lies in [0, 1]; `by` says what decided, where that matters. `nearest`
    is what an unsure one may be, the likeliest first.
    """

    kind: Kind
    name: str = ""
    confidence: float = 1.0
    by: str = ""
    nearest: tuple[Meaning, ...] = ()
    when: When | None = None
    lessons: tuple[str, ...] = ()  # of choose_lesson: the few that were named
