"""One line that stands too far to the left or to the right: found by looking whether the file is right with it elsewhere.

The law of this file: YAML stops where it can go no further, which is often below the line that is wrong, and reads many a
wrong indentation without a word. So lines are moved, one at a time and in memory alone, and a line is told only where moving it
leaves less to tell than before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from dialogues import codes
from dialogues.errors import Problem
from dialogues.lesson_file import KEYS
from dialogues.misplaced import hides_keys, kind_of
from dialogues.source import NEAR_LINES, Line, above, block_texts, indent_of, moved, split

MOST_LINES_MOVED = 12  # what is wrong is seldom further from where it is noticed
MOST_LOOKS = 120
MOST_CHARACTERS_LOOKED_AT = 400_000  # over all looks together: half a second
_DEEPEST = 16  # where the entries of an answer's examples stand, and a level more
_LEVELS = range(0, _DEEPEST + 1, 2)
_BY_PLACE = {  # what a line in the wrong place may be told as
    *(codes.INDENTATION, codes.NOT_KEYS, codes.STEPS_UNDER_ONE_DASH, codes.KEYS_FOR_TEXT, codes.NOT_YAML, codes.EMPTY),
    *(codes.NEEDS_ASK, codes.NEEDS_DO, codes.SILENT_STEP),  # where the text above has swallowed a key
}
_LINES_ABOVE = 5  # from an entry of a list up to its step
_USUAL = 2  # lines of a kind at one place
_ENOUGH = 2  # so many problems at once come from one line more often than not

Look: TypeAlias = Callable[[list[str]], Sequence[Problem] | None]
"""What is wrong with a file of these lines; None where YAML cannot read it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A line that stands wrongly (its number from 0), where it should stand, and what is wrong in the file besides."""

    line: int
    level: int
    lines: tuple[str, ...]  # of the file with that line moved
    rest: tuple[Problem, ...]

    def problem(self, file: str, lines: list[str]) -> Problem:
        """Return it as an author is told of it."""
        indent = indent_of(lines[self.line])
        words = "further to the left" if indent < self.level else "further to the right"
        what = f"this line stands {words} than it belongs: {indent} spaces stand before it"
        remedy = f"Put {self.level} spaces before it."
        return Problem(file, self.line + 1, 1, "", what, remedy, codes.INDENTATION, max(1, indent))


def find_moved(lines: list[str], problems: Sequence[Problem], look: Look) -> Moved | None:
    """Return the line that explains most of the problems by where it stands, or None where no line does."""
    if not (len(problems) >= _ENOUGH or any(one.code in _BY_PLACE for one in problems)):
        return None
    left = min(MOST_LOOKS, MOST_CHARACTERS_LOOKED_AT // (sum(map(len, lines)) + 1))
    best: Moved | None = None
    for number, level, mended in islice(_ways_to_move(lines, problems), left):
        rest = look(mended)
        if rest is None or not _explains(problems, rest) or (best is not None and len(rest) >= len(best.rest)):
            continue
        best = Moved(number, level, tuple(mended), tuple(rest))
        if not rest:
            break
    is_told = best is not None and [(one.line, one.code) for one in problems] == [(best.line + 1, codes.INDENTATION)]
    return None if is_told else best


def _explains(problems: Sequence[Problem], rest: Sequence[Problem]) -> bool:
    """Whether so much less is wrong that the line was the reason: all, several problems, or one that is told by its place."""
    gone = len(problems) - len(rest)
    places = [one for one in problems if one.code in _BY_PLACE]
    return gone > 1 or (gone == 1 and bool(places) and all(one in problems for one in rest))


def _ways_to_move(lines: list[str], problems: Sequence[Problem]) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the number of a line, a level, and the lines with that one there; where most of its kind stand comes first."""
    texts = set(block_texts(lines))
    usual = Counter(
        (indent_of(line), kind_of(split(lines, n))) for n, line in enumerate(lines) if line.strip() and n not in texts
    )
    for with_what_is_below in (False, True):
        ways = [
            (usual[level, kind_of(split(lines, number))] < _USUAL, order, abs(level - indent_of(lines[number])), number, level)
            for order, number in enumerate(_suspects(lines, problems, texts))
            for level in _levels_of(lines, number)
        ]
        for *_, number, level in sorted(ways):
            changed = moved(lines, number, level - indent_of(lines[number])) if with_what_is_below else {}
            changed[number] = " " * level + lines[number].lstrip()
            mended = [changed.get(n, line) for n, line in enumerate(lines)]
            if len(changed) > with_what_is_below and not hides_keys(mended, texts):
                yield number, level, mended


def _levels_of(lines: list[str], number: int) -> set[int]:
    """Return where the line may be tried; an entry of a list only beside others or right below a key, or it becomes a text."""
    levels, one = set(_LEVELS), split(lines, number)
    if one.has_dash:
        beside = [n for n in range(max(0, number - NEAR_LINES), min(len(lines), number + NEAR_LINES)) if n != number]
        levels = {indent_of(lines[n]) for n in beside if split(lines, n).has_dash}
        before = above(lines, number)
        levels |= {split(lines, before).level + 2} if before is not None and lines[before].rstrip().endswith(":") else set()
    return levels - {one.indent}


def _suspects(lines: list[str], problems: Sequence[Problem], texts: set[int]) -> Iterator[int]:
    """Yield the lines that problems are told at, and those above that they belong to: one of these may be the reason."""
    seen: set[int] = set()
    for problem in sorted(problems, key=lambda one: one.line):
        number = min(problem.line, len(lines)) - 1
        for one in (number, *islice(_leads_to(lines, number), _LINES_ABOVE)):
            line = split(lines, one)
            is_text = (one in texts and line.key not in KEYS) or (line.key is None and not line.has_dash)
            is_key_with_a_dash = line.has_dash and line.key in KEYS  # elsewhere it would only be taken for a step's name
            if (
                not is_text
                and not is_key_with_a_dash
                and not lines[one].lstrip().startswith("#")
                and one not in seen
                and len(seen) < MOST_LINES_MOVED
            ):
                seen.add(one)
                yield one


def _leads_to(lines: list[str], number: int) -> Iterator[int]:
    """Yield the line above, and upwards each line that stands further to the left, or as deep and is of another kind."""
    last: Line | None = None
    for n in range(number - 1, -1, -1):
        line = split(lines, n)
        is_next = last is None or line.indent < last.indent or (line.indent == last.indent and kind_of(line) != kind_of(last))
        if lines[n].strip() and is_next:
            last = line
            yield n
