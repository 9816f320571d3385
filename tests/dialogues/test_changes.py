"""A lesson that was changed while students are in it: nobody is lost, and everybody is told what she has to know."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogues.changes import place_in
from dialogues.errors import LessonError
from dialogues.inputs import Asked, Chose, Start
from dialogues.lesson import Lesson
from dialogues.parsing import parse_lesson
from dialogues.session import Position
from dialogues.transcript import Conversation, seen
from tests.dialogues.test_engine import texts
from tests.fixtures import real_library

HEAD = """\
lesson: small
title: A small one
track: reflecting
minutes: 3
outcome: You have a word.
"""
STEPS = {
    "word": "      ask: Which word?\n      keep: word\n",
    "size": "      ask: How big is it?\n      choices:\n        Big:\n        Small:\n",
    "between": "      say: Halfway.\n",
    "colour": "      ask: Which colour?\n      keep: colour\n",
    "plan": "      do: Write it on the wall.\n      by: ask the student\n",
    "closing": "      say: That was it.\n",
}


def lesson(*names: str, moved: str = "", **steps: str) -> Lesson:
    """Return the lesson of those steps; `steps` gives some of them other keys, `moved` is its map as `old new, old new`."""
    pairs = [one.split() for one in moved.split(", ")] if moved else []
    head = "moved:\n" + "".join(f"  {old}: {new}\n" for old, new in pairs) if moved else ""
    known = {**STEPS, **steps}
    return parse_lesson(f"{HEAD}{head}steps:\n" + "".join(f"  - {name}:\n{known[name]}" for name in names), "small.yml")


def publish(talk: Conversation, new: Lesson) -> None:
    """Put the new version in the place of the old, which is found by its version from then on."""
    before = talk.library.lessons["small"]
    talk.library = replace(talk.library.with_older(before), lessons={**talk.library.lessons, "small": new})


def at(step: str, old: Lesson) -> Conversation:
    """Return a conversation with somebody who has come to that step of a lesson."""
    library = real_library()
    talk = Conversation.begin(replace(library, lessons={**library.lessons, "small": old}))
    talk.take(Start("small"))
    for _ in old.steps:
        place = talk.session.at
        assert place is not None
        if place.step == step:
            return talk
        if talk.here().takes_words:
            talk.say("my own words")
        else:
            assert talk.session.prompt is not None
            talk.take(Chose(talk.session.prompt.id, 0))
    raise AssertionError(step)


WHOLE = lesson("word", "size", "between", "colour", "plan", "closing")


def test_another_wording_is_not_even_noticed() -> None:
    talk = at("size", WHOLE)
    new = lesson(
        "word", "size", "colour", size="      ask: Is it big?\n      choices:\n        Big:\n        Small:\n        Tiny:\n"
    )
    publish(talk, new)
    assert "Which colour?" in texts(talk.press("Big").events)
    assert talk.session.at == Position("small", new.version, "colour", ("word", "size"))


def test_a_step_that_is_gone_leads_to_the_nearest_before_it_that_stands() -> None:
    talk = at("colour", WHOLE)
    publish(talk, lesson("word", "size", "plan"))
    turn = talk.say("blue")
    told, asked = seen(turn)
    assert "This lesson was changed" in told
    assert "How big is it?" in asked
    assert talk.session.kept["small"] == {"word": "my own words"}, "an answer to what is no longer asked is not kept"


def test_words_between_count_as_a_step_before_and_lead_on() -> None:
    talk = at("colour", WHOLE)
    publish(talk, lesson("word", "size", "between", "plan"))
    told, said, asked = seen(talk.say("blue"))
    assert "was changed" in told
    assert said == "Halfway."
    assert "Write it on the wall." in asked


def test_a_question_of_a_way_that_she_did_not_take_is_not_before_hers() -> None:
    fork = "      ask: How big is it?\n      choices:\n        Big: colour\n        Small: plan\n"
    steps = ("word", "size", "plan", "colour")
    talk = at("colour", lesson(*steps, size=fork, plan=STEPS["plan"] + "      go: end\n"))
    publish(talk, lesson("word", "size", "plan"))
    assert "How big is it?" in seen(talk.say("blue"))[-1]


def test_the_map_says_where_students_go_on_also_through_several_changes() -> None:
    talk = at("size", WHOLE)
    publish(talk, lesson("word", "hue", "closing", hue=STEPS["colour"], moved="size colour, colour hue"))
    told, asked = seen(talk.say("big"))
    assert "was changed" in told
    assert "Which colour?" in asked


def test_a_step_that_only_got_another_name_by_the_map_takes_her_answer() -> None:
    talk = at("colour", WHOLE)
    publish(talk, lesson("word", "hue", "closing", hue=STEPS["colour"], moved="colour hue"))
    turn = talk.say("blue")
    assert "changed" not in texts(turn.events)
    assert talk.session.kept["small"]["colour"] == "blue"


def test_a_step_that_now_asks_something_else_is_asked_anew() -> None:
    talk = at("colour", WHOLE)
    publish(talk, lesson("word", "colour", colour=STEPS["size"]))
    told, asked = seen(talk.say("blue"))
    assert "was changed" in told
    assert "How big is it?" in asked


def test_a_button_of_a_question_that_is_gone_leads_on_in_one_line() -> None:
    talk = at("size", WHOLE)
    prompt = talk.session.prompt
    assert prompt is not None
    publish(talk, lesson("word", "colour", "closing"))
    told, asked = seen(talk.take(Chose(prompt.id, 0)))
    assert "was changed" in told
    assert "kept nothing" not in told, "she wrote nothing"
    assert "Which word?" in asked


def test_she_is_told_once() -> None:
    talk = at("colour", WHOLE)
    publish(talk, lesson("word", "size", "plan"))
    talk.say("blue")
    assert "changed" not in texts(talk.press("Small").events)


def test_a_reminder_names_the_step_where_she_will_go_on_and_says_nothing_of_the_change() -> None:
    talk = at("colour", WHOLE)
    publish(talk, lesson("word", "size", "plan", size="      about: how big it is\n" + STEPS["size"]))
    came = talk.elapse(timedelta(days=5))
    assert "how big it is" in "\n".join(came)
    assert "changed" not in "\n".join(came)


@pytest.mark.parametrize(("text", "expected"), [("i want to die", "116 123"), ("later", "I keep your place")])
def test_distress_and_leaving_come_before_the_change(text: str, expected: str) -> None:
    talk = at("colour", WHOLE)
    publish(talk, lesson("word", "size", "plan"))
    said = texts(talk.say(text).events)
    assert expected in said
    assert "was changed" not in said
    assert "was changed" in texts(talk.take(Asked("resume")).events)


def test_a_lesson_that_she_left_goes_on_at_the_nearest_step_too() -> None:
    talk = at("colour", WHOLE)
    talk.take(Asked("later"))
    publish(talk, lesson("word", "size", "plan"))
    said = texts(talk.take(Asked("resume")).events)
    assert "was changed" in said
    assert "How big is it?" in said


def test_what_plays_beside_the_lesson_goes_on() -> None:
    talk = at("colour", WHOLE)
    talk.take(Asked("menu"))
    publish(talk, lesson("word", "size", "plan"))
    assert "was changed" not in texts(talk.press("All lessons").events)
    said = texts(talk.take(Asked("resume")).events)
    assert "was changed" in said
    assert "How big is it?" in said


def test_a_lesson_that_is_gone_as_a_whole_goes_on_in_its_old_words() -> None:
    talk = at("colour", WHOLE)
    talk.library = replace(
        talk.library.with_older(WHOLE), lessons={name: one for name, one in talk.library.lessons.items() if name != "small"}
    )
    assert "Write it on the wall." in texts(talk.say("blue").events)


def test_a_place_whose_text_is_lost_is_asked_anew() -> None:
    talk = at("colour", WHOLE)
    assert talk.session.at is not None
    talk.session = replace(talk.session, at=replace(talk.session.at, version="lost"))
    told, asked = seen(talk.say("blue"))
    assert "was changed" in told
    assert "Which colour?" in asked


def test_what_was_agreed_stays_agreed_although_its_step_is_gone() -> None:
    talk = at("plan", WHOLE)
    talk.press("Tomorrow")
    publish(talk, lesson("word", "size"))
    assert "Write it on the wall." in texts(talk.take(Asked("actions")).events)


def test_a_lesson_that_asks_nothing_any_more_is_finished_as_it_was() -> None:
    talk = at("colour", WHOLE)
    publish(talk, lesson("between", "closing"))
    assert "Write it on the wall." in texts(talk.say("blue").events)
    talk.press("Rather not")
    assert "small" in talk.session.finished


def test_a_sentence_goes_with_its_plan_although_the_step_got_another_name() -> None:
    talk = at("plan", WHOLE)
    talk.press("Tomorrow")
    publish(talk, lesson("word", "size", "deed", "closing", deed=STEPS["plan"], moved="plan deed"))
    assert "changed" not in texts(talk.say("I take the pen").events)
    assert [one.if_then for one in talk.session.actions] == ["I take the pen"]


def test_going_back_comes_to_each_question_once_although_two_became_one() -> None:
    talk = at("plan", WHOLE)
    new = lesson("word", "size", "plan", moved="colour size")
    publish(talk, new)
    talk.take(Asked("back"))
    assert talk.session.at == Position("small", new.version, "size", ("word",))


def test_a_lesson_left_in_a_version_whose_text_is_lost_holds_nobody_up() -> None:
    talk = at("colour", WHOLE)
    talk.take(Asked("later"))
    lessons = {name: one for name, one in talk.library.lessons.items() if name != "small"}
    talk.library = replace(talk.library, lessons=lessons, older={})
    assert seen(talk.take(Asked("menu")))


names = st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=6, unique=True)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(names, names, st.dictionaries(st.sampled_from(sorted(STEPS)), st.sampled_from(sorted(STEPS)), max_size=3), st.data())
def test_every_place_of_any_version_has_one_in_any_other(
    old: list[str], new: list[str], moved: dict[str, str], data: st.DataObject
) -> None:
    try:
        before = lesson(*old)
        after = lesson(*new, moved=", ".join(f"{one} {other}" for one, other in moved.items()))
    except LessonError:  # a map that leads nowhere is refused
        return
    waiting = [step.name for step in before.steps if step.waits]
    if not waiting or not any(step.waits for step in after.steps):
        return
    number = data.draw(st.integers(0, len(waiting) - 1))
    place = place_in(Position("small", before.version, waiting[number], tuple(waiting[:number])), before, after)
    assert after.step(place.step).waits
    assert all(after.step(name).waits for name in place.path)
    assert place.step not in place.path
    step = after.step(place.moved or place.step)
    while not step.waits:
        below = after.onward(step, None)
        assert below is not None
        step = below
    assert step.name == place.step, "walking on from where she is led comes to her place"
