"""All that can happen to a conversation.

The law of this file: an input is a frozen value that says what happened, in full. It carries no behaviour, and nothing that
the engine would have to look up elsewhere. `advance` in `engine.py` takes exactly these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Ranked:
    """One thing that a text may mean.

    `name` is an intent's name, or within a head the name of one of the step's answers; `confidence` lies in [0, 1].
    """

    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Head:
    """What the small classifier of one step made of a text: its answers, best first.

    The confidences add up to at most 1; the rest is "none of these". Below `threshold`, chosen in training, an answer is
    not to be acted on.
    """

    ranking: tuple[Ranked, ...]
    threshold: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the NLU server made of one text, for every place that the student could be at.

    `ranking` is the complete ranking of the intents that work everywhere, best first, and is empty when the text was not
    read at all (see `none`). `heads` maps `<lesson>.<step>` to that step's head. The engine, which knows the step, chooses.
    """

    ranking: tuple[Ranked, ...] = ()
    threshold: float = 1.0
    heads: Mapping[str, Head] = field(default_factory=dict)

    @classmethod
    def none(cls) -> Reading:
        """Return the reading of a text that nobody read: the server was down, late, or need not be asked."""
        return cls()

    @property
    def was_read(self) -> bool:
        """Whether the server read the text."""
        return bool(self.ranking)


@dataclass(frozen=True, slots=True)
class Start:
    """The student opened the conversation; `payload` is what her link carried, such as a lesson's id, or empty."""

    payload: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """The student wrote `text`, and `reading` is what the NLU server made of it."""

    text: str
    reading: Reading = field(default_factory=Reading)


@dataclass(frozen=True, slots=True)
class Chose:
    """The student pressed button number `index` (from 0) of the prompt `prompt`."""

    prompt: str
    index: int


@dataclass(frozen=True, slots=True)
class Asked:
    """The student gave the command `name` (without its slash, lower case), with `argument` after it, or empty."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """The student changed a message that she had sent before; it now reads `text`."""

    text: str
    reading: Reading = field(default_factory=Reading)


Unread = Literal["sticker", "voice", "picture", "video", "file", "place", "contact", "poll", "other"]


@dataclass(frozen=True, slots=True)
class Sent:
    """The student sent something that is not text; `caption` is the text beside it, or empty."""

    kind: Unread
    caption: str = ""
    reading: Reading = field(default_factory=Reading)


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Time went by: whatever is owed to the student now is sent, and nothing where nothing is owed."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The nudge `nudge` was queued, and taken back before it went, because it came too late to be of use."""

    nudge: str


StudentInput = Start | Said | Chose | Asked | Edited | Sent
Input = StudentInput | Elapsed | Undelivered
