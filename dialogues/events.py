"""All that can come out of a conversation: facts, in the past tense.

The law of this file: an event is a frozen value with final text in it; who takes it needs nothing else to act on it. The
engine never sends, saves or draws: it says that a message was queued, an answer kept, a card asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dialogues.session import Option


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """The coach has something to say; `options` are the buttons under it, belonging to the prompt `prompt`.

    A nudge is of use only until `until` (ISO UTC): what could not be sent by then is not sent.
    """

    text: str
    prompt: str = ""
    options: tuple[Option, ...] = ()
    until: str = ""


@dataclass(frozen=True, slots=True)
class CardQueued:
    """The student asked how far she is: a picture of `progress` (plain JSON)."""

    progress: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ExportQueued:
    """The student asked for a copy of all that is stored about her."""


@dataclass(frozen=True, slots=True)
class ForgettingConfirmed:
    """The student asked, and confirmed, that everything about her be removed."""


@dataclass(frozen=True, slots=True)
class ChoiceMade:
    """The prompt `prompt` was answered by its option `label`, so its buttons have done their work."""

    prompt: str
    label: str


@dataclass(frozen=True, slots=True)
class StudentWelcomed:
    """The student met the coach for the first time."""


@dataclass(frozen=True, slots=True)
class LessonStarted:
    """The student began a lesson, in this version of it."""

    lesson: str
    version: str


@dataclass(frozen=True, slots=True)
class StepReached:
    """The coach came to a step of the lesson."""

    lesson: str
    step: str


@dataclass(frozen=True, slots=True)
class LessonLeft:
    """The student left the lesson in the middle; her place is kept."""

    lesson: str
    step: str


@dataclass(frozen=True, slots=True)
class LessonResumed:
    """The student came back to a lesson, at the step where she left it."""

    lesson: str
    step: str


@dataclass(frozen=True, slots=True)
class LessonChanged:
    """The student's place was taken into another version of the lesson: from one step to another, or the same."""

    lesson: str
    version: str
    from_step: str
    to_step: str


@dataclass(frozen=True, slots=True)
class LessonFinished:
    """The student came to the end of the lesson."""

    lesson: str
    version: str


@dataclass(frozen=True, slots=True)
class AnswerKept:
    """What the student answered at a step was kept under a name of the lesson."""

    lesson: str
    step: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class AnswerUnderstood:
    """An answer that the step expects was recognised (its words are kept only where the lesson says so)."""

    lesson: str
    step: str
    answer: str


@dataclass(frozen=True, slots=True)
class StepSkipped:
    """The student passed over a step."""

    lesson: str
    step: str


@dataclass(frozen=True, slots=True)
class ActionAgreed:
    """The student means to do something in the real world by the day `due` (ISO)."""

    action: str
    lesson: str
    step: str
    what: str
    due: str


@dataclass(frozen=True, slots=True)
class ActionDeclined:
    """The student did not want to agree a day."""

    lesson: str
    step: str


@dataclass(frozen=True, slots=True)
class ActionDone:
    """The student has done what was agreed."""

    action: str


@dataclass(frozen=True, slots=True)
class IfThenAgreed:
    """The student finished the sentence "If it is ..., then ..." for an action (her words are kept with it)."""

    action: str


@dataclass(frozen=True, slots=True)
class ActionMadeSmaller:
    """The student wants to do a smaller version of what was agreed: `what`, in her words."""

    action: str
    what: str


@dataclass(frozen=True, slots=True)
class ActionDropped:
    """The student lets go of what was agreed."""

    action: str


@dataclass(frozen=True, slots=True)
class HelpGiven:
    """The student asked something beside the lesson and was answered; `about` is the intent."""

    about: str


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A message fitted nothing that could be meant where the student was (its words are not in the event)."""

    lesson: str
    step: str


@dataclass(frozen=True, slots=True)
class MeaningMissed:
    """A message that was not understood and may be kept: `text` is masked, and said at this step.

    `offered` are the meanings that the coach asked about, `chosen` the one that the student picked, or empty.
    """

    text: str
    lesson: str
    step: str
    offered: tuple[str, ...] = ()
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """The student lets messages that were not understood be kept, from `at` (ISO, UTC) on."""

    at: str


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """The student does not, or no longer, let them be kept, from `at` (ISO, UTC) on; those that were are to go."""

    at: str


@dataclass(frozen=True, slots=True)
class DistressNoticed:
    """A message sounded like distress; `by` is the check that noticed it."""

    by: str


@dataclass(frozen=True, slots=True)
class AdvisersAsked:
    """The student agreed that the advisers be told that she would like to hear from them; `text` is all that they get."""

    text: str


@dataclass(frozen=True, slots=True)
class NudgesSwitched:
    """The student switched reminders on or off."""

    on: bool


@dataclass(frozen=True, slots=True)
class NudgesPaused:
    """The student wants no nudges before the day `until` (ISO); an empty one ends the pause."""

    until: str


@dataclass(frozen=True, slots=True)
class NudgesSpaced:
    """The student wants nudges as `often` as that: usual, or less."""

    often: str


@dataclass(frozen=True, slots=True)
class CampaignMuted:
    """The student wants no more messages of this campaign."""

    campaign: str


@dataclass(frozen=True, slots=True)
class HoursAgreed:
    """The student said when nudges may come: not from `quiet_from` until `quiet_until` (HH:MM) in the zone."""

    zone: str
    quiet_from: str
    quiet_until: str


@dataclass(frozen=True, slots=True)
class ReminderSet:
    """The student asked to be reminded at `at` (ISO UTC) of a lesson or an action, or of nothing named."""

    reminder: str
    at: str
    about: str


@dataclass(frozen=True, slots=True)
class _NudgeDue:
    """A nudge that was due.

    `hour` is the student's local one and `aimed` the one that was chosen for it (see `Leanings`); `wordings` and `hours` say
    how likely each was that could be chosen.
    """

    nudge: str
    reason: str
    wording: str
    about: str
    hour: int
    aimed: str
    wordings: Mapping[str, float]
    hours: Mapping[str, float]


class NudgeSent(_NudgeDue):
    """A nudge was queued (its text is the message after this event)."""

    __slots__ = ()


class NudgeHeldBack(_NudgeDue):
    """A nudge was due and was held back, so that it can be seen what happens without it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class NudgeTakenBack:
    """A nudge that had been queued was not sent: it came too late to be of use."""

    nudge: str


Event = (
    MessageQueued
    | CardQueued
    | ExportQueued
    | ForgettingConfirmed
    | ChoiceMade
    | StudentWelcomed
    | LessonStarted
    | StepReached
    | LessonLeft
    | LessonResumed
    | LessonChanged
    | LessonFinished
    | AnswerKept
    | AnswerUnderstood
    | StepSkipped
    | ActionAgreed
    | ActionDeclined
    | ActionDone
    | IfThenAgreed
    | ActionMadeSmaller
    | ActionDropped
    | HelpGiven
    | NotUnderstood
    | MeaningMissed
    | ConsentGiven
    | ConsentWithdrawn
    | DistressNoticed
    | AdvisersAsked
    | NudgesSwitched
    | NudgesPaused
    | NudgesSpaced
    | CampaignMuted
    | HoursAgreed
    | ReminderSet
    | NudgeSent
    | NudgeHeldBack
    | NudgeTakenBack
)


def event_to_dict(event: Event) -> dict[str, Any]:
    """Return the event as plain JSON, its class under `event`."""
    return {"event": type(event).__name__, **asdict(event)}
