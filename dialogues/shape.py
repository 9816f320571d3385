"""From the tree of a file to the models of the format, with every misfit in an author's words.

The law of this file: a misfit is told once, at its place, and then mended in the tree (a misspelt key gets its name, a text
stands for a text), so that what depends on it is checked too. Where a mend cannot be what the author meant, it says so.
"""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dialogues import codes
from dialogues.document import MAX_TOLD, Node, Path
from dialogues.errors import did_you_mean, nearest
from dialogues.layout import mend_layout
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
from dialogues.mending import Mender, Shaped, list_node, mapping_node, text_node
from dialogues.step_names import mend_step_names, name_remedy
from dialogues.words import clip, slug

MAX_STEPS = 100  # eight times a long lesson; beyond, checking every way takes too long
ROUNDS = 6  # a mend can bring to light what stood below it; the format is not deeper
_TAGS = {BUTTON, NEXT, STEP}
_LISTS = {"examples", "sources", "after"}
_FORMS = {
    "expect": "the answer's name, a colon, and below it 'examples:'",
    "choices": "'label: step', one a line",
    "moved": "'old-name: new-name', one a line",
}
_NAMES = {"go", "keep", "with", "lesson"}
_SHOWN = 60  # characters of a text in a remedy
_BELONGS: dict[type[BaseModel], str] = {
    StepFile: "in a step, where 'say' and 'ask' begin",
    LessonFile: "at the top of the file, above the steps",
    ExpectFile: "below the name of an answer",
    ChoiceFile: "below the label of a button",
    AfterwardsFile: "below 'afterwards'",
    OtherwiseFile: "below 'otherwise'",
}


def shape_lesson(root: Node, file: str) -> Shaped:
    """Return what the tree holds of a lesson or script. Mends `root` wherever something does not fit."""
    shaped = Shaped()
    fitter = _Fitter(root, file, shaped)
    steps = root.find(("steps",))
    number = len((steps.items or steps.entries or []) if steps else [])
    if number > MAX_STEPS:
        fitter.tell(("steps",), codes.TOO_LONG, f"there are {number} steps", f"Stay under {MAX_STEPS}: make several lessons.")
        return shaped
    mend_layout(fitter)
    mend_step_names(fitter)
    for _ in range(ROUNDS):
        try:
            shaped.file = LessonFile.model_validate(root.to_plain())
        except ValidationError as error:
            # What stands there under another name first: then it is not missing.
            for detail in sorted(error.errors()[:MAX_TOLD], key=lambda one: one["type"] != "extra_forbidden"):
                fitter.take(detail)
            if len(shaped.problems) > MAX_TOLD:
                break
        else:
            break
    return shaped


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


def _belongs(key: str) -> str:
    """Return where a key of the format stands."""
    return next((where for part, where in _BELONGS.items() if key in keys_of(part)), "")


class _Fitter(Mender):
    """Takes what the models refuse, one finding after the other."""

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
            self._no_name(path)
        elif kind in {"string_type", "model_type", "dict_type", "list_type"}:
            self._wrong_form(path, kind)
        else:
            self._wrong_value(path, detail)

    def _unknown_key(self, path: Path) -> None:
        last = str(path[-1])
        here = sorted(keys_of(_model_at(path[:-1])))
        near = nearest(last.strip().lower(), here)
        elsewhere = last if last in KEYS else nearest(last.strip().lower(), KEYS)
        if near is not None:
            remedy = f"Write '{near}', in small letters." if near == last.lower() else f"Did you mean '{near}'?"
        elif elsewhere is not None:
            guess = "" if elsewhere == last else f"Did you mean '{elsewhere}'? "
            remedy = f"{guess}'{elsewhere}' belongs {_belongs(elsewhere)}."
        else:
            remedy = f"Here can stand: {', '.join(here)}. A remark of your own begins with #."
        self.tell(path, codes.UNKNOWN_KEY, f"'{last}' is not a key here", remedy)
        self.hurt.add(path[:-1])
        parent = self.root.find(path[:-1])
        if parent is not None and parent.entries:
            pair = parent.entries.pop(last)
            if near is not None and near not in parent.entries:
                parent.entries[near] = pair
            else:
                self.doubt(near or elsewhere or "")

    def _missing(self, path: Path) -> None:
        """Tell that a key is missing, unless another problem says why it is."""
        last, above = str(path[-1]), path[:-1]
        parent = self.root.find(above)
        if parent is not None and last in (parent.entries or {}):
            return
        is_part = above != ()
        if path not in self.emptied and not (is_part and (above in self.hurt or self.is_told(above))):
            self.tell(above, codes.MISSING_KEY, f"'{last}' is missing", f"Add '{last}:'.")
        if last == "steps" or parent is None or parent.entries is None:
            self.shaped.is_certain = False
            return
        place = self.root.at(above)
        self.put(path, list_node(place) if last in _LISTS else text_node(place))

    def _no_name(self, path: Path) -> None:
        """Tell that a step has a colon and no name before it; other names have been mended before."""
        name = str(path[-1])
        self.tell(path, codes.EMPTY, "this has no name", "Write a name before the colon.")
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
        is_entry = bool(path) and isinstance(path[-1], int)
        label = f"entry {int(path[-1]) + 1}" if is_entry else f"'{last}'"
        self.doubt("steps" if kind in {"dict_type", "model_type"} else last)
        if kind == "list_type" and node.text and node.line > place.line:
            first = node.text.split(" - ")[0].lstrip("-–•* ")
            what = f"the first entry of {label} has no dash"
            self.tell(path, codes.MISSING_DASH, what, f"Write '- {clip(first, _SHOWN)}'.", at=node)
            self.put(path, list_node(node))
        elif kind == "list_type":
            what = f"{label} has to be a list"
            self.tell(path, codes.TEXT_FOR_LIST, what, "Write each entry on a line of its own, after '- '.")
            self.put(path, list_node(node) if node.text is None else Node(node.line, node.column, items=[node]))
        elif kind == "string_type" and node.entries is not None:
            self._keys_for_text(path, node, place, label)
            self.put_text(path, node)
        elif kind == "string_type" and node.items is not None:
            what = f"{label} has to be a text, and a list stands there"
            remedy = "Write the text behind the colon, or below a '|', without dashes."
            remedy = "Take one of its dashes out." if is_entry else remedy
            remedy = "Write one name behind the colon." if last in _NAMES else remedy
            self.tell(path, codes.LIST_FOR_TEXT, what, remedy)
            self.put_text(path, node)
        elif kind == "string_type":
            remedy = "Write something behind the dash, or take it out. A text that begins with # needs quotation marks."
            self.tell(path, codes.EMPTY, f"{label} is empty", remedy, at=node)
            self.put(path, text_node(node))
        else:
            self._not_keys(path, node, label)

    def _keys_for_text(self, path: Path, node: Node, place: Node, label: str) -> None:
        (first, value) = next(iter((node.entries or {}).values()), (node, node))
        text = f"{first.text}: {value.text}" if value.text else f"{first.text}: ..."
        if (first.line, first.column) != (node.line, node.column) or not node.entries:
            shown = f"{{{first.text}}}" if node.entries and not value.text and len(node.entries) == 1 else "{name} ..."
            what, remedy = "a text that begins with { means something else to YAML", f'Put it in quotation marks: "{shown}".'
            self.tell(path, codes.SPECIAL_START, what, remedy, at=node)
        elif first.line == place.line:
            what = "a colon followed by a space: YAML takes what stands before it for a key"
            remedy = f'Put the text in quotation marks: "{clip(text, _SHOWN)}".'
            self.tell(path, codes.COLON_IN_TEXT, what, remedy, at=first)
        else:
            what = f"{label} has to be a text, and keys stand below it ('{first.text}')"
            remedy = f"Write the text behind the colon; '{first.text}:' belongs elsewhere, or is indented too far."
            self.tell(path, codes.KEYS_FOR_TEXT, what, remedy)

    def _not_keys(self, path: Path, node: Node, label: str) -> None:
        part = str(path[-1]) if path else ""
        wanted = ", ".join(f"'{key}'" for key in keys_of(_model_at(path))[:4])
        if path[:-1] == ("steps",) and isinstance(path[-1], int):
            remedy = "Write '- how-sure:' and its keys below."
            self.tell(path, codes.NOT_KEYS, "a step begins with its name and a colon", remedy)
        elif len(path) == 3 and path[0] == "steps" and not (node.text or node.items):  # noqa: PLR2004 - a step
            self.tell(path, codes.EMPTY, f"the step '{part}' is empty", "Give it a 'say', an 'ask' or a 'do', indented below.")
        elif part in _FORMS:
            what = f"a text stands behind {label}" if node.text else f"{label} has another form"
            self.tell(path, codes.NOT_KEYS, what, f"Write {_FORMS[part]}, further to the right.")
        elif (key := _key_of(node.text or "", keys_of(_model_at(path)))) is not None:
            self._no_colon(path, node, key)
        else:
            self.tell(path, codes.NOT_KEYS, f"keys have to stand below {label}", f"On lines of their own, such as {wanted}.")
        self._put_keys(path, node, part)

    def _no_colon(self, path: Path, node: Node, key: str) -> None:
        """Tell that what was taken for a text is a key, without its colon or without the space behind it."""
        if (node.text or "").startswith(f"{key}:"):
            what, remedy = f"there is no space after '{key}:'", f"Write '{key}: ' and then the text."
            self.tell(path, codes.SPACE_AFTER_COLON, what, remedy, at=node)
        else:
            self.tell(path, codes.MISSING_COLON, f"a colon is missing after '{key}'", f"Write '{key}: ...'.", at=node)

    def _put_keys(self, path: Path, node: Node, part: str) -> None:
        says = mapping_node(node, {"say": (node, text_node(node))})
        parent = self.root.find(path[:-1])
        if path and parent is not None and parent.items is not None and isinstance(path[-1], int):
            parent.items[path[-1]] = mapping_node(node, {f"x-{path[-1]}": (node, says)})
        elif len(path) == 3:  # noqa: PLR2004 - a step
            self.put(path, says)
        elif part in {"expect", "choices", "otherwise"}:
            self.drop(path)
        else:
            self.put(path, mapping_node(node, {"ask": (node, text_node(node))} if part == "afterwards" else {}))

    def _wrong_value(self, path: Path, detail: ErrorDetails) -> None:
        last, value, kind = str(path[-1]) if path else "", str(detail["input"]), detail["type"]
        name = next((str(part) for part in reversed(path) if isinstance(part, str)), last)
        self.doubt(name if name in KEYS else "go")
        at = self.value(path)
        if kind == "int_parsing":
            remedy = f"Write a whole number of minutes, such as '{last}: 4'."
            self.tell(path, codes.NOT_A_NUMBER, f"'{last}' has to be a whole number, not '{value}'", remedy, at=at)
        elif kind == "literal_error":
            known = TRACKS if last == "track" else ("yes", "no") if last == "if then" else ("en",)
            remedy = f"{did_you_mean(value.lower(), known)} What can stand there: {', '.join(known)}.".lstrip()
            self.tell(path, codes.NOT_AN_OPTION, f"'{value}' cannot stand for '{last}'", remedy, at=at)
        elif kind == "string_pattern_mismatch":
            self.tell(path, codes.BAD_NAME, f"'{value}' cannot be a name", name_remedy(value, name), at=at)
        elif kind == "string_too_short":
            self.tell(path, codes.EMPTY, f"'{last}' is empty", "Write something, or take the key out.")
            self.put(path, text_node(self.root.at(path)))
            return
        else:
            self.tell(path, codes.OUT_OF_RANGE, *_out_of_range(last, value, detail), at=at)
        if name in {"lesson", "script"}:
            self.put(path, text_node(self.root.at(path), slug(value) or "x"))
        else:
            self.drop(path)


def _key_of(text: str, keys: list[str]) -> str | None:
    """Return the key with which the text begins, if it begins with one."""
    return next((key for key in keys if re.match(rf"{key}(?![\w-])(?!\s*[,.!?])", text)), None)


def _out_of_range(key: str, value: str, detail: ErrorDetails) -> tuple[str, str]:
    """Return what is wrong with a number or a length, and what to write instead."""
    limits: dict[str, Any] = detail.get("ctx", {})
    match detail["type"]:
        case "less_than_equal":
            return f"'{key}' is {value}, and can be {limits['le']} at most", "Make several short lessons of a long one."
        case "greater_than_equal":
            return f"'{key}' is {value}, and has to be {limits['ge']} at least", "Write about how long it takes."
        case "string_too_long":
            return f"'{key}' has {len(value)} characters, and can have {limits['max_length']}", "Find a shorter name."
        case "too_short":
            return f"there is nothing in '{key}'", "Write each entry on a line of its own, after '- '."
        case _:
            said = detail["msg"][0].lower() + detail["msg"][1:]
            return f"'{key}' is out of its bounds: {said}", "Compare with the lessons that ship."
