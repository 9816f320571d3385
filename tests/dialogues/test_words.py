"""What is decided without understanding: words, and the first check for distress."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogues.table import TABLE
from dialogues.words import clip, has_words, normalise, without_controls
from tests.fixtures import real_library


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
