"""What the linter says beyond the broken files: figures, remedies, and what is no problem at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogues import codes
from dialogues.errors import Problem
from dialogues.library import load_place
from dialogues.linting import Setting, lint
from dialogues.parsing import examine
from dialogues.shown_ways import shown_ways
from tests.dialogues.test_problem_pages import FRAME

HELPED = "      about: a word\n      example: Shift work.\n      meaning: Any word will do.\n      keep: word\n"
PLAN = "  - plan:\n      about: a step\n      do: Tell it.\n      by: {}\n      afterwards:\n        ask: How did it go?\n"
EXPECTING = """\
  - word:
      about: a word
      ask: Which word is it?
      example: Shift work.
      meaning: Any word will do.
      expect:
        no idea:
          examples: [no idea, idk, not sure, nothing comes, cant say]
          {}
"""


def problems(tmp_path: Path, steps: str) -> list[Problem]:
    """Return what is found in a lesson of these steps."""
    (path := tmp_path / "example.yml").write_text(FRAME + steps, encoding="utf-8")
    return lint([path], Setting([], [], load_place("uk")))


def found(tmp_path: Path, steps: str) -> list[str]:
    return [problem.code for problem in problems(tmp_path, steps)]


@pytest.mark.parametrize(
    "ask",
    [
        "What do you do? Where?",
        "Where do you work? In which team?",
        "Which job would you like? And why?",
        "Would you like to try? If so, when?",
        "What did you learn and how did it feel?",
        "What is your job, and do you like it?",
        "Is it a job? Which one is it?",
    ],
)
def test_two_questions_in_one_message_are_found(ask: str, tmp_path: Path) -> None:
    assert found(tmp_path, f'  - word:\n      ask: "{ask}"\n{HELPED}') == [codes.TWO_QUESTIONS]


@pytest.mark.parametrize(
    "ask",
    [
        "So what? How did it leave you?",
        "And you? What did you do, say or decide?",
        "Who could you ask? A tutor, a friend, somebody at work?",
        "Is it the work, or is it the people?",
        "Where and when will you meet?",
        "Do you know what you want and how to get it?",
        "What would you answer to “Who are you? What do you do?”",
    ],
)
def test_one_question_with_its_heading_or_suggestions_is_one(ask: str, tmp_path: Path) -> None:
    assert found(tmp_path, f"  - word:\n      ask: {ask}\n{HELPED}") == []


def test_a_question_that_is_said_before_another_is_one_too_many(tmp_path: Path) -> None:
    steps = f"  - word:\n      say: What do you do all day?\n      ask: Which word is it?\n{HELPED}"
    assert found(tmp_path, steps) == [codes.TWO_QUESTIONS]


def test_a_bare_question_lacks_all_three_helps(tmp_path: Path) -> None:
    lacking = sorted(found(tmp_path, "  - word:\n      ask: Which word is it?\n"))
    assert lacking == [codes.NO_EXAMPLE, codes.NO_MEANING, codes.NO_ABOUT]


def test_buttons_and_actions_need_only_a_name_for_the_reminder(tmp_path: Path) -> None:
    steps = "  - sure:\n      ask: Are you sure?\n      choices:\n        Yes:\n        No:\n" + PLAN.format("ask the student")
    assert found(tmp_path, steps.replace("      about: a step\n", "")) == [codes.NO_ABOUT, codes.NO_ABOUT]
    assert "“sure”" in problems(tmp_path, steps)[0].what


def test_beside_a_misspelt_key_it_is_not_said_that_the_key_is_missing(tmp_path: Path) -> None:
    steps = f"  - word:\n      ask: Which word is it?\n{HELPED}".replace("example:", "exampel:")
    assert found(tmp_path, steps) == [codes.UNKNOWN_KEY]


def test_an_answer_that_is_kept_without_a_way_on_is_found_once(tmp_path: Path) -> None:
    steps = EXPECTING.format("keep: word") + "      keep: word\n"
    assert found(tmp_path, steps) == [codes.KEPT_AND_ASKED]


@pytest.mark.parametrize(("more", "codes_found"), [("", [codes.ONLY_SKIP]), ("      keep: word\n", [])])
def test_a_question_that_nothing_leads_on_from_is_found(more: str, codes_found: list[str], tmp_path: Path) -> None:
    steps = EXPECTING.format("say: Take any.") + more
    assert found(tmp_path, steps) == codes_found
    lesson = examine(FRAME + steps, "example.yml").lesson
    assert lesson is not None
    assert [way.target for way in shown_ways(lesson, lesson.first)] == ["word", "end" if more else "word"]


@pytest.mark.parametrize(
    ("by", "instead"),
    [
        ("within 2 weeks", "'within 14 days'"),
        ("within a week", "'within 7 days'"),
        ("in two weeks", "'within 14 days'"),
        ("within 48 hours", "'within 2 days'"),
        ("within 1 month", "'within 30 days'"),
        ("tomorrow", "'within 1 day'"),
        ("next week", "'within 7 days'"),
        ("Friday", "'ask the student' or a limit such as 'within 3 days'"),
        ("by friday", "'ask the student' or a limit such as 'within 3 days'"),
        ("next mon", "'ask the student' or a limit such as 'within 3 days'"),
        ("within 200 days", "'ask the student' or a limit such as 'within 3 days'"),
        ("asap", "'ask the student' or a limit such as 'within 3 days'"),
    ],
)
def test_a_limit_in_other_words_is_counted_and_a_day_is_left_to_the_student(by: str, instead: str, tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, PLAN.format(by))
    assert problem.code == codes.NOT_A_TIME
    assert problem.remedy == f"Write {instead}; 'ask the student' lets her name any day herself."
