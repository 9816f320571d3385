"""Where one student stands.

The law of this file: a session is a frozen value, complete in itself, that goes to plain JSON and comes back equal
(`to_dict`, `from_dict`), and carries the version of its shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dialogues.errors import DialogueError
from dialogues.nudging import Nudging, Reminder
from dialogues.when import Part, When

SHAPE = 1

Kept = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in one version of a lesson or script: the step that waits, the waiting steps passed on the way there.

    `tries` counts the answers at this step that fitted nothing. `stage` is the part of the step that is open, where it has two.
    `moved` is set while she has not been told that the lesson was changed: the step from which she is to be led to this one.
    `skipped` names the steps that were passed over and not answered since.
    """

    lesson: str
    version: str
    step: str
    path: tuple[str, ...] = ()
    tries: int = 0
    stage: Literal["", "if-then"] = ""
    moved: str = ""
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """One button of a prompt: its label, and its target as `<kind>:<value>` (see `engine.py`)."""

    label: str
    target: str
    quiet: bool = False  # an offer beside a question ("For example?"), not one of its answers
    row: int = 0  # buttons of the same number (from 1) stand in a row of their own


@dataclass(frozen=True, slots=True)
class Prompt:
    """The buttons that are open; `id` is on each of them."""

    id: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """A thing to do in the real world that was agreed: what, with whom, when, at which step of which lesson.

    `due` is an ISO day, or an ISO datetime in the student's zone where she named an hour; `part` the part of the day and
    `after` the occasion ("my exam"), where she named those. `if_then` is what she will do then, in her words; `smaller` says
    that `what` is her own smaller version of it; `afterwards` is what happened, or why she let it go.
    """

    id: str
    lesson: str
    version: str
    step: str
    what: str
    due: str
    agreed_at: str
    state: Literal["open", "done", "dropped"] = "open"
    part: Part | None = None
    after: str = ""
    person: str = ""
    if_then: str = ""
    smaller: bool = False
    afterwards: str = ""

    @property
    def when(self) -> When:
        """When it is due, as the student named it."""
        return When.of(self.due, self.part, self.after)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What was offered for a message that could mean several things ("Did you mean ...?"), until the next thing that she says.

    `offered` holds names of intents and of the step's answers; `text` is the message where it may be kept, else empty.
    """

    text: str
    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """Where one student stands, and all that the coach needs to know of her to go on."""

    welcomed: bool = False
    at: Position | None = None  # the lesson that she is in
    aside: Position | None = None  # the script that plays over it
    paused: Mapping[str, Position] = field(default_factory=dict)  # lesson -> where she left it
    kept: Kept = field(default_factory=dict)  # lesson -> name -> what she wrote
    finished: tuple[str, ...] = ()  # lessons, in the order in which they were first finished
    actions: tuple[Action, ...] = ()
    following_up: str | None = None  # the action about which a question is open
    asks: Literal["how", "smaller", "why"] = "how"  # that question: how it went, for a smaller version, why she let it go
    prompt: Prompt | None = None
    pressed: tuple[str, int] | None = None  # the prompt answered last, and the button
    last_said: tuple[str, ...] = ()  # the texts of the last turn that asked something, for "say that again"
    doubt: Doubt | None = None
    missed: int = 0  # messages in a row, up to now, that fitted nothing
    joined_at: str | None = None  # ISO UTC of the first thing that she did, and of the last
    heard_at: str | None = None
    nudging: Nudging = field(default_factory=Nudging)
    reminders: tuple[Reminder, ...] = ()  # asked for and not yet sent
    consent: bool | None = None  # whether messages that were not understood may be kept; None until she says
    consent_at: str = ""  # when she said so (ISO, UTC)
    consent_asked: bool = False
    help_about: str = ""  # the topic of the help that was shown last, see safety.py

    def to_dict(self) -> dict[str, Any]:
        """Return the session as plain JSON."""
        return {"shape": SHAPE, **_plain(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Session:
        """Return the session that `to_dict` wrote; DialogueError for a shape that this code does not know."""
        shape = data.get("shape")
        if shape != SHAPE:
            what = f"a session of shape {shape!r} cannot be read by this version, which knows {SHAPE}; install the newer one"
            raise DialogueError(what)
        fields = {name: read(data[name]) for name, read in _READ.items() if name in data}
        if "nudging" not in data:  # as it was saved before there were nudges
            resting = bool(data.get("nudges_paused"))
            fields["nudging"] = Nudging(switch=data.get("nudges", "on"), resting=resting)
        return cls(**fields)

    @property
    def open_actions(self) -> tuple[Action, ...]:
        """The actions that are agreed and neither done nor dropped, the next one due first."""
        return tuple(sorted((action for action in self.actions if action.state == "open"), key=lambda action: action.due))


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a value of ours as plain JSON; `dataclasses.asdict` copies every text, too, and takes three times as long."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return {name: _plain(getattr(value, name)) for name in value.__slots__}


def _position(data: Any) -> Position | None:  # noqa: ANN401 - JSON
    if data is None:
        return None
    return Position(**{**data, "path": tuple(data["path"]), "skipped": tuple(data.get("skipped", ()))})


def _prompt(data: Any) -> Prompt | None:  # noqa: ANN401 - JSON
    return None if data is None else Prompt(data["id"], tuple(Option(**option) for option in data["options"]))


def _doubt(data: Any) -> Doubt | None:  # noqa: ANN401 - JSON
    return None if data is None else Doubt(data["text"], tuple(data["offered"]))


def _same(data: Any) -> Any:  # noqa: ANN401 - JSON
    return data


_READ: dict[str, Callable[[Any], Any]] = {
    "welcomed": _same,
    "at": _position,
    "aside": _position,
    "paused": lambda data: {lesson: _position(one) for lesson, one in data.items()},
    "kept": _same,
    "finished": tuple,
    "actions": lambda data: tuple(Action(**one) for one in data),
    "following_up": _same,
    "asks": _same,
    "prompt": _prompt,
    "pressed": lambda data: None if data is None else (data[0], data[1]),
    "last_said": tuple,
    "doubt": _doubt,
    "missed": _same,
    "joined_at": _same,
    "heard_at": _same,
    "nudging": Nudging.from_dict,
    "reminders": lambda data: tuple(Reminder(**one) for one in data),
    "consent": _same,
    "consent_at": _same,
    "consent_asked": _same,
    "help_about": _same,
}
