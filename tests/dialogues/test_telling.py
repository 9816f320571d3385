"""How problems are told: what explains the others alone, what is no lesson in one sentence, what matters least last."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogues import codes
from dialogues.library import load_place
from dialogues.linting import Setting, lint
from dialogues.parsing import examine
from dialogues.words import slug
from tests.dialogues.test_problem_pages import LEFT_OUT

GOOD = (Path(__file__).parent / "good.yml").read_text(encoding="utf-8")
NO_LESSONS = {
    "empty": "",
    "blank": "\n  \n\n",
    "remarks": "# a lesson\n#\n# to be written\n",
    "prose": "In this lesson students draw their network.\nFirst we say hello, and then we ask: who do you know?\n",
    "from Word": "Lesson plan: My network\r\n\r\n\u2022\tWho do you know?\r\n\u2022\tWho would you like to know?\r\n",
    "a web page": "<!DOCTYPE html>\n<html><body><p>lesson: mine</p>\n<ul><li>one</li></ul></body></html>\n",
}


def told(text: str) -> list[tuple[int, str]]:
    return [(one.line, one.code) for one in examine(text, "first-day.yml").problems]


def linted(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8", newline="")
    return [one.code for one in lint([path], Setting([], [], load_place("uk"))) if one.code not in LEFT_OUT]


@pytest.mark.parametrize("name", sorted(NO_LESSONS))
def test_a_text_that_is_no_lesson_is_told_in_one_sentence(name: str) -> None:
    assert told(NO_LESSONS[name]) == [(1, codes.NOTHING_IN_IT)]


def test_what_the_whole_file_has_and_works_comes_last(tmp_path: Path) -> None:
    text = "\ufeff" + GOOD.replace("Fine: plan", "Fine: plam").replace("\n", "\r\n")
    assert linted(tmp_path / "first-day.yml", text) == [codes.NO_SUCH_STEP, codes.BYTE_ORDER_MARK, codes.WINDOWS_LINE_ENDS]


def test_a_name_that_cannot_be_one_is_told_once_with_the_lines_that_lead_to_it() -> None:
    text = GOOD.replace("  - plan:", "  - The plan:").replace(": plan\n", ": The plan\n")
    (problem,) = examine(text, "first-day.yml").problems
    assert (problem.line, problem.code) == (54, codes.BAD_NAME)
    assert problem.remedy.endswith("Write 'the-plan'. Write it so, too, where a way leads there: lines 48, 51.")


def test_a_problem_of_a_value_is_marked_at_the_value() -> None:
    (problem,) = examine(GOOD.replace("minutes: 4", "minutes: four"), "first-day.yml").problems
    assert (problem.line, problem.column, problem.width) == (4, 10, 4)


def test_a_line_is_told_where_it_should_stand_although_yaml_stopped_below_it() -> None:
    text = GOOD.replace("          examples:\n            - no idea", "            examples:\n            - no idea")
    (problem,) = examine(text, "first-day.yml").problems
    assert (problem.line, problem.remedy) == (22, "Put 10 spaces before it.")


def test_no_line_is_moved_into_a_text_to_make_its_problem_vanish() -> None:
    text = GOOD.replace("  - place:", "  - place").replace("      say: A first", "      Say: A first")
    assert told(text) == [(15, codes.MISSING_COLON), (64, codes.UNKNOWN_KEY)]


def test_three_slips_far_apart_are_all_told() -> None:
    text = GOOD.replace("title:", "titel:").replace("      about: who", "       about: who").replace("Fine: plan", "Fine: plam")
    assert told(text) == [(41, codes.INDENTATION), (2, codes.UNKNOWN_KEY), (48, codes.NO_SUCH_STEP)]


@pytest.mark.parametrize(
    ("after", "other_after", "says"),
    [
        ("one", "two", "'after' names this lesson itself"),
        ("two", "one", "'two' itself comes after this lesson"),
        ("elsewhere", "one", "'elsewhere' is a lesson of another track, 'stories'"),
        ("tow", "one", "there is no lesson 'tow'"),
    ],
)
def test_after_is_told_by_what_is_wrong_with_it(tmp_path: Path, after: str, other_after: str, says: str) -> None:
    def write(name: str, text: str) -> Path:
        (path := tmp_path / f"{name}.yml").write_text(text.replace("first-day", name), encoding="utf-8")
        return path

    one = write("one", GOOD.replace("minutes: 4", f"minutes: 4\nafter:\n  - {after}"))
    two = write("two", GOOD.replace("minutes: 4", f"minutes: 4\nafter:\n  - {other_after}") if other_after == "one" else GOOD)
    elsewhere = write("elsewhere", GOOD.replace("finding information", "stories"))
    found = lint([one, two, elsewhere], Setting([], [], load_place("uk")))
    assert says in [problem.what for problem in found if problem.file == str(one)]


def test_a_name_is_made_of_any_text_that_has_letters() -> None:
    assert slug("Größer, and Zoë's?") == "grosser-and-zoe-s"
    assert slug("  7. How sure?  ") == "7-how-sure"


def test_a_whole_lesson_behind_a_dash_is_told_and_ends_nothing() -> None:
    assert told("- " + GOOD.replace("\n", "\n  "))
    assert told("- " + GOOD)
