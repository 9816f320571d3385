"""How hard a text is to read, as the school year in which one can.

The law of this file: a figure, and no judgement. Few words give no figure, because one long name would decide it.
"""

from __future__ import annotations

import re

FEWEST_WORDS = 10  # below these a figure says more about a single word than about the text
HARDEST = 8.0  # a grade of the United States' schools: its readers are 13 to 14
WORDS_IN_A_SAMPLE = 100  # what the formula was made on; a shorter text swings more, and
WORDS_FOR_A_GRADE = 25  # so many fewer words are given a grade more
_SENTENCE_END = re.compile(r"[.!?…:]+[\"”’)]*(?:\s+|$)|\n+")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(r"(?:[^laeiouy]es|[^aeiouydt]ed|[^laeiouy]e)$")


def grade(text: str) -> float | None:
    """Return the Flesch-Kincaid grade of an English text, or None where it has too few words for one.

    Grade 8 is read at 13 to 14. Source: Kincaid, Fishburne, Rogers & Chissom (1975), Derivation of New Readability Formulas
    for Navy Enlisted Personnel, Research Branch Report 8-75.
    """
    words = _WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = max(1, sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part)))
    syllables = sum(map(syllables_of, words))
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def hardest_allowed(text: str) -> float:
    """Return the grade above which a text of that length is certainly harder than a 13-year-old's book."""
    return HARDEST + max(0, WORDS_IN_A_SAMPLE - len(_WORD.findall(text))) / WORDS_FOR_A_GRADE


def syllables_of(word: str) -> int:
    """Return about how many syllables an English word has: its groups of vowels, without a silent end."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    silent = _SILENT_END.search(plain) is not None
    return max(1, len(_VOWELS.findall(plain)) - silent)


def longest_sentence(text: str) -> str:
    """Return the sentence with the most words."""
    return max(_SENTENCE_END.split(text), key=lambda part: len(_WORD.findall(part))).strip()
