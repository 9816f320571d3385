"""The lessons that students have: those saved last without an error, kept in the data folder.

The law of this file: a saved lesson with an error never takes the place of a good one. It goes on in its last good version,
and the other lessons are not held up by it; also after a restart, which must not end the coach because of somebody's slip.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from dialogues import codes
from dialogues.errors import LessonError, Problem
from dialogues.lesson import Lesson
from dialogues.library import lesson_files, load_lessons
from dialogues.place import Place

FOLDER = "lessons"  # in the data folder; a file a lesson, and no folders in it

Look: TypeAlias = tuple[tuple[str, int, int], ...]
"""What a folder of lessons looks like from outside: each file's path, time of change and size."""


@dataclass(frozen=True, slots=True)
class Found:
    """What can be published: the lessons by id, and what is wrong with the files as saved."""

    lessons: Mapping[str, Lesson]
    look: Look = ()  # of the folder, just before it was read
    problems: tuple[Problem, ...] = ()


def look_at(folder: Path) -> Look:
    """Return what tells whether any lesson was saved since. Raises OSError where a folder goes while it is read."""
    found = []
    for path in lesson_files(folder):
        try:
            seen = path.stat()
            found.append((str(path), seen.st_mtime_ns, seen.st_size))
        except OSError:  # gone since, a link that leads nowhere or round in a circle, a folder that may not be entered
            found.append((str(path), 0, 0))
    return tuple(found)


def last_good(data: Path) -> dict[str, Path]:
    """Return the files that were published last, by name; none where nothing was yet."""
    return {path.name: path for path in lesson_files(data / FOLDER)}


def find_publishable(folder: Path, data: Path, place: Place, scripts: frozenset[str]) -> Found:
    """Return the lessons as saved in the folder, those with an error in their last good version, or left out.

    Raises LessonError with every problem where nothing was published yet, or nothing that goes together is left; OSError
    where a folder goes while it is read.
    """
    look = look_at(folder)
    if not look:  # the folder is being exchanged, or its disk is gone: nobody takes all lessons away on purpose
        what, remedy = "there is no lesson in this folder", "Put the lessons back."
        raise LessonError([Problem(str(folder), 1, 1, "", what, remedy, codes.UNREADABLE)])
    return replace(choose_publishable(lesson_files(folder), last_good(data), place, scripts), look=look)


def choose_publishable(files: Sequence[Path], good: Mapping[str, Path], place: Place, scripts: frozenset[str]) -> Found:
    """Return what can be published of these files, with a good one (by name) in the place of each that has an error.

    Errors between lessons count too; where good ones do not go with the rest, all stay as they were published last. Of two
    files of the same name the sound one counts. Raises LessonError as `find_publishable` does.
    """
    chosen, kept, problems = list(files), list(good.values()), list[Problem]()
    while True:
        lessons, wrong = load_lessons(chosen, place, scripts)
        if not wrong:
            return Found(lessons, (), tuple(sorted(set(problems))))
        if not kept or chosen == kept:
            raise LessonError(sorted({*problems, *wrong}))
        bad = {Path(problem.file) for problem in wrong}
        problems += [problem for problem in wrong if Path(problem.file) not in kept]
        sound = {path.name: path for path in chosen if path not in bad}
        instead = (path if path not in bad else sound.get(path.name, good.get(path.name)) for path in chosen)
        left = list(dict.fromkeys(path for path in instead if path is not None))
        chosen = left if left and bad.isdisjoint(kept) else kept


def keep(found: Found, data: Path) -> None:
    """Keep the files of what was published, one after the other, each whole or not at all; those of others go."""
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    names = {f"{lesson.id}.yml": lesson.text for lesson in found.lessons.values()}
    for name, text in names.items():
        path, new = folder / name, folder / f"{name}.new"
        content = text.encode()
        if not path.is_file() or path.read_bytes() != content:
            new.write_bytes(content)
            new.replace(path)
    for path in folder.iterdir():
        if path.name not in names:
            path.unlink()
