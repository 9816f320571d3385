"""Lessons with one mistake each: found, on its line, and nothing else. The good ones: nothing at all.

A file in `broken/` is named after the code, the line and the mistake: `rt0011.17.colon-in-ask.yml`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from dialogues import codes
from dialogues.library import lesson_files, load_place
from dialogues.linting import Setting, lint
from tests.dialogues.test_problem_pages import LEFT_OUT
from tests.fixtures import LESSONS, ROOT

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yml"))
GOOD = Path(__file__).parent / "good.yml"
SCRIPTS = sorted((ROOT / "dialogues" / "scripts").glob("*.yml"))


def found(path: Path, lessons: Sequence[Path] = ()) -> set[tuple[str, int]]:
    problems = lint([path], Setting(lessons, SCRIPTS, load_place("uk")))
    return {(problem.code, problem.line) for problem in problems if problem.code != codes.DRAFTS_NAME}


def test_there_are_broken_lessons() -> None:
    assert len(BROKEN) >= 60


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_the_one_mistake_is_found_on_its_line_and_nothing_else(path: Path) -> None:
    code, line, _ = path.stem.split(".")
    assert {one for one in found(path) if one[0] not in LEFT_OUT} == {(code.upper(), int(line))}


@pytest.mark.parametrize("path", [*lesson_files(LESSONS), *SCRIPTS], ids=lambda path: path.stem)
def test_a_good_lesson_gives_no_false_alarm(path: Path) -> None:
    assert found(path, lesson_files(LESSONS)) == set()


def test_the_lesson_that_is_broken_here_lacks_nothing_but_help() -> None:
    assert {code for code, _ in found(GOOD)} == LEFT_OUT


def test_two_mistakes_are_found_in_any_pair_of_broken_lessons_that_can_be_joined(tmp_path: Path) -> None:
    """The mistakes of two files, made in one: whatever stands first, the second is found too."""
    good = GOOD.read_text(encoding="utf-8").splitlines()
    joined = 0
    for first in BROKEN:
        for second in (path for path in BROKEN if path.stem.startswith(("rt0101.64", "rt0120", "rt1004"))):
            lines, others = first.read_text(encoding="utf-8").splitlines(), second.read_text(encoding="utf-8").splitlines()
            same_length = len(lines) == len(others) == len(good)
            if not same_length or any(a != g != b for a, b, g in zip(lines, others, good, strict=True)):
                continue
            both = [b if a == g else a for a, b, g in zip(lines, others, good, strict=True)]
            (path := tmp_path / "both.yml").write_text("\n".join(both) + "\n", encoding="utf-8")
            wanted = {(one.stem.split(".")[0].upper(), int(one.stem.split(".")[1])) for one in (first, second)}
            assert wanted <= found(path), (first.stem, second.stem)
            joined += 1
    assert joined > 100
