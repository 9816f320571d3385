"""Lessons as text: what loads, and what is refused with its place and a remedy."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogues.errors import LessonError
from dialogues.library import load_library, load_place
from dialogues.parsing import parse_lesson
from dialogues.place import parse_place
from tests.fixtures import LESSONS, ROOT

GOOD = """\
lesson: small
title: A small one
track: reflecting
minutes: 3
outcome: You have one word.
steps:
  - word:
      ask: Which word?
      keep: word
  - size:
      ask: How big is {word|it}?
      choices:
        Big: thanks
        Small: word
  - thanks:
      say: So {word|it} is big.
"""


def problems(text: str) -> str:
    with pytest.raises(LessonError) as caught:
        parse_lesson(text, "small.yml")
    return str(caught.value)


def test_a_good_lesson_loads() -> None:
    lesson = parse_lesson(GOOD, "small.yml")
    assert [step.name for step in lesson.steps] == ["word", "size", "thanks"]
    assert lesson.keeps() == {"word"}


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("Big: thanks", "Big: thank", 13, "there is no step 'thank'"),
        ("Big: thanks", "Big: thank", 13, "Did you mean 'thanks'?"),
        ("keep: word\n", "keeps: word\n", 9, "'keeps' is not a key here"),
        ("minutes: 3", "minutes: three", 4, "'minutes' has to be a whole number"),
        ("minutes: 3\n", "", 1, "'minutes' is missing"),
        ("track: reflecting", "track: gardening", 3, "'gardening' cannot stand for 'track'"),
        ("{word|it}?", "{word}?", None, ""),
        ("{word|it} is", "{world|it} is", 16, "nothing is kept as 'world'"),
        (
            "        Big: thanks\n        Small: word\n",
            "        Big: word\n        Small: size\n",
            10,
            "from 'word' to 'size' the lesson goes round, and never ends",
        ),
        ("  - thanks:", "  - word:", 15, "a second step is called 'word' (the first: line 7)"),
        ("  - thanks:", "  - Thanks:", 15, "cannot be the name of a step"),
        ("      say: So {word|it} is big.", "      about: nothing", 15, "the step says nothing"),
        ("      say: So {word|it} is big.", "      example: nothing", 16, "'example' belongs to a question"),
        ("      ask: Which word?", "      ask: Which word?\n      do: Do it.", 9, "'ask' and 'do' stand in one step"),
        ("      ask: Which word?", "      ask: Which: word?", 8, "a second colon followed by a space"),
        (
            "      ask: Which word?",
            "      ask: Which word?\n      ask: Again?",
            9,
            "stands here a second time (first on line 8)",
        ),
        ("You have one word", "You have one {size}", 5, "nothing is kept as 'size'"),
        ("A small one", "A small {word}", 2, "braces in a title"),
        (
            "Small: word\n",
            "Small: word\n      otherwise:\n        keep: word\n",
            15,
            "'otherwise' and 'choices' stand in one step",
        ),
        ("title: A small one", "title:", 2, "nothing stands behind 'title:'"),
        ("lesson: small", "lesson: small\nscript: small", 2, "the file is called a lesson and a script"),
        ("lesson: small\n", "", 1, "the file has to say what it is"),
    ],
)
def test_a_mistake_is_found_on_its_line(old: str, new: str, line: int | None, says: str) -> None:
    assert old in GOOD
    broken = GOOD.replace(old, new, 1)
    if line is None:
        parse_lesson(broken, "small.yml")
        return
    found = problems(broken)
    assert says in found
    assert f"small.yml:{line}:" in found


NOT_ALWAYS_KEPT = """\
      expect:
        none:
          examples:
            - nothing
          go: size
      otherwise:
        keep: word
"""


def test_a_placeholder_that_may_be_unset_needs_a_fallback() -> None:
    broken = GOOD.replace("      keep: word\n", NOT_ALWAYS_KEPT, 1)
    parse_lesson(broken, "small.yml")
    assert "'{word}' may not be known yet here" in problems(broken.replace("{word|it}", "{word}"))


def test_an_otherwise_that_only_says_something_goes_on_with_what_the_step_keeps() -> None:
    text = NOT_ALWAYS_KEPT.replace("        keep: word\n", "        say: Good.\n") + "      keep: word\n"
    parse_lesson(GOOD.replace("      keep: word\n", text, 1), "small.yml")


def test_a_lesson_may_not_bear_the_name_of_a_script(tmp_path: Path) -> None:
    (tmp_path / "help.yml").write_text(GOOD.replace("lesson: small", "lesson: help"))
    with pytest.raises(LessonError, match="'help' is the name of a script"):
        load_library(tmp_path)


def test_all_mistakes_come_at_once() -> None:
    found = problems(GOOD.replace("minutes: 3", "minutes: three").replace("keep: word", "keeps: word"))
    assert "minutes" in found
    assert "keeps" in found


def test_words_stay_words_whatever_yaml_would_make_of_them() -> None:
    lesson = parse_lesson(GOOD.replace("Big: thanks", "Yes: thanks").replace("Small: word", "1:30: word"), "small.yml")
    assert [choice.name for choice in lesson.steps[1].choices] == ["Yes", "1:30"]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "- " * 60_000,
        "{" * 100_000,
        "? " * 60_000,
        "a: &x [1]\nb: *x",
        "!!python/object:os.system a: b",
        "\x00",
        "\ud800: b",
        "a: b\n---\nc: d",
        "",
        "- a",
        "just words",
        "x" * 300_000,
    ],
    ids=range(13),
)
def test_hostile_documents_are_refused(text: str) -> None:
    assert "small.yml:" in problems(text)


@given(st.text(max_size=300))
def test_any_text_gives_a_lesson_or_problems(text: str) -> None:
    with pytest.raises(LessonError):
        parse_lesson(text, "any.yml")


@given(st.integers(0, len(GOOD)), st.integers(0, 40), st.text(max_size=12))
def test_any_damage_to_a_lesson_gives_a_lesson_or_problems(start: int, length: int, other: str) -> None:
    damaged = GOOD[:start] + other + GOOD[start + length :]
    with contextlib.suppress(LessonError):
        assert parse_lesson(damaged, "damaged.yml").steps


def test_a_lesson_file_has_to_bear_the_lessons_name(tmp_path: Path) -> None:
    (tmp_path / "other.yml").write_text(GOOD)
    with pytest.raises(LessonError, match="the id 'small' is not the file's name"):
        load_library(tmp_path)


def test_what_a_lesson_comes_after_has_to_be_there(tmp_path: Path) -> None:
    (tmp_path / "small.yml").write_text(GOOD.replace("minutes: 3", "minutes: 3\nafter:\n  - big"))
    with pytest.raises(LessonError, match="there is no lesson 'big'"):
        load_library(tmp_path)


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "small.yml").write_bytes(GOOD.replace("small one", "sm\xe4ll one").encode("latin-1"))
    with pytest.raises(LessonError, match="not UTF-8"):
        load_library(tmp_path)


def test_every_place_that_ships_loads_and_an_unknown_one_is_named() -> None:
    names = [path.stem for path in (ROOT / "dialogues" / "places").glob("*.yml")]
    assert len(names) >= 2
    for name in names:
        assert load_library(LESSONS, name).place.place == name
    with pytest.raises(LessonError, match="there is no place 'mars'"):
        load_place("mars")


def test_a_crisis_line_without_the_date_of_its_check_is_refused() -> None:
    text = (ROOT / "dialogues" / "places" / "uk.yml").read_text()
    with pytest.raises(LessonError, match="checked"):
        parse_place(text.replace("    checked: 2026-11-22\n", "", 1), "uk.yml")


def test_a_place_in_a_zone_that_is_none_is_refused() -> None:
    text = (ROOT / "dialogues" / "places" / "uk.yml").read_text()
    with pytest.raises(LessonError, match=r"uk.yml:\d+:\d+: 'zone'"):
        parse_place(text.replace("Europe/London", "Europe/Nowhere"), "uk.yml")
