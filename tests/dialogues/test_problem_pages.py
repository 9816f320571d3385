"""docs/problems: every code has a page, and the examples on it are what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dialogues import codes
from dialogues.codes import KINDS
from dialogues.library import load_place
from dialogues.linting import Setting, lint
from tests.fixtures import LESSONS, ROOT

PAGES = ROOT / "docs" / "problems"
FENCE = re.compile(r"^```yaml (?P<which>wrong|right)(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
FRAME = "lesson: example\ntitle: An example\ntrack: reflecting\nminutes: 3\noutcome: You have one word.\nsteps:\n"
WITHOUT_EXAMPLES = {codes.UNREADABLE, codes.TOO_LONG, codes.NO_SUCH_PLACE, codes.CONFUSABLE}  # each has a test of its own
LEFT_OUT = {codes.NO_EXAMPLE, codes.NO_MEANING, codes.NO_ABOUT}  # by examples that are to be short; each has a page of its own
SCRIPTS = sorted((ROOT / "dialogues" / "scripts").glob("*.yml"))


def write(folder: Path, info: str, text: str) -> Path:
    """Write one example of a page as its info line says: `file=` its path, `as=` its encoding."""
    options = dict(word.split("=") for word in info.split())
    whole = FRAME + text if text.startswith("  - ") else text
    found = re.search(r"^lesson: (.*)$", whole, re.MULTILINE)
    path = folder / options.get("file", f"{found[1] if found else 'example'}.yml")
    path.parent.mkdir(exist_ok=True, parents=True)
    encoding = options.get("as", "utf-8")
    path.write_bytes(whole.replace("\n", "\r\n").encode() if encoding == "crlf" else whole.encode(encoding))
    return path


def found_in(page: str, which: str, folder: Path) -> set[str]:
    """Return the codes of all that is found in the wrong or the right examples of a page, seen together."""
    files = [write(folder, one["info"], one["text"]) for one in FENCE.finditer(page) if one["which"] == which]
    assert files
    home = [file for file in files if file.parent.name == "home"]
    setting = Setting([*LESSONS.glob("*/*.yml"), *home], SCRIPTS, load_place("uk"))
    return {problem.code for problem in lint(files, setting)}


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == set(KINDS)
    assert len(KINDS) > 50


@pytest.mark.parametrize("code", sorted(KINDS))
def test_the_page_begins_with_the_code_and_its_title(code: str) -> None:
    assert (PAGES / f"{code}.md").read_text(encoding="utf-8").startswith(f"# {code}: {KINDS[code].title}\n\n")


@pytest.mark.parametrize("code", sorted(set(KINDS) - WITHOUT_EXAMPLES))
def test_the_wrong_example_gives_that_code_and_the_right_one_none(code: str, tmp_path: Path) -> None:
    page = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    left_out = LEFT_OUT if code not in LEFT_OUT else set()
    assert found_in(page, "wrong", tmp_path / "wrong") - left_out == {code}
    assert found_in(page, "right", tmp_path / "right") - left_out == set()


def test_codes_of_errors_and_warnings_can_be_told_apart() -> None:
    assert {kind.severity for code, kind in KINDS.items() if code.startswith("RT0")} == {"error"}
    assert {kind.severity for code, kind in KINDS.items() if code.startswith("RT1")} == {"warning"}
    assert all(re.fullmatch(r"RT[01]\d{3}", code) for code in KINDS)
