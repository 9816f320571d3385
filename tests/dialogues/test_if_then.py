"""The rest of "If it is Thursday, then ...": asked once, kept with the plan, said on its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dialogues.engine import advance
from dialogues.errors import LessonError
from dialogues.events import ActionDone, IfThenAgreed
from dialogues.inputs import Asked, Chose, Elapsed, Start
from dialogues.nudging import Leanings
from dialogues.parsing import parse_lesson
from dialogues.plans import person_in, then_in
from dialogues.transcript import Conversation
from dialogues.turn import Turn
from dialogues.wordings import needs_if_then, parse_wordings
from tests.dialogues.planning import SENTENCE, TO_THE_DAY, only, planned, texts
from tests.fixtures import real_library


@pytest.mark.parametrize(
    ("day", "start"),
    [
        ("thursday after my seminar", "If it is Thursday and my seminar is over, then"),
        ("friday after my exams", "If it is Friday and my exams are over, then"),
        ("friday after my class", "If it is Friday and my class is over, then"),
        ("tomorrow at 6", "If it is Tuesday, 18:00, then"),
        ("fri evening", "If it is Friday evening, then"),
        ("tomorrow", "If it is Tuesday, then"),
        ("next week", "If it is Monday 30 November, then"),
    ],
)
def test_the_sentence_begins_with_what_she_named(day: str, start: str) -> None:
    talk = planned(day=day)
    assert start in talk.session.last_said[-1]


def test_the_sentence_is_kept_with_the_plan_and_shown_with_it() -> None:
    talk = planned()
    turn = talk.say(SENTENCE)
    assert IfThenAgreed(only(talk).id) in turn.events
    assert talk.session.at is None, "the lesson goes on"
    whole = "“If it is Thursday and my seminar is over, then I stay in my seat and text her.”"
    assert whole in texts(turn)
    assert whole in texts(talk.take(Asked("actions")))


def test_a_sentence_of_her_own_is_left_as_she_wrote_it() -> None:
    talk = planned("if my bag is packed I text her")
    assert "“If my bag is packed I text her.”" in texts(talk.take(Asked("actions")))


@pytest.mark.parametrize("text", ["skip", "no", "nah"])
def test_the_sentence_can_be_skipped_and_the_plan_stands(text: str) -> None:
    talk = planned(text)
    assert only(talk).if_then == ""
    assert only(talk).state == "open"
    assert "someone-who-knows" in talk.session.finished


@pytest.mark.parametrize("text", ["for example?", "idk", "yes", "what?", "..."])
def test_help_with_the_sentence_asks_it_again(text: str) -> None:
    talk = planned(text)
    assert only(talk).if_then == ""
    assert "If it is Thursday and my seminar is over" in talk.session.last_said[-1]


@pytest.mark.parametrize(("text", "due"), [("actually friday", "2026-11-27"), ("change it to friday at 6", "2026-11-27T18:00")])
def test_the_day_can_be_changed_instead_of_finishing_the_sentence(text: str, due: str) -> None:
    talk = planned(text)
    assert only(talk).due == due
    assert "If it is Friday" in talk.session.last_said[-1]


def test_back_from_the_sentence_asks_for_the_day_again() -> None:
    talk = planned("back")
    assert "Which day will you do it?" in talk.session.last_said[-1]
    talk.say("tomorrow")
    assert only(talk).due == "2026-11-24"


def test_left_at_the_sentence_she_comes_back_to_it() -> None:
    talk = planned("later")
    assert talk.session.at is None
    turn = talk.say("carry on")
    assert "If it is Thursday and my seminar is over" in texts(turn)
    talk.say(SENTENCE)
    assert only(talk).if_then


def test_what_was_done_before_the_sentence_was_finished_goes_on_behind_it() -> None:
    talk = planned("done", "it was lovely")
    assert only(talk).state == "done"
    assert talk.session.at is None
    assert "someone-who-knows" in talk.session.finished


def test_a_sentence_about_an_occasion_goes_when_the_occasion_does() -> None:
    talk = planned(SENTENCE)
    turn = talk.say("change it to friday at 6")
    assert only(talk).if_then == ""
    assert "your seminar" in texts(turn)


def test_a_sentence_about_a_day_moves_with_it() -> None:
    talk = planned("I text her", day="thursday")
    talk.say("change it to friday")
    assert "If it is Friday, then I text her." in texts(talk.take(Asked("actions")))


def test_a_lesson_can_do_without_the_sentence() -> None:
    library = real_library()
    old = library.lessons["someone-who-knows"]
    text = old.text.replace("by: ask the student", "by: ask the student\n      if then: no")
    without = parse_lesson(text, "x.yml", facts=library.place.fact_names)
    talk = Conversation.begin(replace(library, lessons={**library.lessons, without.id: without}))
    talk.take(Start(without.id))
    for said in (*TO_THE_DAY, "tomorrow"):
        talk.say(said)
    assert without.id in talk.session.finished


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("with: person", "with: persom", "nothing is kept as 'persom'"),
        ("with: person", "with: persom", "Did you mean 'person'?"),
        ("with: person", "if then: maybe", "'maybe' cannot stand for 'if then'"),
        ("with: person", "ifthen: no", "Did you mean 'if then'?"),
        ("  - who:", "  - who:\n      if then: no", "'if then' belongs to an action"),
    ],
)
def test_a_mistake_about_a_plan_is_told(old: str, new: str, says: str) -> None:
    library = real_library()
    text = library.lessons["someone-who-knows"].text
    assert old in text
    with pytest.raises(LessonError) as caught:
        parse_lesson(text.replace(old, new, 1), "x.yml", facts=library.place.fact_names)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Aisha, my cousin's flatmate. She tests water.", "Aisha"),
        ("my tutor", "my tutor"),
        ("Sam (from the lab)", "Sam"),
        ("", ""),
    ],
)
def test_a_person_is_named_by_the_beginning_of_what_was_kept(words: str, name: str) -> None:
    assert person_in(words) == name


def test_a_plan_names_the_person_that_the_lesson_keeps() -> None:
    talk = planned("skip")
    assert only(talk).person == "Priya"
    assert "with Priya" in texts(talk.take(Asked("actions")))


@pytest.mark.parametrize("words", ["then I go", "... then I go", "…then, I go", "I go"])
def test_a_beginning_that_she_repeats_is_not_doubled(words: str) -> None:
    assert then_in(words) == "I go"


def nudged(talk: Conversation, *, days: int) -> Turn:
    library = replace(talk.library, leanings=Leanings(hold_back=0.0))
    at = datetime(2026, 11, 23, 19, 0, tzinfo=UTC) + timedelta(days=days)
    turn = advance(talk.session, Elapsed(), library, at, 500 + days)
    talk.session = turn.session
    return turn


def test_on_its_day_the_reminder_says_her_sentence_and_afterwards_no_more() -> None:
    talk = planned(SENTENCE)
    sentence = "If it is Thursday and my seminar is over, then I stay in my seat"
    assert sentence in texts(nudged(talk, days=3))
    assert "then I stay" not in texts(nudged(talk, days=5))
    assert len(talk.session.nudging.sent) == 2


@pytest.mark.parametrize("seed", range(5))
def test_without_a_sentence_no_reminder_needs_one(seed: int) -> None:
    talk = planned("skip")
    library = replace(talk.library, leanings=Leanings(hold_back=0.0))
    at = datetime(2026, 11, 26, 19, 0, tzinfo=UTC)
    said = texts(advance(talk.session, Elapsed(), library, at, seed))
    assert said
    assert "your if then" not in said


def test_a_smaller_version_is_not_reminded_of_in_the_words_of_the_bigger_one() -> None:
    talk = planned("skip", "not yet")
    talk.press("Make it smaller")
    talk.say("just find her number")
    talk.press("In three days")
    for seed in range(8):
        library = replace(talk.library, leanings=Leanings(hold_back=0.0))
        turn = advance(talk.session, Elapsed(), library, datetime(2026, 11, 26, 19, 0, tzinfo=UTC), seed)
        assert "just find her number" in texts(turn)


@pytest.mark.parametrize(("act", "says"), [(0, "How did it go?"), (1, "When instead?")])
def test_the_buttons_of_a_reminder_lead_where_the_words_do(act: int, says: str) -> None:
    talk = planned("skip")
    nudged(talk, days=3)
    turn = talk.take(Chose(talk.session.nudging.sent[-1].id, act))
    assert says in texts(turn)
    assert any(isinstance(event, ActionDone) for event in turn.events) == (act == 0)


def test_wordings_that_all_need_her_sentence_are_refused() -> None:
    text = "nudge: action_due\nwordings:\n  a: You wrote {if then}\n  b: Now {if then}\n  c: Now {what}\n"
    with pytest.raises(LessonError, match="only 1 of these"):
        parse_wordings(text, "action_due.yml")


def test_a_wording_with_something_to_say_instead_needs_no_sentence() -> None:
    assert needs_if_then("You wrote {if then}")
    assert not needs_if_then("You wrote {if then|nothing}")
