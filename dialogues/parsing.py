"""From the text of a lesson file to a lesson, or to every problem in it at once.

The law of this file: a problem names its line, its column, its step, what is wrong and what to write instead. What can only
be known with all lessons at hand (what a lesson comes `after`) is checked in `library.py`.
"""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dialogues.document import Node, Path, read_document
from dialogues.errors import LessonError, Problem, did_you_mean
from dialogues.lesson import END, Lesson, Step, build_step, by_is_readable, version_of
from dialogues.lesson_file import AfterwardsFile, ChoiceFile, ExpectFile, LessonFile, OtherwiseFile, StepFile
from dialogues.ways import Finding, find_bad_placeholders, find_bad_ways, find_jumps_to_nowhere

_KEYS = {
    model: tuple(one.alias or name for name, one in model.model_fields.items())
    for model in (LessonFile, StepFile, ExpectFile, OtherwiseFile, ChoiceFile, AfterwardsFile)
}
_REQUIRED = ("title", "track", "minutes", "outcome")


def parse_lesson(text: str, file: str, *, facts: frozenset[str] = frozenset()) -> Lesson:
    """Return the lesson or script that `text` holds; `facts` are the names that the place file offers to every lesson.

    Raises LessonError with every problem found.
    """
    root, shape = _read_shape(text, file)
    checker = _Checker(root, file, shape, facts)
    steps = checker.steps()
    if checker.problems:
        raise LessonError(checker.problems)
    return _build(shape, steps, text)


def reread_lesson(text: str, file: str) -> Lesson:
    """Return a lesson that was checked when a student met it, without checking it against the rules and facts of today.

    Raises LessonError where even its keys are no longer those of the format.
    """
    _, shape = _read_shape(text, file)
    return _build(shape, tuple(build_step(name, 0, step) for entry in shape.steps for name, step in entry.items()), text)


def _read_shape(text: str, file: str) -> tuple[Node, LessonFile]:
    root = read_document(text, file)
    try:
        return root, LessonFile.model_validate(root.to_plain())
    except ValidationError as error:
        raise LessonError([_problem(root, file, detail) for detail in error.errors()]) from None


def _build(shape: LessonFile, steps: tuple[Step, ...], text: str) -> Lesson:
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
        version=version_of(text),
    )


def _step_of(path: Path, root: Node) -> str:
    if len(path) > 1 and path[0] == "steps" and isinstance(path[1], int):
        node = root.at(path[:2])
        return next(iter(node.entries), "") if node.entries else ""
    return ""


def _problem(root: Node, file: str, detail: ErrorDetails) -> Problem:
    """Put one of pydantic's findings in an author's words, at its place in the file."""
    path = tuple(
        part for part in detail["loc"] if part not in {"ChoiceFile", "[key]"} and not str(part).startswith("constrained")
    )
    node, kind, last = root.at(path), detail["type"], str(path[-1]) if path else ""
    known = sorted({key for keys in _KEYS.values() for key in keys})
    what, remedy = {
        "extra_forbidden": (f"'{last}' is not a key here", f"Keys are the words of the format.{did_you_mean(last, known)}"),
        "missing": (f"'{last}' is missing", f"Add '{last}:'."),
        "int_parsing": (f"'{last}' has to be a number, not '{detail['input']}'", f"Write '{last}: 4'."),
        "literal_error": (
            f"'{detail['input']}' cannot stand for '{last}'",
            f"Write one of {detail.get('ctx', {}).get('expected')}.",
        ),
        "string_pattern_mismatch": (
            f"'{detail['input']}' cannot be a name",
            "Use small letters, digits and hyphens, such as 'how-sure' (what is kept may have spaces: 'what happened').",
        ),
        "string_too_short": (f"'{last}' is empty", "Write something, or take the key out."),
    }.get(
        kind, (f"'{last}' has a form that cannot be read here ({detail['msg'].lower()})", "Compare with the lessons that ship.")
    )
    return Problem(file, node.line, node.column, _step_of(path, root), what, remedy)


class _Checker:
    """The checks that need the whole lesson: jumps, dead ends, placeholders."""

    def __init__(self, root: Node, file: str, shape: LessonFile, facts: frozenset[str]) -> None:
        self.root, self.file, self.shape, self.facts = root, file, shape, facts
        self.problems: list[Problem] = []

    def steps(self) -> tuple[Step, ...]:
        self._check_head()
        built: dict[str, Step] = {}
        for number, entry in enumerate(self.shape.steps):
            path: Path = ("steps", number)
            if len(entry) != 1:
                self._add(path, "", f"{len(entry)} steps stand under one dash", "Begin each step with its own dash.")
                continue
            ((name, shape),) = entry.items()
            step = build_step(name, self.root.at((*path, name)).line, shape)
            if name in built or name == END:
                self._add((*path, name), name, f"'{name}' is taken", "Give each step a name of its own; 'end' is reserved.")
            built[name] = step
            self._check_step((*path, name), step, shape)
        steps = tuple(built.values())
        if not self.problems:
            self._add_all(find_jumps_to_nowhere(steps) or find_bad_ways(steps))
        if not self.problems:
            outcome, kept_elsewhere = self.shape.outcome or "", bool(self.shape.after)
            self._add_all(find_bad_placeholders(steps, outcome, self.facts, kept_elsewhere=kept_elsewhere))
        return steps

    def _add(self, path: Path, step: str, what: str, remedy: str) -> None:
        node = self.root.at(path)
        self.problems.append(Problem(self.file, node.line, node.column, step, what, remedy))

    def _add_all(self, findings: list[Finding]) -> None:
        for finding in findings:
            step = str(finding.path[2]) if finding.path[0] == "steps" else ""
            self._add(finding.path, step, finding.what, finding.remedy)

    def _check_head(self) -> None:
        shape = self.shape
        if (shape.lesson is None) == (shape.script is None):
            self._add((), "", "the file has to say what it is", "Begin it with 'lesson: its-id' (or 'script: its-id').")
        if "{" in (shape.title or ""):
            self._add(("title",), "", "braces in a title stay empty, because nothing is kept yet", "Take them out.")
        if shape.lesson is not None:
            for key in _REQUIRED:
                if getattr(shape, key) is None:
                    self._add((key,), "", f"'{key}' is missing", f"Add '{key}:' above the steps.")

    def _check_step(self, path: Path, step: Step, shape: StepFile) -> None:  # noqa: C901 - one line a rule, each by itself
        if step.say is None and not step.waits:
            self._add(path, step.name, "the step says nothing", "Give it a 'say', an 'ask' or a 'do'.")
        if step.ask is not None and step.do is not None:
            self._add(path, step.name, "'ask' and 'do' stand in one step", "Make two steps of it, so that each is answered.")
        for key in ("example", "meaning", "expect", "otherwise", "choices", "keep"):
            if step.ask is None and getattr(shape, key):
                self._add((*path, key), step.name, f"'{key}' belongs to a question", "Add an 'ask', or take it out.")
        for key, field in (
            *((key, key) for key in ("by", "nudge", "afterwards")),
            ("with", "with_whom"),
            ("if then", "if_then"),
        ):
            if step.do is None and getattr(shape, field):
                self._add((*path, key), step.name, f"'{key}' belongs to an action", "Add a 'do', or take it out.")
        if shape.by and not by_is_readable(shape.by):
            self._add((*path, "by"), step.name, f"'{shape.by}' is not a time", "Write 'ask the student' or 'within 3 days'.")
        if step.expect and step.choices:
            self._add(path, step.name, "'expect' and 'choices' stand in one step", "Give the choices 'examples:' instead.")
        if step.otherwise and step.choices and self.shape.script is None:
            self._add(
                (*path, "otherwise"), step.name, "'otherwise' and 'choices' stand in one step", "Write 'keep:' for other words."
            )
        for answer in step.answers:
            if answer.means and self.shape.script is None:
                self._add((*path, "choices", answer.name), step.name, "'means' is for scripts", "Use 'go' or 'say'.")
