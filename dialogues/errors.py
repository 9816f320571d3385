"""What can go wrong, and whose fault it is.

    RooftopError            the root: everything of ours that can be told in a sentence
    ├── LessonError         the author's: a lesson, a script or a place file does not hold; carries every problem at once
    ├── SettingsError       the operator's: a setting, a folder, a database that cannot be used
    ├── TrainingError       the understanding's: a model could not be trained (raised by bot/model.py)
    ├── NLUError            the other server's: it did not answer, or not in time (raised by nlu/client.py)
    ├── TranscriptError     the author's, or time's: a written conversation cannot be played any more as it stands
    └── DialogueError       our own caller's: the engine was used wrongly

Trouble in a conversation is none of these: it is an event.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from dialogues.codes import ABOUT_THE_FILE, BAD_PLACE, severity_of


class RooftopError(Exception):
    """Something went wrong that can be told in a sentence."""


class SettingsError(RooftopError):
    """A setting, or something that a setting names, cannot be used."""


class TranscriptError(RooftopError):
    """A conversation that was written down cannot be read, or cannot be played as it stands."""


class DialogueError(RooftopError):
    """The engine was given something that it can never have produced or been promised."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in a file: where (line and column from 1), at which step, what, and what to write instead.

    `code` is one of `codes.py`; `width` is how many characters are meant, from the column on.
    """

    file: str
    line: int
    column: int
    step: str
    what: str
    remedy: str
    code: str = BAD_PLACE
    width: int = 1

    @property
    def severity(self) -> str:
        """`error`: the file is refused; `warning`: it loads, and would be better otherwise."""
        return severity_of(self.code)

    def __str__(self) -> str:
        """Return the problem as two lines: the place and what is wrong, then the remedy."""
        at = f", step '{self.step}'" if self.step else ""
        return f"{self.file}:{self.line}:{self.column}{at}: {self.what} [{self.code}]\n    {self.remedy}"


def by_place(problem: Problem) -> tuple[str, bool, Problem]:
    """Return what to sort problems by: their places, and behind these what the whole file has and works all the same."""
    return problem.file, problem.code in ABOUT_THE_FILE, problem


class LessonError(RooftopError):
    """A file that an author wrote does not hold; `problems` names every mistake in it."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the problems in the order of their places."""
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the nearest of the known words, or None where none is near."""
    near = difflib.get_close_matches(word, sorted(known), n=1)
    return near[0] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the nearest of the known words, or an empty text where none is near."""
    near = nearest(word, known)
    return f" Did you mean '{near}'?" if near else ""
