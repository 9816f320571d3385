"""Who is where in the lessons, as counts, and what becomes of them in another version.

The law of this file: it reads and counts, and no name or word of a student's comes out of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.store import Store
from dialogues.changes import Fate, fate_of
from dialogues.errors import LessonError
from dialogues.lesson import Lesson
from dialogues.parsing import reread_lesson

Older = Callable[[str, str], Lesson | None]
"""Gives the text of a version (lesson, version) as a lesson; None where it is lost."""


@dataclass(frozen=True, slots=True)
class Standing:
    """So many students at one step of one version of a lesson, who passed the questions in `path`; `left` is for later."""

    lesson: str
    version: str
    step: str
    path: tuple[str, ...]
    left: bool
    students: int


def standings(store: Store) -> list[Standing]:
    """Return where every student stands who is in a lesson, or left one for later."""
    fields = ("lesson", "version", "step", "path")
    at = ", ".join(f"json_extract(state, '$.at.{field}')" for field in fields)
    left = ", ".join(f"json_extract(one.value, '$.{field}')" for field in fields)
    rows = store.db.execute(
        f"SELECT {at}, 0, count(*) FROM sessions WHERE json_extract(state, '$.at') IS NOT NULL GROUP BY 1, 2, 3, 4"  # noqa: S608
        f" UNION ALL SELECT {left}, 1, count(*) FROM sessions, json_each(state, '$.paused') AS one GROUP BY 1, 2, 3, 4"
    ).fetchall()
    return [
        Standing(lesson, version, step, tuple(json.loads(path)), bool(left), count)
        for lesson, version, step, path, left, count in rows
    ]


def finished(store: Store) -> dict[str, int]:
    """Return how many students have finished each lesson."""
    rows = store.db.execute("SELECT one.value, count(*) FROM sessions, json_each(state, '$.finished') AS one GROUP BY 1")
    return {str(lesson): int(count) for lesson, count in rows.fetchall()}


def older_in(store: Store) -> Older:
    """Return what finds earlier versions in the store."""

    def find(lesson: str, version: str) -> Lesson | None:
        text = store.lesson_text(lesson, version)
        try:
            return reread_lesson(text, lesson) if text is not None else None
        except LessonError:
            return None

    return find


def fates(people: Iterable[Standing], lessons: Mapping[str, Lesson], older: Older) -> Iterator[tuple[Standing, Fate]]:
    """Yield what becomes of each who stands in a lesson of these in another version than theirs."""
    for one in people:
        new = lessons.get(one.lesson)
        if new is not None and new.version != one.version:
            yield one, fate_of(one.step, one.path, older(one.lesson, one.version), new)


def changes_said(before: Mapping[str, Lesson], after: Mapping[str, Lesson], store: Store) -> list[str]:
    """Return a line for each lesson that is new, changed or taken away, with what becomes of the students who are in it."""
    people = standings(store)
    said = []
    for name in sorted({**before, **after}, key=list({**after, **before}).index):
        old, new, inside = before.get(name), after.get(name), [one for one in people if one.lesson == name]
        if new is None and old is not None:
            said.append(f"• “{old.title}” is taken away.{_in_its_old_words(inside)}")
        elif new is not None and (old is None or old.version != new.version):
            what = "is new" if old is None else "is changed"
            said.append(f"• “{new.title}” {what}.{_going_on(inside, after, older_in(store))}")
    return said


def _in_its_old_words(inside: list[Standing]) -> str:
    students = sum(one.students for one in inside)
    return f" {people_said(students)} in the middle of it, and can finish it in its old words." if students else ""


def _going_on(inside: list[Standing], lessons: Mapping[str, Lesson], older: Older) -> str:
    students = sum(one.students for one in inside)
    moved = sum(one.students for one, fate in fates(inside, lessons, older) if not fate.same)
    if not students:
        return ""
    told = f"; for {moved} the question is gone or another: they are told so, and led on" if moved else ""
    return f" {people_said(students)} in the middle of it and can go on{told}."


def people_said(students: int) -> str:
    """Return '1 student is' or '12 students are'."""
    return "1 student is" if students == 1 else f"{students} students are"
