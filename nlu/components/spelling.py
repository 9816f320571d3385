"""Slips of the thumb, mended for the language model: "transfer" says much to it, "trasnfer" nothing.

The law of this file: a table of words in, a text out. Only a word that nobody knows is touched, and only where one slip (a
letter too many, too few, wrong, or two swapped) makes a known one of it: Norvig 2007, "How to write a spelling corrector",
https://norvig.com/spell-correct.html. What a student wrote stays as it was, also for the word counts, so a name or a word
of another language that is mended wrongly is still counted as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST = 4  # letters: a slip in a shorter word can make too many others of it
SHORTEST_MEANT = 3
LONGEST = 20  # letters: what is longer is no word, and the time grows with the length
COMMON = 12_000  # of the language model's words, which are listed from the most frequent, count as meant

_WORD = re.compile(r"(?<!\w)[a-z]+(?:'[a-z]+)?(?!\w)")  # whole: no part of a word with digits or accents


def words_of(texts: Iterable[str]) -> set[str]:
    """Return the words in texts that are in lower case."""
    return {word for text in texts for word in _WORD.findall(text)}


def one_slip_away(word: str) -> set[str]:
    """Return everything that one slip makes of the word: 54 strings a letter, most of them no words."""
    splits = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    missed = {left + right[1:] for left, right in splits if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    wrong = {left + letter + right[1:] for left, right in splits if right for letter in LETTERS}
    added = {left + letter + right for left, right in splits for letter in LETTERS}
    return missed | swapped | wrong | added


class Spelling:
    """Knows `ours`, the words of the training examples, and `common`, the language model's, each with its rank (0 is first)."""

    def __init__(self, ours: Collection[str], common: Mapping[str, int]) -> None:
        self._ours, self._common = frozenset(ours), common

    def mended(self, text: str) -> str:
        """Return the text, in lower case already, with each unknown word replaced by what was most likely meant."""
        return _WORD.sub(lambda match: self._meant(match[0]), text)

    def _meant(self, word: str) -> str:
        if not SHORTEST <= len(word) <= LONGEST or "'" in word or word in self._ours or word in self._common:
            return word
        likely = [other for other in one_slip_away(word) if len(other) >= SHORTEST_MEANT and self._may_be_meant(other)]
        return min(likely, key=lambda other: (other not in self._ours, self._rank(other), other), default=word)

    def _may_be_meant(self, word: str) -> bool:
        return word in self._ours or self._common.get(word, COMMON) < COMMON

    def _rank(self, word: str) -> int:
        return self._common.get(word, len(self._common))
