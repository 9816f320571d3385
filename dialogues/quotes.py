"""Quotation marks: opened and never closed, closed too early, around a label, with a backslash between them.

The law of this file: as in `traps.py`, it is asked only where YAML cannot read a text. A remedy is the line as it can stand.
"""

from __future__ import annotations

import re

from dialogues import codes
from dialogues.source import QUOTED_CHARACTERS, STRUCTURE, Line, Trap, below, block_texts, split
from dialogues.words import clip

_LABEL = re.compile(r"^(?P<label>[^:]+):(?P<rest>\s+\S.*|\s*)$")
_WHOLE = re.compile(r"""^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|\[[^\[\]]*\]|\{[^{}]*\})\s*(\s#.*)?$""")  # closed where it ends


def open_quote(lines: list[str], at: int) -> Trap | None:
    """Return the trap of a quotation mark, on the line or above it, that is never closed."""
    inside = block_texts(lines)
    for number in range(at + 1):
        one = split(lines, number)
        if number in inside or one.value[:1] not in {'"', "'"}:
            continue
        mark = one.value[0]
        body = re.sub(r"\\.", "xx", one.value[1:]) if mark == '"' else one.value[1:].replace("''", "xx")
        if mark not in body and STRUCTURE.match(below(lines, number) or "- "):
            what = f"the quotation mark {mark} opens here and is never closed"
            remedy = f"Close it at the end of the text, or take it out: most texts need none. Write {_closed(one, mark)}."
            if mark == "'":
                remedy = f"Close it at the end of the text. An apostrophe? Then write {one.written(one.value.rstrip())}."
            mends: tuple[dict[int, str], ...] = ({number: lines[number].rstrip() + mark}, one.quoted())
            if (label := _quoted_label(one)) is not None:
                mends, remedy = (label, *mends), f"Write {label[number].strip()}"
            return Trap(number, one.column, codes.OPEN_QUOTE, what, remedy, mends, len(one.value))
    return None


def _quoted_label(one: Line) -> dict[int, str] | None:
    """Return the line with its label in quotation marks, where it begins with one and is no text."""
    match = None if one.key or one.has_dash else _LABEL.match(one.value)
    if match is None:
        return None
    text = match["label"]
    shown = f"'{text}'" if '"' in text else f'"{text}"'
    return {one.number: f"{' ' * one.indent}{shown}:{match['rest'] or ''}"} if not ("'" in text and '"' in text) else None


def _closed(one: Line, mark: str) -> str:
    before = f"{one.key}: " if one.key else ""
    return f"{before}{clip(one.value.rstrip(), QUOTED_CHARACTERS)}{mark}"


def after_value(lines: list[str], at: int) -> Trap | None:
    """Return the trap of a text that goes on behind its closing quotation mark."""
    one = split(lines, at)
    value = one.value.strip()
    if value[:1] not in {'"', "'"} or is_whole(value):
        return None
    mark = value[0]
    text = value[1:-1] if value.endswith(mark) and len(value) > 1 else value
    label = _quoted_label(one)
    what = f"the text goes on after the closing {mark}"
    remedy = f"Write {one.written(text)}."
    if '"' in text and "'" in text:
        remedy = "Put a '|' behind the key, and the text below it: there quotation marks are only signs."
    if mark == "'":
        remedy = f"An apostrophe closes it. {remedy}"
    if label is not None:
        remedy = f"Write {label[at].strip()}"
    mends = (one.quoted(),) if label is None else (label, one.quoted())
    return Trap(at, one.column, codes.TEXT_AFTER_QUOTE, what, remedy, mends, len(value))


def backslash(lines: list[str], at: int, column: int) -> Trap:
    """Return the trap of a backslash between double quotation marks."""
    start = max(0, lines[at].rfind("\\", 0, column + 1))
    what = "a backslash has a meaning of its own between double quotation marks"
    mend = {at: lines[at].replace("\\", "/")}
    return Trap(at, start, codes.BACKSLASH, what, "Use single ones ('...'), or none.", (mend,))


def is_whole(value: str) -> bool:
    """Whether a quotation, or a list or a mapping in brackets, is closed where the value ends."""
    return _WHOLE.match(value.strip()) is not None
