"""Learning from use: whether the student lets messages that were not understood be kept, and what is kept of them.

The law of this file: without a clear yes nothing is kept, and silence is no yes. It is asked once, beside another question, and
can be changed at any time. What is kept has been masked, and nothing is kept that sounded like distress, that only may have
(a figure of speech), or that was written between distress and the next lesson.
"""

from __future__ import annotations

from dialogues import asides
from dialogues.events import ConsentGiven, ConsentWithdrawn, MeaningMissed
from dialogues.masking import mask, names_in, says_something
from dialogues.session import Option
from dialogues.turn import TurnInProgress

ANSWERS = (Option("Yes, you may", "means:allow_keeping"), Option("No, thanks", "means:refuse_keeping"))
SWITCH_ON = Option("Keep what you don't understand", "means:allow_keeping", quiet=True)
SWITCH_OFF = Option("Keep none of my messages", "means:refuse_keeping", quiet=True)
PEOPLE = frozenset({"person", "name", "who", "whom", "contact", "mentor", "somebody", "someone", "people"})
"""Words in the name of something kept by which it is somebody."""


def ask_once(turn: TurnInProgress) -> None:
    """Ask, beside what the coach has just asked, whether messages may be kept; never twice, and not after distress.

    It waits for another turn where her waking hours were asked in this one: of two favours at once, neither is read.
    """
    session = turn.session
    if session.nudging.hours_asked and not turn.before.nudging.hours_asked:
        return
    if session.consent is None and not session.consent_asked and not session.nudging.resting:
        turn.change(consent_asked=True)
        turn.add_to_question(turn.phrase("may-i-keep"), ANSWERS)


def show_privacy(turn: TurnInProgress) -> None:
    """Say who sees what, and offer, beside the question that is open, to change whether such messages are kept."""
    turn.change(consent_asked=True)
    asides.play(turn, "privacy")
    if turn.session.consent:
        turn.add_to_question(turn.phrase("missed-are-kept"), (SWITCH_OFF,))
    else:
        turn.add_to_question(turn.phrase("missed-are-not-kept"), (SWITCH_ON,))


def allow_keeping(turn: TurnInProgress) -> None:
    """From now on messages that were not understood are kept, masked."""
    now = turn.at.isoformat(timespec="seconds")
    turn.change(consent=True, consent_at=now, consent_asked=True)
    turn.tell(ConsentGiven(now))
    turn.say_phrase("keeping-allowed")
    asides.come_back(turn, "back")


def refuse_keeping(turn: TurnInProgress) -> None:
    """From now on no such message is kept; the store deletes what was kept so far."""
    now, had_agreed = turn.at.isoformat(timespec="seconds"), turn.session.consent
    turn.change(consent=False, consent_at=now, consent_asked=True)
    turn.tell(ConsentWithdrawn(now))
    turn.say_phrase("keeping-withdrawn" if had_agreed else "keeping-refused")
    asides.come_back(turn, "back")


def remember(turn: TurnInProgress, text: str, offered: tuple[str, ...] = (), chosen: str = "") -> None:
    """Tell of a message that was not understood, masked, where the student lets it be kept; else of nothing.

    `offered` are the meanings that she was asked about, `chosen` the one that she picked, or empty: names of intents, or for
    an answer of the step its name. To be called before the turn leaves the place where the message was written.
    """
    if not turn.session.consent or _may_be_distress(turn, text):
        return
    masked = mask(text, turn.library.plain, _names_known(turn))
    if says_something(masked):
        turn.tell(MeaningMissed(masked, *_place(turn), offered, chosen))


def _may_be_distress(turn: TurnInProgress, text: str) -> bool:
    """Whether to leave a message alone. What the classifier heard distress in comes here only where a figure stood in it."""
    aside, check = turn.session.aside, turn.library.distress
    after_distress = turn.session.nudging.resting or (aside is not None and aside.lesson == "safety")
    return after_distress or check.found_in(text) or check.figure_in(text)


def _place(turn: TurnInProgress) -> tuple[str, str]:
    """Return the lesson or script and the step that asked; both empty where nothing did."""
    place = turn.session.aside or turn.session.at
    return (place.lesson, place.step) if place is not None else ("", "")


def _names_known(turn: TurnInProgress) -> set[str]:
    """Return the names in what she wrote before: all of an answer that is somebody, of others what has a capital letter."""
    names: set[str] = set()
    for kept in turn.session.kept.values():
        for name, value in kept.items():
            names |= names_in(value, turn.library.plain, all_words=not PEOPLE.isdisjoint(name.split()))
    return names
