"""The verb `coach lessons status`: who is where in the lessons, as counts.

The law of this file: it reads and changes nothing, and prints counts, never a name or a word.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from bot.published import last_good
from bot.settings import Settings
from bot.store import Store
from bot.whereabouts import Older, Standing, fate_in, finished, older_in, standings
from bot.wiring import LESSONS
from dialogues.lesson import Lesson
from dialogues.library import lesson_files, load_lessons, load_place


@dataclass(frozen=True, slots=True)
class AtStep:
    """So many students stand at a step now, so many left the lesson there for later."""

    now: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class LessonStatus:
    """Who is where in a lesson: by step of the version that is live (of their own one, where the lesson is gone)."""

    lesson: str
    title: str
    steps: Mapping[str, AtStep]
    abouts: Mapping[str, str]
    finished: int
    led_on: int  # those for whom the question was changed or is gone, who have not been told yet
    is_gone: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as plain JSON."""
        steps = {name: {"now": at.now, "left": at.left} for name, at in self.steps.items()}
        return {"title": self.title, "steps": steps, "finished": self.finished, "led_on": self.led_on, "gone": self.is_gone}


def main(settings: Settings, *, as_json: bool) -> int:
    """Print who is where."""
    lessons = live_lessons(settings)
    with Store.to_read(settings.data) as store:
        found = status(lessons, standings(store), finished(store), older_in(store))
    if as_json:
        click.echo(json.dumps({one.lesson: one.to_dict() for one in found}, indent=2))
        return 0
    busy = [one for one in found if one.steps or one.finished]
    click.echo("\n\n".join(told(one) for one in busy) if busy else "Nobody has begun a lesson yet.")
    return 0


def live_lessons(settings: Settings) -> dict[str, Lesson]:
    """Return the lessons that students have: those published last, else those that would be at the first start."""
    files = list(last_good(settings.data).values()) or lesson_files(LESSONS)
    return load_lessons(files, load_place(settings.place), frozenset())[0]


def status(lessons: Mapping[str, Lesson], people: list[Standing], done: Mapping[str, int], older: Older) -> list[LessonStatus]:
    """Return the status of every lesson that is live, and of those gone in which somebody still is."""
    names = [*lessons, *sorted({one.lesson for one in people} - set(lessons))]
    return [_status(name, lessons.get(name), [one for one in people if one.lesson == name], done, older) for name in names]


def _status(name: str, live: Lesson | None, people: list[Standing], done: Mapping[str, int], older: Older) -> LessonStatus:
    now, left, led_on = Counter[str](), Counter[str](), 0
    lesson = live or next((old for one in people if (old := older(name, one.version)) is not None), None)
    for one in people:
        fate = fate_in(live, one, older)
        led_on += one.students if fate is not None and not fate.same else 0
        (left if one.left else now)[fate.step if fate is not None else one.step] += one.students
    order = [step.name for step in lesson.steps] if lesson is not None else []
    steps = sorted({*now, *left}, key=lambda step: (order.index(step) if step in order else len(order), step))
    abouts = {step.name: step.about or "" for step in lesson.steps} if lesson is not None else {}
    title = lesson.title if lesson is not None else name
    counts = {step: AtStep(now[step], left[step]) for step in steps}
    return LessonStatus(name, title, counts, abouts, done.get(name, 0), led_on, live is None)


def told(one: LessonStatus) -> str:
    """Return the status of a lesson as a small table."""
    lines = [f"{one.title} ({one.lesson})" + ("  taken away; they can finish it" if one.is_gone else "")]
    if one.steps:
        width = max(len("step"), *(len(step) for step in one.steps))
        lines.append(f"  {'step':<{width}}    now   left")
        for step, at in one.steps.items():
            lines.append(f"  {step:<{width}}  {at.now:>5}  {at.left:>5}   {one.abouts.get(step, '')}".rstrip())
    if one.led_on:
        lines.append(f"  {one.led_on} of them will be told that the lesson was changed, and led on from there.")
    if one.finished:
        lines.append(f"  finished: {one.finished}")
    return "\n".join(lines)
