"""Actions: the things to do in the real world that a student agrees: what, with whom, when, and her if-then.

The law of this file: an action is agreed with its day, which she can change, and is never scolded for. What becomes of it
stands in `follow_up.py`.
"""

from __future__ import annotations

from dataclasses import replace

from dialogues import asides, plans
from dialogues.asides import come_back
from dialogues.events import ActionAgreed, IfThenAgreed, ReminderSet
from dialogues.lesson import Lesson, Step
from dialogues.moves import Heard, standing, walk_on
from dialogues.nudging import Reminder
from dialogues.reminder_lists import hours_said
from dialogues.session import Action, Option
from dialogues.turn import QUOTED_CHARACTERS, TurnInProgress
from dialogues.when import When, to_her
from dialogues.words import clip

# Agreeing one


def agree_day(turn: TurnInProgress, heard: Heard) -> None:
    """Agree the day of an action, say it back, keep the action open, and ask for her if-then."""
    lesson, step, at = standing(turn)
    action = _agree(turn, lesson, step, when_of(heard))
    _say_back(turn, action, "day-agreed")
    if plans.asks_if_then(step):
        turn.change(at=replace(at, stage="if-then", tries=0))
        plans.ask_if_then(turn)
    else:
        walk_past(turn)


def when_of(heard: Heard) -> When:
    """Return the time that was understood; LookupError where the meaning is none."""
    if heard.meaning.when is None:
        raise LookupError("the table let a day be agreed where none was named")
    return heard.meaning.when


def _agree(turn: TurnInProgress, lesson: Lesson, step: Step, when: When) -> Action:
    """Add the action; one that was agreed at the same step before, and is still open, gives way to it."""
    what = turn.fill(step.do.what if step.do else "", lesson=lesson)
    now = turn.at.isoformat(timespec="seconds")
    name = f"{turn.seed:x}"
    action = Action(name, lesson.id, lesson.version, step.name, what, when.due, now, part=when.part, after=when.after)
    action = replace(action, person=_person(turn, lesson, step))
    others = tuple(a for a in turn.session.actions if a.state != "open" or (a.lesson, a.step) != (lesson.id, step.name))
    turn.change(actions=(*others, action))
    return action


def _person(turn: TurnInProgress, lesson: Lesson, step: Step) -> str:
    """Return with whom it is done, where the lesson says so; a button's label goes into the middle of a sentence."""
    name = step.do.with_whom if step.do is not None else None
    words = turn.kept_for(lesson).get(name or "", "")
    labels = {answer.name for one in lesson.steps if one.keep == name for answer in one.choices}
    return plans.person_in(words[:1].lower() + words[1:] if words in labels else words)


def _say_back(turn: TurnInProgress, action: Action, phrase: str) -> None:
    """Tell of the time that was agreed, say it back, and offer another beside what is asked next."""
    turn.tell(ActionAgreed(action.id, action.lesson, action.step, action.what, action.due))
    turn.say_phrase(phrase, {"day": plans.when_said(turn, action)})
    turn.also = (Option("Another day", "means:change_day", quiet=True),)


def walk_past(turn: TurnInProgress) -> None:
    """Go on behind the step that agreed an action; the hours for reminders are asked about once."""
    lesson, step, at = standing(turn)
    offers = asides.offer_hours(turn)
    if offers:
        turn.say_phrase("hours-of-a-plan", hours_said(turn))
        turn.also = (*offers, *turn.also)
    walk_on(turn, lesson, lesson.onward(step, None), (*at.path, step.name))


def change_action(turn: TurnInProgress, action: Action) -> None:
    """Put the action in the place of the one of its id."""
    turn.change(actions=tuple(action if one.id == action.id else one for one in turn.session.actions))


# The if-then


def take_if_then(turn: TurnInProgress, heard: Heard) -> None:
    """Keep her sentence with the action, say it back, and go on."""
    action = plans.planned_here(turn)
    if action is not None:
        action = replace(action, if_then=clip(plans.then_in(heard.text), QUOTED_CHARACTERS))
        change_action(turn, action)
        turn.tell(IfThenAgreed(action.id))
        turn.say_phrase("if-then-kept", {"if then": plans.if_then_said(turn, action)})
    walk_past(turn)


def help_if_then(turn: TurnInProgress, _: Heard) -> None:
    """Give an example, and ask for the sentence again."""
    turn.say_phrase("if-then-example")
    come_back(turn)


def skip_if_then(turn: TurnInProgress, _: Heard) -> None:
    """Go on without it; the plan stands."""
    turn.say_phrase("skipped")
    walk_past(turn)


def return_to_day(turn: TurnInProgress, _: Heard) -> None:
    """Ask for the day again."""
    at = standing(turn)[2]
    turn.change(at=replace(at, stage="", tries=0))
    come_back(turn, "went-back")


# Another day


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
    listed = aside is not None and aside.lesson in {"days", "not-yet"}
    name = aside.step if aside is not None and listed else turn.movable.id if turn.movable else ""
    action = next((one for one in turn.session.open_actions if one.id == name), None)
    if action is not None:
        action = _move(turn, action, when)
        if aside is not None and aside.lesson == "not-yet" and when.at is not None and when.day == turn.today().date():
            _promise(turn, action)
    come_back(turn, "back")


def _move(turn: TurnInProgress, action: Action, when: When) -> Action:
    """Move the action and say it back; a sentence about an occasion ("my seminar") does not go with another time."""
    moved = replace(action, due=when.due, part=when.part, after=when.after)
    stale = moved.if_then != "" and action.after not in {"", moved.after}
    moved = replace(moved, if_then="") if stale else moved
    change_action(turn, moved)
    turn.drop_reminders(moved.id)
    _say_back(turn, moved, "day-changed")
    if stale:
        turn.say_phrase("if-then-off", {"occasion": to_her(action.after)})
    return moved


def _promise(turn: TurnInProgress, action: Action) -> None:
    """Remind her at that minute: she has just put it off to later today, and one nudge may have come today already."""
    one = Reminder(f"{turn.seed:x}", action.when.moment(turn.zone, turn.at).isoformat(), action.id)
    turn.change(reminders=(*turn.session.reminders, one))
    turn.tell(ReminderSet(one.id, one.at, one.about))
