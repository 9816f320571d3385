"""Masking: what could say who somebody is goes from a message, before it is kept to learn from.

The law of this file: pure, and rather too much than too little. No e-mail address, link, handle or run of digits survives,
and no word with a capital letter that is not known to name nobody (`scripts/phrases/plain.yml`). What it cannot know is a
name in small letters that nothing announces. The libraries for this were looked at: scrubadub brings scikit-learn and NLTK,
Presidio brings spaCy and a model, and both are made for prose with its capitals in place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

NAME, HANDLE, NUMBER, ADDRESS, LINK = "[name]", "[handle]", "[number]", "[address]", "[link]"
MASKS = (NAME, HANDLE, NUMBER, ADDRESS, LINK)
READ_CHARACTERS = 1000  # of a message are kept at most: what is meant is said by then
TOKEN_CHARACTERS = 40  # a longer "word" is a key or an id; the bound also keeps every expression below quick
FEW_DIGITS = 2  # in one word: "10", "2nd", "gr8"
LONG_GERUND = 6  # letters: "I'm panicking" is no greeting, "I'm Ming" is

_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'"})
_STREETS = "street|st|road|rd|avenue|ave|lane|ln|drive|close|court|place|square|way|terrace|crescent|gardens|hill|park|row"
_ADDRESSES = (
    r"\b[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b",  # a British postcode
    rf"\b\d{{1,4}}[a-z]?,?\s(?:[\w'.-]+\s){{0,3}}(?:{_STREETS})\b",
    r"\b(?:flat|room|apartment|apt|unit|block|house)\s\d{1,4}[a-z]?\b",
    r"\b[\w-]{2,30}(?:katu|tie|kuja|polku|kaari|tori|ranta|väylä)\s\d{1,3}(?:\s?[a-z]\b)?(?:\s?\d{1,3})?\b",  # a Finnish street
    r"\b[\w.+-]+\s?[\[(]?\bat\b[\])]?\s?[\w-]+\s?[\[(]?\bdot\b[\])]?\s?\w+",  # "sam at uni dot org"
)
_ADDRESS = re.compile("|".join(_ADDRESSES), re.IGNORECASE)
_DIGITS = re.compile(r"\+?\(?\d(?:[\s().,/:-]{0,3}\d){3,}")  # four or more, however they are set apart
_LINK = re.compile(r"://|www\.|[^\W\d_][\w-]*\.[a-z]{2,24}(?:[/:?#]|\W*$)", re.IGNORECASE)
_WORD = re.compile(r"\[(?:name|handle|number|address|link)\]|[^\W\d_]+(?:['-][^\W\d_]+)*")
_ENDINGS = re.compile(r"(?:'s|'ll|'ve|'d|'re|'m|n't)$")
_REPEATED = re.compile(r"\[name\](?:[\s,&-]*\[name\])+")
_SENTENCE_ENDS = frozenset(".!?")

_ANNOUNCING_PAIRS = frozenset({("name", "is"), ("call", "me"), ("this", "is"), ("i", "am"), ("names", "is"), ("known", "as")})


@dataclass(frozen=True, slots=True)
class PlainWords:
    """Words that name nobody (`words`), those that are names as well, and those that a name may follow; in lower case."""

    words: frozenset[str] = frozenset()
    also_names: frozenset[str] = frozenset()
    before_names: frozenset[str] = frozenset()

    def holds(self, word: str) -> bool:
        """Whether a word, without an ending such as "'s", names nobody for sure."""
        return word in self.words or _ENDINGS.sub("", word) in self.words


def mask(text: str, plain: PlainWords, names: Iterable[str] = ()) -> str:
    """Return `text` on one line, with what could identify somebody replaced by MASKS; `names` are known ones, in lower case."""
    line = _ADDRESS.sub(f" {ADDRESS} ", _even(text)[:READ_CHARACTERS])
    line = _DIGITS.sub(f" {NUMBER} ", " ".join(_mask_token(token) for token in line.split()))
    line = _mask_names(" ".join(_mask_number(token) for token in line.split()), plain, frozenset(names))
    return _REPEATED.sub(NAME, line)


def says_something(masked: str) -> bool:
    """Whether a masked text still holds a word beside its masks."""
    for one in MASKS:
        masked = masked.replace(one, " ")
    return any(character.isalpha() for character in masked)


def names_in(text: str, plain: PlainWords, *, all_words: bool = False) -> set[str]:
    """Return, in lower case, what may name in `text`: words with a capital letter, or `all_words`, unless they are plain."""
    words = (match[0] for match in _WORD.finditer(_even(text)[:READ_CHARACTERS]))
    return {_bare(word) for word in words if (all_words or word != word.lower()) and not plain.holds(word.lower())}


def _even(text: str) -> str:
    """Return the text on one line, in one form of each letter, without signs that cannot be seen."""
    even = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    return " ".join(
        "".join(" " if c.isspace() else c for c in even if c.isspace() or unicodedata.category(c)[0] != "C").split()
    )


def _bare(word: str) -> str:
    return _ENDINGS.sub("", word.lower())


def _mask_token(token: str) -> str:
    if "@" in token:
        before, _, after = token.partition("@")
        return ADDRESS if before.strip("([<\"'") and after else HANDLE
    if _LINK.search(token[: 2 * TOKEN_CHARACTERS]):
        return LINK
    return _mask_number(token) if any(character.isalpha() for character in token) else token  # numbers: together, not yet


def _mask_number(token: str) -> str:
    """Mask a word with more than a few digits, such as a student's id, or one too long to be a word."""
    digits = sum(character.isdigit() for character in token)
    return NUMBER if digits > FEW_DIGITS or len(token) > TOKEN_CHARACTERS else token


def _mask_names(line: str, plain: PlainWords, names: frozenset[str]) -> str:
    """Mask word by word: whether one is a name depends on itself and on the two words before it."""
    masked, end = "", 0
    before, last = "", ""
    for match in _WORD.finditer(line):
        gap, word = line[end : match.start()], match[0]
        begins = end == 0 or not _SENTENCE_ENDS.isdisjoint(gap)
        announced = not begins and (last == NAME or last in plain.before_names or (before, last) in _ANNOUNCING_PAIRS)
        if word not in MASKS and _is_name(word, plain, names, begins=begins, announced=announced):
            word = NAME
        masked += gap + word
        before, last, end = last, word.lower(), match.end()
    return masked + line[end:]


def _is_name(word: str, plain: PlainWords, names: frozenset[str], *, begins: bool, announced: bool) -> bool:
    lower = word.lower()
    has_capital = word != lower
    if _bare(word) in names or not all(_is_latin(character) for character in word):
        return True
    if _bare(word) in plain.also_names:
        return announced if not has_capital else not begins
    if plain.holds(lower) or (lower.endswith("ing") and len(lower) >= LONG_GERUND and not has_capital):
        return False
    return has_capital or announced


def _is_latin(character: str) -> bool:
    """Whether a letter belongs to a script with capitals that we know; of others nobody here can tell what is a name."""
    return character in "'-" or unicodedata.name(character, "").startswith("LATIN")
