"""Lines that stand in the wrong place: tabs for spaces, a dash missing or too many, a wrong number of spaces.

The law of this file: as in `traps.py`, it is asked only where YAML cannot read a text. What a line should have is taken from
the lines around it, never from a fixed width.
"""

from __future__ import annotations

import re

from dialogues import codes
from dialogues.lesson_file import KEYS
from dialogues.source import (
    QUOTED_CHARACTERS,
    SPACES,
    STRUCTURE,
    Line,
    Trap,
    above,
    block_texts,
    indent_of,
    moved,
    neighbours,
    split,
)
from dialogues.words import clip

_BULLET = re.compile(r"^\s*(?P<sign>[–—−‐‑•·‣◦▪●*+]|-{2,}|-(?=[^\s-]))\s*(?P<text>.*)$")
_ONE_LEVEL = 2  # spaces


def find_tab(lines: list[str], at: int) -> Trap | None:
    """Return the trap of a tab before the line, and before all lines below."""
    if "\t" not in lines[at][: indent_of(lines[at])]:
        return None
    tabbed = [n for n, line in enumerate(lines) if n >= at and "\t" in line[: indent_of(line)]]
    more = f" (and before {len(tabbed) - 1} more lines)" if len(tabbed) > 1 else ""
    what = f"a tab stands before this line{more}"
    remedy = "Put spaces in its place: two for each level. In VS Code: 'Convert Indentation to Spaces'."
    over = above(lines, at)
    level = split(lines, over).level if over is not None else 0
    opens = over is not None and lines[over].rstrip().endswith((":", "|", ">"))
    near = [level + 2, level + 4, level] if opens else [level, level - 2, level - 4, level + 2]
    deep = lines[at][: indent_of(lines[at])].count("\t")
    mends = [
        {
            n: " " * max(0, base + _ONE_LEVEL * (lines[n][: indent_of(lines[n])].count("\t") - deep)) + lines[n].lstrip()
            for n in tabbed
        }
        for base in near
    ]
    mends += [{n: lines[n].expandtabs(size) for n in tabbed} for size in (2, 4, 8)]
    mends += [{at: " " * max(0, base) + lines[at].lstrip()} for base in near]
    column = lines[at].index("\t")
    return Trap(at, column, codes.TAB, what, remedy, tuple(mends), max(1, indent_of(lines[at]) - column))


def find_misplaced(lines: list[str], at: int) -> Trap | None:
    """Return the trap of a line whose dash is missing or too much, or whose indentation fits none of the lines above."""
    if not lines[at].strip():
        return None
    one, over = split(lines, at), neighbours(lines, at)
    found = dashed_key(lines, one) or missing_dash(lines, one) or _out_of_its_text(lines, one)
    if found is not None or not over:
        return found
    if over[-1].indent != one.indent and _is_the_odd_one(lines, over[-1], one):
        return _misplaced_to(over[-1], [one.indent, one.indent - _ONE_LEVEL], lines)
    levels = {line.indent for line in over} | {line.level for line in over if line.has_dash}
    alike = {line.indent if one.has_dash else line.level for line in over if _kind(line) == _kind(one)}
    opened = {over[-1].level + _ONE_LEVEL} if over[-1].whole.rstrip().endswith(":") else set()
    wanted = (levels | opened) - {one.indent}
    fits = sorted(wanted, key=lambda level: (level not in opened, level not in alike, abs(level - one.indent), -level))
    return _misplaced_to(one, fits, lines) if fits else None


def missing_dash(lines: list[str], one: Line) -> Trap | None:
    """Return the trap of a line beside lines with dashes that has none, or something that only looks like one."""
    over = neighbours(lines, one.number)
    nearest = next((line for line in reversed(over) if line.indent <= one.indent), None)
    if one.has_dash or nearest is None or nearest.indent != one.indent or not nearest.has_dash:
        return None
    words, bullet = one.whole.strip(), _BULLET.match(one.whole)
    code, what = codes.MISSING_DASH, "the lines above at this place begin with a dash, and this one does not"
    if bullet is not None:
        words = bullet["text"].strip()
        code, what = codes.MISSING_DASH, f"a list has plain hyphens, and {bullet['sign']} stands here"
        if bullet["sign"] == "-":
            code, what = codes.SPACE_AFTER_COLON, "there is no space after the dash"
    mend = {one.number: f"{' ' * one.indent}- {words}"}
    remedy = f"Write '- {clip(words, QUOTED_CHARACTERS)}'."
    return Trap(one.number, one.indent, code, what, remedy, (mend,), len(one.whole.strip()))


def dashed_key(lines: list[str], one: Line) -> Trap | None:
    """Return the trap of a dash before a key of a step, where keys without one stand beside it."""
    beside = [line for line in _beside(lines, one) if (line.key or "").strip() in KEYS]
    dashed = [line for line in beside if line.has_dash]
    if not dashed or len(dashed) == len(beside) or (one.key or "").strip() not in KEYS:
        return None
    first = dashed[0]
    more = f" (and before {len(dashed) - 1} more)" if len(dashed) > 1 else ""
    what = f"a dash stands before '{first.key}'{more}: keys have none"
    mend = {line.number: " " * line.indent + line.whole[line.level :] for line in dashed}
    remedy = f"Take the dash out, and begin '{first.key}:' where the other keys begin."
    return Trap(first.number, first.indent, codes.NOT_KEYS, what, remedy, (mend,))


def _beside(lines: list[str], one: Line) -> list[Line]:
    """Return the lines that are indented as this one and belong to the same thing, itself included."""
    found = [one]
    for numbers in (range(one.number - 1, -1, -1), range(one.number + 1, len(lines))):
        for number in numbers:
            if lines[number].strip() and indent_of(lines[number]) < one.indent:
                break
            if lines[number].strip() and indent_of(lines[number]) == one.indent:
                found.append(split(lines, number))
    return sorted(found, key=lambda line: line.number)


def _out_of_its_text(lines: list[str], one: Line) -> Trap | None:
    """Find a line of a text below a `|` that stands further left than the text's first line."""
    texts, before = block_texts(lines), above(lines, one.number)
    head = texts.get(one.number, texts.get(before) if before is not None else None)
    if head is None or (one.number not in texts and STRUCTURE.match(one.whole)):
        return None
    first = next((n for n in range(head + 1, one.number) if lines[n].strip()), one.number)
    wanted = indent_of(lines[first])
    if one.indent >= wanted:
        return None
    what = f"this line stands further left than the text that it belongs to (line {first + 1})"
    remedy = f"Put {wanted} spaces before it, as before that line: all lines of a text begin at the same place."
    rest = {
        n: " " * max(wanted, indent_of(lines[n])) + lines[n].strip() for n in texts if texts[n] == head and lines[n].strip()
    }
    alone = {one.number: " " * wanted + one.whole.strip()}
    return Trap(one.number, 0, codes.INDENTATION, what, remedy, (rest | alone, alone), max(1, one.indent))


def _is_the_odd_one(lines: list[str], over: Line, one: Line) -> bool:
    """Whether the line above stands as hardly any other, and this one as many do: then that one is indented wrongly."""
    indents = [indent_of(line) for line in lines if line.strip()]
    return over.indent > 0 and abs(over.indent - one.indent) <= 1 and indents.count(over.indent) * 2 < indents.count(one.indent)


def _kind(line: Line) -> tuple[bool, bool, bool]:
    """Return what kind of line it is: an entry of a list, a key of the format, another name, or a text."""
    return line.has_dash, line.key is not None, (line.key or "").strip() in KEYS


def _like_it_below(lines: list[str], one: Line) -> list[int]:
    """Return the line and those right below it that stand as far to the right and are of its kind."""
    last = one.number
    while last + 1 < len(lines) and indent_of(lines[last + 1]) == one.indent and _kind(split(lines, last + 1)) == _kind(one):
        last += 1
    return list(range(one.number, last + 1))


def _misplaced_to(one: Line, levels: list[int], lines: list[str]) -> Trap:
    mends = [{one.number: " " * level + one.whole.strip()} for level in levels]
    beside = _like_it_below(lines, one)
    mends += [{number: " " * level + lines[number].strip() for number in beside} for level in levels]
    mends += [moved(lines, one.number, level - one.indent) for level in levels]
    spaces = "1 space stands" if one.indent == 1 else f"{one.indent or 'no'} spaces stand"
    what = f"{spaces} before this line, which does not fit the lines around it"
    remedy = f"Indent it as its neighbours are: {SPACES} spaces, perhaps."
    near = any(abs(level - one.indent) <= _ONE_LEVEL for level in levels)
    return Trap(one.number, 0, codes.INDENTATION, what, remedy, tuple(mends), max(1, one.indent), near)
