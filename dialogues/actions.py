"""Actions: the things to do in the real world that a student agrees, and what becomes of them.

The law of this file: an action is agreed with its day, stays open until she says that it is done, and is never scolded for.
"""

from __future__ import annotations

from dataclasses import replace

from dialogues import asides
from dialogues.asides import come_back
from dialogues.events import ActionAgreed, ActionDone
from dialogues.lesson import Lesson, Step
from dialogues.moves import Heard, standing, walk_on
from dialogues.session import Action
from dialogues.turn import TurnInProgress


def agree_day(turn: TurnInProgress, heard: Heard) -> None:
    """Agree the day of an action, say it back, and keep the action open."""
    lesson, step, at = standing(turn)
    due = heard.meaning.name
    action = _agree(turn, lesson, step, due)
    turn.tell(ActionAgreed(action.id, lesson.id, step.name, action.what, due))
    turn.say_phrase("day-agreed", {"day": turn.say_day(due)})
    walk_on(turn, lesson, lesson.onward(step, None), (*at.path, step.name))


def _agree(turn: TurnInProgress, lesson: Lesson, step: Step, due: str) -> Action:
    """Add the action; one that was agreed at the same step before, and is still open, gives way to it."""
    what = turn.fill(step.do.what if step.do else "", lesson=lesson)
    now = turn.at.isoformat(timespec="seconds")
    action = Action(f"{turn.seed:x}", lesson.id, lesson.version, step.name, what, due, now)
    others = tuple(a for a in turn.session.actions if a.state == "done" or (a.lesson, a.step) != (lesson.id, step.name))
    turn.change(actions=(*others, action))
    return action


def say_done(turn: TurnInProgress, _: Heard) -> None:
    """The student has done what was agreed: ask which, where there are several, and then how it went."""
    listed = turn.session.open_actions
    if not listed:
        turn.say_phrase("nothing-planned")
        come_back(turn, "back")
    elif len(listed) > 1:
        asides.show_list(turn, "actions")
    else:
        finish_action(turn, listed[0].id)


def finish_action(turn: TurnInProgress, name: str) -> None:
    """Count the action as done and ask how it went, where its lesson asks that."""
    action = next((one for one in turn.session.open_actions if one.id == name), None)
    if action is None:
        come_back(turn, "back")
        return
    turn.change(actions=tuple(replace(one, state="done") if one.id == name else one for one in turn.session.actions))
    turn.tell(ActionDone(name))
    turn.say_phrase("action-done")
    if not turn.library.holds(action.lesson, action.version):
        come_back(turn, "back")
        return
    do = turn.library.find(action.lesson, action.version).step(action.step).do
    if do is None or do.afterwards is None:
        come_back(turn, "back")
        return
    turn.change(aside=None, following_up=name)
    asides.ask_how_it_went(turn)


def follow_up(turn: TurnInProgress, heard: Heard) -> None:
    """Keep what happened."""
    action = next(one for one in turn.session.actions if one.id == turn.session.following_up)
    do = turn.library.find(action.lesson, action.version).step(action.step).do
    turn.keep(action.lesson, action.step, do.keep if do else None, heard.text)
    turn.change(following_up=None)
    turn.say_phrase("follow-up-kept")
    come_back(turn, "back")


def help_follow_up(turn: TurnInProgress, _: Heard) -> None:
    """Say that anything will do, and ask again how it went."""
    turn.say_phrase("stuck-without-example")
    come_back(turn)


def leave_follow_up(turn: TurnInProgress, _: Heard) -> None:
    """Let it be how it went."""
    turn.change(following_up=None)
    come_back(turn, "back")


def say_not_done(turn: TurnInProgress, _: Heard) -> None:
    """The student has not managed it yet, which is fine."""
    turn.say_phrase("not-done" if turn.session.open_actions else "nothing-planned")
    come_back(turn, "back")
