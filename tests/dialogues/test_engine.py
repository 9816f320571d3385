"""The engine's rules that a transcript does not show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dialogues.engine import COMMANDS, TABLE, advance
from dialogues.errors import DialogueError
from dialogues.events import ActionAgreed, AnswerKept, ChoiceMade, DistressNoticed, MessageQueued
from dialogues.inputs import Asked, Chose, Edited, Reading, Said, Sent, Start
from dialogues.session import Session
from tests.fixtures import real_library
from tests.transcript import BEGIN, Conversation, reading_of


def begin(lesson: str = "someone-who-knows") -> Conversation:
    talk = Conversation.begin(real_library())
    talk.take(Start(lesson))
    return talk


def texts(events: tuple[object, ...]) -> str:
    return "\n".join(event.text for event in events if isinstance(event, MessageQueued))


def test_second_tap_of_a_double_tap_changes_nothing() -> None:
    talk = begin()
    prompt = talk.session.prompt
    assert prompt is not None
    talk.take(Chose(prompt.id, 1))
    before = talk.session
    turn = talk.take(Chose(prompt.id, 1))
    assert turn.events == ()
    assert turn.session == before


def test_an_old_button_is_answered_and_leads_back_to_the_question() -> None:
    talk = begin()
    prompt = talk.session.prompt
    assert prompt is not None
    talk.say("Sam")
    turn = talk.take(Chose(prompt.id, 0))
    assert talk.session.at is not None
    assert talk.session.at.step == "question"
    assert "behind us" in texts(turn.events)
    assert "no website could tell you" in texts(turn.events)


@pytest.mark.parametrize("given", [Chose("1-0", -1), Chose("1-0", 99), Chose("", 0), Chose("nonsense", 0)])
def test_a_button_that_never_was_is_answered_kindly(given: Chose) -> None:
    talk = begin()
    turn = talk.take(given)
    assert "behind us" in texts(turn.events)


@pytest.mark.parametrize(
    "given",
    [
        Said("i want to kill myself"),
        Said("I WANT TO KILL MYSELF!!"),
        Said("honestly i dont want to be here anymore", Reading.none()),
        Edited("i want to kill myself"),
        Sent("picture", "i want to kill myself"),
        Asked("distress", "i want to die"),
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
    assert turn.session.nudges_paused
    assert turn.session.at is None, "the lesson does not go on"


def test_distress_is_noticed_by_the_classifier_where_no_phrase_stands() -> None:
    talk = begin()
    turn = talk.say("it is all too much", "distress")
    assert DistressNoticed("classifier") in turn.events


def test_reminders_stay_paused_after_distress_until_she_goes_on_herself() -> None:
    talk = begin()
    talk.say("i want to die")
    talk.say("hm")
    assert talk.session.nudges_paused
    talk.press("I'm all right, carry on")
    assert not talk.session.nudges_paused


def test_a_typed_answer_marks_the_button_that_it_stands_for() -> None:
    talk = begin()
    talk.say("Sam")
    talk.say("How was it?")
    prompt = talk.session.prompt
    assert prompt is not None
    turn = talk.say("a bit weird tbh", "answer: A bit awkward")
    assert ChoiceMade(prompt.id, "A bit awkward") in turn.events


def test_a_choice_can_be_made_by_its_number() -> None:
    talk = begin()
    talk.say("Sam")
    talk.say("How was it?")
    turn = talk.say("3")
    assert "Fair enough" in texts(turn.events)


def test_a_lesson_begins_by_its_title_but_not_where_own_words_are_asked_for() -> None:
    talk = Conversation.begin(real_library())
    talk.take(Start())
    talk.say("ask someone who knows")
    assert talk.session.at is not None
    talk.say("A question worth asking!")
    assert talk.session.kept["someone-who-knows"]["person"] == "A question worth asking!"


def test_a_number_is_an_answer_where_own_words_are_asked_for() -> None:
    talk = begin()
    turn = talk.say("1")
    assert AnswerKept("someone-who-knows", "who", "person", "1") in turn.events


def test_what_was_written_is_kept_to_the_letter() -> None:
    words = 'Zoë {person} "quoted" \\ <b>&amp;</b>\nsecond line 🌱'
    talk = begin()
    turn = talk.say(words)
    assert AnswerKept("someone-who-knows", "who", "person", words) in turn.events
    assert "Zoë {person}" in texts(turn.events), "braces that a student wrote are hers"


def test_a_5000_character_answer_is_kept_whole_and_quoted_short() -> None:
    words = "word " * 1000
    talk = begin()
    turn = talk.say(words)
    assert talk.session.kept["someone-who-knows"]["person"] == words.strip()
    assert all(len(event.text) < 1000 for event in turn.events if isinstance(event, MessageQueued))


def test_what_an_earlier_lesson_kept_is_used_by_one_that_comes_after() -> None:
    from dataclasses import replace

    library = real_library()
    later = replace(library.lessons["a-question-worth-asking"], after=("someone-who-knows",))
    library = replace(library, lessons={**library.lessons, later.id: later})
    talk = Conversation.begin(library)
    talk.take(Start("someone-who-knows"))
    talk.say("Sam")
    from dialogues.turn import TurnInProgress

    turn = TurnInProgress(talk.session, library, BEGIN, 1)
    assert turn.fill("Ask {person|somebody}.", lesson=later) == "Ask Sam."
    assert turn.fill("Ask {question|somebody}.", lesson=later) == "Ask somebody."
    assert turn.fill("Ask {question}.", lesson=later) == "Ask your question."


def test_going_back_and_answering_again_replaces_what_was_kept() -> None:
    talk = begin()
    talk.say("Sam")
    talk.say("back")
    talk.say("Priya")
    assert talk.session.kept["someone-who-knows"]["person"] == "Priya"


def test_agreeing_a_day_again_at_the_same_step_moves_the_action() -> None:
    talk = begin()
    for text in ("Sam", "How was it?", "Fine", "Call them", "Tomorrow"):
        talk.say(text)
    first = talk.session.open_actions
    talk.take(Start("someone-who-knows"))
    for text in ("Sam", "How was it?", "Fine", "Call them"):
        talk.say(text)
    turn = talk.say("next week")
    assert len(first) == len(talk.session.open_actions) == 1
    agreed = next(event for event in turn.events if isinstance(event, ActionAgreed))
    assert agreed.due == "2026-11-30"


def test_today_is_the_students_today_and_not_utc() -> None:
    library = real_library()
    talk = begin()
    for text in ("Sam", "How was it?", "Fine", "Call them"):
        talk.say(text)
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight in London
    turn = advance(talk.session, Said("today"), library, late, 99)
    assert next(event.due for event in turn.events if isinstance(event, ActionAgreed)) == "2026-07-01"


def test_a_link_to_a_lesson_goes_straight_in_after_saying_what_is_kept() -> None:
    turn = Conversation.begin(real_library()).take(Start("what-so-what-now-what"))
    assert "/forget" in texts(turn.events)
    assert turn.session.at is not None
    assert turn.session.at.lesson == "what-so-what-now-what"


def test_a_link_to_a_lesson_that_is_not_there_welcomes() -> None:
    turn = Conversation.begin(real_library()).take(Start("../../etc/passwd"))
    assert turn.session.welcomed
    assert turn.session.at is None


def test_every_command_means_a_row_of_the_table() -> None:
    assert set(COMMANDS.values()) <= {key for state, key in TABLE if state is None}


def test_an_intent_that_the_engine_does_not_know_is_not_an_error() -> None:
    talk = begin()
    talk.say("later")
    reading = reading_of("greet", talk.here())
    from dataclasses import replace

    unknown = replace(reading, ranking=(replace(reading.ranking[0], name="order_pizza"), *reading.ranking[1:]))
    assert texts(talk.take(Said("a margherita", unknown)).events)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(DialogueError):
        advance(Session(), Start(), real_library(), BEGIN.replace(tzinfo=None), 1)


def test_the_same_input_at_the_same_time_gives_the_same_turn() -> None:
    library = real_library()
    at = BEGIN + timedelta(hours=1)
    assert advance(Session(), Start(), library, at, 7) == advance(Session(), Start(), library, at, 7)


def test_while_nothing_can_be_read_the_student_is_told_and_the_buttons_work() -> None:
    talk = begin()
    talk.say("Sam")
    talk.say("How was it?")
    turn = talk.take(Said("kind of strange I suppose", Reading.none()))
    assert "The buttons work" in texts(turn.events)
    assert talk.session.prompt is not None
    talk.press("Fine")
    assert talk.session.at is not None
    assert talk.session.at.step == "way"
