"""Who is where in the lessons, as counts.

The law of this file: it reads and counts, and no name or word of a student's comes out of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from bot.store import Store
from dialogues.changes import Fate, fate_of, is_led_into
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
    """Return what finds earlier versions in the store, each read once."""

    @cache
    def find(lesson: str, version: str) -> Lesson | None:
        text = store.lesson_text(lesson, version)
        try:
            return reread_lesson(text, lesson) if text is not None else None
        except LessonError:
            return None

    return find


def fate_in(new: Lesson | None, one: Standing, older: Older) -> Fate | None:
    """Return what becomes of those who stand there in `new`; None where they go on as they are."""
    if new is None or not is_led_into(new, one.version):
        return None
    return fate_of(one.step, one.path, older(one.lesson, one.version), new)
