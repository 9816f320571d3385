"""How a tree is mended where it does not fit the format: problems told once, at their places, and nodes put in their stead.

The law of this file: what is put in a place bears the place of what stood there, so that whatever is told later is told there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dialogues import codes
from dialogues.document import Node, Path
from dialogues.errors import Problem
from dialogues.lesson_file import LessonFile

_DECIDES_WAYS = {"go", "expect", "otherwise", "choices", "ask", "do", "keep", "steps", "(name)"}


@dataclass(slots=True)
class Shaped:
    """What fits the format: the models, if there are any, what does not fit, and whether the ways through can be judged."""

    file: LessonFile | None = None
    problems: list[Problem] = field(default_factory=list)
    is_certain: bool = True


class Mender:
    """A tree, what was told of it so far, and the ways to change it."""

    def __init__(self, root: Node, file: str, shaped: Shaped) -> None:
        """Begin with a tree of which nothing has been told."""
        self.root, self.file, self.shaped = root, file, shaped
        self.told: set[tuple[int, int, str]] = set()
        self.emptied: set[Path] = set()  # keys that stood there with nothing behind them
        self.hurt: set[Path] = set()  # where a key stood that is none

    def tell(self, path: Path, code: str, what: str, remedy: str, *, at: Node | None = None) -> None:
        """Tell a problem at the key that `path` leads to, or at another node, unless it was told there."""
        node = at or self.root.at(path)
        if (node.line, node.column, code) not in self.told:
            self.told.add((node.line, node.column, code))
            step = step_of(path, self.root)
            self.shaped.problems.append(Problem(self.file, node.line, node.column, step, what, remedy, code, node.width))

    def is_told(self, path: Path) -> bool:
        """Whether anything but its absence was told at the key that `path` leads to."""
        node = self.root.at(path)
        return any((line, column) == (node.line, node.column) and code != codes.MISSING_KEY for line, column, code in self.told)

    def doubt(self, key: str) -> None:
        """Judge the ways through no more if the key decides them: what the author meant is not known."""
        if key in _DECIDES_WAYS:
            self.shaped.is_certain = False

    def value(self, path: Path) -> Node:
        """Return the text that stands at `path`, or else its key."""
        node = self.root.find(path)
        return node if node is not None and node.text and node.line > 0 else self.root.at(path)

    def put(self, path: Path, node: Node) -> None:
        """Put a node in the place of another."""
        parent = self.root.find(path[:-1])
        if parent is None:
            return
        if parent.items is not None and isinstance(path[-1], int):
            parent.items[path[-1]] = node
        elif parent.entries is not None:
            key = parent.entries.get(str(path[-1]), (self.root.at(path), None))[0]
            parent.entries[str(path[-1])] = (key, node)

    def put_text(self, path: Path, node: Node) -> None:
        """Let some text stand there; a name that nobody wrote is left out."""
        if path[-1] in {"go", "keep"}:
            self.drop(path)
        else:
            self.put(path, text_node(node))

    def drop(self, path: Path) -> None:
        """Take out what stands there; a button is left, and leads to the next step."""
        parent = self.root.find(path[:-1])
        if parent is None:
            return
        if path[-2:-1] == ("choices",):
            self.put(path, empty_node())
        elif parent.items is not None and isinstance(path[-1], int):
            parent.items[path[-1]] = text_node(parent, "x")
        elif parent.entries is not None:
            parent.entries.pop(str(path[-1]), None)


def step_of(path: Path, root: Node) -> str:
    """Return the name of the step that a path leads into, or an empty text."""
    if len(path) > 1 and path[0] == "steps" and isinstance(path[1], int):
        node = root.find(path[:2])
        return next(iter(node.entries), "") if node and node.entries else ""
    return ""


def empty_node() -> Node:
    """Return what stands where nothing was written."""
    return Node(0, 0, text="", plain=True)


def text_node(place: Node, text: str = "…") -> Node:
    """Return a text in the place of a node."""
    return Node(place.line, place.column, text=text)


def list_node(place: Node) -> Node:
    """Return a list of one text in the place of a node."""
    return Node(place.line, place.column, items=[text_node(place)])


def mapping_node(place: Node, entries: dict[str, tuple[Node, Node]]) -> Node:
    """Return a mapping in the place of a node."""
    return Node(place.line, place.column, entries=entries)
