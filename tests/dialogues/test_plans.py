"""Plans: the if-then, how they end, what is listed of them, and how students speak of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dialogues.engine import advance
from dialogues.errors import LessonError
from dialogues.events import ActionDone, ActionDropped, IfThenAgreed, MessageQueued, ReminderSet
from dialogues.inputs import Asked, Chose, Elapsed, Ranked, Reading, Said, Start
from dialogues.nudging import Leanings
from dialogues.parsing import parse_lesson
from dialogues.plan_words import asks_plans, lets_go, says_not_done
from dialogues.plans import person_in, then_in
from dialogues.session import Action, Session
from dialogues.turn import Turn
from dialogues.wordings import needs_if_then, parse_wordings
from tests.fixtures import real_library
from tests.transcript import Conversation

TO_THE_DAY = ("Priya, my lab partner", "How was it?", "Fine", "Call them")
SENTENCE = "then I stay in my seat and text her"


def planned(*texts: str, day: str = "thursday after my seminar") -> Conversation:
    """Return a conversation in which a day was agreed, and what else she said after it."""
    talk = Conversation.begin(real_library())
    talk.take(Start("someone-who-knows"))
    for text in (*TO_THE_DAY, day, *texts):
        talk.say(text)
    return talk


def two_plans() -> Conversation:
    talk = planned("skip")
    talk.take(Start("a-question-worth-asking"))
    for text in ("Jobs", "Jobs and money", "How many?", "Yes, I think so", "In job adverts", "friday", "skip"):
        talk.say(text)
    assert len(talk.session.open_actions) == 2
    return talk


def texts(turn: Turn) -> str:
    return "\n".join(event.text for event in turn.events if isinstance(event, MessageQueued))


def labels(talk: Conversation) -> list[str]:
    return [option.label for option in talk.here().options]


def only(talk: Conversation) -> Action:
    (action,) = talk.session.actions
    return action


# The if-then


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


# How it went


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


# Reminders of it


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


# In words


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


# Older sessions


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
