"""What becomes of a student's place when a lesson was changed while she was in it.

The law of this file: nobody is left at a step that is gone. Whoever stands in an earlier version goes on in the present one,
at the step of the same name, or where the lesson's `moved` says, or at the nearest step before it on her way that still
stands. Where the question is the same she notices nothing; else she is told in one line when she next comes to it, and never
before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dialogues.events import LessonChanged
from dialogues.lesson import Lesson, Step
from dialogues.session import Position
from dialogues.turn import TurnInProgress
from dialogues.ways import resolve_moved


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of those who stand at a step: the step from which they go on, and whether it asks them the same thing.

    `by_map` says that the lesson's `moved` names the step; without it a step that is gone leads to one before it.
    """

    step: str
    same: bool
    by_map: bool = False


def fate_of(step: str, path: tuple[str, ...], old: Lesson | None, new: Lesson) -> Fate:
    """Return what becomes of somebody at a step of `old` (None where its text is lost) who passed the questions in `path`."""
    target, before = _name_now(step, new), old.step(step) if old is not None and old.has(step) else None
    if target is not None:
        return Fate(target, before is not None and _ask_alike(before, new.step(target)), by_map=target != step)
    above = old.steps[: old.steps.index(before)] if old is not None and before is not None else ()
    on_her_way = [one.name for one in above if not path or not one.waits or one.name in path]
    return Fate(next((name for name in reversed(on_her_way) if new.has(name)), new.first.name), same=False)


def _name_now(step: str, new: Lesson) -> str | None:
    """Return the step in `new` that is, or by its map took the place of, the step of that name."""
    return step if new.has(step) else resolve_moved(step, {one.name for one in new.steps}, new.moved)


def _ask_alike(one: Step, other: Step) -> bool:
    """Whether an answer to one step, or a press of one of its buttons, is an answer to the other, whatever the wording."""
    buttons, others = ({choice.name for choice in step.choices} for step in (one, other))
    return one.waits and _form(one) == _form(other) and buttons <= others


def _form(step: Step) -> tuple[bool, ...]:
    return step.waits, step.do is None, step.do is not None and step.do.asks_if_then, step.takes_any_answer


def is_led_into(new: Lesson | None, version: str) -> bool:
    """Whether somebody who stands in that version goes on in `new`: one that asks nothing has no place for her.

    Then, and where the lesson was taken away, she finishes it as it was.
    """
    return new is not None and new.version != version and any(step.waits for step in new.steps)


def place_in(place: Position, old: Lesson | None, new: Lesson) -> Position:
    """Return the student's place in `new`, which asks something; its `moved` names the step from which she is still led on."""
    fate = fate_of(place.step, place.path, old, new)
    passed, skipped = _waiting_now(place.path, new), _waiting_now(place.skipped, new)
    if fate.same and not place.moved:
        path = tuple(name for name in passed if name != fate.step)
        return replace(place, version=new.version, step=fate.step, path=path, skipped=skipped)
    begin = new.step(fate.step)
    waiting = _next_waiting(new, begin)
    if waiting is None:  # only words are left from there on: the last question before them is asked again
        begin = waiting = _last_waiting(new, begin)
    path = tuple(name for name in passed if name != waiting.name)
    return Position(new.id, new.version, waiting.name, path, moved=begin.name, skipped=skipped)


def _waiting_now(names: tuple[str, ...], new: Lesson) -> tuple[str, ...]:
    """Return those of the steps that still wait in `new`, under the names that they have there, each once."""
    now = dict.fromkeys(_name_now(name, new) for name in names)
    return tuple(name for name in now if name is not None and new.step(name).waits)


def _next_waiting(lesson: Lesson, step: Step) -> Step | None:
    """Return the first step from this one on that waits for the student; None where the lesson ends before."""
    found: Step | None = step
    while found is not None and not found.waits:
        found = lesson.onward(found, None)
    return found


def _last_waiting(lesson: Lesson, step: Step) -> Step:
    """Return the last step above this one that waits, else the first below it."""
    above = lesson.steps[: lesson.steps.index(step)]
    return next((one for one in (*reversed(above), *lesson.steps) if one.waits), step)


def follow_changes(turn: TurnInProgress) -> None:
    """Take every place of the student's into the present version of its lesson; what she left stays left."""
    at = turn.session.at
    if at is not None and (new := _newer(turn, at)) is not None:
        place = _follow(turn, at, new)
        turn.change(at=place)
        if place.moved and turn.session.aside is None and turn.session.following_up is None:
            turn.change(prompt=None)  # its buttons belong to a question that is no longer asked
    for name, left in turn.session.paused.items():
        if (new := _newer(turn, left)) is not None:
            turn.change(paused={**turn.session.paused, name: _follow(turn, left, new)})


def _newer(turn: TurnInProgress, place: Position) -> Lesson | None:
    lesson = turn.library.lessons.get(place.lesson)
    return lesson if is_led_into(lesson, place.version) else None


def _follow(turn: TurnInProgress, place: Position, new: Lesson) -> Position:
    followed = place_in(place, turn.library.get(place.lesson, place.version), new)
    turn.tell(LessonChanged(new.id, new.version, place.step, followed.step))
    return followed
