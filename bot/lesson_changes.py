"""What is new, changed or gone between two states of the lessons, and what becomes of the students who are in them.

The law of this file: it only says it; the moves themselves are `dialogues/changes.py`, and come out here as there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.whereabouts import Older, Standing, fate_in
from dialogues.changes import Fate
from dialogues.lesson import Lesson, Step


def changes(
    before: Mapping[str, Lesson], after: Mapping[str, Lesson], people: Sequence[Standing], older: Older
) -> Iterator[str]:
    """Yield the lines about each lesson that is new, changed or taken away."""
    for name in sorted({**before, **after}):
        old, new, inside = before.get(name), after.get(name), [one for one in people if one.lesson == name]
        count = sum(one.students for one in inside)
        title = f"“{(before[name] if new is None else new).title}” ({name})"
        if new is None:
            yield f"{title}: taken away" + (f"; {_people_said(count)} in it, and can finish it as it was" if count else "")
        elif old is None:
            yield f"{title}: new" + (f"; {_people_said(count)} in it, from before" if count else "")
        elif old.version != new.version:
            yield f"{title}: changed" + (f"; {_people_said(count)} in it" if count else "")
            moves = [(one, fate) for one in inside if (fate := fate_in(new, one, older)) is not None]
            yield from _steps(old, new, moves)


def _steps(old: Lesson, new: Lesson, moves: Sequence[tuple[Standing, Fate]]) -> Iterator[str]:
    """Yield a line for each step that is gone, changed or new, with its students; the rest of the file in one line."""
    names = [step.name for step in old.steps] + [step.name for step in new.steps if not old.has(step.name)]
    if [name for name in names if new.has(name) and old.has(name)] != [step.name for step in new.steps if old.has(step.name)]:
        yield "  the order of its steps"
    names += sorted({one.step for one, _ in moves} - set(names))  # steps of versions before the last
    told = False
    for name in names:
        students = Counter[Fate]()
        for one, fate in moves:
            students[fate] += one.students if one.step == name else 0
        said = [_said(name, fate, count) for fate, count in students.items() if count]
        what = _what(old.step(name) if old.has(name) else None, new.step(name) if new.has(name) else None)
        if what:
            told = True
            yield f"  {name}: " + "; ".join([what, *said])
        elif any(not fate.same and count for fate, count in students.items()):
            told = True
            yield f"  {name}: " + "; ".join(said)
    if not told and [step.name for step in old.steps] == [step.name for step in new.steps]:
        yield "  only what stands above its steps"


def _what(old: Step | None, new: Step | None) -> str:
    if old is None:
        return "new" if new is not None else ""
    if new is None:
        return "gone"
    return "" if replace(old, line=0) == replace(new, line=0) else "changed"


def _said(name: str, fate: Fate, count: int) -> str:
    who = "1 student" if count == 1 else f"{count} students"
    go, stay = ("goes", "stays") if count == 1 else ("go", "stay")
    if fate.same:
        return f"{who} {stay} there" if fate.step == name else f"{who} {go} on at '{fate.step}', which asks the same"
    how = "as 'moved' says" if fate.by_map else "the nearest before it" if fate.step != name else "asked anew"
    return f"{who} {go} on at '{fate.step}' ({how}) and {'is' if count == 1 else 'are'} told so"


def _people_said(students: int) -> str:
    return "1 student is" if students == 1 else f"{students} students are"
