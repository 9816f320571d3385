"""The engine's rules that a transcript does not show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dialogues.engine import advance
from dialogues.errors import DialogueError
from dialogues.events import ActionAgreed, AnswerKept, ChoiceMade, MessageQueued
from dialogues.inputs import Asked, Chose, Reading, Said, Start
from dialogues.parsing import parse_lesson
from dialogues.session import Session
from dialogues.table import COMMANDS, TABLE
from dialogues.transcript import BEGIN, Conversation, reading_of
from dialogues.turn import TurnInProgress
from tests.fixtures import real_library


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


@pytest.mark.parametrize("text", ["2", "lesson 2", "the second one", "second lesson", "number 2"])
def test_a_lesson_of_a_list_can_be_named_by_its_place(text: str) -> None:
    talk = Conversation.begin(real_library())
    for given in (Start(), Asked("lessons"), Said(text)):
        talk.take(given)
    assert talk.session.at is not None
    assert talk.session.at.lesson == list(real_library().lessons)[1]


@pytest.mark.parametrize(("text", "leaves"), [("later", True), ("gtg", True), ("maybe some other time next month", False)])
def test_at_the_question_for_a_day_only_a_plain_later_leaves_the_lesson(text: str, leaves: bool) -> None:  # noqa: FBT001
    talk = begin()
    for given in ("Sam", "How was it?", "Fine", "Call them"):
        talk.say(given)
    turn = talk.say(text, "" if leaves else "later")
    assert turn.events
    assert (talk.session.at is None) == leaves


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
    library = real_library()
    later = replace(library.lessons["a-question-worth-asking"], after=("someone-who-knows",))
    library = replace(library, lessons={**library.lessons, later.id: later})
    talk = Conversation.begin(library)
    talk.take(Start("someone-who-knows"))
    talk.say("Sam")
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
    for text in ("Sam", "How was it?", "Fine", "Call them", "Tomorrow", "skip"):
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


@pytest.mark.parametrize("command", ["menu", "lessons", "progress"])
@pytest.mark.parametrize("answer", ["yes", "👍", "do it"])
def test_a_yes_to_another_question_deletes_nothing(command: str, answer: str) -> None:
    talk = begin()
    talk.say("Sam")
    for given in (Asked("later"), Asked("forget"), Asked(command), Said(answer)):
        talk.take(given)
    assert talk.session.kept == {"someone-who-knows": {"person": "Sam"}}


def test_help_with_the_question_asks_a_script_again_instead_of_leaving_it() -> None:
    talk = begin()
    talk.take(Asked("forget"))
    turn = talk.say("idk")
    assert "Shall I delete everything" in texts(turn.events)
    talk.press("No, keep it")


def test_a_lesson_that_begins_before_the_welcome_welcomes_first_and_loses_no_answer() -> None:
    talk = Conversation.begin(real_library())
    talk.take(Asked("privacy"))
    turn = talk.press("Next: A question worth asking")
    assert "/forget" in texts(turn.events)
    turn = talk.say("whether I will find work")
    assert talk.session.kept["a-question-worth-asking"]["thought"] == "whether I will find work"


def test_an_unknown_command_does_not_close_the_help_after_distress() -> None:
    talk = begin()
    talk.say("i want to die")
    turn = talk.take(Asked("hilfe"))
    assert "116 123" in texts(turn.events)


def test_a_script_that_was_changed_while_its_buttons_were_open_asks_again() -> None:
    library = real_library()
    talk = begin()
    talk.take(Asked("forget"))
    old = library.scripts["forget"]
    text = old.text.replace("No, keep it", "No, leave it")
    changed = parse_lesson(text, "forget.yml", facts=library.place.fact_names)
    talk.library = replace(library, scripts={**library.scripts, "forget": changed})
    turn = talk.press("No, keep it")
    assert "Shall I delete everything" in texts(turn.events)


def test_how_it_went_is_asked_again_after_a_word_that_is_no_answer() -> None:
    talk = begin()
    for text in ("Sam", "How was it?", "Fine", "Call them", "Tomorrow", "done"):
        talk.say(text)
    for text in ("idk", "example", "😂"):
        turn = talk.say(text)
        assert "How did it go?" in texts(turn.events)
    talk.say("She was kind")
    assert talk.session.kept["someone-who-knows"]["what happened"] == "She was kind"


def test_a_day_beyond_the_lessons_own_limit_is_not_agreed() -> None:
    library = real_library()
    old = library.lessons["someone-who-knows"]
    near = parse_lesson(old.text.replace("by: ask the student", "by: within 3 days"), "x.yml", facts=library.place.fact_names)
    talk = Conversation.begin(replace(library, lessons={**library.lessons, near.id: near}))
    talk.take(Start(near.id))
    for text in ("Sam", "How was it?", "Fine", "Call them", "in two weeks"):
        talk.say(text)
    assert not talk.session.open_actions
    assert [option.label for option in talk.here().options] == ["Today", "Tomorrow", "In three days", "Rather not"]
    talk.say("in 2 days")
    assert talk.session.open_actions


def test_a_lesson_of_which_no_text_is_left_is_left_and_its_answers_stay() -> None:
    talk = begin()
    talk.say("Sam")
    gone = replace(talk.library, lessons={})
    talk.library = gone
    turn = talk.take(Said("hello"))
    assert "no longer there" in texts(turn.events)
    assert talk.session.at is None
    assert talk.session.kept["someone-who-knows"]["person"] == "Sam"


def test_every_command_means_a_row_of_the_table() -> None:
    assert set(COMMANDS.values()) <= {key for state, key in TABLE if state is None}


def test_an_intent_that_the_engine_does_not_know_is_not_an_error() -> None:
    talk = begin()
    talk.say("later")
    reading = reading_of("greet", talk.here())
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
