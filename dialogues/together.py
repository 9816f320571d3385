"""What can only be known with all lessons at hand: their ids, what each comes `after`, and what is kept before it.

The law of this file: it looks at lessons as far as they could be read, so a mistake elsewhere in a file hides nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from dialogues import codes
from dialogues.errors import Problem, did_you_mean
from dialogues.lesson import PLACEHOLDER, keeps_of
from dialogues.parsing import Examined
from dialogues.ways import closure, texts_of

LIST_NAMES = frozenset({"menu", "lessons", "plans", "which", "not-yet", "days", "nudges", "hours", "when", "pause"})
"""What `asides.py` shows beside a lesson."""
SUFFIX = ".yml"


def check_together(lessons: Sequence[Examined], scripts: frozenset[str], facts: frozenset[str]) -> list[Problem]:
    """Return what is wrong between the lessons; `scripts` are the ids that scripts have, `facts` the place's names."""
    known = {id_of(one): one for one in reversed(lessons) if id_of(one)}
    problems: list[Problem] = []
    for one in lessons:
        if one.shape is not None and one.shape.lesson is not None:
            problems += _check_id(one, known, scripts)
            problems += _check_after(one, known)
            problems += _check_placeholders(one, known, facts)
    return problems


def check_file_name(one: Examined, code: str = codes.NOT_FILE_NAME) -> list[Problem]:
    """Return the problem of a file that does not bear the id of what it holds."""
    path, name = PurePath(one.file), id_of(one)
    if not name or path.name == f"{name}{SUFFIX}":
        return []
    what = f"the id '{name}' is not the file's name, '{path.name}'"
    remedy = f"Name the file '{name}{SUFFIX}', or write the file's name as the id."
    return [one.problem((_kind(one),), "", code, what, remedy, name)]


def id_of(one: Examined) -> str:
    """Return the id of a lesson or script, or an empty text where it has none that can be read."""
    written = one.root.find((_kind(one),)) if one.root is not None else None
    if written is None or any((two.line, two.code) == (written.line, codes.BAD_NAME) for two in one.problems):
        return ""
    return written.text or ""


def _kind(one: Examined) -> str:
    shape = one.shape
    return "script" if shape is not None and shape.script is not None and shape.lesson is None else "lesson"


def _check_id(one: Examined, known: Mapping[str, Examined], scripts: frozenset[str]) -> list[Problem]:
    name = id_of(one)
    if name in scripts or name in LIST_NAMES:
        what, remedy = f"'{name}' is the name of a script", "Give the lesson another id."
        return [one.problem(("lesson",), "", codes.SCRIPTS_NAME, what, remedy, name)]
    if (first := known.get(name, one)) is not one:
        what, remedy = f"a second lesson is called '{name}' (the first: {first.file})", "Rename one of the two."
        return [one.problem(("lesson",), "", codes.ID_TAKEN, what, remedy, name)]
    return []


def _after(known: Mapping[str, Examined]) -> dict[str, set[str]]:
    return {name: set(one.shape.after) if one.shape else set() for name, one in known.items()}


def _check_after(one: Examined, known: Mapping[str, Examined]) -> list[Problem]:
    problems = []
    for number, name in enumerate(one.shape.after if one.shape else ()):
        earlier, track = known.get(name), one.shape.track if one.shape else None
        before, others = closure({name}, _after(known)), {key for key in known if key != id_of(one)}
        if name == id_of(one):
            code, what, remedy = codes.AFTER_ITSELF, "'after' names this lesson itself", "Take it out."
        elif earlier is None or earlier.shape is None:
            code, what = codes.NO_SUCH_LESSON, f"there is no lesson '{name}'"
            remedy = f"Name a lesson of the track '{track}'.{did_you_mean(name, others)}"
        elif earlier.shape.track != track:
            code, what = codes.NO_SUCH_LESSON, f"'{name}' is a lesson of another track, '{earlier.shape.track}'"
            remedy = f"Name one of the track '{track}', or take it out: 'after' stays within a track."
        elif id_of(one) in before:
            code, what = codes.AFTER_ITSELF, f"'{name}' itself comes after this lesson"
            remedy = "Take 'after' out of one of the two, or of a lesson between them."
        else:
            continue
        problems.append(one.problem(("after", number), "", code, what, remedy))
    return problems


def _check_placeholders(one: Examined, known: Mapping[str, Examined], facts: frozenset[str]) -> list[Problem]:
    """Find the words in braces that no lesson before keeps; where there is none before, `ways.py` has found them."""
    if one.shape is None or not one.shape.after:
        return []
    before = closure(set(one.shape.after), _after(known))
    kept = set().union(*(keeps_of(known[name].steps) for name in before if name in known)) | keeps_of(one.steps)
    texts = [
        (("steps", number, step.name, *path), text, step.name)
        for number, step in enumerate(one.steps)
        for path, text in texts_of(step)
    ]
    problems = []
    for number, one_step in enumerate(one.steps):
        person = one_step.do.with_whom if one_step.do is not None else None
        if person is not None and person not in kept:
            what = f"'{person}' is kept neither here nor in a lesson before"
            remedy = f"Keep it first.{did_you_mean(person, kept)}"
            where = ("steps", number, one_step.name, "with")
            problems.append(one.problem(where, one_step.name, codes.NEVER_KEPT, what, remedy))
    for path, text, step in [(("outcome",), one.shape.outcome or "", ""), *texts]:
        for match in PLACEHOLDER.finditer(text):
            name = match[1]
            if name.strip() and name not in kept | facts and not (name in {"when", "if then"} and path[-1] == "nudge"):
                what = f"'{{{name}}}' is kept neither here nor in a lesson before"
                remedy = f"Keep it first.{did_you_mean(name, kept)}"
                problems.append(one.problem(path, step, codes.NEVER_KEPT, what, remedy, match[0]))
    return problems
