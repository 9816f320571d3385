"""Learning from use: nothing is kept without a clear yes, it is asked once, and nothing of distress is ever kept."""

from __future__ import annotations

import pytest

from dialogues.events import ConsentGiven, ConsentWithdrawn, Event, MeaningMissed, MessageQueued
from dialogues.inputs import Asked, Head, Ranked, Reading, Said, Start
from dialogues.learning import ANSWERS, SWITCH_OFF, SWITCH_ON, remember
from dialogues.session import Session
from dialogues.transcript import BEGIN, Conversation
from dialogues.turn import Turn, TurnInProgress
from tests.fixtures import real_library

YES, NO = (option.label for option in ANSWERS)
UNCLEAR = "the purple monkey thing"


def missed(turn: Turn) -> list[MeaningMissed]:
    return [event for event in turn.events if isinstance(event, MeaningMissed)]


def asks(turn: Turn) -> bool:
    return any(isinstance(event, MessageQueued) and ANSWERS[0] in event.options for event in turn.events)


def of(turn: Turn, kind: type[Event]) -> list[Event]:
    return [event for event in turn.events if isinstance(event, kind)]


def agreed() -> Conversation:
    """Return somebody who is in no lesson and lets messages be kept."""
    talk = Conversation.begin(real_library())
    talk.take(Start())
    talk.press(YES)
    return talk


def test_the_welcome_asks_once_beside_its_question() -> None:
    talk = Conversation.begin(real_library())
    turn = talk.take(Start())
    assert asks(turn)
    assert not any(
        asks(talk.say(text, read)) for text, read in (("hi", "greet"), (UNCLEAR, ""), (UNCLEAR, ""), ("menu", "menu"))
    )
    assert talk.session.consent is None


def test_silence_and_no_keep_nothing() -> None:
    silent, unwilling = Conversation.begin(real_library()), Conversation.begin(real_library())
    for talk in (silent, unwilling):
        talk.take(Start())
    turn = unwilling.press(NO)
    assert of(turn, ConsentWithdrawn)
    for talk in (silent, unwilling):
        talk.take(Asked("later"))
        turn = talk.say(UNCLEAR)
        assert missed(turn) == []
        assert "purple" not in repr([event for event in turn.events if not isinstance(event, MessageQueued)])


def test_a_yes_to_another_question_is_no_consent() -> None:
    talk = Conversation.begin(real_library())
    talk.take(Start())
    talk.say("yes")
    assert talk.session.consent is None
    talk.say("yes")
    assert talk.session.consent is None


def test_the_time_of_the_answer_stands_in_the_session_and_in_an_event() -> None:
    talk = Conversation.begin(real_library())
    talk.take(Start())
    turn = talk.press(YES)
    at = (talk.at.replace(second=0)).isoformat(timespec="seconds")
    assert (talk.session.consent, talk.session.consent_at) == (True, of(turn, ConsentGiven)[0].at)  # type: ignore[union-attr]
    assert talk.session.consent_at == at


def played(talk: Conversation) -> list[bool]:
    """Play a lesson to its end; return for each turn whether it asked."""
    turns = [talk.take(Start("someone-who-knows")), talk.say("Sam"), talk.say("How was it?"), talk.press("Fine")]
    turns += [talk.press("Call them"), talk.press("Rather not")]
    assert talk.session.finished == ("someone-who-knows",)
    return [asks(turn) for turn in turns]


def test_who_came_by_a_lesson_is_asked_at_its_end_and_not_before() -> None:
    assert played(Conversation.begin(real_library())) == [False] * 5 + [True]


def test_the_question_waits_where_her_waking_hours_are_asked() -> None:
    talk = Conversation.begin(real_library())
    turns = [talk.take(Start("someone-who-knows")), talk.say("Sam"), talk.say("How was it?"), talk.press("Fine")]
    turns += [talk.press("Call them"), talk.press("Tomorrow"), talk.say("skip")]
    assert talk.session.finished == ("someone-who-knows",)
    assert talk.session.nudging.hours_asked
    assert not any(asks(turn) for turn in turns)
    assert asks(talk.say(UNCLEAR))


def test_who_is_not_understood_outside_a_lesson_is_asked_then() -> None:
    talk = Conversation.begin(real_library())
    talk.take(Start("someone-who-knows"))
    talk.take(Asked("later"))
    turn = talk.say(UNCLEAR)
    assert asks(turn)
    assert missed(turn) == []
    talk.press(YES)
    assert missed(talk.say(UNCLEAR)) == [MeaningMissed(UNCLEAR, "", "")]


def test_after_distress_nobody_is_asked_and_nothing_is_kept() -> None:
    talk = agreed()
    talk.say("I want to die", "")
    assert missed(talk.say(UNCLEAR)) == []
    talk.press("Leave it for today")
    turn = talk.say(UNCLEAR)
    assert not asks(turn)
    assert missed(turn) == []


@pytest.mark.parametrize("text", ["i want to kill myself", "all this is an information overdose"])
def test_what_sounds_like_distress_is_not_remembered(text: str) -> None:
    turn = TurnInProgress(Session(consent=True), real_library(), BEGIN, 1)
    assert real_library().distress.found_in(text) or real_library().distress.figure_in(text)
    remember(turn, text, ("stuck",), "stuck")
    assert turn.events == []


def test_what_the_classifier_hears_distress_in_is_not_kept() -> None:
    talk = agreed()
    talk.take(Asked("later"))
    turn = talk.take(Said(UNCLEAR, Reading((Ranked("out_of_scope", 0.6), Ranked("distress", 0.4)), 0.3)))
    assert missed(turn) == []


def test_what_is_kept_says_where_and_what_and_holds_no_name() -> None:
    talk = agreed()
    talk.take(Start("someone-who-knows"))
    talk.say("Priya from the lab")
    talk.say("How did she get in?")
    assert missed(talk.say("depends if priya is in, mail p@x.org")) == [
        MeaningMissed("depends if [name] is in, mail [address]", "someone-who-knows", "how-it-feels")
    ]


def test_a_message_of_names_alone_is_not_kept() -> None:
    turn = TurnInProgress(Session(consent=True), real_library(), BEGIN, 1)
    remember(turn, "Priya @priya 07700900123")
    assert turn.events == []


def test_what_was_offered_and_picked_goes_with_it() -> None:
    turn = TurnInProgress(Session(consent=True), real_library(), BEGIN, 1)
    remember(turn, "like how do u mean", ("explain", "stuck"), "explain")
    assert turn.events == [MeaningMissed("like how do u mean", "", "", ("explain", "stuck"), "explain")]


def test_privacy_shows_how_it_stands_and_switches_it_without_leaving_the_lesson() -> None:
    talk = Conversation.begin(real_library())
    talk.take(Start("someone-who-knows"))
    at = talk.session.at
    talk.take(Asked("privacy"))
    turn = talk.press(SWITCH_ON.label)
    assert (talk.session.consent, talk.session.at) == (True, at)
    assert of(turn, ConsentGiven)
    talk.take(Asked("privacy"))
    turn = talk.press(SWITCH_OFF.label)
    assert (talk.session.consent, talk.session.at) == (False, at)
    assert of(turn, ConsentWithdrawn)
    assert any("deleted" in event.text for event in turn.events if isinstance(event, MessageQueued))


def test_it_is_withdrawn_in_words_also_where_own_words_are_asked_for() -> None:
    talk = agreed()
    talk.take(Start("someone-who-knows"))
    talk.say("dont keep my messages")
    assert talk.session.consent is False
    assert talk.session.kept == {}


def test_a_session_from_before_was_never_asked() -> None:
    old = {key: value for key, value in Session(welcomed=True).to_dict().items() if not key.startswith("consent")}
    assert Session.from_dict(old) == Session(welcomed=True)


def test_an_answer_of_the_head_is_no_missed_message() -> None:
    talk = agreed()
    talk.take(Start("someone-who-knows"))
    here = talk.here()
    answer = here.answers[0]
    turn = talk.take(
        Said("in my own way", Reading((Ranked("out_of_scope", 1.0),), 0.3, {here.head: Head((Ranked(answer.slug, 0.9),), 0.5)}))
    )
    assert missed(turn) == []
