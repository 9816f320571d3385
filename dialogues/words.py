"""Words as words: what can be decided about a text without understanding it.

The law of this file: nothing here guesses. A text is compared whole, after its typing habits (case, curly quotes, trailing
dots and question marks) have been evened out, so these decisions also hold while the NLU server is down.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

NAME_CHARACTERS = 48  # of the name of a lesson or a step
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "`": "'"})
_NOT_WORDS = re.compile(r"[^\w'\s]+", re.UNICODE)
_NUMBERED = re.compile(r"^(?:lesson |number |option |no |nr )?(\d{1,2})$", re.ASCII)
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_ORDINAL = re.compile(rf"^(?:the )?({'|'.join(_ORDINALS)})(?: one| lesson)?$")
_SKIN_AND_VARIATION = re.compile("[\ufe0f\u200d\U0001f3fb-\U0001f3ff]")


def normalise(text: str) -> str:
    """Return the words of `text` in lower case, straight apostrophes, single spaces and no other punctuation."""
    even = unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold()
    return " ".join(_NOT_WORDS.sub(" ", even).split())


def read_number(words: str) -> int | None:
    """Return which of several is meant by evened out words such as '2', 'lesson 2' or 'the second one'; else None."""
    counted = _NUMBERED.match(words)
    if counted:
        return int(counted[1])
    ordinal = _ORDINAL.match(words)
    return _ORDINALS.index(ordinal[1]) + 1 if ordinal else None


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit of any script in `text`: emoji, punctuation and spaces alone are no words."""
    return any(character.isalnum() for character in text)


def without_controls(text: str) -> str:
    """Return `text` without control characters (line breaks stay) and surrounding space."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"}).strip()


def clip(text: str, characters: int) -> str:
    """Return `text` on one line of at most that many characters, ended by an ellipsis where something was cut."""
    line = " ".join(text.split())
    return line if len(line) <= characters else line[: characters - 1].rstrip() + "…"


def slug(text: str) -> str:
    """Return the nearest thing to `text` that can be a name: 'How sure?' becomes 'how-sure', 'Größer' becomes 'grosser'."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:NAME_CHARACTERS].strip("-")


def meaning_of_emoji(text: str, emoji: Mapping[str, str]) -> str | None:
    """Return the intent of a message of emoji alone: that of its first known one, or None."""
    plain = _SKIN_AND_VARIATION.sub("", text)
    found = [(plain.find(sign), intent) for sign, intent in emoji.items() if sign in plain]
    return min(found)[1] if found else None
