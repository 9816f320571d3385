"""Conversations in which something was planned."""

from __future__ import annotations

from dialogues.events import MessageQueued
from dialogues.inputs import Start
from dialogues.session import Action
from dialogues.transcript import Conversation
from dialogues.turn import Turn
from tests.fixtures import real_library

TO_THE_DAY = ("Priya, my lab partner", "How was it?", "Fine", "Call them")
SENTENCE = "then I stay in my seat and text her"


def planned(*texts: str, day: str = "thursday after my seminar") -> Conversation:
    """Return a conversation in which a day was agreed, and what else she said after it."""
    talk = Conversation.begin(real_library())
    talk.take(Start("someone-who-knows"))
    for text in (*TO_THE_DAY, day, *texts):
        talk.say(text)
    return talk


def two_plans() -> Conversation:
    talk = planned("skip")
    talk.take(Start("a-question-worth-asking"))
    for text in ("Jobs", "Jobs and money", "How many?", "Yes, I think so", "In job adverts", "friday", "skip"):
        talk.say(text)
    assert len(talk.session.open_actions) == 2
    return talk


def texts(turn: Turn) -> str:
    return "\n".join(event.text for event in turn.events if isinstance(event, MessageQueued))


def labels(talk: Conversation) -> list[str]:
    return [option.label for option in talk.here().options]


def only(talk: Conversation) -> Action:
    (action,) = talk.session.actions
    return action
