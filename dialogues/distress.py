"""What is done about distress, once a message sounded like it (`safety.py` and the classifier decide that).

The law of this file: help first, a person offered, nothing carried on that she did not ask for, and no "I did not understand".
"""

from __future__ import annotations

from dialogues.events import DistressNoticed
from dialogues.moves import Heard, leave_lesson
from dialogues.turn import TurnInProgress


def notice(turn: TurnInProgress, heard: Heard) -> None:
    """Put the lesson by, pause reminders, and say where help is open now."""
    turn.tell(DistressNoticed(heard.meaning.by))
    leave_lesson(turn)
    turn.wish(resting=True)
    turn.change(following_up=None)
    script = turn.library.scripts["safety"]
    turn.walk(script, script.first, (), aside=True)


def offer_a_person(turn: TurnInProgress, _: Heard) -> None:
    """Say how to reach a person, after distress, without going on with anything."""
    script = turn.library.scripts["safety"]
    turn.walk(script, script.step("a-person"), (), aside=True)


def stay(turn: TurnInProgress, _: Heard) -> None:
    """Whatever is said while the help is on the screen: the help again, after that only a line, and never a lesson."""
    playing = turn.script_step
    if playing is None:  # the script was changed meanwhile
        script = turn.library.scripts["safety"]
        turn.walk(script, script.first, (), aside=True)
        return
    script, step = playing
    if step.otherwise is None:
        turn.ask_step(script, step)
        return
    turn.say(step.otherwise.say or "")
    turn.walk(script, script.onward(step, step.otherwise.go), (), aside=True)
