"""How to reach a person, and the offer to tell the advisers: what she writes for them is passed on, and nothing else.

The law of this file: nothing goes to the advisers that she did not write for them after a yes; a no is fine, and is not asked
about. What was passed on is kept nowhere in the session.
"""

from __future__ import annotations

from dataclasses import replace

from dialogues import asides
from dialogues.events import AdvisersAsked
from dialogues.moves import Heard
from dialogues.turn import TurnInProgress

SCRIPT = "advisers"


def offer(turn: TurnInProgress, _: Heard) -> None:
    """Say how to reach a person; then offer to tell the advisers, where the service has a chat for that."""
    turn.change(aside=None)
    script = turn.library.scripts[_person_script(turn)]
    for step in script.steps:
        if step.waits:
            break
        turn.say(step.say or "")
    if turn.library.tells_advisers:
        asking = turn.library.scripts[SCRIPT]
        turn.walk(asking, asking.first, (), aside=True)
    else:
        _go_on(turn)


def pass_on(turn: TurnInProgress, heard: Heard) -> None:
    """Pass on exactly what she wrote, and say so."""
    turn.tell(AdvisersAsked(turn.fill(turn.phrase("advisers-message"), {"words": heard.text})))
    turn.say_phrase("advisers-told")
    _go_on(turn)


def tell_nobody(turn: TurnInProgress, _: Heard) -> None:
    """Pass on nothing, and say so."""
    turn.say_phrase("advisers-not-told")
    _go_on(turn)


def ask_again(turn: TurnInProgress, heard: Heard) -> None:
    """Ask once more for what can be passed on; the second time pass on nothing."""
    aside, playing = turn.session.aside, turn.script_step
    if aside is None or playing is None or aside.tries:
        tell_nobody(turn, heard)
        return
    turn.ask_step(*playing, turn.phrase("advisers-need-words"))
    turn.change(aside=replace(aside, tries=1))


def _person_script(turn: TurnInProgress) -> str:
    """Reminders are paused after distress alone, until she goes on by herself; until then the help goes on, too."""
    return "safety-person" if turn.session.nudging.resting else "support"


def _go_on(turn: TurnInProgress) -> None:
    script = turn.library.scripts[_person_script(turn)]
    waiting = next((step for step in script.steps if step.waits), None)
    if waiting is None:
        asides.come_back(turn, "back")
    else:
        turn.walk(script, waiting, (), aside=True)
