"""Files as editors leave them: what is read, and what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogues import codes
from dialogues.errors import LessonError
from dialogues.files import MAX_BYTES, decode, read_file
from dialogues.library import examine_file, load_place
from dialogues.parsing import examine, parse_lesson

GOOD = (Path(__file__).parent / "good.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_utf_16_file_is_named_and_read_all_the_same(codec: str) -> None:
    data = GOOD.encode(codec)
    read = decode(data if codec != "utf-16-be" else b"\xfe\xff" + data, "small.yml")
    assert [problem.code for problem in read.problems] == [codes.NOT_UTF8]
    assert read.text.lstrip("\ufeff") == GOOD


def test_a_letter_of_another_encoding_is_shown_at_its_place() -> None:
    read = decode(GOOD.replace("the lab", "the caf\xe9").encode("cp1252"), "small.yml")
    (problem,) = read.problems
    assert (problem.line, problem.column) == (18, 26)
    assert "'é'" in problem.what


def test_what_is_no_text_gives_one_problem(tmp_path: Path) -> None:
    (path := tmp_path / "picture.yml").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\xff" * 50)
    assert [problem.code for problem in examine_file(path, load_place("uk")).problems] == [codes.NOT_UTF8]


def test_a_path_that_is_no_file_and_a_file_that_is_too_large_are_told(tmp_path: Path) -> None:
    assert [problem.code for problem in read_file(tmp_path).problems] == [codes.UNREADABLE]
    (path := tmp_path / "large.yml").write_bytes(b"x" * (MAX_BYTES + 1))
    assert [problem.code for problem in read_file(path).problems] == [codes.TOO_LONG]
    steps = "".join(f"  - s{number}:\n      say: x\n" for number in range(101))
    assert [problem.code for problem in examine(f"steps:\n{steps}", "many.yml").problems] == [codes.TOO_LONG]


def test_a_place_that_is_not_there_has_its_code() -> None:
    with pytest.raises(LessonError) as caught:
        load_place("mars")
    assert [problem.code for problem in caught.value.problems] == [codes.NO_SUCH_PLACE]


def test_a_lesson_keeps_its_version_whatever_its_comments_and_line_ends() -> None:
    version = parse_lesson(GOOD, "first-day.yml").version
    for same in (
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        "# A comment.\n" + GOOD,
        GOOD.replace("keep: person", "keep: 'person'"),
    ):
        assert parse_lesson(same, "first-day.yml").version == version
    assert parse_lesson(GOOD.replace("A first day has", "Each first day has"), "first-day.yml").version != version
