"""Small patterns of words, as advisers write them: "WANT (just)? (die|be dead)".

The law of this file: five signs and no more, each explained at the top of `scripts/phrases/distress.yml`, and a search that
takes time in step with the length of the text, whatever stands in it. A pattern is looked for in evened out words, each
followed by one space.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

GAP_WORDS = 3
LEAST_LETTERS_FOR_A_SLIP = 6  # in a shorter word a slip is often another word
_GAP = rf"(?:(?!(?:i|im|ive|id|ill) )\S+ ){{0,{GAP_WORDS}}}"  # "i" begins another thought
_PARTS = re.compile(r"\.\.\.|\)\?|[()|]|[^\s()|]+")
_NOTHING = re.compile(r"(?!)")


class PatternError(ValueError):
    """A pattern that cannot be read; the words say what is wrong and what to write instead."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Several patterns, looked for at once."""

    regex: re.Pattern[str]

    def found_in(self, words: str) -> bool:
        """Whether one of them stands in the words."""
        return self.regex.search(words) is not None

    def cut_from(self, words: str) -> str:
        """Return the words with a stroke instead of whatever they match, so that what stood apart stays apart."""
        return self.regex.sub("/ ", words)


def compile_all(patterns: Sequence[str], lists: Mapping[str, Sequence[str]], even: Callable[[str], str]) -> Pattern:
    """Return the patterns as one; `even` evens a word out as the texts are. Raises PatternError."""
    if not patterns:
        return Pattern(_NOTHING)
    known = {name: _either([_words(one) for one in words]) for name, words in lists.items()}
    return Pattern(re.compile(rf"(?<!\S)(?:{'|'.join(_Reader(one, known, even).read() for one in patterns)})"))


class _Reader:
    """Reads one pattern into a regular expression."""

    def __init__(self, pattern: str, lists: Mapping[str, str], even: Callable[[str], str]) -> None:
        self.pattern, self.lists, self.even = pattern, lists, even
        self.parts = _PARTS.findall(pattern)
        self.at = 0

    def read(self) -> str:
        found = self._row()
        if self.at < len(self.parts):
            self._refuse("a bracket is closed that was not opened, or '|' stands outside brackets", "Write '(one|other)'.")
        return found

    def _row(self) -> str:
        found = []
        while self.at < len(self.parts) and self.parts[self.at] not in {")", ")?", "|"}:
            found.append(self._one())
        if not found or set(found) == {_GAP}:
            self._refuse("there are no words", "Write at least one word between brackets and strokes.")
        return "".join(found)

    def _one(self) -> str:
        part = self.parts[self.at]
        self.at += 1
        if part == "(":
            return self._group()
        if part == "...":
            return _GAP
        if part.startswith("~"):
            return self._with_slips(self.even(part[1:]))
        if part.isupper() and len(part) > 1:
            if part not in self.lists:
                self._refuse(f"there is no list '{part}'", f"Write one of {', '.join(self.lists)}, or small letters.")
            return self.lists[part]
        if not part.isalnum():
            self._refuse(f"'{part}' is no word and no sign that is known here", "Write words without commas, dashes or dots.")
        return _words(self.even(part))

    def _group(self) -> str:
        rows = [self._row()]
        while self.at < len(self.parts) and self.parts[self.at] == "|":
            self.at += 1
            rows.append(self._row())
        if self.at == len(self.parts):
            self._refuse("a bracket is not closed", "Write '(one|other)'.")
        self.at += 1
        return _either(rows) + ("?" if self.parts[self.at - 1] == ")?" else "")

    def _with_slips(self, word: str) -> str:
        if len(word) < LEAST_LETTERS_FOR_A_SLIP:
            self._refuse(f"'{word}' is too short for '~'", "Write its slips out: '(kill|kil)'.")
        return f"(?:{'|'.join(_slips(word))}) "

    def _refuse(self, what: str, remedy: str) -> None:
        raise PatternError(f"'{self.pattern}': {what}. {remedy}")


def _words(words: str) -> str:
    return "".join(f"{re.escape(word)} " for word in words.split())


def _either(rows: Sequence[str]) -> str:
    return f"(?:{'|'.join(rows)})"


def _slips(word: str) -> list[str]:
    """Return, as regular expressions, the word and all that is one slip away: a sign more, less or other, or two swapped."""
    found = {re.escape(word)}
    for at in range(len(word)):
        before, after = word[:at], word[at + 1 :]
        found |= {f"{before}{after}", f"{before}.{after}", f"{before}.{word[at:]}"}
        if after:
            found.add(f"{before}{after[0]}{word[at]}{after[1:]}")
    return sorted(found)
