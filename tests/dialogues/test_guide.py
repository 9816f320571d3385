"""docs/writing-lessons.md: every key of the format is explained there with an example, and every example holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogues.document import Node
from dialogues.lesson_file import KEYS
from dialogues.library import load_place
from dialogues.linting import Setting, lint
from dialogues.parsing import examine
from tests.dialogues.test_problem_pages import FRAME, write
from tests.fixtures import LESSONS, ROOT

GUIDE = ROOT / "docs" / "writing-lessons.md"
TEXT = GUIDE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
NOT_FOR_ADVISERS = {"script", "means"}  # the guide names them and shows no example: they are for what is said outside lessons


def keys_in(node: Node) -> Iterator[str]:
    """Yield every key below a node, the names of steps and answers among them."""
    for key, (_, value) in (node.entries or {}).items():
        yield key
        yield from keys_in(value)
    for item in node.items or []:
        yield from keys_in(item)


def whole(block: str) -> str:
    """Return the lesson that a block of the guide is, or is the steps of."""
    return FRAME + block if block.startswith("  - ") else block


def test_the_guide_has_examples_and_none_is_hidden_from_the_tests() -> None:
    assert len(BLOCKS) > 5
    assert len(BLOCKS) == TEXT.count("```yaml") == TEXT.count("```") // 2


@pytest.mark.parametrize("block", BLOCKS, ids=[str(number) for number in range(1, len(BLOCKS) + 1)])
def test_every_example_lints_clean(block: str, tmp_path: Path) -> None:
    file = write(tmp_path, "", block)
    found = lint([file], Setting([*LESSONS.glob("*/*.yml")], [], load_place("uk")))
    assert [f"line {problem.line}: {problem.what} ({problem.code})" for problem in found] == []


def test_the_mistake_that_the_guide_shows_is_told_as_it_is_shown(tmp_path: Path) -> None:
    file = write(tmp_path, "", BLOCKS[0].replace("Not for me: not-for-me", "Not for me: not-for-you"))
    (problem,) = lint([file], Setting([*LESSONS.glob("*/*.yml")], [], load_place("uk")))
    assert f"error[{problem.code}]: {problem.what}\n" in TEXT
    assert f"{file.name}:{problem.line}:{problem.column} (step '{problem.step}')" in TEXT
    assert f"= {problem.remedy}" in TEXT


def test_every_key_of_the_format_is_explained_in_a_table() -> None:
    explained = {key for row in re.findall(r"^\| (`[^|]*`) \|", TEXT, re.MULTILINE) for key in re.findall(r"`([^`]+)`", row)}
    assert sorted(KEYS - explained) == []
    assert len(KEYS) > 20


def test_every_key_that_advisers_write_stands_in_an_example() -> None:
    roots = [examine(whole(block), "guide.yml", load_place("uk").fact_names).root for block in BLOCKS]
    shown = {key for root in roots if root is not None for key in keys_in(root)}
    assert sorted(KEYS - shown) == sorted(NOT_FOR_ADVISERS)


def test_every_link_and_picture_of_the_guide_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", TEXT) + re.findall(r'src="([^"]+)"', TEXT)
    assert links
    assert [link for link in links if not (GUIDE.parent / link).is_file()] == []
    pictures = list((GUIDE.parent / "pictures").glob("*.png"))
    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size >= 150_000] == []
