"""Where a file's lines stand: keys as deep as their step, dashes missing or too many, answers beside their question.

The law of this file: it looks at a tree before the models do, for YAML reads such a file and only its meaning is lost. What
stands wrongly is told where it stands, and then stands right.
"""

from __future__ import annotations

from itertools import takewhile

from dialogues import codes
from dialogues.document import Node, Path
from dialogues.lesson_file import KEYS, AfterwardsFile, LessonFile, OtherwiseFile, StepFile, keys_of
from dialogues.mending import Mender, empty_node, mapping_node, text_node

_TEXTS = {"title", "outcome", "about", "say", "ask", "example", "meaning", "do", "nudge"}
_OF_THE_HEAD = frozenset(keys_of(LessonFile))
_SPEAKS = {"say", "ask", "do"}
_OF_AN_ANSWER = {"examples", "say", "go", "keep"}
_OF_A_STEP = frozenset(keys_of(StepFile)) - _OF_AN_ANSWER


def mend_layout(mender: Mender) -> None:
    """Put everything where it belongs, as far as that is plain, and tell what stood elsewhere."""
    _find_steps(mender)
    _mend_steps(mender)
    steps = mender.root.find(("steps",))
    for number, entry in enumerate(steps.items if steps and steps.items else []):
        _mend_step(mender, ("steps", number), entry)
    mend_empty(mender, mender.root, ())


def _find_steps(mender: Mender) -> None:
    """Find steps that stand below another list of the head, because `steps:` was forgotten."""
    entries = mender.root.entries
    if entries is None or "steps" in entries:
        return
    for key, (place, value) in list(entries.items()):
        steps = [item for item in value.items or [] if _is_step(item)]
        if steps and key not in KEYS:
            mender.tell((), codes.UNKNOWN_KEY, f"'{key}' is not a key here", "Write 'steps:' there.", at=place)
            entries["steps"] = entries.pop(key)
            return
        if steps:
            first = next(iter((steps[0].entries or {}).values()))[0]
            what, remedy = "'steps:' is missing above this line", "Write 'steps:' on a line of its own above the first step."
            mender.tell((), codes.MISSING_KEY, what, remedy, at=first)
            value.items = [item for item in value.items or [] if item not in steps]
            if not value.items:
                entries.pop(key)
            entries["steps"] = (first, Node(first.line, first.column, items=steps))
            return


def _is_step(item: Node) -> bool:
    """Whether it is a name with the keys of a step below it."""
    return any(set(value.entries or ()) & _SPEAKS for _, value in (item.entries or {}).values())


def _mend_steps(mender: Mender) -> None:
    """Find steps without dashes, and steps with two."""
    steps = mender.root.find(("steps",))
    if steps is not None and steps.entries:
        key = next(iter(steps.entries.values()))[0]
        mender.tell(("steps",), codes.MISSING_DASH, "a step begins without its dash", f"Write '- {key.text}:'.", at=key)
        steps.items = [mapping_node(key, {key.text or "": (key, value)}) for key, value in steps.entries.values()]
        steps.entries = None
    if steps is None:
        return
    _heads_among_steps(mender, steps)
    if not any(item.items for item in steps.items or []):
        return
    found: list[Node] = []
    for item in steps.items or []:
        for inner in item.items or []:
            _nest(inner)
            name = next(iter(inner.entries), "") if inner.entries else inner.text
            mender.tell((), codes.NOT_KEYS, "a dash too many stands before this step", f"Write '- {name}:'.", at=inner)
        found += item.items or [item]
    steps.items = found


def _heads_among_steps(mender: Mender, steps: Node) -> None:
    """Find keys of the head with their texts that stand as if they were steps, and put them at the head."""
    head = mender.root.entries or {}
    for item in list(steps.items or []):
        for key, (place, value) in list((item.entries or {}).items()):
            if key in _OF_THE_HEAD and key not in head and value.text and len(item.entries or {}) == 1 and steps.items:
                remedy = "Put it at the top of the file, above 'steps:', without a dash."
                mender.tell((), codes.NOT_KEYS, f"'{key}' stands among the steps", remedy, at=place)
                head[key] = (place, value)
                steps.items.remove(item)


def _mend_step(mender: Mender, path: Path, entry: Node) -> None:
    if not entry.entries:
        return
    name = next(iter(entry.entries))
    if (first := _nest(entry)) is not None:
        what = f"'{first.text}' is not indented further than the name of its step"
        remedy = f"Put four more spaces than before '{name}' in front of its keys."
        mender.tell(path, codes.INDENTATION, what, remedy, at=first)
    for step_name, (place, step) in list(entry.entries.items()):
        merged = _merged(step)
        if merged is not None and all(inner in KEYS for inner in merged):
            what, remedy = (
                f"the keys of '{step_name}' begin with dashes",
                "Take the dashes out: only the names of steps have them.",
            )
            mender.tell(path, codes.NOT_KEYS, what, remedy, at=next(iter(merged.values()))[0])
            entry.entries[step_name] = (place, mapping_node(step, merged))
        _mend_answers(mender, path, entry.entries[step_name][1])


def _nest(entry: Node) -> Node | None:
    """Put keys that stand as deep as the name of their step below it; return the first of them, or None."""
    (name, (key, value)), *others = (entry.entries or {"": (entry, entry)}).items()
    if not others or value.entries or value.text or any(other not in KEYS for other, _ in others):
        return None
    first = others[0][1][0]
    entry.entries = {name: (key, mapping_node(first, dict(others)))}
    return first


def _dashed_keys(mender: Mender, path: Path, parent: Node, name: str) -> None:
    """Find keys that begin with dashes, as if they were the entries of a list."""
    place, value = (parent.entries or {}).get(name, (parent, parent))
    merged = _merged(value)
    if merged is not None and parent.entries is not None and all(inner in KEYS for inner in merged):
        what, remedy = f"the keys of '{name}' begin with dashes", "Take the dashes out: only the names of steps have them."
        mender.tell(path, codes.NOT_KEYS, what, remedy, at=next(iter(merged.values()))[0])
        parent.entries[name] = (place, mapping_node(value, merged))


def _merged(node: Node) -> dict[str, tuple[Node, Node]] | None:
    """Return the entries of a list of mappings, or None where it is something else or holds a key twice."""
    items = node.items or []
    if not items or any(not item.entries for item in items):
        return None
    entries = {key: pair for item in items for key, pair in (item.entries or {}).items()}
    return entries if len(entries) == sum(len(item.entries or {}) for item in items) else None


def _mend_answers(mender: Mender, path: Path, step: Node) -> None:
    for part, model in (("otherwise", OtherwiseFile), ("afterwards", AfterwardsFile)):
        _dashed_keys(mender, path, step, part)
        _indent_keys(mender, path, step, part, keys_of(model))
    for part, inner in (("expect", "examples"), ("choices", "go")):
        if step.entries is None or part not in step.entries:
            continue
        answers = step.entries[part][1]
        if not (answers.entries or answers.text or answers.items):
            _indent_answers(mender, path, step, part, inner)
        elif answers.items:
            _list_of_answers(mender, path, step, part)
        for name in list(answers.entries or ()):
            _dashed_keys(mender, path, answers, name)
        _keys_among_answers(mender, path, step, part)


def _indent_keys(mender: Mender, path: Path, step: Node, part: str, keys: list[str]) -> None:
    """Find keys that stand right below their `otherwise` or `afterwards`, and as deep as it."""
    entries = step.entries or {}
    if part not in entries or entries[part][1].entries or entries[part][1].items or entries[part][1].text:
        return
    names = list(entries)
    behind = names[names.index(part) + 1 :]
    loose = list(takewhile(keys.__contains__, behind))
    if loose:
        first = entries[loose[0]][0]
        what = f"'{loose[0]}' is not indented further than '{part}'"
        mender.tell(path, codes.INDENTATION, what, f"Put two more spaces before it than before '{part}:'.", at=first)
        below = mapping_node(first, {key: entries[key] for key in loose})
        step.entries = {key: pair for key, pair in entries.items() if key not in loose} | {part: (entries[part][0], below)}


def _indent_answers(mender: Mender, path: Path, step: Node, part: str, inner: str) -> None:
    """Find answers that stand as deep as their `expect` or `choices`."""
    entries = step.entries or {}
    loose = {
        key: pair
        for key, pair in entries.items()
        if key not in KEYS and (inner == "go" or inner in (pair[1].entries or ()))
    }  # fmt: skip
    if loose:
        first = next(iter(loose.values()))[0]
        what = f"'{first.text}' is not indented further than '{part}'"
        remedy = f"Put two more spaces before it than before '{part}:'."
        mender.tell(path, codes.INDENTATION, what, remedy, at=first)
        step.entries = {key: pair for key, pair in entries.items() if key not in loose}
        step.entries[part] = (entries[part][0], mapping_node(first, loose))


def _list_of_answers(mender: Mender, path: Path, step: Node, part: str) -> None:
    """Find answers that begin with dashes; a label alone is a button, and where it leads to is not known."""
    key, answers = (step.entries or {})[part]
    for item in answers.items or []:
        _nest(item)
    merged = _merged(answers)
    if merged is None and part == "choices" and all(item.text or item.entries for item in answers.items or []):
        mender.doubt(part)
        labels = [item.entries or {item.text or "": (item, empty_node())} for item in answers.items or []]
        merged = {label: pair for entries in labels for label, pair in entries.items()}
    form = "each label with a colon behind it" if part == "choices" else "each answer's name with a colon, 'examples:' below it"
    what, remedy = f"a list stands below '{part}'", f"Take the dashes out, and write {form}."
    mender.tell(path, codes.NOT_KEYS, what, remedy, at=key)
    if merged is not None and step.entries is not None:
        step.entries[part] = (key, mapping_node(answers, merged))
    elif step.entries is not None:
        mender.doubt(part)
        step.entries.pop(part)


def _keys_among_answers(mender: Mender, path: Path, step: Node, part: str) -> None:
    """Find keys that stand where the names of answers do: one level too deep, or not deep enough."""
    answers = step.entries[part][1] if step.entries and part in step.entries else None
    if answers is None or answers.entries is None or step.entries is None:
        return
    among = "the answers" if part == "expect" else "the buttons"
    for key, (place, value) in list(answers.entries.items()):
        if key not in _OF_A_STEP | _OF_AN_ANSWER or _is_answer(mender, part, key, value):
            continue
        if key in _OF_A_STEP:
            remedy = f"Put two spaces less before it, so that it stands in line with '{part}:'."
        elif key == "examples":
            remedy = "Above it has to stand the name of the answer, with a colon, and two spaces less before it."
        else:
            below = "below its answer" if part == "expect" else "below its button"
            remedy = f"Put two spaces more before it, {below}, or two less, in line with '{part}:'."
        mender.tell(path, codes.INDENTATION, f"'{key}' stands among {among}", remedy, at=place)
        answers.entries.pop(key)
        if key in _OF_A_STEP and key not in step.entries:
            step.entries[key] = (place, value)
        else:
            mender.doubt("go")


def _is_answer(mender: Mender, part: str, key: str, value: Node) -> bool:
    """Whether an answer may bear the name of a key: with examples below it, or as a button that leads to a step."""
    if value.entries is not None:
        return "examples" in value.entries or (part == "choices" and bool({"go", "say"} & set(value.entries)))
    if part == "expect":
        return False
    steps = mender.root.find(("steps",))
    names = {"end", *(name for item in (steps.items or [] if steps else []) for name in item.entries or {})}
    return not value.items and (not value.text or (value.text in names and key != "go"))


def mend_empty(mender: Mender, node: Node, path: Path) -> None:
    """Find keys with nothing behind them; a text stands for a text there, and others are taken out."""
    for number, item in enumerate(node.items or []):
        mend_empty(mender, item, (*path, number))
    for key, (place, value) in list((node.entries or {}).items()):
        is_name = len(path) == 2 or path[-1:] in {("choices",), ("expect",)}  # noqa: PLR2004  (steps, its number)
        if value.plain and not value.text and key in KEYS and not is_name and node.entries is not None:
            what = f"nothing stands behind '{key}:'"
            remedy = "Write something there, or take the key out. A text that begins with # needs quotation marks."
            mender.tell(path, codes.EMPTY, what, remedy, at=place)
            mender.emptied.add((*path, key))
            if key in _TEXTS:
                node.entries[key] = (place, text_node(place))
            else:
                mender.doubt(key)
                node.entries.pop(key)
        mend_empty(mender, value, (*path, key))
