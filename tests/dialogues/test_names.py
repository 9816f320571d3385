"""Lessons called by name: by title, by some of its words, by number, with slips; and never where nobody named one."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogues.inputs import Asked, Said, Start
from dialogues.library import Library
from dialogues.names import Named, lesson_number, lessons_named
from dialogues.transcript import Conversation
from tests.fixtures import real_library

TITLES = {
    "asking-for-help": ("The right kind of help", "asking for support"),
    "someone-who-knows": ("Ask someone who knows", "asking for support"),
    "fifteen-minutes": ("Fifteen minutes with a person", "asking for support"),
    "two-line-message": ("The two-line message", "asking for support"),
    "a-question-worth-asking": ("A question worth asking", "finding information"),
    "read-five-adverts": ("Read five adverts", "finding information"),
    "what-people-earn": ("What people earn", "finding information"),
    "what-so-what-now-what": ("What? So what? Now what?", "reflecting"),
    "between-two-roads": ("Between two roads", "reflecting"),
    "my-map": ("My map of people", "my network"),
    "the-second-circle": ("The second circle", "my network"),
    "tell-your-story": ("Tell your story", "stories"),
}
SECONDS_FOR_A_TEXT = 0.5  # some fifty times what one takes


def library() -> Library:
    """A library of a dozen lessons that differ in their names alone."""
    real = real_library()
    model = real.lessons["someone-who-knows"]
    lessons = {name: replace(model, id=name, title=title, track=track) for name, (title, track) in TITLES.items()}
    return replace(real, lessons=lessons)


def named(text: str) -> Named:
    return lessons_named(text, library().lessons.values())


@pytest.mark.parametrize(
    ("text", "lesson"),
    [
        ("start the right kind of help", "asking-for-help"),
        ("the rigth kind of help", "asking-for-help"),
        ("can we do the right kind of help pls", "asking-for-help"),
        ("i'd like ask someone who knows", "someone-who-knows"),
        ("ask somone who knows please", "someone-who-knows"),
        ("the what so what one", "what-so-what-now-what"),
        ("the one with the five adverts", "read-five-adverts"),
        ("show me two line message", "two-line-message"),
        ("the second circle", "the-second-circle"),
        ("betwen two raods", "between-two-roads"),
        ("my-map", "my-map"),
        ("do the one where i tell my story", "tell-your-story"),
    ],
)
def test_one_lesson_that_is_plainly_named_is_found(text: str, lesson: str) -> None:
    found = named(text)
    assert (found.lessons, found.sure) == ((lesson,), True)


@pytest.mark.parametrize(
    ("text", "lessons"),
    [
        ("the one about people", {"what-people-earn", "my-map"}),
        ("the networking one", {"my-map", "the-second-circle"}),
        ("something about reflecting", {"what-so-what-now-what", "between-two-roads"}),
    ],
)
def test_of_several_that_fit_all_are_found_and_none_is_sure(text: str, lessons: set[str]) -> None:
    found = named(text)
    assert set(found.lessons) == lessons
    assert not found.sure


@pytest.mark.parametrize(
    "text",
    [
        "",
        "can we do another lesson",
        "what lessons are there",
        "change topic",
        "show me the menu",
        "the first one",
        "i want to start something new",
        "carry on where i left off",
        "something about salaries",
        "purple monkey",
        "word " * 100,
    ],
)
def test_a_text_that_names_no_lesson_finds_none(text: str) -> None:
    assert named(text) == Named()


@pytest.mark.parametrize(
    ("words", "lesson"),
    [("lesson 2", "b"), ("can we do lesson 1", "a"), ("the second lesson", "b"), ("lesson 9", None), ("2", None)],
)
def test_a_lesson_is_known_by_its_place(words: str, lesson: str | None) -> None:
    assert lesson_number(words, ["a", "b"]) == lesson


@given(st.text() | st.lists(st.sampled_from([*TITLES, "the", "one", "asking", "about"]), max_size=30).map(" ".join))
def test_any_text_finds_only_lessons_that_there_are(text: str) -> None:
    found = named(text)
    assert set(found.lessons) <= set(TITLES)
    assert found.lessons or not found.sure


def test_no_text_takes_long() -> None:
    begun = time.perf_counter()
    for text in ("asknig " * 28, "a b c " * 33, "the right kynd of " * 11):
        named(text)
    assert time.perf_counter() - begun < 3 * SECONDS_FOR_A_TEXT


def talk() -> Conversation:
    begun = Conversation.begin(library())
    for given_ in (Start(), Asked("later")):
        begun.take(given_)
    return begun


def test_a_wish_that_names_one_lesson_begins_it() -> None:
    student = talk()
    student.say("can we do the rigth kind of help", "choose_lesson")
    assert student.session.at is not None
    assert student.session.at.lesson == "asking-for-help"


@pytest.mark.parametrize(
    "text", ["can we do the rigth kind of help", "the right kind of help pls!", "lets start the right kind of help"]
)
def test_a_title_in_a_wish_is_that_lesson_also_when_nothing_is_read(text: str) -> None:
    student = talk()
    student.take(Said(text))
    assert student.session.at is not None
    assert student.session.at.lesson == "asking-for-help"


@pytest.mark.parametrize(
    "text", ["not the right kind of help", "what is the right kind of help", "i need the right kind of help"]
)
def test_a_title_among_other_words_is_left_to_the_reading(text: str) -> None:
    student = talk()
    student.take(Said(text))
    assert student.session.at is None


def test_a_wish_that_names_several_lists_those() -> None:
    student = talk()
    student.say("the one about people", "choose_lesson")
    assert [option.target for option in student.here().options] == [
        "start:what-people-earn",
        "start:my-map",
        "means:choose_lesson",
        "means:menu",
    ]


def test_a_wish_that_names_none_shows_the_list_as_ever() -> None:
    student, other = talk(), talk()
    student.say("another lesson about whatever", "choose_lesson")
    other.take(Asked("lessons"))
    assert student.here().options == other.here().options


def test_a_wish_to_carry_on_with_a_named_lesson_resumes_that_one() -> None:
    student = talk()
    for given_ in (Start("my-map"), Said("Sam"), Start("read-five-adverts"), Said("Priya"), Asked("later")):
        student.take(given_)
    student.say("carry on with my map of people", "resume")
    assert student.session.at is not None
    assert student.session.at.lesson == "my-map"


def test_a_topic_that_names_one_of_its_lessons_begins_it() -> None:
    student = talk()
    student.say("how do i read five adverts", "find_information")
    assert student.session.at is not None
    assert student.session.at.lesson == "read-five-adverts"


def test_lesson_2_is_the_second_of_all_where_no_list_is_open() -> None:
    student = talk()
    student.say("lesson 2")
    assert student.session.at is not None
    assert student.session.at.lesson == list(TITLES)[1]


def test_a_title_among_own_words_is_an_answer() -> None:
    student = Conversation.begin(library())
    student.take(Start("my-map"))
    student.say("my friend said the second circle is good")
    assert student.session.at is not None
    assert student.session.at.lesson == "my-map"
    assert student.session.kept["my-map"]["person"] == "my friend said the second circle is good"


def test_a_number_among_other_words_names_no_lesson() -> None:
    assert lessons_named("not sure which of two offers to take", real_library().lessons.values()).lessons == ()
    assert lessons_named("the two line message pls", real_library().lessons.values()).lessons == ("the-two-line-message",)
