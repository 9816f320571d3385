"""Actions: the things to do in the real world that a student agrees, and what becomes of them.

The law of this file: an action is agreed with its day, which she can change, stays open until she says that it is done, and is
never scolded for.
"""

from __future__ import annotations

from dataclasses import replace

from dialogues import asides
from dialogues.asides import come_back
from dialogues.events import ActionAgreed, ActionDone
from dialogues.lesson import Lesson, Step
from dialogues.moves import Heard, standing, walk_on
from dialogues.reminder_lists import hours_said
from dialogues.session import Action, Option
from dialogues.turn import TurnInProgress
from dialogues.when import When


def agree_day(turn: TurnInProgress, heard: Heard) -> None:
    """Agree the day of an action, say it back, and keep the action open."""
    lesson, step, at = standing(turn)
    when = when_of(heard)
    action = _agree(turn, lesson, step, when)
    _say_back(turn, action, "day-agreed")
    offers = asides.offer_hours(turn)
    if offers:
        turn.say_phrase("hours-of-a-plan", hours_said(turn))
        turn.also = (*offers, *turn.also)
    walk_on(turn, lesson, lesson.onward(step, None), (*at.path, step.name))


def when_of(heard: Heard) -> When:
    """Return the time that was understood; LookupError where the meaning is none."""
    if heard.meaning.when is None:
        raise LookupError("the table let a day be agreed where none was named")
    return heard.meaning.when


def _say_back(turn: TurnInProgress, action: Action, phrase: str) -> None:
    """Tell of the time that was agreed, say it back, and offer another beside what is asked next."""
    turn.tell(ActionAgreed(action.id, action.lesson, action.step, action.what, action.due))
    turn.say_phrase(phrase, {"day": turn.say_when(action.when)})
    turn.also = (Option("Another day", "means:change_day", quiet=True),)


def ask_other_day(turn: TurnInProgress, _: Heard) -> None:
    """Ask for another day for what was agreed last."""
    action = turn.movable
    if action is None:
        turn.say_phrase("nothing-planned")
        come_back(turn, "back")
    else:
        asides.show_list(turn, "days", action.id)


def change_day(turn: TurnInProgress, heard: Heard) -> None:
    """Move what was agreed to another day, say it back, and go on where she was."""
    aside, when = turn.session.aside, when_of(heard)
    name = aside.step if aside is not None and aside.lesson == "days" else turn.movable.id if turn.movable else ""
    action = next((one for one in turn.session.open_actions if one.id == name), None)
    if action is not None:
        action = replace(action, due=when.due, part=when.part, after=when.after)
        turn.change(actions=tuple(action if one.id == name else one for one in turn.session.actions))
        _say_back(turn, action, "day-changed")
    come_back(turn, "back")


def _agree(turn: TurnInProgress, lesson: Lesson, step: Step, when: When) -> Action:
    """Add the action; one that was agreed at the same step before, and is still open, gives way to it."""
    what = turn.fill(step.do.what if step.do else "", lesson=lesson)
    now = turn.at.isoformat(timespec="seconds")
    name = f"{turn.seed:x}"
    action = Action(name, lesson.id, lesson.version, step.name, what, when.due, now, part=when.part, after=when.after)
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
    turn.drop_reminders(name)
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
