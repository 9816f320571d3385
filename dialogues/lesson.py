"""A lesson as the engine walks it: steps in order, answers with their ways on.

The law of this file: `parse_lesson` returns a lesson that can be walked from end to end, or raises LessonError with every
problem at once. A lesson's version is the hash of its keys and texts, so a session can name the very
wording that the student knows.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogues.document import Node
from dialogues.lesson_file import ChoiceFile, StepFile
from dialogues.words import normalise

END = "end"
PLACEHOLDER = re.compile(r"\{([^{}|]*)(?:\|([^{}]*))?\}")
_WITHIN = re.compile(r"^within ([1-9]\d?) days?$")


@dataclass(frozen=True, slots=True)
class Answer:
    """Something that a step foresees: an expected answer (`examples` in the student's words) or a choice (a button)."""

    name: str
    examples: tuple[str, ...] = ()
    say: str | None = None
    go: str | None = None
    keep: str | None = None
    means: str | None = None

    @property
    def slug(self) -> str:
        """The answer's name within its head and within the name of its intent; a slash means something else to Rasa."""
        return self.name.replace("/", "-").strip()


@dataclass(frozen=True, slots=True)
class Do:
    """A thing to do in the real world; `within_days` is None where the student names the day freely."""

    what: str
    within_days: int | None = None
    nudge: str | None = None
    afterwards: str | None = None
    keep: str | None = None
    with_whom: str | None = None  # the name under which the person is kept
    asks_if_then: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One step. It waits for the student when it asks or agrees an action, and runs on otherwise."""

    name: str
    line: int
    about: str | None = None
    say: str | None = None
    ask: str | None = None
    example: str | None = None
    meaning: str | None = None
    expect: tuple[Answer, ...] = ()
    choices: tuple[Answer, ...] = ()
    otherwise: Answer | None = None
    keep: str | None = None
    go: str | None = None
    do: Do | None = None

    @property
    def waits(self) -> bool:
        """Whether the lesson stops here until the student answers."""
        return self.ask is not None or self.do is not None

    @property
    def answers(self) -> tuple[Answer, ...]:
        """All that is foreseen here, the expected answers before the choices."""
        return self.expect + self.choices

    @property
    def takes_any_answer(self) -> bool:
        """Whether any words are an answer at once: a plain question, or one that keeps them or says what happens otherwise."""
        if self.ask is None or self.choices:
            return False
        return self.otherwise is not None or self.keep is not None or not self.expect


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson, or a script (`is_script`) of what is said outside lessons; `version` is the hash of what `text` holds."""

    id: str
    title: str
    track: str
    minutes: int
    outcome: str
    after: tuple[str, ...]
    sources: tuple[str, ...]
    steps: tuple[Step, ...]
    is_script: bool
    text: str
    version: str
    moved: Mapping[str, str] = field(default_factory=dict)  # a step that is gone -> the step that took its place
    _index: dict[str, int] = field(init=False, default_factory=dict, repr=False, compare=False)
    _names: set[str] = field(init=False, default_factory=set, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the steps by name, and even out what the lesson is called once instead of at every message."""
        self._index.update({step.name: number for number, step in enumerate(self.steps)})
        self._names.update({normalise(self.title), normalise(self.id)})

    def is_called(self, words: str) -> bool:
        """Whether evened out words are the lesson's title or its id."""
        return words in self._names

    @property
    def first(self) -> Step:
        """The step that it begins with."""
        return self.steps[0]

    def step(self, name: str) -> Step:
        """Return the step of that name; KeyError where there is none."""
        return self.steps[self._index[name]]

    def has(self, name: str) -> bool:
        """Whether there is a step of that name."""
        return name in self._index

    def onward(self, step: Step, go: str | None) -> Step | None:
        """Return where `go` leads from `step`; None is the end. Without a `go`, the step's own, else the step below."""
        target = go or step.go
        if target == END:
            return None
        if target is not None:
            return self.step(target)
        below = self._index[step.name] + 1
        return self.steps[below] if below < len(self.steps) else None

    def minutes_left(self, step: Step) -> int:
        """Return about how many minutes it takes from that step on: its share of the steps that wait, one at least."""
        waiting = [one for one in self.steps if one.waits]
        left = [one for one in waiting if self._index[one.name] >= self._index[step.name]]
        return max(1, round(self.minutes * len(left) / max(1, len(waiting))))

    def keeps(self) -> set[str]:
        """Return every name under which this lesson may keep something."""
        return keeps_of(self.steps)


def keeps_of(steps: tuple[Step, ...]) -> set[str]:
    """Return every name under which these steps may keep something."""
    names: set[str | None] = set()
    for step in steps:
        names |= {step.keep, step.otherwise.keep if step.otherwise else None, step.do.keep if step.do else None}
        names |= {answer.keep for answer in step.expect}
    return {name for name in names if name}


def version_of(root: Node) -> str:
    """Return the version of a lesson: the first 16 hexadecimal digits of the SHA-256 of its keys and texts.

    Comments, the kind of quotation marks and of line ends are no part of it: nobody in the lesson would notice them.
    """
    content = json.dumps(root.to_plain(), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def build_step(name: str, line: int, file: StepFile) -> Step:
    """Return the step that its part of the file describes."""
    otherwise = file.otherwise
    return Step(
        name=name,
        line=line,
        about=file.about,
        say=file.say,
        ask=file.ask,
        example=file.example,
        meaning=file.meaning,
        expect=tuple(Answer(key, tuple(one.examples), one.say, one.go, one.keep) for key, one in file.expect.items()),
        choices=tuple(_choice(label, value) for label, value in file.choices.items()),
        otherwise=Answer("otherwise", (), otherwise.say, otherwise.go, otherwise.keep) if otherwise else None,
        keep=file.keep,
        go=file.go,
        do=_do(file),
    )


def _choice(label: str, value: str | ChoiceFile | None) -> Answer:
    if isinstance(value, ChoiceFile):
        return Answer(label, tuple(value.examples), value.say, value.go, None, value.means)
    return Answer(label, go=value)


def _do(file: StepFile) -> Do | None:
    if file.do is None:
        return None
    within = _WITHIN.match(file.by or "")
    after = file.afterwards
    days = int(within[1]) if within else None
    kept = after.keep if after else None
    return Do(file.do, days, file.nudge, after.ask if after else None, kept, file.with_whom, file.if_then != "no")


def by_is_readable(by: str) -> bool:
    """Whether a `by` is one of the two forms that the coach knows."""
    return by == "ask the student" or _WITHIN.match(by) is not None
