"""One slip of the fingers, on any line of a good lesson: told once, and where it was made."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dialogues.errors import Problem
from dialogues.parsing import examine

GOOD = (Path(__file__).parent / "good.yml").read_text(encoding="utf-8").split("\n")
MOST = 3  # problems for one slip: what it takes away may be missed elsewhere
ON_ITS_LINE, ALONE = 0.9, 0.95  # of the slips that are told; some lines could as well stand as deep as the one below

Slip = Callable[[str], str]


def shifted(by: int) -> Slip:
    """Return the slip that moves a line, to the left where `by` is negative."""

    def shift(line: str) -> str:
        return " " * by + line if by > 0 else line[-by:] if line.startswith(" " * -by) else line

    return shift


SLIPS: dict[str, Slip] = {
    "a colon forgotten": lambda line: re.sub(r"^(\s*(?:- )?[\w' -]+):(?= |$)", r"\1", line),
    "a space forgotten behind a colon": lambda line: re.sub(r"^(\s*(?:- )?[\w' -]+): (?=\S)", r"\1:", line),
    "a wide colon": lambda line: re.sub(r"^(\s*(?:- )?[\w' -]+): (?=\S)", "\\1\uff1a", line),
    "a dash forgotten": lambda line: re.sub(r"^(\s*)- ", r"\1", line),
    "a space forgotten behind a dash": lambda line: re.sub(r"^(\s*)- ", r"\1-", line),
    "a long dash": lambda line: re.sub(r"^(\s*)- ", "\\1\u2013 ", line),
    "a dash too many": lambda line: re.sub(r"^(\s+)(?=[a-z ]+:( |$))", r"\1- ", line),
    "a quotation mark left open": lambda line: re.sub(r"^(\s*[\w' -]+: )(?=[A-Z])", r'\1"', line),
    "a colon in a text": lambda line: re.sub(r"^(\s*[\w' -]+: [A-Z]\w+) ", r"\1: ", line),
    "stars around a key": lambda line: re.sub(r"^(\s*)([a-z]+):", r"\1*\2*:", line),
    "a tab": lambda line: re.sub(r"^( {2})+", lambda match: "\t" * (len(match[0]) // 2), line),
    "spaces of the web": lambda line: re.sub(r"^ +", lambda match: "\u00a0" * len(match[0]), line),
    "a space too many": shifted(1),
    "two spaces too many": shifted(2),
    "four spaces too many": shifted(4),
    "a space too few": shifted(-1),
    "two spaces too few": shifted(-2),
    "four spaces too few": shifted(-4),
}


def told(name: str) -> list[tuple[int, list[Problem]]]:
    """Return, for each line where the slip changes something that is told, its number and what is told."""
    found = []
    for number, line in enumerate(GOOD):
        slipped = SLIPS[name](line)
        if slipped != line and line.strip():
            text = "\n".join([*GOOD[:number], slipped, *GOOD[number + 1 :]])
            found.append((number + 1, examine(text, "good.yml").problems))
    return [(line, problems) for line, problems in found if problems]


@pytest.mark.parametrize("name", sorted(SLIPS))
def test_a_slip_on_any_line_is_told_once_and_on_that_line(name: str) -> None:
    found = told(name)
    assert len(found) > 5
    assert max(len(problems) for _, problems in found) <= MOST
    assert sum(len(problems) == 1 for _, problems in found) >= ALONE * len(found)
    assert sum(any(one.line == line for one in problems) for line, problems in found) >= ON_ITS_LINE * len(found)
