"""What is done about distress, once a message sounded like it (`safety.py` and the classifier decide that).

The law of this file: help first, a person offered, nothing carried on that she did not ask for, no "I did not understand", and
never the same words twice in a row. A crisis, which is what the phrases or a very sure classifier hear, puts the lesson by and
gets all the help there is. Where the phrases hear a low day, or only the classifier hears something and less surely,
one softer message leaves the lesson where it is; distress that follows it is a crisis.
"""

from __future__ import annotations

from dataclasses import replace

from dialogues.asides import come_back
from dialogues.events import DistressNoticed
from dialogues.moves import Heard, leave_lesson
from dialogues.safety import LOW_DAY, Signal
from dialogues.turn import TurnInProgress
from dialogues.understanding import SURE_DISTRESS

HELP = "safety"  # the script on the screen in a crisis, and how the names of those beside it begin
LOW = "safety-low"
FRIEND = "friend"


def is_help(script: str) -> bool:
    """Whether a script of that name is the help after distress."""
    return script.partition("-")[0] == HELP


def notice(turn: TurnInProgress, heard: Heard) -> None:
    """Pause reminders and say where help is open now: all of it in a crisis, in one message on a low day."""
    aside = turn.session.aside
    shown = aside.lesson if aside is not None and is_help(aside.lesson) else ""
    signal = turn.library.distress.signal_in(heard.text)
    guessed = heard.meaning.by == "classifier" and heard.meaning.confidence < SURE_DISTRESS
    unsure = guessed or (signal is not None and signal.about == LOW_DAY)
    if unsure and shown not in {"", LOW}:  # all the help is on the screen already: "nothing, i was alone" is no new crisis
        stay(turn, heard)
        return
    turn.tell(DistressNoticed(heard.meaning.by))
    turn.wish(resting=True)
    if unsure and not shown:
        script = turn.library.scripts[LOW]
        turn.walk(script, script.first, (), aside=True)
    elif shown not in {"", LOW} and _topic(signal, turn.session.help_about) == turn.session.help_about:
        _help_again(turn)
    else:
        _help(turn, _topic(signal, ""))


def _topic(signal: Signal | None, otherwise: str) -> str:
    """Return what the help is to be about; words that name a crisis of her own are about that, whatever came before."""
    if signal is None or signal.about == LOW_DAY:
        return otherwise
    return FRIEND if signal.for_friend else signal.about


def _help(turn: TurnInProgress, about: str) -> None:
    """Put the lesson by, and show the help from its beginning; a topic may have a beginning of its own."""
    leave_lesson(turn)
    turn.change(following_up=None, help_about=about)
    scripts = turn.library.scripts
    opening = scripts.get(f"{HELP}-{about}", scripts[HELP])
    turn.say(opening.first.say or "")
    turn.walk(scripts[HELP], scripts[HELP].step("what-now"), (), aside=True)


def _help_again(turn: TurnInProgress) -> None:
    said = _wording(turn, "safety-again")
    tries = turn.session.aside.tries + 1 if turn.session.aside is not None else 0
    script = turn.library.scripts[HELP]
    turn.say(said)
    turn.walk(script, script.step("still-here"), (), aside=True)
    _count(turn, tries)


def stay(turn: TurnInProgress, _: Heard) -> None:
    """Whatever else is said while the help is on the screen: the help again, after that only a line, and never a lesson.

    After the one message of a low day it leads gently on.
    """
    aside, playing, script = turn.session.aside, turn.script_step, turn.library.scripts[HELP]
    if aside is not None and aside.lesson == LOW:
        turn.wish(resting=False)
        come_back(turn, "gently-on")
    elif playing is None or aside is None:  # the script was changed meanwhile
        _help(turn, turn.session.help_about)
    elif not is_help(playing[0].id):
        turn.walk(script, script.step("still-here"), (), aside=True)
    elif playing[1].otherwise is not None:
        turn.say(playing[1].otherwise.say or "")
        turn.walk(script, playing[0].onward(playing[1], playing[1].otherwise.go), (), aside=True)
    else:
        turn.ask_step(*playing, _wording(turn, "safety-stay"))
        _count(turn, aside.tries + 1)


def _wording(turn: TurnInProgress, script: str) -> str:
    """Return the wording that is next: the steps of that script, one after the other."""
    steps = turn.library.scripts[script].steps
    tries = turn.session.aside.tries if turn.session.aside is not None else 0
    return steps[tries % len(steps)].say or ""


def _count(turn: TurnInProgress, tries: int) -> None:
    if turn.session.aside is not None:
        turn.change(aside=replace(turn.session.aside, tries=tries))
