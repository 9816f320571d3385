"""The names of steps, and of those that a `go` or a button leads to: what cannot be one, and which one is meant.

The law of this file: a step with a name that cannot be one is told once, at the step, and called by the nearest name that can
be one wherever the lesson speaks of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogues import codes
from dialogues.document import Node, Path
from dialogues.errors import nearest
from dialogues.mending import Mender, empty_node
from dialogues.words import NAME_CHARACTERS, clip, slug

END = "end"
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CURLY = "“”„‘’"
_SENTENCE_WORDS = 4  # the longest names have fewer
_SHOWN = 50  # characters of a text in a remedy


def mend_step_names(mender: Mender) -> None:
    """Tell the names that cannot be names, and write a name that can in their place."""
    steps = mender.root.find(("steps",))
    items = list(enumerate(steps.items or [])) if steps is not None else []
    ways = [way for number, item in items for way in _ways(("steps", number), item)]
    called: dict[str, str] = {}
    for number, item in items:
        for name in list(item.entries or {}):
            if name and not is_name(name):
                called[name] = slug(name) or f"x-{number}"
                _rename(mender, ("steps", number), item, name, called[name], [node for _, node in ways if node.text == name])
    known = [name for _, item in items for name in item.entries or {}]
    for path, node in ways:
        text = node.text or ""
        if text in called:
            node.text = called[text]
        elif not is_name(text):
            _mend_way(mender, path, node, known)


def is_name(text: str) -> bool:
    """Whether a step can be called so."""
    return len(text) <= NAME_CHARACTERS and NAME.fullmatch(text) is not None


def name_remedy(value: str, key: str = "") -> str:
    """Return what a name has to look like, and the nearest name to what was written."""
    quotes = " Curly quotation marks are letters to YAML; take them out." if set(value) & set(_CURLY) else ""
    spaces = " (what is kept may have spaces: 'what happened')" if key == "keep" else ""
    near = f" Write '{slug(value)}'." if slug(value) else ""
    return f"A name has small letters, digits and hyphens{spaces}.{quotes}{near}"


def _ways(path: Path, item: Node) -> Iterator[tuple[Path, Node]]:
    """Yield the texts that have to name a step, each with the path to it."""
    for name, (_, step) in (item.entries or {}).items():
        at: Path = (*path, name)
        yield from _way((*at, "go"), step)
        for part in ("expect", "choices"):
            answers = step.find((part,))
            for answer, (_, value) in ((answers.entries or {}) if answers else {}).items():
                if part == "choices" and value.text:
                    yield (*at, part, answer), value
                yield from _way((*at, part, answer, "go"), value)
        otherwise = step.find(("otherwise",))
        if otherwise is not None:
            yield from _way((*at, "otherwise", "go"), otherwise)


def _way(path: Path, node: Node) -> Iterator[tuple[Path, Node]]:
    value = node.find(("go",))
    if value is not None and value.text:
        yield path, value


def _rename(  # noqa: PLR0913, PLR0917 - one name's whole story
    mender: Mender, path: Path, item: Node, name: str, new: str, ways: list[Node]
) -> None:
    lines = sorted({node.line for node in ways})
    numbers = f"line{'s' * (len(lines) > 1)} {', '.join(map(str, lines))}"
    also = f" Write it so, too, where a way leads there: {numbers}." if lines else ""
    key, _ = (item.entries or {})[name]
    mender.tell((*path, name), codes.BAD_NAME, f"'{name}' cannot be the name of a step", f"{name_remedy(name)}{also}", at=key)
    item.entries = {new if one == name else one: pair for one, pair in (item.entries or {}).items()}


def _mend_way(mender: Mender, path: Path, node: Node, known: list[str]) -> None:
    text = node.text or ""
    name = slug(text)
    near = name if name in {*known, END} else nearest(name, {*known, END}) or (END if END in name.split("-") else None)
    is_said = text[-1] in ".!?…" or len(text.split()) > _SENTENCE_WORDS
    if near == name:
        mender.tell(path, codes.BAD_NAME, f"'{text}' cannot be a name", name_remedy(text), at=node)
    elif is_said:
        said = f"'say: {clip(re.sub(r'^say:? ', '', text), _SHOWN)}'"
        below = "below the button, on a line of its own" if path[-1] != "go" else "in place of it"
        mender.tell(path, codes.BAD_NAME, "a text stands where a step's name is wanted", f"Write {said} {below}.", at=node)
    else:
        guess = f" Did you mean '{near}'?" if near else ""
        remedy = f"Name a step of this lesson, or 'end'.{guess}"
        mender.tell(path, codes.NO_SUCH_STEP, f"there is no step '{text}'", remedy, at=node)
    if near is not None and not is_said:
        node.text = near
        return
    mender.doubt("go")
    if path[-1] == "go":
        mender.drop(path)
    else:
        mender.put(path, empty_node())
