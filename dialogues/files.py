"""From a file's bytes to its text, whatever an editor made of it.

The law of this file: nothing is read that is too large to be a lesson, and a text in another encoding is still read, so that
its other mistakes are told too.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from pathlib import Path

from dialogues import codes
from dialogues.document import MAX_CHARACTERS
from dialogues.errors import Problem

MAX_BYTES = 4 * MAX_CHARACTERS  # a character has four at most
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAVE_AS = "Save it as UTF-8: in Notepad under 'Save as', in VS Code by a click on the encoding at the bottom right."


@dataclass(frozen=True, slots=True)
class FileText:
    """The text of a file (empty where it cannot be read), and what is wrong with the file as such."""

    text: str
    problems: list[Problem] = field(default_factory=list)


def read_file(path: Path) -> FileText:
    """Return the text of the file at `path`; raises nothing."""
    file = str(path)
    try:
        if path.is_dir():
            what, remedy = "this is a folder, though its name ends like that of a file", "Rename it, or take it out."
            return FileText("", [_problem(file, codes.UNREADABLE, what, remedy)])
        if not path.is_file():
            return FileText("", [_problem(file, codes.UNREADABLE, "it is no file", "Name a lesson file.")])
        size = path.stat().st_size
        if size > MAX_BYTES:
            what, remedy = f"the file has {size} bytes", f"Stay under {MAX_CHARACTERS} characters: split it into several."
            return FileText("", [_problem(file, codes.TOO_LONG, what, remedy)])
        return decode(path.read_bytes(), file)
    except OSError as error:
        what = f"it cannot be read: {(error.strerror or str(error)).lower()}"
        return FileText("", [_problem(file, codes.UNREADABLE, what, "Check its name and its rights.")])


def decode(data: bytes, file: str) -> FileText:
    """Return the text that `data` holds. What is not UTF-8 is told, and read as what Windows most likely meant by it."""
    if data.startswith(_UTF_16) or (len(data) > 1 and data[1::2].count(0) > len(data) // 4):
        what = "the file is UTF-16 (Notepad calls it Unicode), not UTF-8"
        codec = "utf-16" if data.startswith(_UTF_16) else "utf-16-le"
        return FileText(data.decode(codec, "replace"), [_problem(file, codes.NOT_UTF8, what, _SAVE_AS)])
    try:
        return FileText(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        if b"\0" in data:
            return FileText("", [_problem(file, codes.NOT_UTF8, "this is no text file", "Name a lesson file.")])
        meant = data[error.start : error.start + 1].decode("cp1252", "replace")
        what = f"the file is not UTF-8 text: the first other character is here (perhaps '{meant}')"
        return FileText(data.decode("cp1252", "replace"), [Problem(file, line, column, "", what, _SAVE_AS, codes.NOT_UTF8)])


def _problem(file: str, code: str, what: str, remedy: str) -> Problem:
    return Problem(file, 1, 1, "", what, remedy, code)
