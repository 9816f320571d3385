"""Characters that an author cannot see, or takes for others, and lines that end YAML's document: found before YAML reads.

The law of this file: a character is told only where it does harm. A space of another kind inside a text is a space.
"""

from __future__ import annotations

import re

from dialogues import codes
from dialogues.lesson_file import KEYS
from dialogues.source import Trap, block_texts

# Spaces that are none to YAML: they come along from web pages and from Word.
_SPACES = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
# Of no width at all. The joiners U+200C and U+200D stay: some scripts and many emoji are made with them.
_NO_WIDTH = "\xad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_ENDS_A_LINE = "\x0b\x0c\x85\u2028\u2029"  # to Word, or to YAML; no editor shows it
_NO_TEXT = r"[^\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"  # as YAML 1.1 has it, without line breaks

_HIDDEN = re.compile(f"[{_NO_WIDTH}]|{_NO_TEXT}|[{_ENDS_A_LINE}]")
_WITHOUT_WIDTH = re.compile(f"[{_NO_WIDTH}]")
_ODD = re.compile(f"[{_SPACES}]")
_BEFORE = re.compile(rf"^[\s{_SPACES}]*(?:-[\s{_SPACES}]+)*")  # the indentation and the dashes
_KEY = re.compile(rf"([^:\"'\n]{{1,60}}?):(?=[\s{_SPACES}]|$)[{_SPACES}]*")
_DOCUMENT = re.compile(r"^(---|\.\.\.)(\s|$)")
_DELETE = "Delete it: retype the word that it stands in."


def hidden_characters(lines: list[str]) -> list[Trap]:
    """Return a trap for each line that holds what cannot be seen, or a space of another kind where YAML wants a plain one."""
    texts = block_texts(lines) if any(map(_ODD.search, lines)) else {}
    found = (_hidden(n, line, n in texts) or _odd_space(n, line, n in texts) for n, line in enumerate(lines))
    return [trap for trap in found if trap is not None]


def _hidden(number: int, line: str, is_text: bool) -> Trap | None:  # noqa: FBT001 - as its neighbour
    match = _HIDDEN.search(line)
    if match is None:
        return None
    mended = _HIDDEN.sub(lambda one: "" if _WITHOUT_WIDTH.match(one[0]) else " ", line)
    odd = _odd_space(number, mended, is_text)
    what = f"an invisible character (U+{ord(match[0]):04X}) stands here"
    return Trap(number, match.start(), codes.CONTROL_CHARACTER, what, _DELETE, odd.mends if odd else ({number: mended},))


def _odd_space(number: int, line: str, is_text: bool) -> Trap | None:  # noqa: FBT001 - a line below a `|`
    """Find a space of another kind before a line, behind a dash, or around a key; the text behind these may hold one."""
    if _ODD.search(line) is None:
        return None
    before = _BEFORE.match(line)
    end = before.end() if before else 0
    key = None if is_text else _KEY.match(line, end)
    spots = [(0, end)] if key is None else [(0, end), _around(line, key)]
    odd = [match.start() for begin, stop in spots for match in _ODD.finditer(line, begin, stop)]
    if not odd:
        return None
    what = f"a space of another kind (U+{ord(line[odd[0]]):04X}), as Word and web pages have it, stands here"
    mended = "".join(" " if at in odd else sign for at, sign in enumerate(line))
    remedy = "Delete it, and type a space."
    return Trap(number, odd[0], codes.CONTROL_CHARACTER, what, remedy, ({number: mended},))


def _around(line: str, key: re.Match[str]) -> tuple[int, int]:
    """Return from where to where YAML wants plain spaces around what may be a key: all of it only where it surely is one."""
    words = _ODD.sub(" ", key[1])
    if " ".join(words.split()) in KEYS:
        return key.start(), key.end()
    is_text = "-" in line[: key.start()] and line[key.end() :].strip()
    return (key.end(), key.end()) if is_text else (key.start() + len(words.rstrip()), key.end())


def further_documents(lines: list[str]) -> list[Trap]:
    """Return a trap for each line that ends YAML's document and begins another one."""
    content = [n for n, line in enumerate(lines) if line.strip() and not line.startswith(("#", "%"))]
    marks = {n for n in content if _DOCUMENT.match(lines[n])}
    first = next((n for n in content if n not in marks), len(lines))
    begun = [n for n in content if n in marks and n > first]
    last = content[-1] if content else 0
    what, remedy = "a second document begins here", "Take this line out: a file holds one lesson."
    return [
        Trap(n, 0, codes.SECOND_DOCUMENT, what, remedy, ({n: ""},), len(lines[n]))
        for n in begun
        if not (lines[n].startswith("...") and n == last)
    ]
