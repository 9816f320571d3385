"""Agreeing when: the hour and the occasion are kept and said back, and the day can be changed afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogues.events import ActionAgreed, MessageQueued
from dialogues.inputs import Asked, Ranked, Reading, Said, Start
from dialogues.parsing import parse_lesson
from dialogues.session import Action, Session
from dialogues.transcript import Conversation
from dialogues.turn import Turn
from dialogues.when import When
from tests.fixtures import real_library

TO_THE_DAY = ("Sam", "How was it?", "Fine", "Call them")


def at_the_day() -> Conversation:
    talk = Conversation.begin(real_library())
    talk.take(Start("someone-who-knows"))
    for text in TO_THE_DAY:
        talk.say(text)
    return talk


def agreed(text: str = "tomorrow") -> Conversation:
    talk = at_the_day()
    talk.say(text)
    return talk


def texts(turn: Turn) -> str:
    return "\n".join(event.text for event in turn.events if isinstance(event, MessageQueued))


def due(talk: Conversation) -> str:
    (action,) = talk.session.open_actions
    return action.due


@pytest.mark.parametrize(
    ("text", "kept", "said"),
    [
        ("thursday after my seminar", ("2026-11-26", None, "my seminar"), "Thursday 26 November, after your seminar"),
        ("tomorrow at 6", ("2026-11-24T18:00", None, ""), "tomorrow, Tuesday 24 November, at 18:00"),
        ("fri evening", ("2026-11-27", "evening", ""), "Friday 27 November, in the evening"),
        ("i could ask her on wednesday", ("2026-11-25", None, ""), "Wednesday 25 November"),
    ],
)
def test_what_was_named_is_kept_and_said_back(text: str, kept: tuple[str, str | None, str], said: str) -> None:
    talk = at_the_day()
    turn = talk.say(text)
    (action,) = talk.session.open_actions
    assert (action.due, action.part, action.after) == kept
    assert said in texts(turn)
    assert next(event.due for event in turn.events if isinstance(event, ActionAgreed)) == action.due


def test_the_journal_says_the_hour_too() -> None:
    talk = agreed("tomorrow at 6")
    assert "Planned for tomorrow, Tuesday 24 November, at 18:00" in texts(talk.take(Asked("journal")))


def test_a_command_that_is_sure_is_not_taken_for_a_day() -> None:
    talk = at_the_day()
    reading = Reading((Ranked("later", 0.99), Ranked("out_of_scope", 0.001)), 0.3)
    talk.take(Said("can we go on with this tomorrow", reading))
    assert talk.session.open_actions == ()
    assert talk.session.at is None


def test_a_later_that_is_not_sure_is_taken_for_the_day_that_it_names() -> None:
    talk = at_the_day()
    reading = Reading((Ranked("later", 0.6), Ranked("out_of_scope", 0.3)), 0.3)
    talk.take(Said("gonna ask him next week", reading))
    assert due(talk) == "2026-11-30"


def test_an_action_of_an_older_session_is_read() -> None:
    old = {
        "id": "1",
        "lesson": "l",
        "version": "v",
        "step": "s",
        "what": "w",
        "due": "2026-11-26",
        "agreed_at": "",
        "state": "open",
    }
    session = Session.from_dict({"shape": 1, "actions": [old]})
    assert session.actions == (Action("1", "l", "v", "s", "w", "2026-11-26", ""),)
    assert session.actions[0].when == When.of("2026-11-26")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("change it to friday", "2026-11-27"),
        ("Can we change it to Friday at 6 please?", "2026-11-27T18:00"),
        ("make it thursday instead", "2026-11-26"),
        ("move it to next monday at 9", "2026-11-30T09:00"),
        ("actually friday", "2026-11-27"),
        ("friday instead", "2026-11-27"),
        ("no, wednesday instead!", "2026-11-25"),
        ("push it back to next week", "2026-11-30"),
    ],
)
def test_a_day_can_be_changed_in_words_after_it_was_agreed(text: str, day: str) -> None:
    talk = agreed()
    turn = talk.say(text)
    assert due(talk) == day
    assert "Changed: " in texts(turn)
    assert ActionAgreed in {type(event) for event in turn.events}


@pytest.mark.parametrize("text", ["friday", "change it", "make it better", "friday instead of monday", "change the lesson"])
def test_what_does_not_ask_for_another_day_changes_none(text: str) -> None:
    talk = agreed()
    talk.say(text)
    assert due(talk) == "2026-11-24"


def test_another_day_is_offered_for_one_turn_and_asks_which() -> None:
    talk = agreed()
    assert "Another day" in {option.label for option in talk.here().options}
    turn = talk.press("Another day")
    assert "Which day instead?" in texts(turn)
    talk.say("saturday morning")
    (action,) = talk.session.open_actions
    assert (action.due, action.part) == ("2026-11-28", "morning")
    assert talk.session.aside is None
    talk.say("hello")
    assert "Another day" not in [option.label for option in talk.here().options]


def test_another_day_can_be_picked_by_its_button() -> None:
    talk = agreed()
    talk.press("Another day")
    talk.press("In three days")
    assert due(talk) == "2026-11-26"


@pytest.mark.parametrize("text", ["no", "purple", "menu"])
def test_asked_for_another_day_she_can_leave_it_as_it_is(text: str) -> None:
    talk = agreed()
    talk.say("skip")
    talk.say("another day")
    for _ in range(2):
        talk.say(text)
    assert due(talk) == "2026-11-24"
    assert talk.session.aside is None


def test_another_day_without_anything_planned_is_answered() -> None:
    talk = Conversation.begin(real_library())
    talk.take(Start())
    assert "nothing on your list" in texts(talk.say("another day"))


def test_a_day_is_not_changed_from_within_another_lesson() -> None:
    talk = agreed()
    talk.take(Start("a-question-worth-asking"))
    talk.say("change it to friday")
    assert due(talk) == "2026-11-24"


def test_in_the_rest_of_the_lesson_a_change_is_no_answer_to_a_question_for_own_words() -> None:
    talk = agreed()
    talk.say("skip")
    talk.take(Start("someone-who-knows"))
    talk.say("actually friday")
    assert talk.session.kept["someone-who-knows"]["person"] == "actually friday"
    turn = talk.say("change it to friday")
    assert due(talk) == "2026-11-27"
    assert "no website could tell you" in texts(turn), "the question that was open is asked again"


def test_another_day_beyond_the_lessons_own_limit_is_not_taken() -> None:
    library = real_library()
    old = library.lessons["someone-who-knows"]
    near = parse_lesson(old.text.replace("by: ask the student", "by: within 3 days"), "x.yml", facts=library.place.fact_names)
    talk = Conversation.begin(replace(library, lessons={**library.lessons, near.id: near}))
    talk.take(Start(near.id))
    for text in (*TO_THE_DAY, "tomorrow", "skip", "change it to next week"):
        talk.say(text)
    assert due(talk) == "2026-11-24"
    talk.say("another day")
    assert [option.label for option in talk.here().options] == ["Today", "Tomorrow", "In three days", "Menu"]
