"""A lesson or script as its author has just saved it, seen in the midst of all that ships.

The law of this file: it reads, and tells every problem of the one file; it writes nothing and changes nothing that runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.lint import find_problems
from bot.settings import Settings
from bot.wiring import open_library
from dialogues.errors import Problem
from dialogues.lesson import Lesson
from dialogues.library import Library, examine_file, load_place


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file holds now: its problems, errors before warnings, and the lesson where it has no error."""

    problems: list[Problem] = field(default_factory=list)
    lesson: Lesson | None = None


def look(file: Path, settings: Settings) -> Looked:
    """Return what the file holds now; raises nothing because of it."""
    problems = sorted(find_problems([file], settings.place), key=lambda one: (one.severity != "error", one))
    seen = examine_file(file, load_place(settings.place))
    broken = any(problem.severity == "error" for problem in problems)
    return Looked(problems, None if broken else seen.lesson)


def with_lesson(library: Library, lesson: Lesson) -> Library:
    """Return the library with that lesson or script in it, in the place of the one of its name."""
    if lesson.is_script:
        return replace(library, scripts={**library.scripts, lesson.id: lesson})
    return replace(library, lessons={**library.lessons, lesson.id: lesson})


def library_around(file: Path, settings: Settings) -> Library:
    """Return what ships, with what `file` holds in it: of the lessons that one alone, and those it comes after.

    Raises LessonError. Where the file holds an error, what ships under its name is taken.
    """
    library, lesson = open_library(settings), look(file, settings).lesson
    return (with_lesson(library, lesson) if lesson is not None else library).around(file.stem)
