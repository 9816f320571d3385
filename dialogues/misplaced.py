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
BARE_KEY = re.compile(r"^(?P<key>if then|[a-z]+)(?P<sign>\s*[：﹕∶꞉]\s*|:(?=\S)|\s+|$)(?P<rest>.*)$")
_MOST_LEVELS = 5  # that a line is tried at
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


def find_misplaced(lines: list[str], at: int) -> list[Trap]:
    """Return what may be wrong where a line fits nothing above it, the likeliest first: its dash, its place, the line above."""
    if not lines[at].strip():
        return []
    one, over = split(lines, at), neighbours(lines, at)
    signs = (
        dashed_key(lines, one),
        missing_dash(lines, one),
        _out_of_its_text(lines, one),
        _first_without_dash(lines, one),
        key_without_colon(lines, one),
        _step_and_keys(lines, one),
        _name_without_colon(lines, one),
        _dashed_names(lines, one),
    )
    found = [trap for trap in signs if trap is not None]
    if not over:
        return found
    places = [_misplaced_to(one, _levels(over, one), lines)]
    if over[-1].indent != one.indent or kind_of(over[-1]) != kind_of(one):
        beside = [one.indent, one.indent - _ONE_LEVEL, *_levels(over[:-1], over[-1])]
        places.insert(0 if _is_the_odd_one(lines, over[-1], one) else 1, _misplaced_to(over[-1], beside, lines))
    return found + [place for place in places if place.mends]


def _levels(over: list[Line], one: Line) -> list[int]:
    """Return where the line could stand: as deep as lines above, those of its kind first, and the nearest of these."""
    levels = {line.indent for line in over} | {line.level for line in over if line.has_dash}
    alike = {line.indent if one.has_dash else line.level for line in over if kind_of(line) == kind_of(one)}
    opened = {over[-1].level + _ONE_LEVEL} if over and over[-1].whole.rstrip().endswith(":") else set()
    wanted = (levels | opened) - {one.indent}
    return sorted(wanted, key=lambda level: (level not in opened, level not in alike, abs(level - one.indent), -level))


def missing_dash(lines: list[str], one: Line) -> Trap | None:
    """Return the trap of a line beside lines with dashes that has none, or something that only looks like one."""
    numbers = range(one.number - 1, -1, -1)
    nearest = next((split(lines, n) for n in numbers if lines[n].strip() and indent_of(lines[n]) <= one.indent), None)
    if one.has_dash or nearest is None or nearest.indent != one.indent or not nearest.has_dash:
        return None
    if (one.key or "").strip() in KEYS:  # it stands too far to the left: no step bears the name of a key
        return None
    return _dash_for(one, ({one.number: _with_dash(one)},))


def _dash_for(one: Line, mends: tuple[dict[int, str], ...]) -> Trap:
    bullet = _BULLET.match(one.whole)
    code, what = codes.MISSING_DASH, "the lines beside this one begin with a dash, and this one does not"
    if bullet is not None:
        what = f"a list has plain hyphens, and {bullet['sign']} stands here"
        if bullet["sign"] == "-":
            code, what = codes.SPACE_AFTER_COLON, "there is no space after the dash"
    remedy = f"Write '{clip(_with_dash(one).strip(), QUOTED_CHARACTERS)}'."
    return Trap(one.number, one.indent, code, what, remedy, mends, len(one.whole.strip()))


def _with_dash(one: Line) -> str:
    bullet = _BULLET.match(one.whole)
    return f"{' ' * one.indent}- {bullet['text'].strip() if bullet else one.whole.strip()}"


def _first_without_dash(lines: list[str], one: Line) -> Trap | None:
    """Find the first steps without their dashes, above one that has its own."""
    head = next((n for n in range(one.number - 1, -1, -1) if re.match(r"steps\s*:", lines[n])), None)
    if head is None or not one.has_dash:
        return None
    names = [split(lines, n) for n in range(head + 1, one.number) if lines[n].strip() and indent_of(lines[n]) == one.indent]
    bare = [line for line in names if not line.has_dash and line.key is not None and not line.value.strip()]
    return _dash_for(bare[0], ({line.number: _with_dash(line) for line in bare},)) if bare else None


def _step_and_keys(lines: list[str], one: Line) -> Trap | None:
    """Find a button with a step behind its label and keys below it."""
    before = above(lines, one.number)
    over = split(lines, before) if before is not None else None
    if over is None or over.key is None or over.key in KEYS or over.has_dash or not over.value.strip():
        return None
    if one.indent <= over.level or (one.key or "").strip() not in {"say", "go", "examples"}:
        return None
    what = f"a step stands behind '{over.key}', and keys below it"
    remedy = f"Write '{over.key}:' alone, and 'go: {over.value.strip()}' below it."
    mend = {over.number: over.whole[: over.level] + f"{over.key}:"}
    return Trap(over.number, over.column, codes.NOT_KEYS, what, remedy, (mend,), len(over.value.strip()))


def _name_without_colon(lines: list[str], one: Line) -> Trap | None:
    """Find a name on the line above, without the colon that the key below it needs."""
    before = above(lines, one.number)
    over = split(lines, before) if before is not None else None
    if over is None or over.key is not None or over.indent >= one.indent or (one.key or "").strip() not in KEYS:
        return None
    name, mend = over.value.strip(), {over.number: over.whole.rstrip() + ":"}
    what, remedy = "a colon is missing after this name", f"Write '{over.start.strip()} {name}:'".replace("' ", "'") + "."
    return Trap(over.number, over.column, codes.MISSING_COLON, what, remedy, (mend,), len(name))


def key_without_colon(lines: list[str], one: Line) -> Trap | None:
    """Return the trap of a key without its colon, or without the space, among the lines above that YAML took for one text."""
    for number in range(one.number - 1, -1, -1):
        over = split(lines, number)
        if over.key is not None or (over.whole.strip() and over.indent == 0):
            return None
        match = BARE_KEY.match(over.whole.strip())
        if match is not None and match["key"] in KEYS and not over.has_dash:
            first, rest = match["key"], match["rest"]
            code, what = codes.MISSING_COLON, f"a colon is missing after '{first}'"
            if match["sign"] == ":":
                code, what = codes.SPACE_AFTER_COLON, f"there is no space after '{first}:'"
            remedy = f"Write '{first}:{' ' * bool(rest)}{clip(rest, QUOTED_CHARACTERS)}'."
            mend = {number: f"{' ' * over.indent}{first}: {rest}".rstrip()}
            return Trap(number, over.indent, code, what, remedy, (mend,), len(over.whole.strip()))
    return None


def _dashed_names(lines: list[str], one: Line) -> Trap | None:
    """Find a dash before the name of an answer, where others beside it have none."""
    beside = [line for line in _beside(lines, one) if line.key is not None]
    dashed = [line for line in beside if line.has_dash]
    if not dashed or len(dashed) * 2 > len(beside):
        return None
    first = dashed[0]
    what, remedy = f"a dash stands before '{first.key}', and none before its neighbours", "Take the dash out."
    mend = {line.number: " " * line.indent + line.whole[line.level :] for line in dashed}
    return Trap(first.number, first.indent, codes.NOT_KEYS, what, remedy, (mend,))


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


def hides_keys(lines: list[str], texts: set[int]) -> bool:
    """Whether keys or entries have become part of a text below a `|`: then less is wrong because less is seen.

    `texts` are the numbers of the lines that were such text before.
    """
    new = [split(lines, number) for number in set(block_texts(lines)) - texts]
    return any(one.has_dash or (one.key or "").strip() in KEYS for one in new)


def kind_of(line: Line) -> tuple[bool, bool, bool]:
    """Return what kind of line it is: an entry of a list, a key of the format, another name, or a text."""
    return line.has_dash, line.key is not None, (line.key or "").strip() in KEYS


def _like_it_below(lines: list[str], one: Line) -> list[int]:
    """Return the line and those right below it that stand as far to the right and are of its kind."""
    last = one.number
    while (
        last + 1 < len(lines) and indent_of(lines[last + 1]) == one.indent and kind_of(split(lines, last + 1)) == kind_of(one)
    ):
        last += 1
    return list(range(one.number, last + 1))


def _misplaced_to(one: Line, levels: list[int], lines: list[str]) -> Trap:
    levels = list(dict.fromkeys(levels))[:_MOST_LEVELS]
    mends = [{one.number: " " * level + one.whole.strip()} for level in levels]
    beside = _like_it_below(lines, one)
    mends += [{number: " " * level + lines[number].strip() for number in beside} for level in levels]
    mends += [moved(lines, one.number, level - one.indent) for level in levels]
    texts = set(block_texts(lines))
    mends = [mend for mend in mends if not hides_keys([mend.get(n, line) for n, line in enumerate(lines)], texts)]
    spaces = "1 space stands" if one.indent == 1 else f"{one.indent or 'no'} spaces stand"
    what = f"{spaces} before this line, which does not fit the lines around it"
    remedy = f"Indent it as its neighbours are: {SPACES} spaces, perhaps."
    near = any(abs(level - one.indent) <= _ONE_LEVEL for level in levels)
    return Trap(one.number, 0, codes.INDENTATION, what, remedy, tuple(mends), max(1, one.indent), near)
