"""A file's lines as an author sees them, and what she fell into there: the words that the traps of YAML are told in.

The law of this file: it looks at text alone, and changes none. A line is taken apart the same way wherever it is looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from dialogues.words import clip

QUOTED_CHARACTERS = 60  # of a text that a remedy repeats
NEAR_LINES = 40  # how far above a line its neighbours are looked for
SPACES = "{spaces}"  # in a remedy: as many as the mend has that was chosen
CURLY = "“”„‘’‚«»"
BLOCK_TEXT = re.compile(r"(^|[:\-]\s+)[|>][+-]?\d?\s*(#.*)?$")
STRUCTURE = re.compile(r"^\s*(-\s|-$|[\w' -]{1,60}:(\s|$))")
_PARTS = re.compile(r"^(?P<start>\s*(?:-\s+)*)(?:(?P<key>[^\s:#\"'{\[][^:]*?)\s*:(?P<gap>\s+|$))?(?P<value>.*)$")


@dataclass(frozen=True, slots=True)
class Trap:
    """What an author fell into: where (line and column from 0), its code, the words, and mends (line -> text), best first."""

    line: int
    column: int
    code: str
    what: str
    remedy: str
    mends: tuple[dict[int, str], ...] = ()
    width: int = 1
    is_certain: bool = True  # whether what stands below can be judged as if this had been right

    def settled(self, mend: dict[int, str] | None) -> Trap:
        """Return the trap with the number of spaces in its remedy that the chosen mend has, or else the first one."""
        chosen = next((one for one in (mend, *self.mends) if one is not None and self.line in one), {self.line: ""})
        return replace(self, remedy=self.remedy.replace(SPACES, str(indent_of(chosen[self.line]))))


@dataclass(frozen=True, slots=True)
class Line:
    """A line in its parts: what comes before the value, the key if there is one, and the value."""

    number: int
    start: str
    key: str | None
    value: str
    column: int  # of the value
    whole: str = field(repr=False)

    @property
    def indent(self) -> int:
        """The number of spaces before the line."""
        return indent_of(self.whole)

    @property
    def level(self) -> int:
        """Where its key or its text begins, behind any dashes."""
        return len(self.start)

    @property
    def has_dash(self) -> bool:
        """Whether it begins with a dash and a space."""
        return bool(self.start.strip())

    def quoted(self) -> dict[int, str]:
        """Return the line with its value in single quotes."""
        return {self.number: self.whole[: self.column] + "'" + self.value.rstrip().replace("'", "''") + "'"}

    def written(self, value: str) -> str:
        """Return what to write behind the key or the dash: `ask: "..."`."""
        before = f"{self.key}: " if self.key else f"{self.start.strip()} ".lstrip()
        return f"{before}{in_quotes(value)}"


def split(lines: list[str], number: int) -> Line:
    """Return the parts of the line with that number (from 0)."""
    whole = lines[number]
    match = _PARTS.match(whole)
    if match is None:  # a line break that Python knows and YAML does not
        return Line(number, "", None, whole, 0, whole)
    return Line(number, match["start"], match["key"], match["value"], match.start("value"), whole)


def indent_of(line: str) -> int:
    """Return the number of characters before the first one that can be seen."""
    return len(line) - len(line.lstrip())


def above(lines: list[str], at: int) -> int | None:
    """Return the number of the next line above that is neither empty nor a comment."""
    below_top = range(at - 1, -1, -1)
    return next((n for n in below_top if lines[n].strip() and not lines[n].lstrip().startswith("#")), None)


def below(lines: list[str], at: int) -> str:
    """Return the next line below that is not empty, or an empty text."""
    return next((line for line in lines[at + 1 :] if line.strip()), "")


def neighbours(lines: list[str], at: int) -> list[Line]:
    """Return the lines above that are near, the nearest last."""
    return [split(lines, n) for n in range(max(0, at - NEAR_LINES), at) if lines[n].strip()]


def block_texts(lines: list[str]) -> dict[int, int]:
    """Return the lines that are text below a `|` or a `>`, each with the line on which that sign stands."""
    inside: dict[int, int] = {}
    head, outer = 0, None
    for number, line in enumerate(lines):
        if outer is not None and (not line.strip() or indent_of(line) > outer):
            inside[number] = head
            continue
        head, outer = number, (indent_of(line) if BLOCK_TEXT.search(line) else None)
    return inside


def moved(lines: list[str], at: int, by: int) -> dict[int, str]:
    """Return the line and all that stands at least as deep below it, moved sideways."""
    indent, found = indent_of(lines[at]), {}
    for number in range(at, len(lines)):
        line = lines[number]
        if line.strip() and indent_of(line) < indent:
            break
        found[number] = " " * max(0, indent_of(line) + by) + line.lstrip()
    return found


def loose_lines(lines: list[str], at: int) -> list[int]:
    """Return the line and those right below it that stand as far to the right and are neither keys nor entries of a list."""
    last = at
    while last + 1 < len(lines) and indent_of(lines[last + 1]) == indent_of(lines[at]) and lines[last + 1].strip():
        if STRUCTURE.match(lines[last + 1]):
            break
        last += 1
    return list(range(at, last + 1))


def in_quotes(text: str) -> str:
    """Return the text as it can be written, cut where it is long."""
    shown = clip(text, QUOTED_CHARACTERS)
    return f'"{shown}"' if '"' not in shown else "'" + shown.replace("'", "''") + "'"
