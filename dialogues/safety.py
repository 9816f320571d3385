"""The first check of every message: is somebody in distress?

The law of this file: it needs nothing but the text. It runs before anything else can take the message, in every state, and
also while the NLU server is down. The phrases, and the figures of speech that only sound like them, are the advisers' to
edit, in `scripts/phrases/distress.yml`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dialogues.words import normalise

_STRETCHED = re.compile(r"(\w)\1{2,}")


@dataclass(frozen=True, slots=True)
class DistressPhrases:
    """What distress sounds like (`phrases`), and what only sounds like it (`figures`); both as words in a row."""

    phrases: tuple[str, ...]
    figures: tuple[str, ...]

    @classmethod
    def of(cls, phrases: Sequence[str], figures: Sequence[str]) -> DistressPhrases:
        """Return the phrases, evened out in the same way as the messages that they are looked for in."""
        return cls(tuple(_even(phrase) for phrase in phrases), tuple(_even(figure) for figure in figures))

    def found_in(self, text: str) -> bool:
        """Whether `text` holds one of the phrases, whole words in a row, outside every figure of speech."""
        words = f" {_even(text)} "
        for figure in self.figures:
            words = words.replace(f" {figure} ", " / ")
        return any(f" {phrase} " in words for phrase in self.phrases)

    def figure_in(self, text: str) -> bool:
        """Whether `text` holds a figure of speech that only sounds like distress."""
        words = f" {_even(text)} "
        return any(f" {figure} " in words for figure in self.figures)


def _even(text: str) -> str:
    """Return the words without apostrophes ("dont" is "don't") and with stretched letters shortened ("sooo" is "so")."""
    return _STRETCHED.sub(r"\1", normalise(text).replace("'", ""))
