"""The first check of every message: is somebody in distress?

The law of this file: it needs nothing but the text. It runs before anything else can take the message, in every state, and
also while the NLU server is down. What distress sounds like, and the figures of speech that only sound like it, are the
advisers' to edit, in `scripts/phrases/distress.yml`; how they write it is said there, and read in `patterns.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialogues.patterns import Pattern, PatternError, compile_all
from dialogues.words import normalise

PHRASES, FRIEND, FIGURES = "phrases", "friend", "figures"
LOW_DAY = "low-day"  # what is heavy, and safe as far as one can tell
_STRETCHED = re.compile(r"(\w)\1{2,}")


@dataclass(frozen=True, slots=True)
class Signal:
    """What a message sounded like: whether it is about somebody else, and the topic of the help (empty for any help)."""

    about: str = ""
    for_friend: bool = False


@dataclass(frozen=True, slots=True)
class DistressPhrases:
    """What distress sounds like: in general, about a friend, by topic (`abuse`), on a low day, and what only sounds like it."""

    general: Pattern
    friend: Pattern
    figures: Pattern
    topics: Mapping[str, Pattern]
    low_day: Pattern

    @classmethod
    def of(cls, sections: Mapping[str, Sequence[str]]) -> DistressPhrases:
        """Return what the sections of distress.yml say; lists of words have names in capitals, other names are topics.

        Raises PatternError with what is wrong in a phrase and what to write instead.
        """
        lists = {name: [even(one) for one in words] for name, words in sections.items() if name.isupper()}
        known = {name: compile_all(phrases, lists, even) for name, phrases in sections.items() if not name.isupper()}
        nothing = compile_all((), lists, even)
        topics = {name: one for name, one in known.items() if name not in {PHRASES, FRIEND, FIGURES, LOW_DAY}}
        general, friend, figures, low_day = (known.get(name, nothing) for name in (PHRASES, FRIEND, FIGURES, LOW_DAY))
        return cls(general, friend, figures, topics, low_day)

    def signal_in(self, text: str) -> Signal | None:
        """Return what `text` sounds like outside every figure of speech; None where it does not sound like distress.

        Words about herself count before words about a friend, and a topic's before the general ones; those of a low day come
        last, for nothing else may be answered as softly.
        """
        words = self.figures.cut_from(f"{even(text)} ")
        about = next((name for name, pattern in self.topics.items() if pattern.found_in(words)), "")
        if about:
            return Signal(about)
        rest = self.friend.cut_from(words)
        if self.general.found_in(rest):
            return Signal()
        if rest != words:
            return Signal(for_friend=True)
        return Signal(LOW_DAY) if self.low_day.found_in(rest) else None

    def found_in(self, text: str) -> bool:
        """Whether `text` sounds like distress."""
        return self.signal_in(text) is not None

    def figure_in(self, text: str) -> bool:
        """Whether `text` holds a figure of speech that only sounds like distress."""
        return self.figures.found_in(f"{even(text)} ")


def even(text: str) -> str:
    """Return the words without apostrophes ("dont" is "don't") and with stretched letters shortened ("sooo" is "so")."""
    return " ".join(_STRETCHED.sub(r"\1", normalise(text).replace("'", "")).split())


__all__ = ["DistressPhrases", "PatternError", "Signal", "even"]
