"""What happens after distress: help first, in two tiers, never the same words twice, and nothing that she did not ask for."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from dialogues.events import DistressNoticed, MessageQueued
from dialogues.inputs import Asked, Edited, Reading, Said, Sent, Start
from dialogues.place import CrisisLine
from dialogues.transcript import LOW_DAY, Conversation
from tests.dialogues.test_engine import begin, texts
from tests.fixtures import real_library


@pytest.mark.parametrize(
    "given",
    [
        Said("i want to kill myself"),
        Said("I WANT TO KILL MYSELF!!"),
        Said("honestly i dont want to be here anymore", Reading.none()),
        Edited("i want to kill myself"),
        Sent("picture", "i want to kill myself"),
        Asked("distress", "i want to die"),
        Start("i want to kill myself"),
    ],
)
@pytest.mark.parametrize("state", ["new", "words", "choice", "day", "menu", "follow-up", "safety", "idle"])
def test_distress_is_answered_first_in_every_state_also_when_nothing_was_read(given: Said, state: str) -> None:
    talk = Conversation.begin(real_library())
    ways = {
        "new": [],
        "words": ["start"],
        "choice": ["start", "Sam", "How was it?"],
        "day": ["start", "Sam", "How was it?", "Fine", "Call them"],
        "menu": ["start", "menu"],
        "follow-up": ["start", "Sam", "How was it?", "Fine", "Call them", "Tomorrow", "done"],
        "safety": ["start", "i want to die"],
        "idle": ["start", "later"],
    }
    for text in ways[state]:
        talk.take(Start("someone-who-knows") if text == "start" else Said(text))
    turn = talk.take(given)
    assert any(isinstance(event, DistressNoticed) for event in turn.events)
    assert "116 123" in texts(turn.events)
    assert turn.session.nudging.resting
    assert turn.session.at is None, "the lesson does not go on"


def test_distress_is_noticed_by_the_classifier_where_no_phrase_stands() -> None:
    talk = begin()
    turn = talk.say("it is all too much", "distress")
    assert DistressNoticed("classifier") in turn.events


def test_reminders_stay_paused_after_distress_until_she_goes_on_herself() -> None:
    talk = begin()
    talk.say("i want to die")
    talk.say("hm")
    assert talk.session.nudging.resting
    talk.press("I'm all right, carry on")
    assert not talk.session.nudging.resting


def test_after_distress_the_numbers_are_shown_again_once_and_then_only_a_line() -> None:
    talk = begin()
    talk.say("i want to die")
    assert "116 123" in texts(talk.say("i write to my boss").events)
    for text in ("I am sad.", "on friday i think"):
        turn = talk.say(text)
        assert "116 123" not in texts(turn.events)
        assert "Shall we go on" in texts(turn.events)
    talk.say("yes")
    assert talk.session.at is not None


def test_a_figure_of_speech_is_no_distress_whatever_the_classifier_thinks() -> None:
    talk = begin()
    turn = talk.say("i want to die of embarrassment", "distress")
    assert not any(isinstance(event, DistressNoticed) for event in turn.events)


def test_what_the_classifier_is_less_sure_of_is_answered_in_one_message_and_leaves_the_lesson_alone() -> None:
    talk = begin()
    at = talk.session.at
    turn = talk.say("i feel behind everyone tbh", LOW_DAY)
    assert DistressNoticed("classifier") in turn.events
    assert sum(isinstance(event, MessageQueued) for event in turn.events) == 1
    assert "116 123" in texts(turn.events)
    assert talk.session.at == at
    assert talk.session.nudging.resting
    talk.press("I'm all right, carry on")
    assert talk.session.at == at
    assert not talk.session.nudging.resting


def test_a_second_low_message_in_a_row_gets_all_the_help() -> None:
    talk = begin()
    talk.say("i feel behind everyone tbh", LOW_DAY)
    turn = talk.say("it never stops", LOW_DAY)
    assert "999" in texts(turn.events)
    assert talk.session.at is None


def test_distress_written_again_never_gets_the_same_text_twice_in_a_row() -> None:
    talk = begin()
    said = [texts(talk.say("i want to die").events) for _ in range(5)]
    assert all("116 123" in text for text in said)
    assert all(one != other for one, other in pairwise(said))


def test_other_words_while_the_help_is_on_the_screen_never_get_the_same_text_twice_in_a_row() -> None:
    talk = begin()
    talk.say("i want to die")
    said = [texts(talk.say("nothing i was alone").events) for _ in range(5)]
    assert all(one != other for one, other in pairwise(said))
    assert talk.session.at is None


def test_a_day_is_not_taken_for_leaving_while_the_help_is_on_the_screen() -> None:
    talk = begin()
    talk.say("i want to die")
    talk.say("on friday", "answer: Leave it for today")
    assert talk.session.aside is not None


def test_reminders_stay_paused_while_she_only_leaves_after_distress() -> None:
    talk = begin()
    talk.say("i want to die")
    talk.press("Leave it for today")
    talk.say("thanks", "thank")
    assert talk.session.nudging.resting
    talk.say("carry on")
    assert not talk.session.nudging.resting


def test_help_names_what_is_open_at_that_moment() -> None:
    library = real_library()
    line = {"name": "Day Line", "how": "call 1", "open": "every day 09:00-10:30", "checked": "2026-01-01"}
    day = CrisisLine.model_validate(line)
    place = library.place.model_copy(update={"crisis_lines": [library.place.crisis_lines[0], day]})
    talk = Conversation.begin(replace(library, place=place))
    assert "Day Line: call 1 (open now, until 10:30)" in texts(talk.say("i want to die").events)  # at 10:00 in London
    talk.turns += 60
    assert "Day Line: call 1 (opens tomorrow at 09:00)" in texts(talk.say("i want to die").events)


def test_what_is_hardly_distress_is_no_new_crisis_while_all_the_help_is_on_the_screen() -> None:
    talk = begin()
    talk.say("i want to die")
    turn = talk.say("nothing i was alone", LOW_DAY)
    assert not any(isinstance(event, DistressNoticed) for event in turn.events)
    assert "116 123" in texts(turn.events)


def test_a_low_day_gets_the_soft_message_also_while_nothing_can_be_read() -> None:
    turn = begin().take(Said("i feel so lonely here"))
    said = " ".join(event.text for event in turn.events if isinstance(event, MessageQueued))
    assert "Would you like to talk to a person" in said
    assert "999" not in said


@pytest.mark.parametrize(
    "text",
    [
        "i feel so lonely here, i want to die",
        "i hate my life right now and i want to end it",
        "im so alone at uni. thinking about suicide",
        "i feel so lonely here my partner hits me",
    ],
)
def test_words_of_a_crisis_beside_those_of_a_low_day_get_all_the_help(text: str) -> None:
    talk = begin()
    turn = talk.take(Said(text, Reading.none()))
    assert "999" in texts(turn.events)
    assert talk.session.at is None


@pytest.mark.parametrize("before", ["he hits me", "my friend wants to die"])
def test_a_crisis_of_her_own_after_other_help_gets_the_lines_for_it(before: str) -> None:
    talk = begin()
    talk.take(Said(before, Reading.none()))
    assert "116 123" in texts(talk.take(Said("i want to die", Reading.none())).events)
    assert talk.session.help_about == ""
