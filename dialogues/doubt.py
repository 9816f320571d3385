"""What is done about a message that is not sure: it is asked about once, and never guessed.

The law of this file: nothing is asked twice in a row. What could not be told a first time gets an offer, a second time another
way out; whatever was open before stays open.
"""

from __future__ import annotations

from dataclasses import replace

from dialogues import asides, learning
from dialogues.events import NotUnderstood
from dialogues.meaning import Meaning
from dialogues.moves import Heard
from dialogues.session import Doubt, Option
from dialogues.turn import TurnInProgress
from dialogues.understanding import NEITHER, offer_of


def ask_which(turn: TurnInProgress, heard: Heard) -> None:
    """Ask which of the nearest meanings it was, with a button for none of them."""
    nearest = heard.meaning.nearest
    turn.tell(_not_understood(turn))
    offered = tuple(one.name for one in nearest)
    turn.change(doubt=Doubt(heard.text if turn.session.consent else "", offered))
    learning.remember(turn, heard.text, offered)
    _count_a_try(turn)
    options = (*(_option(turn, one) for one in nearest), Option(turn.phrase("something-else"), NEITHER, quiet=True))
    turn.ask(turn.phrase("did-you-mean"), options, lesson=turn.lesson)


def neither(turn: TurnInProgress, _: Heard) -> None:
    """None of what was offered: ask what was open before, or offer what can be done."""
    asides.come_back(turn, "neither")


def note_choice(turn: TurnInProgress, option: Option) -> None:
    """Remember, where she lets it be kept, which of the offered meanings it was; to be called before it is done."""
    doubt = turn.before.doubt
    kind, _, value = option.target.partition(":")
    if doubt is not None and kind in {"answer", "means"}:
        learning.remember(turn, doubt.text, doubt.offered, value)


def not_understood(turn: TurnInProgress, heard: Heard) -> None:
    """Say so in one line, and offer what can be done here; the second time, a person."""
    turn.tell(_not_understood(turn))
    again = turn.before.missed > 0
    turn.change(missed=turn.before.missed + 1)
    phrase = "reading-is-down" if not heard.was_read else "not-understood-again" if again else "not-understood"
    learning.remember(turn, heard.text)
    asides.offer(turn, turn.fill(turn.phrase(phrase)))
    learning.ask_once(turn)


def _not_understood(turn: TurnInProgress) -> NotUnderstood:
    lesson, step = turn.lesson, turn.step
    return NotUnderstood(lesson.id, step.name) if lesson is not None and step is not None else NotUnderstood("", "")


def _count_a_try(turn: TurnInProgress) -> None:
    at = turn.session.at
    if at is not None:
        turn.change(at=replace(at, tries=at.tries + 1))


def _option(turn: TurnInProgress, meaning: Meaning) -> Option:
    if meaning.kind == "answer":
        label = meaning.name[:1].upper() + meaning.name[1:]
        return Option(turn.fill(label, lesson=turn.lesson), f"answer:{meaning.name}")
    return Option(turn.phrase(offer_of(meaning.name)), f"means:{meaning.name}")
