"""What is decided without understanding: words, days, and the first check for distress."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogues.table import TABLE
from dialogues.when import FURTHEST_DAYS, read_day, say_day
from dialogues.words import clip, has_words, normalise, without_controls
from tests.fixtures import real_library

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Tomorrow!", "2026-11-24"),
        ("tmrw", "2026-11-24"),
        ("today", "2026-11-23"),
        ("in three days", "2026-11-26"),
        ("in 3 days", "2026-11-26"),
        ("next week", "2026-11-30"),
        ("on Thursday", "2026-11-26"),
        ("thu", "2026-11-26"),
        ("Monday", "2026-11-30"),
        ("two weeks", "2026-12-07"),
        ("in a week", "2026-11-30"),
        ("tomorrow please", "2026-11-24"),
        ("maybe tomorow", "2026-11-24"),
        ("today pls", "2026-11-23"),
        ("maybe next week", "2026-11-30"),
        ("i'll do it on friday", "2026-11-27"),
        ("this weekend", "2026-11-28"),
        ("28 nov", "2026-11-28"),
        ("on the 28th", "2026-11-28"),
        ("December 3rd", "2026-12-03"),
        ("the 2nd of january", "2027-01-02"),
        ("friday evening", "2026-11-27"),
    ],
)
def test_a_day_in_plain_words_is_read(text: str, day: str) -> None:
    read = read_day(text, MONDAY)
    assert read is not None
    assert read.isoformat() == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "purple",
        "in 99 days",
        "the day after",
        "whenever",
        "99999999 days",
        "in many weeks",
        "after my exams",
        "28",
        "31 feb",
        "40 nov",
        "12 oct",
        "not now",
    ],
)
def test_a_text_that_names_no_day_plainly_is_none(text: str) -> None:
    assert read_day(text, MONDAY) is None


@given(st.text(), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_a_read_day_is_never_past_and_never_far(text: str, today: date) -> None:
    day = read_day(text, today)
    assert day is None or 0 <= (day - today).days <= FURTHEST_DAYS


def test_a_day_is_said_with_its_weekday() -> None:
    assert say_day(date(2026, 11, 24), MONDAY) == "tomorrow, Tuesday 24 November"
    assert say_day(date(2026, 12, 3), MONDAY) == "Thursday 3 December"


@pytest.mark.parametrize(
    "text",
    [
        "I want to kill myself",
        "i wanna die",
        "I don\u2019t want to live",
        "dont want to be here anymoreee",
        "thinking about SUICIDE",
        "i hate myself",
    ],
)
def test_distress_is_found_by_its_phrases(text: str) -> None:
    assert real_library().distress.found_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "this deadline is killing me",
        "I'm dead excited",
        "dying to start",
        "killing myself laughing",
        "I died when he said that",
        "it was suicide squad",
    ],
)
def test_figures_of_speech_are_not_distress(text: str) -> None:
    assert not real_library().distress.found_in(text)


def test_a_figure_of_speech_does_not_hide_real_distress_beside_it() -> None:
    assert real_library().distress.found_in("i was killing myself laughing but really i want to die")


def test_every_word_and_emoji_means_something_that_the_engine_knows() -> None:
    library = real_library()
    known = {key for state, key in TABLE if state is None}
    assert set(library.words.values()) <= known
    assert set(library.emoji.values()) <= known
    assert library.words
    assert library.emoji


@pytest.mark.parametrize("text", ["", "   ", "...", "👍", "?!", "\u200b", "❤️"])
def test_what_has_no_words_is_known_as_such(text: str) -> None:
    assert not has_words(text)


@pytest.mark.parametrize("text", ["a", "7", "да", "مرحبا", "你好", "ok 👍"])
def test_words_of_any_script_are_words(text: str) -> None:
    assert has_words(text)


@given(st.text())
def test_evening_out_never_fails_and_is_stable(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert "\x00" not in without_controls(text)
    assert len(clip(text, 20)) <= 20
