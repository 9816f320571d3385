"""Examples of intents, read from Rasa's NLU YAML.

The law of this file: a file is read whole, or raises LessonError with every mistake in it: the line, what is wrong, what to
write. What marks an entity in an example is taken out, for nothing here is trained on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from dialogues.document import Node, read_document
from dialogues.errors import LessonError, Problem, did_you_mean

MAX_CHARACTERS = 5_000_000  # of a file: a hundred thousand messages
BESIDE_INTENTS = ("synonym", "regex", "lookup")  # of Rasa's format, and no examples of an intent

_ENTITY = re.compile(r"\[([^\]\n]+)\](?:\([^)\n]*\)|\{[^}\n]*\})")


def text_of(path: Path) -> str:
    """Return the text of a file. Raises LessonError where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"the file is not UTF-8 text (byte {error.start + 1})"
        raise LessonError([Problem(str(path), 1, 1, "", what, "Save it as UTF-8 in your editor.")]) from None
    except OSError as error:
        what = f"it cannot be read: {error.strerror}"
        raise LessonError([Problem(str(path), 1, 1, "", what, "Check the path and its rights.")]) from None


def read_examples(path: Path) -> dict[str, list[str]]:
    """Return the examples of each intent in a file, or in all files of a folder. Raises LessonError."""
    paths = sorted([*path.rglob("*.yml"), *path.rglob("*.yaml")]) if path.is_dir() else [path]
    examples: dict[str, list[str]] = {}
    problems: list[Problem] = []
    for file in paths:
        root = read_document(text_of(file), str(file), MAX_CHARACTERS)
        for _, intent, text in rasa_examples(root, str(file), problems):
            examples.setdefault(intent, []).append(text)
    if not examples and not problems:
        problems.append(Problem(str(path), 1, 1, "", "there are no examples", "Write 'nlu:', and below it '- intent: name'."))
    if problems:
        raise LessonError(problems)
    return examples


def rasa_examples(root: Node, file: str, problems: list[Problem]) -> Iterator[tuple[int, str, str]]:
    """Yield (the intent's line, intent, example) of everything below `nlu`; what is wrong is added to `problems`."""
    key, value = (root.entries or {}).get("nlu", (root, root))
    if value.items is None:
        problems.append(
            Problem(file, key.line, key.column, "", "'nlu' has to be a list", "Write '- intent: name' below 'nlu:'.")
        )
    for entry in value.items or ():
        keys = entry.entries or {}
        if any(name in keys for name in BESIDE_INTENTS):
            continue
        intent = keys["intent"][1].text if "intent" in keys else None
        if not intent or "examples" not in keys:
            what, near = "this block needs 'intent' and 'examples'", did_you_mean(next(iter(keys), ""), ("intent", "examples"))
            problems.append(Problem(file, entry.line, entry.column, "", what, f"Write '- intent: name', 'examples: |'.{near}"))
            continue
        for text in _examples_in(keys["examples"][1], file, problems):
            yield keys["intent"][1].line, intent, text


def _examples_in(node: Node, file: str, problems: list[Problem]) -> Iterator[str]:
    """Yield the examples: a block of lines that start with '- ', or a list of texts."""
    for item in node.items or ():
        entry = item.entries["text"][1] if item.entries is not None and "text" in item.entries else item
        yield _ENTITY.sub(r"\1", (entry.text or "").strip())
    if node.items is None and node.text is None:
        problems.append(
            Problem(file, node.line, 1, "", "these are no examples", "Write 'examples: |', then '- ' and a text a line.")
        )
    for number, raw in enumerate((node.text or "").splitlines(), node.line + 1):
        line = raw.strip()
        if line.startswith("-"):
            yield _ENTITY.sub(r"\1", line.removeprefix("-").strip())
        elif line and not line.startswith("#"):  # no comment for YAML in here, but Rasa passes over it, too
            problems.append(
                Problem(file, number, 1, "", "an example has to start with '- '", "Put '- ' before it, one a line.")
            )
