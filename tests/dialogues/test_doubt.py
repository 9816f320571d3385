"""A message that could mean several things is asked about, once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogues.events import MeaningMissed
from dialogues.inputs import Start
from dialogues.transcript import OR, UNSURE, Conversation, seen
from dialogues.turn import Turn
from tests.fixtures import real_library

LESSON = "someone-who-knows"
TWO = UNSURE + OR.join(["show_progress", "show_journal"])
ONE = f"{UNSURE}show_progress"


@pytest.fixture
def outside() -> Conversation:
    """A student who is in no lesson."""
    talk = Conversation.begin(real_library())
    talk.take(Start(LESSON))
    talk.say("later", "later")
    return talk


@pytest.fixture
def at_a_choice() -> Conversation:
    """A student at a question with buttons."""
    talk = Conversation.begin(real_library())
    talk.take(Start(LESSON))
    talk.say("Sam")
    talk.say("How was it?")
    return talk


def labels(talk: Conversation) -> list[str]:
    prompt = talk.session.prompt
    return [option.label for option in prompt.options] if prompt is not None else []


def test_unsure_message_is_asked_about_with_its_nearest_meanings(outside: Conversation) -> None:
    turn = outside.say("the things of mine", TWO)
    assert seen(turn) == [
        "I'm not sure I got that. Did you mean ...\n[See how far I am] [See what I wrote] (Something else)",
    ]
    assert outside.session.doubt is not None
    assert outside.session.doubt.offered == ("show_progress", "show_journal")


def test_the_meaning_picked_is_done_and_the_doubt_is_over(outside: Conversation) -> None:
    outside.say("the things of mine", TWO)
    assert "<a card" in seen(outside.press("See how far I am"))[0]
    assert outside.session.doubt is None


@pytest.mark.parametrize(("words", "number"), [("1", 0), ("see what i wrote", 1), ("2", 1)])
def test_the_meaning_can_be_picked_by_words(outside: Conversation, words: str, number: int) -> None:
    outside.say("the things of mine", TWO)
    prompt = outside.session.prompt
    assert prompt is not None
    outside.say(words)
    assert outside.session.pressed == (prompt.id, number)


def test_yes_to_the_only_meaning_is_that_meaning(outside: Conversation) -> None:
    outside.say("the things of mine", ONE)
    assert "<a card" in seen(outside.say("yes"))[0]


def test_yes_to_two_meanings_is_neither_of_them(outside: Conversation) -> None:
    outside.say("the things of mine", TWO)
    assert "<a card" not in seen(outside.say("yes", "affirm"))[0]


def test_no_asks_for_other_words_and_offers_what_there_is(outside: Conversation) -> None:
    outside.say("the things of mine", TWO)
    assert seen(outside.say("no")) == [
        (
            "Sorry, I misread you. Say it in other words, or pick one:\n\nWhat would you like to do?"
            "\n[Carry on: Ask someone who knows] [All lessons] [Menu]"
        )
    ]


def test_nothing_is_asked_twice_in_a_row(outside: Conversation) -> None:
    outside.say("the things of mine", TWO)
    again = seen(outside.say("my stuff", TWO))
    assert "Did you mean" not in again[0]
    assert "[All lessons]" in again[0]
    third = seen(outside.say("mine", TWO))
    assert "Did you mean" in third[0], "after something else was said, it may be asked again"


def test_the_second_message_in_a_row_that_fits_nothing_is_answered_with_a_person(outside: Conversation) -> None:
    first, second = seen(outside.say("purple monkey"))[0], seen(outside.say("green monkey"))[0]
    assert "careers service" not in first
    assert "careers service" in second
    outside.say("how far am i", "show_progress")
    assert "careers service" not in seen(outside.say("purple monkey"))[0]


def test_doubt_at_a_choice_offers_its_answers_and_the_picked_one_is_kept(at_a_choice: Conversation) -> None:
    here = at_a_choice.here()
    first, second = (answer.name for answer in here.answers[:2])
    at_a_choice.say("could go either way", UNSURE + OR.join([f"answer: {first}", f"answer: {second}"]))
    assert labels(at_a_choice) == [first, second, "Something else"]
    step = at_a_choice.session.at
    at_a_choice.press(second)
    assert at_a_choice.session.at != step


def test_something_else_at_a_choice_asks_the_question_again_with_all_its_buttons(at_a_choice: Conversation) -> None:
    before = labels(at_a_choice)
    at_a_choice.say("could go either way", UNSURE + OR.join(f"answer: {one.name}" for one in at_a_choice.here().answers[:2]))
    at_a_choice.press("Something else")
    assert labels(at_a_choice) == before


def test_own_words_are_never_doubted() -> None:
    talk = Conversation.begin(real_library())
    talk.take(Start(LESSON))
    talk.say("the things of mine", TWO)
    assert talk.session.doubt is None
    assert "the things of mine" in talk.session.kept[LESSON].values()


def test_doubt_waits_while_the_help_after_distress_is_on_the_screen(outside: Conversation) -> None:
    outside.say("x", "distress")
    assert "Did you mean" not in " ".join(seen(outside.say("the things of mine", TWO)))


def missed(turn: Turn) -> list[MeaningMissed]:
    return [event for event in turn.events if isinstance(event, MeaningMissed)]


def test_the_meaning_picked_is_remembered_only_with_consent(outside: Conversation) -> None:
    assert missed(outside.say("the things of mine", TWO)) == []
    assert outside.session.doubt is not None
    assert outside.session.doubt.text == ""
    assert missed(outside.press("See what I wrote")) == []


def test_with_consent_the_message_and_the_meaning_picked_are_remembered(outside: Conversation) -> None:
    outside.session = replace(outside.session, consent=True)
    asked = missed(outside.say("the things of mine", TWO))
    picked = missed(outside.press("See what I wrote"))
    offered = ("show_progress", "show_journal")
    assert asked == [MeaningMissed("the things of mine", "", "", offered)]
    assert picked == [MeaningMissed("the things of mine", "", "", offered, "show_journal")]
