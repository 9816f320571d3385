"""How it went: an action ends done or dropped, or is moved or made smaller; what she says about it is kept.

The law of this file: an action stays open until she says how it went, and whatever she says is fine. The list, the words and
the buttons of a nudge all lead here.
"""

from __future__ import annotations

from dataclasses import replace

from dialogues import actions, asides, plans
from dialogues.asides import come_back
from dialogues.events import ActionAgreed, ActionDone, ActionDropped, ActionMadeSmaller
from dialogues.moves import Heard
from dialogues.session import Action
from dialogues.turn import QUOTED_CHARACTERS, TurnInProgress
from dialogues.words import clip

# In words


def say_done(turn: TurnInProgress, _: Heard) -> None:
    """The student has done what was agreed: ask which, where there are several, and then how it went."""
    _one_or_which(turn, "did")


def say_not_done(turn: TurnInProgress, _: Heard) -> None:
    """The student has not managed it yet, which is fine."""
    _one_or_which(turn, "not-yet")


def say_dropped(turn: TurnInProgress, _: Heard) -> None:
    """The student lets it go; in the middle of a lesson it is asked which, as "forget it" may have been about the question."""
    at = turn.session.at
    if at is not None and at.stage != "if-then" and turn.session.open_actions:
        asides.show_list(turn, "which", "drop")
    else:
        _one_or_which(turn, "drop")


def _one_or_which(turn: TurnInProgress, act: str) -> None:
    listed = turn.session.open_actions
    if not listed:
        turn.say_phrase("nothing-planned")
        come_back(turn, "back")
    elif len(listed) > 1:
        asides.show_list(turn, "which", act)
    else:
        press(turn, act, listed[0].id)


# By a button


def press(turn: TurnInProgress, act: str, name: str) -> None:
    """Do what a button about an action says: `did`, `not-yet`, `smaller`, `drop` or `keep-plan`."""
    action = next((one for one in turn.session.actions if one.id == name), None)
    if action is None or (action.state != "open" and act != "keep-plan"):
        turn.say_phrase("plan-ended")
        come_back(turn, "back")
        return
    match act:
        case "did":
            _finish(turn, action)
        case "not-yet":
            asides.show_list(turn, "not-yet", name)
        case "smaller":
            turn.change(aside=None, following_up=name, asks="smaller")
            plans.ask_open(turn)
        case "drop":
            _drop(turn, action)
        case "keep-plan":
            _keep_plan(turn, action)


def _finish(turn: TurnInProgress, action: Action) -> None:
    """Count the action as done and ask how it went, where its lesson asks that."""
    actions.change_action(turn, replace(action, state="done"))
    turn.drop_reminders(action.id)
    turn.tell(ActionDone(action.id))
    turn.say_phrase("action-done")
    step = turn.step_of(action)
    if step is None or step.do is None or step.do.afterwards is None:
        _go_on(turn)
        return
    turn.change(aside=None, following_up=action.id, asks="how")
    plans.ask_open(turn)


def _drop(turn: TurnInProgress, action: Action) -> None:
    """Take the action off the list, and ask once why, which may stay without an answer."""
    actions.change_action(turn, replace(action, state="dropped"))
    turn.drop_reminders(action.id)
    turn.tell(ActionDropped(action.id))
    turn.change(aside=None, following_up=action.id, asks="why")
    plans.ask_open(turn, turn.phrase("action-dropped"))


def _keep_plan(turn: TurnInProgress, action: Action) -> None:
    """Put a dropped action back on the list."""
    turn.change(following_up=None)
    if action.state == "dropped":
        actions.change_action(turn, replace(action, state="open", afterwards=""))
        turn.tell(ActionAgreed(action.id, action.lesson, action.step, action.what, action.due))
        turn.say_phrase("kept-after-all")
    come_back(turn, "back")


# What she says about it


def take_words(turn: TurnInProgress, heard: Heard) -> None:
    """Keep what happened, her smaller version, or why she let it go."""
    action = next(one for one in turn.session.actions if one.id == turn.session.following_up)
    if turn.session.asks == "smaller":
        _make_smaller(turn, action, heard.text)
        return
    if turn.session.asks == "how":
        step = turn.step_of(action)
        turn.keep(action.lesson, action.step, step.do.keep if step is not None and step.do is not None else None, heard.text)
    actions.change_action(turn, replace(action, afterwards=clip(heard.text, QUOTED_CHARACTERS)))
    turn.say_phrase("follow-up-kept" if turn.session.asks == "how" else "why-kept")
    leave(turn, heard)


def _make_smaller(turn: TurnInProgress, action: Action, words: str) -> None:
    """Keep the smaller version, without the sentence and the person that belonged to the bigger one, and ask for its day."""
    what = clip(words, QUOTED_CHARACTERS)
    actions.change_action(turn, replace(action, what=what, person="", smaller=True, if_then=""))
    turn.tell(ActionMadeSmaller(action.id, what))
    turn.change(following_up=None)
    turn.say_phrase("smaller-kept", {"what": what})
    asides.show_list(turn, "days", action.id)


def help_along(turn: TurnInProgress, _: Heard) -> None:
    """Say that anything will do, and ask again."""
    turn.say_phrase("small-example" if turn.session.asks == "smaller" else "stuck-without-example")
    come_back(turn)


def leave(turn: TurnInProgress, _: Heard) -> None:
    """Leave what was asked about an action, and go on where she was."""
    turn.change(following_up=None)
    _go_on(turn)


def _go_on(turn: TurnInProgress) -> None:
    """Come back; a lesson that was about to ask for the if-then of what has ended goes on behind it."""
    at = turn.session.at
    if at is not None and at.stage == "if-then" and plans.planned_here(turn) is None:
        turn.change(aside=None)
        actions.walk_past(turn)
    else:
        come_back(turn, "back")
