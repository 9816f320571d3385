"""From the tree of a file to the models of the format, with every misfit in an author's words.

The law of this file: a misfit is told once, at its place, and then mended in the tree (a misspelt key gets its name, a text
stands for a text), so that what depends on it is checked too. Where a mend cannot be what the author meant, it says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dialogues import codes
from dialogues.document import MAX_TOLD, Node, Path
from dialogues.errors import Problem, did_you_mean, nearest
from dialogues.lesson_file import (
    BUTTON,
    KEYS,
    NEXT,
    STEP,
    TRACKS,
    AfterwardsFile,
    ChoiceFile,
    ExpectFile,
    LessonFile,
    OtherwiseFile,
    StepFile,
    keys_of,
)

MAX_STEPS = 100  # eight times a long lesson; beyond, checking every way takes too long
ROUNDS = 6  # a mend can bring to light what stood below it; the format is not deeper
_TAGS = {BUTTON, NEXT, STEP}
_DECIDES_WAYS = {"go", "expect", "otherwise", "choices", "ask", "do", "keep", "steps", "(name)"}
_TEXTS = {"title", "outcome", "about", "say", "ask", "example", "meaning", "do", "nudge"}
_LISTS = {"examples", "sources", "after"}
_FORMS = {
    "expect": "the answer's name, a colon, and below it 'examples:'",
    "choices": "'label: step', one a line",
    "moved": "'old-name: new-name', one a line",
}
_CURLY = "“”„‘’"


@dataclass(slots=True)
class Shaped:
    """What fits the format: the models, if there are any, what does not fit, and whether the ways through can be judged."""

    file: LessonFile | None = None
    problems: list[Problem] = field(default_factory=list)
    is_certain: bool = True


def shape_lesson(root: Node, file: str) -> Shaped:
    """Return what the tree holds of a lesson or script. Mends `root` wherever something does not fit."""
    shaped = Shaped()
    fitter = _Fitter(root, file, shaped)
    steps = root.find(("steps",))
    number = len((steps.items or steps.entries or []) if steps else [])
    if number > MAX_STEPS:
        fitter.tell(("steps",), codes.TOO_LONG, f"there are {number} steps", f"Stay under {MAX_STEPS}: make several lessons.")
        return shaped
    fitter.mend_indentation()
    fitter.mend_empty(root, ())
    for _ in range(ROUNDS):
        try:
            shaped.file = LessonFile.model_validate(root.to_plain())
        except ValidationError as error:
            for detail in error.errors()[:MAX_TOLD]:
                fitter.take(detail)
            if len(shaped.problems) > MAX_TOLD:
                break
        else:
            break
    return shaped


def step_of(path: Path, root: Node) -> str:
    """Return the name of the step that a path leads into, or an empty text."""
    if len(path) > 1 and path[0] == "steps" and isinstance(path[1], int):
        node = root.find(path[:2])
        return next(iter(node.entries), "") if node and node.entries else ""
    return ""


def _model_at(path: Path) -> type[BaseModel]:
    """Return the part of the format whose keys stand at `path`."""
    match path:
        case (*_, "expect", str()):
            return ExpectFile
        case (*_, "otherwise"):
            return OtherwiseFile
        case (*_, "choices", str()):
            return ChoiceFile
        case (*_, "afterwards"):
            return AfterwardsFile
        case ("steps", *_):
            return StepFile
        case _:
            return LessonFile


class _Fitter:
    def __init__(self, root: Node, file: str, shaped: Shaped) -> None:
        self.root, self.file, self.shaped = root, file, shaped
        self.told: set[tuple[int, int, str]] = set()

    def tell(self, path: Path, code: str, what: str, remedy: str, *, at: Node | None = None) -> None:
        node = at or self.root.at(path)
        if (node.line, node.column, code) not in self.told:
            self.told.add((node.line, node.column, code))
            step = step_of(path, self.root)
            self.shaped.problems.append(Problem(self.file, node.line, node.column, step, what, remedy, code, node.width))

    def doubt(self, key: str) -> None:
        if key in _DECIDES_WAYS:
            self.shaped.is_certain = False

    # --- before the models see it

    def mend_indentation(self) -> None:
        """Find keys that stand as deep as their step's name, steps without dashes, and answers beside their `expect`."""
        steps = self.root.find(("steps",))
        if steps is not None and steps.entries:
            key = next(iter(steps.entries.values()))[0]
            self.tell(("steps",), codes.MISSING_DASH, "a step begins without its dash", f"Write '- {key.text}:'.", at=key)
            steps.items = [_mapping(key, {key.text or "": (key, value)}) for key, value in steps.entries.values()]
            steps.entries = None
        for number, entry in enumerate(steps.items if steps and steps.items else []):
            self._mend_step(("steps", number), entry)

    def _mend_step(self, path: Path, entry: Node) -> None:
        if not entry.entries:
            return
        (name, (key, value)), *others = entry.entries.items()
        if others and not value.entries and not value.text and all(other in KEYS for other, _ in others):
            first = others[0][1][0]
            what = f"'{first.text}' is not indented further than the name of its step"
            self.tell(
                path, codes.INDENTATION, what, f"Put four more spaces than before '{name}' in front of its keys.", at=first
            )
            entry.entries = {name: (key, _mapping(first, dict(others)))}
        for _, step in entry.entries.values():
            self._mend_answers(path, step)

    def _mend_answers(self, path: Path, step: Node) -> None:
        for part, inner in (("expect", "examples"), ("choices", "go")):
            if step.entries and part in step.entries and not (step.entries[part][1].entries or step.entries[part][1].text):
                loose = {key: pair for key, pair in step.entries.items() if key not in KEYS and _fits(pair[1], inner)}
                if loose and not step.entries[part][1].items:
                    first = next(iter(loose.values()))[0]
                    what = f"'{first.text}' is not indented further than '{part}'"
                    remedy = f"Put two more spaces before it than before '{part}:'."
                    self.tell(path, codes.INDENTATION, what, remedy, at=first)
                    step.entries = {key: pair for key, pair in step.entries.items() if key not in loose}
                    step.entries[part] = (step.entries[part][0], _mapping(first, loose))

    def mend_empty(self, node: Node, path: Path) -> None:
        """Find keys with nothing behind them; a text stands for a text there, and others are taken out."""
        for number, item in enumerate(node.items or []):
            self.mend_empty(item, (*path, number))
        for key, (place, value) in list((node.entries or {}).items()):
            is_name = len(path) == 2 or path[-1:] in {("choices",), ("expect",)}  # noqa: PLR2004  (steps, its number)
            if value.plain and not value.text and key in KEYS and not is_name and node.entries is not None:
                what = f"nothing stands behind '{key}:'"
                remedy = "Write something there, or take the key out. A text that begins with # needs quotation marks."
                self.tell(path, codes.EMPTY, what, remedy, at=place)
                if key in _TEXTS:
                    node.entries[key] = (place, _text(place))
                else:
                    self.doubt(key)
                    node.entries.pop(key)
            self.mend_empty(value, (*path, key))

    # --- what the models refuse

    def take(self, detail: ErrorDetails) -> None:
        """Tell one of pydantic's findings, and mend it."""
        path = tuple(part for part in detail["loc"] if part not in _TAGS)
        of_key = path[-1:] == ("[key]",)
        path = path[:-1] if of_key else path
        kind = detail["type"]
        if kind == "extra_forbidden":
            self._unknown_key(path)
        elif kind == "missing":
            self._missing(path)
        elif of_key:
            self._bad_key(path, detail)
        elif kind in {"string_type", "model_type", "dict_type", "list_type"}:
            self._wrong_form(path, kind)
        else:
            self._wrong_value(path, detail)

    def _unknown_key(self, path: Path) -> None:
        last = str(path[-1])
        here = sorted(keys_of(_model_at(path[:-1])))
        near = nearest(last.lower(), here) or nearest(last.lower(), KEYS)
        owner = f" ('{last}' belongs elsewhere.)" if last in KEYS else ""
        remedy = f"Here can stand: {', '.join(here)}.{owner}"
        remedy += f" Did you mean '{near}'?" if near and near != last else ""
        self.tell(path, codes.UNKNOWN_KEY, f"'{last}' is not a key here", remedy)
        parent = self.root.find(path[:-1])
        if parent is not None and parent.entries:
            pair = parent.entries.pop(last)
            if near in here and near not in parent.entries:
                parent.entries[near] = pair
            else:
                self.doubt(near or "")

    def _missing(self, path: Path) -> None:
        last = str(path[-1])
        what = f"'{last}' is missing"
        self.tell(path[:-1], codes.MISSING_KEY, what, f"Add '{last}:'.")
        parent = self.root.find(path[:-1])
        if last == "steps" or parent is None or parent.entries is None:
            self.shaped.is_certain = False
            return
        place = self.root.at(path[:-1])
        self._put(path, _list(place) if last in _LISTS else _text(place))

    def _bad_key(self, path: Path, detail: ErrorDetails) -> None:
        name = str(path[-1])
        if detail["type"] == "string_too_short":
            self.tell(path, codes.EMPTY, "this has no name", "Write a name before the colon.")
        else:
            self.tell(path, codes.BAD_NAME, f"'{name}' cannot be the name of a step", _name_remedy(name))
        self.doubt("(name)")
        parent = self.root.find(path[:-1])
        if parent is not None and parent.entries:
            key, value = parent.entries.pop(name, (None, None))
            if key is not None and value is not None:
                parent.entries[slug(name) or "x"] = (key, value)

    def _wrong_form(self, path: Path, kind: str) -> None:
        """Tell that a text, a list or keys stand where something else is wanted."""
        node, place, last = self.root.find(path), self.root.at(path), str(path[-1]) if path else ""
        if node is None:
            return
        label = f"entry {path[-1] + 1}" if path and isinstance(path[-1], int) else f"'{last}'"
        self.doubt("steps" if kind in {"dict_type", "model_type"} else last)
        if kind == "list_type":
            what = f"{label} has to be a list"
            self.tell(path, codes.TEXT_FOR_LIST, what, "Write each entry on a line of its own, after '- '.")
            self._put(path, _list(node) if node.text is None else _mapping(node, None, items=[node]))
        elif kind == "string_type" and node.entries is not None:
            self._keys_for_text(path, node, place, label)
            self._put_text(path, node)
        elif kind == "string_type" and node.items is not None:
            what = f"{label} has to be a text, and a list stands there"
            self.tell(path, codes.LIST_FOR_TEXT, what, "Write the text behind the colon, or below a '|', without dashes.")
            self._put_text(path, node)
        elif kind == "string_type":
            self.tell(path, codes.EMPTY, f"{label} is empty", "Write something behind the dash, or take it out.", at=node)
            self._put(path, _text(node))
        else:
            self._not_keys(path, node, label)

    def _keys_for_text(self, path: Path, node: Node, place: Node, label: str) -> None:
        first = next(iter((node.entries or {}).values()), (node, node))[0]
        if (first.line, first.column) != (node.line, node.column) or not node.entries:
            what, remedy = "a text that begins with { means something else to YAML", 'Put it in quotation marks: "{name} ...".'
            self.tell(path, codes.SPECIAL_START, what, remedy, at=node)
        elif first.line == place.line:
            what = "a colon followed by a space: YAML takes what stands before it for a key"
            remedy = f'Put the text in quotation marks: "{first.text}: ...".'
            self.tell(path, codes.COLON_IN_TEXT, what, remedy, at=first)
        else:
            what = f"{label} has to be a text, and keys stand below it ('{first.text}')"
            remedy = f"Write the text behind the colon; '{first.text}:' belongs elsewhere, or is indented too far."
            self.tell(path, codes.KEYS_FOR_TEXT, what, remedy)

    def _not_keys(self, path: Path, node: Node, label: str) -> None:
        part = str(path[-1]) if path else ""
        wanted = ", ".join(f"'{key}'" for key in keys_of(_model_at(path))[:4])
        if path[:-1] == ("steps",) and isinstance(path[-1], int):
            self.tell(
                path, codes.NOT_KEYS, "a step begins with its name and a colon", "Write '- how-sure:' and its keys below."
            )
        elif len(path) == 3 and path[0] == "steps" and not (node.text or node.items):  # noqa: PLR2004 - a step
            self.tell(path, codes.EMPTY, f"the step '{part}' is empty", "Give it a 'say', an 'ask' or a 'do', indented below.")
        elif part in _FORMS:
            form = _FORMS[part]
            self.tell(path, codes.NOT_KEYS, f"{label} has another form", f"Write {form}.")
        else:
            self.tell(path, codes.NOT_KEYS, f"keys have to stand below {label}", f"On lines of their own, such as {wanted}.")
        parent = self.root.find(path[:-1])
        if parent is not None and parent.items is not None and isinstance(path[-1], int):
            parent.items[path[-1]] = _mapping(node, {f"x-{path[-1]}": (node, _mapping(node, {"say": (node, _text(node))}))})
        elif len(path) == 3:  # noqa: PLR2004 - a step
            self._put(path, _mapping(node, {"say": (node, _text(node))}))
        elif part in {"expect", "choices", "otherwise"}:
            self._drop(path)
        else:
            self._put(path, _mapping(node, {"ask": (node, _text(node))} if part == "afterwards" else {}))

    def _wrong_value(self, path: Path, detail: ErrorDetails) -> None:
        last, value, kind = str(path[-1]) if path else "", str(detail["input"]), detail["type"]
        name = next((str(part) for part in reversed(path) if isinstance(part, str)), last)
        self.doubt(name if name in KEYS else "go")
        if kind == "int_parsing":
            remedy = f"Write a whole number of minutes, such as '{last}: 4'."
            self.tell(path, codes.NOT_A_NUMBER, f"'{last}' has to be a whole number, not '{value}'", remedy)
        elif kind == "literal_error":
            known = TRACKS if last == "track" else ("yes", "no") if last == "if then" else ("en",)
            remedy = f"Write one of: {', '.join(known)}.{did_you_mean(value.lower(), known)}"
            self.tell(path, codes.NOT_AN_OPTION, f"'{value}' cannot stand for '{last}'", remedy)
        elif kind == "string_pattern_mismatch":
            self.tell(path, codes.BAD_NAME, f"'{value}' cannot be a name", _name_remedy(value, name))
            if name == "lesson":
                self._put(path, _text(self.root.at(path), "x"))
                return
        elif kind == "string_too_short":
            self.tell(path, codes.EMPTY, f"'{last}' is empty", "Write something, or take the key out.")
            self._put(path, _text(self.root.at(path)))
            return
        else:
            said = detail["msg"][0].lower() + detail["msg"][1:]
            self.tell(path, codes.OUT_OF_RANGE, f"'{last}' is out of its bounds: {said}", "Compare with the lessons that ship.")
            if name in {"lesson", "script"}:
                self._put(path, _text(self.root.at(path), "x"))
                return
        self._drop(path)

    def _put(self, path: Path, node: Node) -> None:
        parent = self.root.find(path[:-1])
        if parent is None:
            return
        if parent.items is not None and isinstance(path[-1], int):
            parent.items[path[-1]] = node
        elif parent.entries is not None:
            key = parent.entries.get(str(path[-1]), (self.root.at(path), None))[0]
            parent.entries[str(path[-1])] = (key, node)

    def _put_text(self, path: Path, node: Node) -> None:
        """Let some text stand there; a name that nobody wrote is left out."""
        if path[-1] in {"go", "keep"}:
            self._drop(path)
        else:
            self._put(path, _text(node))

    def _drop(self, path: Path) -> None:
        parent = self.root.find(path[:-1])
        if parent is None:
            return
        if path[-2:-1] == ("choices",):
            self._put(path, Node(0, 0, text="", plain=True))  # a button that leads to the next step
        elif parent.items is not None and isinstance(path[-1], int):
            parent.items[path[-1]] = _text(parent, "x")
        elif parent.entries is not None:
            parent.entries.pop(str(path[-1]), None)


def slug(text: str) -> str:
    """Return the nearest thing to `text` that can be a name: 'How sure?' becomes 'how-sure'."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:48].strip("-")


def _name_remedy(value: str, key: str = "") -> str:
    quotes = " Curly quotation marks are letters to YAML; take them out." if set(value) & set(_CURLY) else ""
    spaces = " (what is kept may have spaces: 'what happened')" if key == "keep" else ""
    near = f" Write '{slug(value)}'." if slug(value) else ""
    return f"A name has small letters, digits and hyphens{spaces}.{quotes}{near}"


def _fits(value: Node, inner: str) -> bool:
    return inner == "go" or (value.entries is not None and inner in value.entries)


def _text(place: Node, text: str = "…") -> Node:
    return Node(place.line, place.column, text=text)


def _list(place: Node) -> Node:
    return Node(place.line, place.column, items=[_text(place)])


def _mapping(place: Node, entries: dict[str, tuple[Node, Node]] | None, items: list[Node] | None = None) -> Node:
    return Node(place.line, place.column, entries=entries, items=items)
