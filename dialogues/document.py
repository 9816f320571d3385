"""A YAML text as a tree of nodes, each of which knows its place.

The law of this file: a scalar stays the text that the author typed (`yes`, `1:30` and `012` are words, not values), a key
stands once, and no text can hurt the reader. Size and depth are bounded, and anchors and aliases refused, while the
parser's events pass by: the tree is built from them without recursion, because PyYAML's C composer overflows its stack on
deep nesting. Where YAML cannot read a line, the line is mended in memory (`traps.py`), so that the rest is read too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import yaml

from dialogues import codes
from dialogues.characters import further_documents, hidden_characters
from dialogues.errors import LessonError, Problem
from dialogues.source import Trap
from dialogues.traps import diagnose

MAX_CHARACTERS = 60_000  # five times the longest lesson that ships
MAX_TOLD = 100  # problems of one kind of check; nobody reads more at once
MAX_DEPTH = 12  # the format nests to a depth of 8
MAX_CHARACTERS_PARSED = 600_000  # over all mends of a text together: half a second
_LINE_BREAK = re.compile("\r\n|[\n\r]")  # as editors break lines; YAML's other ones (U+2028 ...) are refused
_YAML_TAG = "tag:yaml.org,2002:"

MOST_PARSES = 200  # of a short text
MOST_MENDS = 40  # of one line

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"
Path: TypeAlias = tuple[str | int, ...]


@dataclass(slots=True)
class Node:
    """A scalar (`text`), a list (`items`) or a mapping (`entries`), with its line and column from 1."""

    line: int
    column: int
    text: str | None = None
    items: list[Node] | None = None
    entries: dict[str, tuple[Node, Node]] | None = None  # key -> (the key's node, the value's node)
    plain: bool = False
    width: int = 1  # in characters, on its first line
    end_line: int = 0  # the last line that may belong to it

    def to_plain(self) -> Plain:
        """Return the node as strings, lists and dicts; where nothing was written, None."""
        if self.items is not None:
            return [item.to_plain() for item in self.items]
        if self.entries is not None:
            return {key: value.to_plain() for key, (_, value) in self.entries.items()}
        return None if self.plain and not self.text else self.text

    def find(self, path: Path) -> Node | None:
        """Return the node that `path` leads to, a mapping's value rather than its key; None where there is none."""
        node: Node | None = self
        for part in path:
            if node is not None and node.entries is not None and isinstance(part, str):
                node = node.entries[part][1] if part in node.entries else None
            elif node is not None and node.items is not None and isinstance(part, int) and part < len(node.items):
                node = node.items[part]
            else:
                return None
        return node

    def place_of(self, words: str, lines: list[str]) -> tuple[int, int] | None:
        """Return the line and column (from 1) where `words` stand in a text's source, or None where they are broken up."""
        for number in range(self.line, min(max(self.line, self.end_line), len(lines)) + 1):
            column = lines[number - 1].find(words, self.column - 1 if number == self.line else 0)
            if column >= 0:
                return number, column + 1
        return None

    def at(self, path: Path) -> Node:
        """Return the node that `path` leads to, or the nearest one on the way; a mapping's entry answers with its key."""
        node, place = self, self
        for part in path:
            if node.entries is not None and isinstance(part, str) and part in node.entries:
                place, node = node.entries[part]
            elif node.items is not None and isinstance(part, int) and part < len(node.items):
                node = place = node.items[part]
            else:
                break
        return place


Judge: TypeAlias = Callable[[Node], int]


@dataclass(slots=True)
class Composed:
    """A text as far as it can be read: its tree, if there is one, and what is wrong with it as YAML.

    `is_certain` says that every mend is what the author will write, so that the tree can be judged as hers.
    """

    root: Node | None = None
    problems: list[Problem] = field(default_factory=list)
    is_certain: bool = True


@dataclass(slots=True)
class _Builder:
    file: str
    root: Node | None = None
    open: list[Node] = field(default_factory=list)
    keys: list[Node | None] = field(default_factory=list)  # beside `open`: the key that waits for its value
    problems: list[Problem] = field(default_factory=list)

    def problem(self, node: Node, code: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, node.line, node.column, "", what, remedy, code, node.width))

    def add(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        parent, key = self.open[-1], self.keys[-1]
        if parent.items is not None:
            parent.items.append(node)
        elif key is None:
            self.keys[-1] = node
        else:
            self._enter(parent, key, node)
            self.keys[-1] = None

    def _enter(self, parent: Node, key: Node, value: Node) -> None:
        entries = parent.entries if parent.entries is not None else {}
        if key.text is None:
            what, remedy = (
                "braces or brackets begin this line",
                "Put the text in quotation marks, or begin with a key: 'say: ...'.",
            )
            self.problem(key, codes.SPECIAL_START, what, remedy)
            entries[f"(line {key.line})"] = (key, value)  # whatever it leads to is reached
        elif key.text in entries:
            what = f"'{key.text}' stands here a second time (first on line {entries[key.text][0].line})"
            self.problem(key, codes.REPEATED_KEY, what, "Keep one of the two; the other would be lost.")
            first = entries[key.text][1]
            if first.items is not None and value.items is not None:
                value.items = first.items  # what is read into it from now on is read into the first one
            if not (first.text or first.items or first.entries):
                entries[key.text] = (entries[key.text][0], value)
        else:
            entries[key.text] = (key, value)


class _FatalError(Exception):
    """Nothing of the text can be used."""


def split_lines(text: str) -> list[str]:
    """Return the lines of a text as YAML and editors count them."""
    return _LINE_BREAK.split(text)


def read_document(text: str, file: str, most_characters: int = MAX_CHARACTERS) -> Node:
    """Return the tree of the one YAML document in `text`; its root is a mapping.

    Raises LessonError, with the places, for a text that is too long or too deep, that YAML cannot read, that holds more than
    one document, anchors, aliases or tags, or a key twice.
    """
    composed = compose(text, file, most_characters)
    if composed.problems or composed.root is None:
        raise LessonError(composed.problems)
    return composed.root


def compose(text: str, file: str, most_characters: int = MAX_CHARACTERS, judge: Judge | None = lambda _: 0) -> Composed:
    """Return the tree of the one YAML document in `text`, and every problem that it has as YAML; raises nothing.

    Without problems there is a root, and it is a mapping. Where a line may be mended in several ways, `judge` says how much is
    wrong with the tree that each of them leads to (which it may change). Without a judge nothing
    is mended, and there is no root then.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > most_characters:
        what, remedy = f"the file has {len(text)} characters", f"Stay under {most_characters}: split it into several."
        return Composed(None, [Problem(file, 1, 1, "", what, remedy, codes.TOO_LONG)], is_certain=False)
    composed = Composed()
    lines = split_lines(text)
    unreadable = [*hidden_characters(lines), *further_documents(lines)]
    for trap in unreadable:
        if len(composed.problems) < MAX_TOLD:
            _report(composed, trap, file)
        lines[trap.line] = trap.mends[0][trap.line]
    try:
        builder = _build(lines, composed, file, "\n".join(lines) if unreadable else text, judge)
    except _FatalError:
        return replace(composed, root=None, is_certain=False)
    composed.problems += builder.problems[:MAX_TOLD]
    composed.root = builder.root
    if builder.root is None or (builder.root.entries is None and not composed.problems):
        what = "no line of the file has a key and a colon at its beginning"
        if builder.root is not None and builder.root.items:
            what = "the file begins with a dash: what stands at the top of it has none"
        remedy = "Begin with a line such as 'lesson: the-id-of-the-lesson', without spaces and dashes before it."
        composed.problems.append(Problem(file, 1, 1, "", what, remedy, codes.NOTHING_IN_IT))
    if builder.root is None or builder.root.entries is None:
        return replace(composed, root=None, is_certain=False)
    return composed


def _build(lines: list[str], composed: Composed, file: str, text: str, judge: Judge | None) -> _Builder:
    """Build the tree, mending one line after another; raises _FatalError where that leads nowhere."""
    left = min(max(3, MAX_CHARACTERS_PARSED // (len(text) + 1)), MOST_PARSES)
    while left > 0:
        builder, error = _parse(text, file, composed)
        if error is None:
            return builder
        if judge is None:
            break
        best, parses = _best_mend(lines, diagnose(lines, error), _line_of(error), min(left, MOST_MENDS), judge)
        trap = best.trap
        if composed.is_certain or trap.code not in {codes.INDENTATION, codes.NOT_YAML}:  # else it may only follow
            _report(composed, trap.settled(best.mend), file)
        left -= parses + 1
        composed.is_certain &= best.mend is not None and (trap.is_certain or best.rank == (len(lines), 0))
        last = len(lines) - 1  # YAML's own end may lie behind it
        for number, line in (best.mend or {trap.line: "", min(_line_of(error), last): ""}).items():
            lines[number] = line
        text = "\n".join(lines)
    raise _FatalError


@dataclass(frozen=True, slots=True)
class _Best:
    """What the author most likely did, with the mend that shows it; its rank is how far YAML gets, and then what is wrong."""

    trap: Trap
    mend: dict[int, str] | None = None
    rank: tuple[int, int] = (-1, 0)


def _best_mend(lines: list[str], traps: list[Trap], stopped: int, parses: int, judge: Judge) -> tuple[_Best, int]:
    """Return the mend with which YAML gets furthest, and the least is wrong then, and how many were tried."""
    best, tried = _Best(traps[0]), list[dict[int, str]]()
    for trap in traps:
        beyond = trap.line if len(traps) == 1 else stopped
        for mend in trap.mends:
            if len(tried) >= parses - 1 or mend in tried:
                continue
            tried.append(mend)
            rank = _rank([mend.get(number, line) for number, line in enumerate(lines)], judge)
            if rank[0] > beyond and rank > best.rank:
                best = _Best(trap, mend, rank)
            if rank == (len(lines), 0):
                return best, len(tried)
    return best, len(tried)


def _rank(lines: list[str], judge: Judge) -> tuple[int, int]:
    try:
        builder, error = _parse("\n".join(lines), "", Composed())
    except _FatalError:
        return -1, 0
    if error is not None:
        return _line_of(error), 0
    root = builder.root
    wrong = len(builder.problems) + (judge(root) if root is not None and root.entries is not None else 1)
    return len(lines), -wrong


def _line_of(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.line if mark else 0


def _parse(text: str, file: str, composed: Composed) -> tuple[_Builder, yaml.MarkedYAMLError | None]:
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            _take(builder, event)
    except yaml.MarkedYAMLError as error:
        return builder, error
    except _FatalError:
        composed.problems += builder.problems
        raise
    return builder, None


def _report(composed: Composed, trap: Trap, file: str) -> None:
    at, column = trap.line + 1, trap.column + 1
    if all(one.line != at for one in composed.problems):
        composed.problems.append(Problem(file, at, column, "", trap.what, trap.remedy, trap.code, trap.width))


def _node(event: Any) -> Node:  # noqa: ANN401 - as below
    start, end = event.start_mark, event.end_mark
    width = end.column - start.column if end.line == start.line else MAX_CHARACTERS  # the rest of the line
    return Node(start.line + 1, start.column + 1, width=max(1, width), end_line=end.line + 1)


def _take(builder: _Builder, event: Any) -> None:  # noqa: ANN401 - PyYAML's events share no typed base
    if not isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
        return
    if isinstance(event, yaml.CollectionEndEvent):
        builder.open.pop()
        builder.keys.pop()
        return
    node = _node(event)
    _refuse_references(builder, event, node)
    if isinstance(event, yaml.AliasEvent):
        builder.add(replace(node, text=f"*{event.anchor}"))
        return
    if isinstance(event, yaml.ScalarEvent):
        builder.add(replace(node, text=event.value, plain=not event.style))
        return
    if len(builder.open) >= MAX_DEPTH:
        builder.problem(node, codes.TOO_DEEP, f"this is nested more than {MAX_DEPTH} deep", "Take some levels out.")
        raise _FatalError
    node = replace(node, width=1, **({"items": []} if isinstance(event, yaml.SequenceStartEvent) else {"entries": {}}))
    builder.add(node)
    builder.open.append(node)
    builder.keys.append(None)


def _refuse_references(builder: _Builder, event: Any, node: Node) -> None:  # noqa: ANN401 - as above
    tag = getattr(event, "tag", None)
    if event.anchor is not None:
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
        what = f"'{sign}{event.anchor}' refers to another place in YAML"
    elif tag is not None and tag != "!":
        what = f"'{tag.replace(_YAML_TAG, '!!')}' gives a type in YAML"
    else:
        return
    if any((one.line, one.code) == (node.line, codes.ANCHOR) for one in builder.problems[-1:]):
        return
    remedy = "Write the text out; if it is to begin with such a sign, put it in quotation marks."
    builder.problem(node, codes.ANCHOR, what, remedy)
