"""What an editor or YAML does to a file behind its author's back, and the file loads all the same: warnings.

The law of this file: it looks at the source beside the tree, and tells a difference between the two that she cannot have meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogues import codes
from dialogues.document import Node, Path
from dialogues.errors import Problem
from dialogues.lesson_file import StepFile, keys_of
from dialogues.mending import step_of
from dialogues.parsing import Examined
from dialogues.source import BLOCK_TEXT, indent_of, split

_TEXTS = {"title", "outcome", "about", "say", "ask", "example", "meaning", "do", "nudge", "sources", "examples"}
_COMMENT = re.compile(r"(\s{2,}|\t+)#(\s|$)")  # as one writes it: well apart, and a space behind the sign
_TAIL = re.compile(r"(\s+)#\s*\S.*")
_CURLY = re.compile(r"^(“[^“”]*”|‘[^‘’]*’|„[^„“”]*[“”]|«[^«»]*»)$")
_ENTRY = re.compile(r"^\s+[-–•] ")
_KEYS_OF_A_STEP = frozenset(keys_of(StepFile))
_TRUTHS = {"yes", "no", "true", "false", "on", "off"}


def tidy(text: str, one: Examined) -> list[Problem]:
    """Return the warnings about the source `text` of what was examined."""
    found = list(_as_a_file(text, one.file))
    if one.root is not None:
        for path, node in _scalars(one.root, ()):
            found += _scalar(one, path, node)
    return found


def _as_a_file(text: str, file: str) -> Iterator[Problem]:
    if text.startswith("\ufeff"):
        what, remedy = "the file begins with a byte-order mark", "It works as it is; 'UTF-8' without 'BOM' is cleaner."
        yield Problem(file, 1, 1, "", what, remedy, codes.BYTE_ORDER_MARK)
    if "\r\n" in text:
        first = text.index("\r\n")
        what = f"the file has Windows line ends ({text.count(chr(13) + chr(10))} of them)"
        remedy = "It works as it is; in VS Code, click CRLF at the bottom right and choose LF."
        yield Problem(file, 1, max(1, first), "", what, remedy, codes.WINDOWS_LINE_ENDS)


def _scalars(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    if node.text is not None:
        yield path, node
    for number, item in enumerate(node.items or []):
        yield from _scalars(item, (*path, number))
    for key, (_, value) in (node.entries or {}).items():
        yield from _scalars(value, (*path, key))


def _scalar(one: Examined, path: Path, node: Node) -> Iterator[Problem]:
    step = step_of(path, one.root) if one.root else ""
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    at = (one.file, node.line, node.column, step)
    if key == "keep" and (node.text or "").lower() in _TRUTHS:
        what = f"the answer is kept under the name '{node.text}'"
        yield Problem(*at, what, "Write a name for what the student says, such as 'person'.", codes.KEPT_AS_YES, node.width)
    if node.line >= 1:
        yield from _swallowed_key(one, key, node, step)
    if not node.plain or node.line < 1:
        return
    if key != "example" and _CURLY.match(node.text or ""):
        what = "students would see these quotation marks; YAML knows only straight ones"
        yield Problem(*at, what, "Take them out; most texts need none.", codes.SHOWN_QUOTES, node.width)
    yield from _cut(one, at, key, node)
    yield from _swallowed(one, path, node, step)


def _cut(one: Examined, at: tuple[str, int, int, str], key: str, node: Node) -> Iterator[Problem]:
    if key not in _TEXTS or node.line > len(one.lines):
        return
    tail = one.lines[node.line - 1][node.column - 1 + node.width :]
    match = _TAIL.match(tail)
    if match is not None and not _COMMENT.match(tail):
        column = node.column + node.width + len(match[1])
        what = f"the # makes a comment of the rest: “{match[0].strip()}” is not said"
        remedy = "Put the whole text in quotation marks; before a comment, leave two spaces."
        yield Problem(at[0], at[1], column, at[3], what, remedy, codes.CUT_BY_HASH, len(match[0].strip()))


def _swallowed(one: Examined, path: Path, node: Node, step: str) -> Iterator[Problem]:
    """Tell an entry of a list that stands further to the right than the one above, and so became more of its text."""
    key, number = path[-1], node.line
    if key in {"examples", "sources"} or (not isinstance(key, int) and key not in _TEXTS):
        return
    below = [n for n in range(number, min(node.end_line, len(one.lines))) if _ENTRY.match(one.lines[n])]
    if not below:
        return
    remedy = "In a list, put as many spaces before it as before the dash above; in a text, put a '|' behind the key."
    what = "this line has become part of the text above it, dash and all"
    spot = below[0]
    if isinstance(key, int) and len(below) > 1:  # then it is the first one that stands apart
        what, spot = "the entries below this line have become part of it, dashes and all", number - 1
        remedy = f"Put {indent_of(one.lines[below[0]])} spaces before it, as before theirs."
    column = indent_of(one.lines[spot]) + 1
    yield Problem(one.file, spot + 1, column, step, what, remedy, codes.SWALLOWED, len(one.lines[spot]) - column + 1)


def _swallowed_key(one: Examined, key: str, node: Node, step: str) -> Iterator[Problem]:
    """Tell a key that stands as deep as a text below a `|`, and so became its last line."""
    if key not in _TEXTS or node.line > len(one.lines) or not BLOCK_TEXT.search(one.lines[node.line - 1]):
        return
    level = split(one.lines, node.line - 1).level
    below = [split(one.lines, n) for n in range(node.line, min(node.end_line, len(one.lines)))]
    line = next((line for line in below if line.indent > level and line.key in _KEYS_OF_A_STEP), None)
    if line is not None:
        what = f"'{line.key}:' stands so far to the right that it has become part of the text above"
        remedy = f"Put {level} spaces before it."
        yield Problem(one.file, line.number + 1, line.level + 1, step, what, remedy, codes.SWALLOWED, len(line.key or "") + 1)
