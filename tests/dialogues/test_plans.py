"""Plans: how they end, what is listed of them, and how students speak of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest

from dialogues.engine import advance
from dialogues.events import ActionDropped, ReminderSet
from dialogues.inputs import Asked, Chose, Elapsed, Ranked, Reading, Said, Start
from dialogues.plan_words import asks_plans, lets_go, says_not_done
from dialogues.session import Session
from dialogues.transcript import Conversation
from tests.dialogues.planning import SENTENCE, TO_THE_DAY, labels, only, planned, texts, two_plans
from tests.fixtures import real_library


def test_not_yet_takes_a_new_time_in_her_words() -> None:
    talk = planned("skip", "not yet", "saturday morning")
    assert (only(talk).due, only(talk).part, only(talk).state) == ("2026-11-28", "morning", "open")


def test_not_yet_until_later_today_is_reminded_of_at_its_minute() -> None:
    talk = planned("skip", "not yet")
    turn = talk.press("In an hour")
    (reminder,) = talk.session.reminders
    assert reminder.about == only(talk).id
    assert any(isinstance(event, ReminderSet) for event in turn.events)
    later = advance(talk.session, Elapsed(), talk.library, datetime.fromisoformat(reminder.at), 99)
    assert "Call them" in texts(later)


def test_a_smaller_version_is_kept_in_her_words_and_gets_a_day() -> None:
    talk = planned(SENTENCE, "not yet")
    talk.press("Make it smaller")
    turn = talk.say("just find her number")
    assert "Which day instead?" in texts(turn)
    talk.press("In three days")
    action = only(talk)
    assert (action.what, action.due, action.smaller, action.if_then) == ("just find her number", "2026-11-26", True, "")


def test_what_she_lets_go_is_asked_about_once_and_her_reason_is_kept() -> None:
    talk = planned("skip")
    turn = talk.say("drop it")
    assert ActionDropped(only(talk).id) in turn.events
    talk.say("too much on")
    assert (only(talk).state, only(talk).afterwards) == ("dropped", "too much on")
    assert "too much on" in texts(talk.take(Asked("actions")))


@pytest.mark.parametrize("text", ["skip", "no"])
def test_why_she_let_it_go_may_stay_unsaid(text: str) -> None:
    talk = planned("skip", "drop it", text)
    assert talk.session.following_up is None
    assert only(talk).afterwards == ""


def test_what_was_let_go_can_be_taken_back_at_once() -> None:
    talk = planned("skip", "drop it")
    talk.press("Keep it after all")
    assert only(talk).state == "open"
    assert talk.session.following_up is None


def test_what_happened_is_kept_with_the_lesson_and_with_the_plan() -> None:
    talk = planned("skip", "done", "she laughed")
    assert talk.session.kept["someone-who-knows"]["what happened"] == "she laughed"
    assert only(talk).afterwards == "she laughed"


@pytest.mark.parametrize(("text", "asks"), [("done", "Which one"), ("not yet", "Which one"), ("drop it", "Which one")])
def test_of_several_plans_it_is_asked_which(text: str, asks: str) -> None:
    talk = two_plans()
    assert asks in texts(talk.say(text))
    talk.take(Chose(talk.session.prompt.id if talk.session.prompt else "", 0))
    assert len(talk.session.open_actions) == (2 if text == "not yet" else 1)


def test_in_the_middle_of_a_lesson_nothing_is_let_go_without_asking_which() -> None:
    talk = planned("skip")
    talk.take(Start("someone-who-knows"))
    for text in TO_THE_DAY[:2]:
        talk.say(text)
    turn = talk.say("drop it")
    assert only(talk).state == "open"
    assert "Which one shall I take off your list?" in texts(turn)


def test_each_plan_in_the_list_has_its_own_row_of_buttons() -> None:
    talk = two_plans()
    talk.take(Asked("actions"))
    assert labels(talk)[:6] == ["Done: 1", "Not yet: 1", "Drop it: 1", "Done: 2", "Not yet: 2", "Drop it: 2"]
    assert [option.row for option in talk.here().options[:6]] == [1, 1, 1, 2, 2, 2]
    talk.say("2")
    assert len(talk.session.open_actions) == 2, "a bare number does not end a plan"


def test_a_button_of_a_plan_that_has_ended_changes_nothing() -> None:
    talk = planned("skip")
    talk.take(Asked("actions"))
    listed = talk.session
    done = replace(only(talk), state="done")
    turn = advance(
        replace(listed, actions=(done,)), Chose(listed.prompt.id if listed.prompt else "", 2), talk.library, talk.at, 77
    )
    assert turn.session.actions == (done,)
    assert "off your list already" in texts(turn)


def test_the_list_stays_short_however_much_is_planned() -> None:
    talk = planned("skip")
    one = only(talk)
    many = tuple(replace(one, id=f"a{number}", what="x" * 400) for number in range(12))
    talk.session = replace(talk.session, actions=many)
    turn = talk.take(Asked("actions"))
    assert len(texts(turn)) < 4096
    assert len(labels(talk)) == 16
    assert "7 more" in texts(turn)


@pytest.mark.parametrize(
    "text",
    [
        "drop it",
        "Drop that one please",
        "i gave up on that",
        "ive given up on it",
        "let it go",
        "cancel the plan",
        "i wont do it",
    ],
)
def test_letting_go_is_read(text: str) -> None:
    assert lets_go(text)


@pytest.mark.parametrize(
    "text", ["i give up", "forget it", "drop my course", "i gave up chemistry", "dont drop it", "should i drop it", "it"]
)
def test_what_does_not_plainly_let_go_is_left_alone(text: str) -> None:
    assert not lets_go(text)


@pytest.mark.parametrize(
    "text", ["my plans", "what did i plan", "whats my plan", "show me my plans pls", "what was my plan again"]
)
def test_asking_for_the_plans_is_read(text: str) -> None:
    assert asks_plans(text)


@pytest.mark.parametrize("text", ["plan b", "my plans are to travel", "what plans", "i plan", "what did i plan for the lesson"])
def test_what_only_speaks_of_plans_is_left_alone(text: str) -> None:
    assert not asks_plans(text)


@pytest.mark.parametrize("text", ["i didnt manage", "havent done it yet", "didn't get round to it", "couldnt do it sorry"])
def test_not_done_is_read(text: str) -> None:
    assert says_not_done(text)


@pytest.mark.parametrize("text", ["i didnt like it", "i haven't got a job", "didnt know", "i did it"])
def test_what_is_something_else_not_done_is_left_alone(text: str) -> None:
    assert not says_not_done(text)


def test_where_own_words_are_asked_for_these_are_own_words() -> None:
    talk = planned("skip")
    talk.take(Start("someone-who-knows"))
    talk.take(Said("drop it", Reading((Ranked("out_of_scope", 0.9),), 0.3)))
    assert only(talk).state == "open"
    assert talk.session.kept["someone-who-knows"]["person"] == "drop it"


def test_without_a_plan_drop_it_lets_nothing_go() -> None:
    talk = Conversation.begin(real_library())
    talk.take(Start())
    assert "off your list" not in texts(talk.say("drop it"))


def test_a_plan_and_a_place_of_an_older_session_are_read() -> None:
    session = planned("skip").session
    data = json.loads(json.dumps(session.to_dict()))
    for name in ("person", "if_then", "smaller", "afterwards"):
        del data["actions"][0][name]
    del data["asks"]
    for place in data["paused"].values():
        del place["stage"]
    old = Session.from_dict(data)
    assert old.open_actions == (replace(session.open_actions[0], person=""),)
