"""What is remembered about nudges: her wishes, the last ones that went, and the reminders that she asked for.

The law of this file: values only, in plain JSON and back. What follows from them is decided in `nudges.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Reason: TypeAlias = Literal[
    "action_due", "action_past", "lesson_left", "lesson_next", "asked_reminder", "campaign", "shall_i_stop"
]

OWN_HOUR = "own"  # the one that a reason has by itself: that of her last visit, or a fixed one
KEPT_NUDGES = 10  # more than three weeks of them: enough for every rule, and for a button that is pressed weeks later
KEPT_REMINDERS = 5  # counted apart, so that somebody who asks for many reminders pushes no nudge out


@dataclass(frozen=True, slots=True)
class SentNudge:
    """A nudge that went, or that was held back for comparison (`held`); `id` is that of the prompt under it.

    `about` is a lesson's id, an action's id or `<campaign>.<message>`; `wording` is `<file>.<name>`; `at` is ISO UTC.
    """

    id: str
    reason: Reason
    wording: str
    about: str
    at: str
    held: bool = False
    acts: tuple[str, ...] = ()  # what its buttons do, in their order

    @property
    def was_asked_for(self) -> bool:
        """Whether it is a reminder that she asked for, to which the rules for nudges do not apply."""
        return self.reason == "asked_reminder"


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder that she asked for, not yet sent: when (ISO UTC), about which lesson or action, or else in her own words."""

    id: str
    at: str
    about: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Nudging:
    """Her wishes about nudges, and the last ones that went, oldest first.

    `zone`, `quiet_from` and `quiet_until` (HH:MM in that zone) are hers; None means as the place has it. `paused_until` is the
    first ISO day on which nudges may come again. `resting` is set by distress, until she starts or resumes something.
    """

    switch: Literal["on", "stopped"] = "on"
    often: Literal["usual", "less"] = "usual"
    paused_until: str | None = None
    resting: bool = False
    zone: str | None = None
    quiet_from: str | None = None
    quiet_until: str | None = None
    hours_asked: bool = False
    muted: tuple[str, ...] = ()  # campaigns
    sent: tuple[SentNudge, ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Nudging:
        """Return what was saved."""
        sent = tuple(SentNudge(**{**one, "acts": tuple(one.get("acts", ()))}) for one in data.get("sent", ()))
        return cls(**{**data, "muted": tuple(data.get("muted", ())), "sent": sent})

    def remember(self, nudge: SentNudge) -> tuple[SentNudge, ...]:
        """Return the last ones that went with this one added; the oldest gives way."""
        asked = [one for one in (*self.sent, nudge) if one.was_asked_for]
        others = [one for one in (*self.sent, nudge) if not one.was_asked_for]
        gone = {one.id for one in (*asked[:-KEPT_REMINDERS], *others[:-KEPT_NUDGES])}
        return tuple(one for one in (*self.sent, nudge) if one.id not in gone)


@dataclass(frozen=True, slots=True)
class Leanings:
    """What was learned about nudges, and how much of them is held back to learn more. It comes from outside the engine.

    `weights`: reason -> wording -> weight, 1 where none is given. `hours`: reason -> hour -> weight, an hour being a local one
    ("18") or OWN_HOUR; where the reason is missing, each comes at its own. `hold_back`: the share of occasions, from 0 to 1,
    never of what she asked for.
    """

    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    hours: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    hold_back: float = 0.1
