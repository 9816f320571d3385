"""Messages that somebody has labelled, read from a file.

The law of this file: a file is read whole, or raises LessonError with every mistake in it: the line, what is wrong, what to
write. Three forms are known: our own sections, Rasa's NLU YAML, and JSON lists. No message stands in an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from dialogues.document import Node, read_document
from dialogues.errors import LessonError, Problem, did_you_mean
from dialogues.library import Library
from dialogues.training import PREFIX
from nlu.acted import DAY, DISTRESS, OUT_OF_SCOPE, WORDS, Place, place_at
from nlu.examples import MAX_CHARACTERS, rasa_examples, text_of

Section = Literal["intents", "ordinary", "figures", "third_person", "answers"]
SECTIONS: tuple[Section, ...] = get_args(Section)
ENTRY = 'Write ["text", "intent"], or {"text": ..., "intent": ...} with "lesson" and "step" where it was written at one.'

_BETWEEN = re.compile(r"[\s,]*")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message and what it means: an intent's name, `step.<lesson>.<step>.<answer>`, `words` or `day`.

    What is `ordinary` or one of the `figures` of speech means nothing in particular (an empty name), but no distress; what is
    said of a `third_person` is distress. With `lesson` and `step` it is read as at that step.
    """

    text: str
    meant: str
    section: Section = "intents"
    lesson: str = ""
    step: str = ""


@dataclass(slots=True)
class _Reader:
    """Reads one file; `intents` are the names that a message may have, `library` knows the steps."""

    file: str
    intents: frozenset[str]
    library: Library
    found: list[Labelled] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, line: int, what: str, remedy: str) -> None:
        """Tell of a mistake, the first time that it is made."""
        if what not in {one.what for one in self.problems}:
            self.problems.append(Problem(self.file, line, 1, "", what, remedy))

    def add(self, line: int, text: str, label: str, where: str = "") -> None:
        """Add a message, at the step `where` (`<lesson>.<step>`) if it names one; a step's own answer names it itself."""
        if label.startswith(f"{PREFIX}.") and not where:
            where = ".".join(label.split(".", 3)[1:3])
        lesson, _, step = where.partition(".")
        meant = self._at_step(line, label, lesson, step) if where else self._anywhere(line, label)
        if meant:
            self.found.append(Labelled(_sound(text), meant, "answers" if where else "intents", lesson, step))

    def _anywhere(self, line: int, label: str) -> str:
        if label in self.intents:
            return label
        self.problem(line, f"there is no intent '{label}'", f"Write the name of one.{did_you_mean(label, self.intents)}")
        return ""

    def _at_step(self, line: int, label: str, lesson: str, step: str) -> str:
        place = self.place(line, lesson, step)
        if place is None:
            return ""
        names = self._names_at(place)
        if label not in names:
            near = did_you_mean(label, names)
            remedy = f"Write one of its answers, '{WORDS}', '{DAY}', or 'intent' and a name.{near}"
            self.problem(line, f"'{label}' is no answer of the step '{lesson}.{step}'", remedy)
        return names.get(label, "")

    def place(self, line: int, lesson: str, step: str) -> Place | None:
        """Return the place of these names, or None after telling that there is none."""
        place = place_at(self.library, lesson, step)
        if place is None:
            every = (*self.library.lessons.values(), *self.library.scripts.values())
            near = did_you_mean(f"{lesson}.{step}", [f"{one.id}.{two.name}" for one in every for two in one.steps])
            self.problem(line, f"there is no step '{step}' in a lesson '{lesson}'", f"Write <lesson>.<step>.{near}")
        return place

    def _names_at(self, place: Place) -> dict[str, str]:
        """Return all that a message at a step can be labelled, and what it then means; the step's own answers come first."""
        own = {name: place.name_of(one.name) for one in place.step.answers for name in (one.name, one.slug)}
        everywhere = {f"{lead}{name}": name for name in self.intents for lead in ("", "intent ")}
        return {WORDS: WORDS, DAY: DAY} | everywhere | {name: name for name in own.values()} | own


def read_labelled(path: Path, intents: frozenset[str], library: Library) -> list[Labelled]:
    """Return the messages of a labelled file, in its order; `intents` are those that can be meant. Raises LessonError."""
    text = text_of(path)
    reader = _Reader(str(path), intents, library)
    if path.suffix == ".json" or text.lstrip()[:1] in {"[", "{"}:
        for line, entry in _json_entries(text, str(path)):
            _read_entry(reader, line, entry)
    else:
        root = read_document(text, str(path), MAX_CHARACTERS)
        if "nlu" in (root.entries or {}):
            for line, intent, message in rasa_examples(root, str(path), reader.problems):
                reader.add(line, message, intent)
        else:
            _read_sections(reader, root)
    if not reader.found and not reader.problems:
        reader.problem(1, "the file holds no messages", "Write some, each with what it means.")
    if reader.problems:
        raise LessonError(reader.problems)
    return reader.found


def read_out_of_scope(path: Path) -> list[Labelled]:
    """Return the messages of a JSON list of texts, none of which means anything that is known. Raises LessonError."""
    entries = list(_json_entries(text_of(path), str(path)))
    wrong = [line for line, entry in entries if not isinstance(entry, str)]
    if wrong:
        raise LessonError(
            [Problem(str(path), line, 1, "", "this is no text", 'Write texts alone: ["...", "..."].') for line in wrong]
        )
    return [Labelled(_sound(entry), OUT_OF_SCOPE) for _, entry in entries]


def _sound(text: str) -> str:
    """Return the text without half characters, which JSON can hold and nobody can print."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


# --- our own sections


def _read_sections(reader: _Reader, root: Node) -> None:
    for name, (key, value) in (root.entries or {}).items():
        if name not in SECTIONS:
            remedy = f"Write one of {', '.join(SECTIONS)}.{did_you_mean(name, SECTIONS)}"
            reader.problem(key.line, f"there is no section '{name}'", remedy)
        elif name == "intents":
            for intent, line, text in _lists(reader, key, value):
                reader.add(line, text, intent)
        elif name == "answers":
            for where, (place, answers) in _entries(reader, key, value):
                lesson, _, step = where.partition(".")
                if reader.place(place.line, lesson, step) is None:
                    continue
                for answer, line, text in _lists(reader, place, answers):
                    reader.add(line, text, answer, where)
        else:
            meant = DISTRESS if name == "third_person" else ""
            reader.found += [Labelled(text, meant, name) for text in _texts(reader, key, value)]


def _entries(reader: _Reader, key: Node, value: Node) -> list[tuple[str, tuple[Node, Node]]]:
    if value.entries is None:
        reader.problem(key.line, f"'{key.text}' has to hold names", "Write 'name:' a line below it, further in.")
    return list((value.entries or {}).items())


def _lists(reader: _Reader, key: Node, value: Node) -> Iterator[tuple[str, int, str]]:
    """Yield (label, the line of the label, message)."""
    for name, (place, texts) in _entries(reader, key, value):
        for text in _texts(reader, place, texts):
            yield name, place.line, text


def _texts(reader: _Reader, key: Node, value: Node) -> Iterator[str]:
    if value.items is None:
        reader.problem(key.line, f"'{key.text}' has to be a list of messages", "Write each on a line of its own, after '- '.")
    for item in value.items or ():
        if item.text is None:
            reader.problem(item.line, "this is no message", "Write it on one line; put quotes around it where it holds ': '.")
        else:
            yield item.text


# --- JSON


def _json_entries(text: str, file: str) -> Iterator[tuple[int, Any]]:
    """Yield (line, entry) of a JSON list. Raises LessonError."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        what = f"JSON cannot read this: {error.msg}"
        remedy = "Look for a missing comma or quote, or a comma too many."
        raise LessonError([Problem(file, error.lineno, error.colno, "", what, remedy)]) from None
    except RecursionError:
        raise LessonError([Problem(file, 1, 1, "", "this is nested too deep", ENTRY)]) from None
    if not isinstance(whole, list):
        raise LessonError([Problem(file, 1, 1, "", "the file has to be a list", "Begin with '[' and end with ']'.")])
    at, line = text.index("[") + 1, text.count("\n", 0, text.index("[")) + 1
    for _ in whole:  # once more, for the line of each
        start = _skip(text, at)
        line += text.count("\n", at, start)
        entry, at = json.JSONDecoder().raw_decode(text, start)
        yield line, entry
        line += text.count("\n", start, at)


def _skip(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _read_entry(reader: _Reader, line: int, entry: object) -> None:
    match entry:
        case [str(text), str(intent)]:
            reader.add(line, text, intent)
        case {"text": str(text), "intent": str(intent), **rest}:
            names = {str(name) for name in rest} - {"lesson", "step"}
            for name in sorted(names):
                near = did_you_mean(name, ("text", "intent", "lesson", "step"))
                reader.problem(line, f"'{name}' is not known here", f"{ENTRY}{near}")
            where = ".".join(str(rest[name]) for name in ("lesson", "step") if rest.get(name))
            reader.add(line, text, intent, where)
        case _:
            reader.problem(line, "this is no labelled message", ENTRY)
