"""The table of transitions: where a student can stand, and what each meaning does there.

The law of this file: everything that changes the state is named here. A row is (the state that the student is in, what she
meant) -> the handler; a row without a state holds in every state that has none of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeAlias

from dialogues import actions, advisers, asides, distress, doubt, follow_up, learning, moves, wishes
from dialogues.moves import Heard
from dialogues.turn import TurnInProgress

Handler: TypeAlias = Callable[[TurnInProgress, Heard], None]


class State(StrEnum):
    """Where a student can stand."""

    NEW = "new"  # never written before, or forgotten
    SAFETY = "safety"  # the help after distress is on the screen
    ADVISERS = "advisers"  # she writes what the advisers are to be told
    SCRIPT = "script"  # a script or a list plays beside the lesson
    FOLLOW_UP = "follow-up"  # "how did it go?" is open
    SMALLER = "smaller"  # a smaller version of what she planned is asked for
    WHY = "why"  # "what came between?" is open, after she let it go
    MOVED = "moved"  # the lesson was changed, and she has not been asked what it asks now
    DAY = "day"  # a lesson agrees a day
    IF_THEN = "if-then"  # and then asks for the rest of "If it is Thursday, then ..."
    WORDS = "words"  # a lesson asks for own words
    CHOICE = "choice"  # a lesson asks for one of several answers
    IDLE = "idle"  # in no lesson


LESSON_STATES = (State.DAY, State.WORDS, State.CHOICE)
ABOUT_AN_ACTION = (State.FOLLOW_UP, State.SMALLER, State.WHY)


def _play(script: str) -> Handler:
    return lambda turn, _: asides.play(turn, script)


def _list(name: str) -> Handler:
    return lambda turn, _: asides.show_list(turn, name)


def _topic(turn: TurnInProgress, heard: Heard) -> None:
    asides.show_topic(turn, heard.meaning.name)


def _lessons(turn: TurnInProgress, heard: Heard) -> None:
    asides.show_list(turn, "lessons", ",".join(heard.meaning.lessons))


EVERYWHERE: dict[str, Handler] = {
    "distress": distress.notice,
    "greet": moves.chat,
    "thank": moves.chat,
    "complain": moves.chat,
    "bot_challenge": moves.chat,
    "change_nudges": wishes.change,
    "affirm": moves.resume,
    "deny": moves.chat,
    "goodbye": moves.put_off,
    "later": wishes.put_off,
    "resume": moves.resume,
    "repeat": moves.repeat,
    "skip": moves.nothing_to_do_that_with,
    "go_back": moves.nothing_to_do_that_with,
    "explain": _play("help"),
    "give_example": moves.nothing_to_do_that_with,
    "stuck": moves.nothing_to_do_that_with,
    "done": follow_up.say_done,
    "not_done": follow_up.say_not_done,
    "drop_action": follow_up.say_dropped,
    "show_actions": _list("plans"),
    "change_day": actions.ask_other_day,
    "menu": _list("menu"),
    "choose_lesson": _lessons,
    "show_progress": lambda turn, _: asides.show_progress(turn),
    "show_journal": lambda turn, _: asides.show_journal(turn),
    "help": _play("help"),
    "privacy": lambda turn, _: learning.show_privacy(turn),
    "talk_to_adviser": advisers.offer,
    "refuse_keeping": lambda turn, _: learning.refuse_keeping(turn),
    "export_data": lambda turn, _: asides.send_export(turn),
    "delete_data": _play("forget"),
    "stop": wishes.stop,
    "stop_nudges": wishes.stop,
    "start_nudges": wishes.start,
    **dict.fromkeys(asides.TOPICS, _topic),
    "why_careers": moves.chat,
}
"""The intents."""

_NO_INTENTS: dict[str, Handler] = {
    "lesson": lambda turn, heard: moves.start_lesson(turn, heard.meaning.name),
    "unclear": doubt.not_understood,
}

_DOUBT: dict[str, Handler] = {"unsure": doubt.ask_which, "neither": doubt.neither}
"""What happens at a lesson's question, and outside lessons; elsewhere the engine takes what is unsure as unclear."""

MAY_DOUBT = (State.IDLE, State.CHOICE, State.DAY)

_ACTS: dict[str, Handler] = {
    "forget_everything": moves.forget,
    "allow_keeping": lambda turn, _: learning.allow_keeping(turn),
    "tell_nobody": advisers.tell_nobody,
}
"""What only a button of a script can mean."""

_IN_LESSON: dict[str, Handler] = {
    "skip": moves.skip,
    "go_back": moves.go_back,
    "explain": moves.explain,
    "give_example": moves.give_example,
    "stuck": moves.unstick,
    "stop": moves.ask_what_to_stop,
    "unclear": moves.unfitting,
    "affirm": moves.unfitting,
    "deny": moves.unfitting,
}

_ABOUT_A_QUESTION = ("skip", "go_back", "explain", "give_example", "stuck", "unclear")

_IN_SAFETY_ALLOWED = {
    "refuse_keeping",
    "distress",
    "resume",
    "later",
    "goodbye",
    "export_data",
    "delete_data",
    "privacy",
    "repeat",
    "menu",
    "choose_lesson",
    "show_progress",
    "show_journal",
    "show_actions",
}

_BEFORE_THE_WELCOME = {
    "distress",
    "delete_data",
    "export_data",
    "privacy",
    "talk_to_adviser",
    "stop",
    "stop_nudges",
    "later",
    "goodbye",
}

TABLE: Mapping[tuple[State | None, str], Handler] = {
    **{(None, name): handler for name, handler in {**EVERYWHERE, **_NO_INTENTS, **_ACTS}.items()},
    **{(State.NEW, name): moves.welcome for name in (*EVERYWHERE, *_NO_INTENTS) if name not in _BEFORE_THE_WELCOME},
    **{(state, name): handler for state in MAY_DOUBT for name, handler in _DOUBT.items()},
    **{(state, name): handler for state in LESSON_STATES for name, handler in _IN_LESSON.items()},
    **{(State.MOVED, name): moves.lead_on for name in ("words", "affirm", "deny", *_ABOUT_A_QUESTION)},
    (State.MOVED, "stop"): moves.ask_what_to_stop,
    (State.CHOICE, "answer"): moves.answer,
    (State.WORDS, "answer"): moves.answer,
    (State.WORDS, "words"): moves.own_words,
    (State.WORDS, "affirm"): moves.thin_answer,
    (State.WORDS, "deny"): moves.thin_answer,
    (State.WORDS, "unclear"): moves.thin_answer,
    (State.DAY, "day"): actions.agree_day,
    (State.DAY, "deny"): moves.skip,
    (State.DAY, "not_done"): moves.unfitting,
    (State.DAY, "drop_action"): moves.skip,
    (State.IF_THEN, "words"): actions.take_if_then,
    (State.IF_THEN, "new_day"): actions.change_day,
    (State.IF_THEN, "go_back"): actions.return_to_day,
    (State.IF_THEN, "stop"): moves.ask_what_to_stop,
    **{(State.IF_THEN, name): actions.skip_if_then for name in ("skip", "deny")},
    **{(State.IF_THEN, name): actions.help_if_then for name in ("affirm", "explain", "give_example", "stuck", "unclear")},
    **{(state, topic): moves.unfitting for state in (State.CHOICE, State.DAY) for topic in asides.TOPICS},
    (State.SCRIPT, "answer"): moves.script_answer,
    (State.SCRIPT, "day"): wishes.take_day,
    (State.SCRIPT, "hours"): wishes.take_hours,
    (State.SCRIPT, "zone"): wishes.take_zone,
    **{(state, "new_day"): actions.change_day for state in (State.CHOICE, State.WORDS, State.IDLE)},
    (State.SCRIPT, "affirm"): wishes.agree,
    (State.SCRIPT, "deny"): moves.leave_aside,
    (State.SCRIPT, "skip"): moves.leave_aside,
    (State.SCRIPT, "go_back"): moves.leave_aside,
    (State.SCRIPT, "unclear"): moves.unfitting_in_aside,
    **{(State.SCRIPT, name): moves.ask_aside for name in ("explain", "give_example", "stuck")},
    **{(State.SAFETY, name): distress.stay for name in (*EVERYWHERE, *_NO_INTENTS) if name not in _IN_SAFETY_ALLOWED},
    (State.SAFETY, "answer"): moves.script_answer,
    (State.SAFETY, "talk_to_adviser"): advisers.offer,
    (State.ADVISERS, "words"): advisers.pass_on,
    **{(State.ADVISERS, name): advisers.tell_nobody for name in ("deny", "skip", "go_back", "stop")},
    **{
        (State.ADVISERS, name): advisers.ask_again
        for name in ("affirm", "greet", "thank", "talk_to_adviser", "explain", "give_example", "stuck", "unclear")
    },
    **{(state, "words"): follow_up.take_words for state in ABOUT_AN_ACTION},
    **{(state, name): follow_up.leave for state in ABOUT_AN_ACTION for name in ("skip", "go_back")},
    **{
        (state, name): follow_up.help_along
        for state in ABOUT_AN_ACTION
        for name in ("explain", "give_example", "stuck", "unclear")
    },
    **{(State.FOLLOW_UP, name): follow_up.take_words for name in ("affirm", "deny")},
    **{(state, "affirm"): follow_up.help_along for state in (State.SMALLER, State.WHY)},
    **{(state, "deny"): follow_up.leave for state in (State.SMALLER, State.WHY)},
}

COMMANDS: Mapping[str, str] = {
    "start": "greet",
    "menu": "menu",
    "lessons": "choose_lesson",
    "resume": "resume",
    "progress": "show_progress",
    "journal": "show_journal",
    "actions": "show_actions",
    "skip": "skip",
    "back": "go_back",
    "example": "give_example",
    "explain": "explain",
    "later": "later",
    "help": "help",
    "adviser": "talk_to_adviser",
    "privacy": "privacy",
    "stop": "stop",
    "nudges": "change_nudges",
    "export": "export_data",
    "forget": "delete_data",
}
"""The commands, without their slash, and what each means."""
