"""A YAML text as a tree of nodes, each of which knows its place.

The law of this file: a scalar stays the text that the author typed (`yes`, `1:30` and `012` are words, not values), a key
stands once, and no text can hurt the reader. Size and depth are bounded, and anchors and aliases refused, while the
parser's events pass by: the tree is built from them without recursion, because PyYAML's C composer overflows its stack on
deep nesting.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from dialogues.errors import LessonError, Problem

MAX_CHARACTERS = 200_000  # forty times the longest lesson that anybody would read on a phone
MAX_DEPTH = 12  # the format nests to a depth of 8

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

    def to_plain(self) -> Plain:
        """Return the node as strings, lists and dicts; an empty plain scalar is None."""
        if self.items is not None:
            return [item.to_plain() for item in self.items]
        if self.entries is not None:
            return {key: value.to_plain() for key, (_, value) in self.entries.items()}
        return None if self.plain and self.text in {"", "~", "null"} else self.text

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


@dataclass(slots=True)
class _Builder:
    file: str
    root: Node | None = None
    open: list[Node] = field(default_factory=list)
    keys: list[Node | None] = field(default_factory=list)  # beside `open`: the key that waits for its value
    problems: list[Problem] = field(default_factory=list)

    def problem(self, line: int, column: int, what: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, line, column, "", what, remedy))

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
            self.problem(key.line, key.column, "a key has to be a word or a phrase", "Write 'name: text'.")
        elif key.text in entries:
            first = entries[key.text][0].line
            self.problem(
                key.line,
                key.column,
                f"'{key.text}' stands here a second time (first on line {first})",
                "Keep one of the two; the other would be lost.",
            )
        else:
            entries[key.text] = (key, value)


def read_document(text: str, file: str, most_characters: int = MAX_CHARACTERS) -> Node:
    """Return the tree of the one YAML document in `text`; its root is a mapping.

    Raises LessonError, with the place, for a text that is too long or too deep, that YAML cannot read, that holds more than
    one document, anchors, aliases or tags, or a key twice.
    """
    if len(text) > most_characters:
        raise _error(
            file, 1, 1, f"the file has {len(text)} characters", f"Stay under {most_characters}: split it into several."
        )
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            _take(builder, event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        remedy = "Look for a missing colon, uneven indentation, a tab, or a line with ': ' in its text that needs quotes."
        raise _error(file, line, column, f"YAML cannot read this: {error.problem or error.context}", remedy) from None
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        what = str(error).splitlines()[0]
        raise _error(file, 1, 1, f"YAML cannot read this: {what}", "Save the file as plain UTF-8 text.") from None
    if builder.problems:
        raise LessonError(builder.problems)
    if builder.root is None or builder.root.entries is None:
        raise _error(file, 1, 1, "the file holds no keys", "Begin with a line such as 'lesson: the-id-of-the-lesson'.")
    return builder.root


def _error(file: str, line: int, column: int, what: str, remedy: str) -> LessonError:
    return LessonError([Problem(file, line, column, "", what, remedy)])


def _start(event: Any) -> tuple[int, int]:  # noqa: ANN401 - as below
    return event.start_mark.line + 1, event.start_mark.column + 1


def _take(builder: _Builder, event: Any) -> None:  # noqa: ANN401 - PyYAML's events share no typed base
    if not isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
        if isinstance(event, yaml.DocumentStartEvent) and builder.root is not None:
            raise _error(builder.file, _start(event)[0], 1, "a second document begins here", "Remove this '---'.")
        return
    line, column = _start(event)
    if isinstance(event, yaml.CollectionEndEvent):
        builder.open.pop()
        builder.keys.pop()
        return
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise _error(builder.file, line, column, f"'&{event.anchor}' or '*{event.anchor}' is an anchor", "Write the text out.")
    tag = getattr(event, "tag", None)
    if tag is not None and tag != "!":
        raise _error(builder.file, line, column, f"'{tag}' is a tag", "Leave it out; every value is plain text.")
    if isinstance(event, yaml.ScalarEvent):
        builder.add(Node(line, column, text=event.value, plain=not event.style))
        return
    node = Node(line, column, **({"items": []} if isinstance(event, yaml.SequenceStartEvent) else {"entries": {}}))
    if len(builder.open) >= MAX_DEPTH:
        raise _error(builder.file, line, column, f"this is nested more than {MAX_DEPTH} deep", "Take some levels out.")
    builder.add(node)
    builder.open.append(node)
    builder.keys.append(None)
