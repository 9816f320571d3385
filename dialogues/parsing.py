"""From the text of a lesson file to a lesson, or to every problem in it at once.

The law of this file: a problem names its line, its column, its step, what is wrong and what to write instead. One mistake does
not hide another: what can still be judged is judged. What can only be known with all lessons at hand (what a lesson comes
`after`) is checked in `library.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from dialogues import codes
from dialogues.by import by_instead_of
from dialogues.document import MAX_CHARACTERS, Composed, Node, Path, compose, read_document, split_lines
from dialogues.errors import LessonError, Problem
from dialogues.lesson import END, Lesson, Step, build_step, by_is_readable, version_of
from dialogues.lesson_file import LessonFile, StepFile
from dialogues.moving import find_moved
from dialogues.shape import shape_lesson
from dialogues.ways import (
    Finding,
    find_bad_moves,
    find_bad_placeholders,
    find_bad_ways,
    find_jumps_to_nowhere,
    find_stray_braces,
)

_REQUIRED = ("title", "track", "minutes", "outcome")
_LOSE_WAYS = {codes.REPEATED_KEY, codes.MISSING_COLON}  # where a way leads is not known then
_ATTRIBUTES = {"with": "with_whom", "if then": "if_then"}
_OWNED = (
    ("ask", codes.NEEDS_ASK, "a question", "Add an 'ask'", {"example", "meaning", "expect", "otherwise", "choices", "keep"}),
    ("do", codes.NEEDS_DO, "an action", "Add a 'do'", {"by", "nudge", "afterwards", "with", "if then"}),
)
_HEAD = re.compile(r"^\W{0,3}(lesson|script|title|track|steps)\W{0,3}[:：]", re.IGNORECASE | re.MULTILINE)
_BEGIN = "Begin with a line such as 'lesson: the-id-of-the-lesson'; './coach new lesson' writes a whole one."


@dataclass(slots=True)
class Examined:
    """What was found in a lesson file: its errors, and the lesson as far as it can be read in spite of them."""

    file: str
    lines: list[str]
    problems: list[Problem] = field(default_factory=list)
    root: Node | None = None
    shape: LessonFile | None = None
    steps: tuple[Step, ...] = ()
    lesson: Lesson | None = None  # where there are no errors

    def problem(  # noqa: PLR0913, PLR0917 - what a problem is made of
        self, path: Path, step: str, code: str, what: str, remedy: str, words: str = ""
    ) -> Problem:
        """Return a problem at the key that `path` leads to, or at `words` in the text behind it."""
        place = self.root.at(path) if self.root else Node(1, 1)
        value = self.root.find(path) if self.root else None
        spot = value.place_of(words, self.lines) if words and value is not None else None
        spot = spot or (place.place_of(words, self.lines) if words else None)
        line, column = spot or (place.line, place.column)
        return Problem(self.file, line, column, step, what, remedy, code, len(words) if spot else place.width)


def parse_lesson(text: str, file: str, *, facts: frozenset[str] = frozenset()) -> Lesson:
    """Return the lesson or script that `text` holds; `facts` are the names that the place file offers to every lesson.

    Raises LessonError with every problem found.
    """
    examined = examine(text, file, facts)
    if examined.lesson is None:
        raise LessonError(examined.problems)
    return examined.lesson


def examine(text: str, file: str, facts: frozenset[str] = frozenset()) -> Examined:
    """Return what `text` holds and every error in it; raises nothing."""
    examined = Examined(file, split_lines(text.removeprefix("\ufeff")))
    if len(text) <= MAX_CHARACTERS and (what := _why_no_lesson(text, examined.lines)):
        examined.problems.append(Problem(file, 1, 1, "", what, _BEGIN, codes.NOTHING_IN_IT))
        return examined
    composed = compose(text, file, judge=lambda root: len(shape_lesson(root, file).problems))
    _take(examined, composed, text, facts)
    if len(text) <= MAX_CHARACTERS and examined.problems:
        return _with_the_line_moved(examined, facts)
    return examined


def _take(examined: Examined, composed: Composed, text: str, facts: frozenset[str]) -> None:
    """Look at what was read: its shape, its ways, its words."""
    examined.problems += composed.problems
    if composed.root is None or not composed.is_certain:
        return
    root = examined.root = composed.root
    shaped = shape_lesson(root, examined.file)
    examined.problems += shaped.problems
    examined.shape = shaped.file
    if shaped.file is not None:
        checker = _Checker(examined, shaped.file, facts)
        is_lost = any(one.code in _LOSE_WAYS for one in composed.problems)
        examined.steps = checker.steps(is_certain=shaped.is_certain and not is_lost)
        if not examined.problems:
            examined.lesson = _build(shaped.file, examined.steps, text, root)
    unread = {one.line for one in composed.problems}  # what else is wrong there follows from it
    examined.problems = [*composed.problems, *(one for one in examined.problems if one.line not in unread)]


def _with_the_line_moved(examined: Examined, facts: frozenset[str]) -> Examined:
    """Return what was examined, or, where one line in a wrong place explains its problems, that line and what is left."""

    def read(lines: list[str]) -> Examined | None:
        text = "\n".join(lines)
        composed = compose(text, examined.file, judge=None)
        if composed.root is None:
            return None
        one = Examined(examined.file, examined.lines)
        _take(one, composed, text, facts)
        return one

    def look(lines: list[str]) -> list[Problem] | None:
        one = read(lines)
        return None if one is None else one.problems

    found = find_moved(examined.lines, examined.problems, look)
    left = read(list(found.lines)) if found is not None else None
    if found is None or left is None:
        return examined
    told = found.problem(examined.file, examined.lines)
    left.problems = [told, *(one for one in left.problems if one.line != told.line)]
    left.lesson = None
    return left


def _why_no_lesson(text: str, lines: list[str]) -> str:
    """Return why the text as a whole is no lesson, such as one pasted from a letter; or an empty text."""
    if not text.strip("\ufeff \t\r\n"):
        return "the file is empty"
    if all(line.lstrip().startswith("#") for line in lines if line.strip()):
        return "there are only remarks in the file: every line begins with #"
    return "" if _HEAD.search(text) else "this is not a lesson: no line of it begins with 'lesson:', 'title:' or 'steps:'"


def reread_lesson(text: str, file: str) -> Lesson:
    """Return a lesson that was checked when a student met it, without checking it against the rules and facts of today.

    Raises LessonError where even its keys are no longer those of the format.
    """
    root = read_document(text, file)
    shaped = shape_lesson(root, file)
    if shaped.file is None or shaped.problems:
        raise LessonError(shaped.problems)
    steps = tuple(build_step(name, 0, step) for entry in shaped.file.steps for name, step in entry.items())
    return _build(shaped.file, steps, text, root)


def _build(shape: LessonFile, steps: tuple[Step, ...], text: str, root: Node) -> Lesson:
    return Lesson(
        id=shape.lesson or shape.script or "",
        title=shape.title or "",
        track=str(shape.track or ""),
        minutes=shape.minutes or 1,
        outcome=shape.outcome or "",
        after=tuple(shape.after),
        sources=tuple(shape.sources),
        steps=steps,
        is_script=shape.script is not None,
        text=text,
        version=version_of(root),
        moved=dict(shape.moved),
    )


class _Checker:
    """The checks that need the whole lesson: jumps, dead ends, placeholders."""

    def __init__(self, examined: Examined, shape: LessonFile, facts: frozenset[str]) -> None:
        self.examined, self.shape, self.facts = examined, shape, facts
        self.numbers: dict[str, int] = {}  # a step's name -> its place in the file's list

    def steps(self, *, is_certain: bool) -> tuple[Step, ...]:
        self._check_head()
        built: dict[str, Step] = {}
        for number, entry in enumerate(self.shape.steps):
            for place, (name, shape) in enumerate(entry.items()):
                if place > 0:
                    what = f"a second step, '{name}', begins under one dash"
                    path: Path = ("steps", number, name)
                    self._add(path, name, codes.STEPS_UNDER_ONE_DASH, what, f"Begin it with its own dash: '- {name}:'.")
                self._take_step(built, number, name, shape)
        steps = tuple(built.values())
        if steps:
            self._add_all(find_bad_moves(steps, self.shape.moved))
            self._check_ways(steps, is_certain=is_certain and len(built) == sum(map(len, self.shape.steps)))
        return steps

    def _take_step(self, built: dict[str, Step], number: int, name: str, shape: StepFile) -> None:
        path: Path = ("steps", number, name)
        root = self.examined.root
        step = build_step(name, root.at(path).line if root else 0, shape)
        if name in built or name == END:
            what = f"a second step is called '{name}' (the first: line {built[name].line})" if name in built else ""
            remedy = "Give each step a name of its own, and look where each 'go' is to lead."
            if name == END:
                what, remedy = "a step cannot be called 'end': that name ends the lesson", "Give it another name."
            self._add(path, name, codes.NAME_TAKEN, what, remedy)
        self.numbers.setdefault(name, number)
        built.setdefault(name, step)
        self._check_step(path, step, shape)

    def _check_ways(self, steps: tuple[Step, ...], *, is_certain: bool) -> None:
        nowhere, probably = find_jumps_to_nowhere(steps)
        self._add_all(nowhere)
        self._add_all(find_stray_braces(steps))
        if is_certain and {one.words for one in nowhere} <= set(probably):
            outcome, kept_elsewhere = self.shape.outcome or "", bool(self.shape.after)
            bad = find_bad_ways(steps, probably)
            self._add_all(bad)
            if not bad:  # what is known at a step that nobody reaches, nobody can say
                self._add_all(
                    find_bad_placeholders(steps, outcome, self.facts, kept_elsewhere=kept_elsewhere, probably=probably)
                )

    def _add(  # noqa: PLR0913, PLR0917 - as above
        self, path: Path, step: str, code: str, what: str, remedy: str, words: str = ""
    ) -> None:
        self.examined.problems.append(self.examined.problem(path, step, code, what, remedy, words))

    def _add_all(self, findings: Sequence[Finding]) -> None:
        for one in findings:
            step = str(one.path[2]) if one.path[0] == "steps" else ""
            path = ("steps", self.numbers[step], *one.path[2:]) if step else one.path
            self._add(path, step, one.code, one.what, one.remedy, one.words)

    def _check_head(self) -> None:
        shape = self.shape
        if shape.lesson is not None and shape.script is not None:
            what, remedy = "the file is called a lesson and a script", "Take 'script:' out; scripts are not for lessons."
            self._add(("script",), "", codes.WHAT_IT_IS, what, remedy)
        elif shape.lesson is None and shape.script is None:
            what, remedy = "the file has to say what it is", "Begin it with 'lesson: its-id' (or 'script: its-id')."
            self._add((), "", codes.WHAT_IT_IS, what, remedy)
        if "{" in (shape.title or ""):
            what = "braces in a title stay empty, because nothing is kept yet"
            self._add(("title",), "", codes.BRACES_IN_TITLE, what, "Take them out.")
        if shape.lesson is not None:
            causes = {codes.EMPTY, codes.NOT_A_NUMBER, codes.UNKNOWN_KEY}
            told = {one.what for one in self.examined.problems if one.code in causes}
            for key in _REQUIRED:
                tried = any(f"'{key}'" in what or f"'{key}:'" in what for what in told) or self._is_written(key)
                if getattr(shape, key) is None and not tried:
                    self._add((), "", codes.MISSING_KEY, f"'{key}' is missing", f"Add '{key}:' above the steps.")

    def _is_written(self, key: str) -> bool:
        """Whether the key stands in the file, with a value that was refused."""
        return any(line.startswith(f"{key}:") for line in self.examined.lines)

    def _check_owners(self, path: Path, step: Step, shape: StepFile) -> bool:
        """Tell the keys that belong to a question or an action where there is none, once for all of a step.

        Returns whether the step is hurt: what it lacks may stand under a key that is none.
        """
        node = self.examined.root.find(path) if self.examined.root else None
        written = [key for key in (node.entries or {} if node else {}) if getattr(shape, _ATTRIBUTES.get(key, key), None)]
        found = any(one.step == step.name and one.code == codes.UNKNOWN_KEY for one in self.examined.problems)
        for owner, code, owners, add, keys in _OWNED:
            loose = [key for key in written if key in keys]
            if loose and getattr(step, owner) is None and not found:
                *others, last = (f"'{key}'" for key in loose)
                belongs = f"{', '.join(others)} and {last} belong" if others else f"{last} belongs"
                remedy = f"{add}, or take {'them' if others else 'it'} out."
                self._add((*path, loose[0]), step.name, code, f"{belongs} to {owners}", remedy)
                found = True
        return found

    def _check_step(self, path: Path, step: Step, shape: StepFile) -> None:
        name, is_script = step.name, self.shape.script is not None
        is_hurt = self._check_owners(path, step, shape)
        if step.say is None and not step.waits and not is_hurt:
            self._add(path, name, codes.SILENT_STEP, "the step says nothing", "Give it a 'say', an 'ask' or a 'do'.")
        if step.ask is not None and step.do is not None:
            what, remedy = "'ask' and 'do' stand in one step", "Make two steps of it, so that each is answered."
            self._add((*path, "do"), name, codes.ASK_AND_DO, what, remedy)
        if shape.by and not by_is_readable(shape.by):
            what = f"'{shape.by}' is not a time that the coach knows"
            self._add((*path, "by"), name, codes.NOT_A_TIME, what, by_instead_of(shape.by), shape.by)
        if step.expect and step.choices:
            what, remedy = "'expect' and 'choices' stand in one step", "Give the choices 'examples:' instead."
            self._add((*path, "expect"), name, codes.EXPECT_AND_CHOICES, what, remedy)
        if step.otherwise and step.choices and not is_script:
            what, remedy = "'otherwise' and 'choices' stand in one step", "Write 'keep:' for other words."
            self._add((*path, "otherwise"), name, codes.OTHERWISE_AND_CHOICES, what, remedy)
        for answer in step.answers:
            if answer.means and not is_script:
                at = (*path, "choices", answer.name, "means")
                self._add(at, name, codes.MEANS_IN_LESSON, "'means' is for scripts", "Use 'go' or 'say'.")
