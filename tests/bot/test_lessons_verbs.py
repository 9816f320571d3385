"""`coach lessons status` and `coach lessons diff`: who is where, and what publishing would do to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.coach import Coach
from bot.lessons_diff import main as diff
from bot.lessons_status import main as status
from bot.published import Found, keep
from bot.settings import Settings
from bot.store import Store
from dialogues.errors import SettingsError
from dialogues.inputs import Asked, Said, Start
from dialogues.lesson import Lesson
from tests.fixtures import real_library

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WHO = "someone-who-knows"


@pytest.fixture
def lesson() -> Lesson:
    return real_library().lessons[WHO]


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """A coach that has run: two at the first question, one at the second, one who left there."""
    one = Settings.model_validate({"ROOFTOP_DATA": tmp_path / "data"})
    with Store(one.data) as store:
        coach = Coach(store, real_library(), "telegram", now=lambda: AT)
        for address in ("ada", "bea", "cleo", "dina"):
            coach.take(address, Start(WHO))
        for address in ("cleo", "dina"):
            coach.take(address, Said("Sam"))
        coach.take("dina", Asked("later"))
        keep(Found(coach.library.lessons), one.data)
        yield one


def draft(folder: Path, lesson: Lesson, *changes: tuple[str, str]) -> Path:
    """Write the lesson with some words changed; return its file."""
    text = lesson.text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / f"{lesson.id}.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_status_counts_who_is_where(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(settings, as_json=False) == 0
    assert capsys.readouterr().out == (
        "Ask someone who knows (someone-who-knows)\n"
        "  step        now   left\n"
        "  who           2      0   choosing whom to ask\n"
        "  question      1      1   your one question\n"
    )


def test_status_is_json_too(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(settings, as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert told[WHO]["steps"] == {"who": {"now": 2, "left": 0}, "question": {"now": 1, "left": 1}}
    assert "ada" not in json.dumps(told)


def test_status_of_a_folder_without_a_coach_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is nothing in"):
        status(Settings.model_validate({"ROOFTOP_DATA": tmp_path}), as_json=False)


def test_status_after_a_change_says_who_is_led_on(
    settings: Settings, lesson: Lesson, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = draft(tmp_path, lesson, ("- question:", "- the-question:"), ("go: question", "go: the-question"))
    (settings.data / "lessons" / changed.name).write_bytes(changed.read_bytes())
    status(settings, as_json=False)
    out = capsys.readouterr().out
    assert "  who       3      1   choosing whom to ask\n" in out
    assert "2 of them will be told that the lesson was changed" in out


def test_diff_of_what_is_live_says_that_nothing_would_change(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(settings, []) == 0
    assert capsys.readouterr().out == "Nothing would change.\n"


def test_diff_says_what_becomes_of_the_students(
    settings: Settings, lesson: Lesson, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    renamed = [("- question:", "- the-question:"), ("go: question", "go: the-question"), ("even slightly", "a little")]
    assert diff(settings, [draft(tmp_path, lesson, *renamed)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "“Ask someone who knows” (someone-who-knows): changed; 4 students are in it",
        "  who: changed; 2 students stay there",
    ]
    assert "  question: gone; 2 students go on at 'who' (the nearest before it) and are told so" in lines
    assert lines[-1] == "  the-question: new"
    with_map = [*renamed, ("steps:", "moved:\n  question: the-question\nsteps:")]
    diff(settings, [draft(tmp_path, lesson, *with_map)])
    assert "  question: gone; 2 students go on at 'the-question', which asks the same\n" in capsys.readouterr().out


def test_diff_names_a_new_lesson_and_one_that_would_be_held_back(
    settings: Settings, lesson: Lesson, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = tmp_path / "another.yml"
    new.write_text(lesson.text.replace(f"lesson: {WHO}", "lesson: another"), encoding="utf-8")
    broken = draft(tmp_path, lesson, ("go: words", "go: wrods"))
    assert diff(settings, [new, broken]) == 1
    out = capsys.readouterr().out
    assert "“Ask someone who knows” (another): new\n" in out
    assert f"{broken}: held back, 2 errors. './coach lint {broken}' says which." in out


def test_diff_of_a_draft_before_the_first_start_is_about_the_draft(
    lesson: Lesson, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = Settings.model_validate({"ROOFTOP_DATA": tmp_path / "data"})
    assert diff(fresh, [draft(tmp_path, lesson, ("even slightly", "a little"))]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "“Ask someone who knows” (someone-who-knows): changed",
        "  who: changed",
    ]


def test_diff_before_the_first_start_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(Settings.model_validate({"ROOFTOP_DATA": tmp_path / "data"}), []) == 0
    out = capsys.readouterr().out
    assert "No coach has run with this data folder yet" in out
    assert "“Ask someone who knows” (someone-who-knows): new" in out
