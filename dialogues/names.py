"""Lessons by the names that students give them: "the rigth kind of help", "the one about asking for help", "lesson 2".

The law of this file: it says which lessons a text names, and how surely; whether a lesson was meant at all is decided before
(`understanding.py`). Words that every wish for a lesson holds ("can we do the one about") name none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache

from dialogues.lesson import Lesson
from dialogues.words import normalise, read_number

READ_CHARACTERS = 100  # a wish for a lesson is short; the work for a text is bounded by this
LIKE_A_TITLE = 0.85  # a slip or two in a title
LIKE_A_WORD = 0.8  # "rigth" is "right"
LONG_WORD = 5  # letters; shorter ones are too near to each other to be compared with slips
TRACK_WEIGHT = 0.5  # a lesson's own words say more than those of its track
SURE_SHARE = 0.5  # of the words of a title that are its own
RUN_OF_WORDS = 3  # of a title that is made of small words alone: "what so what"

_SMALL = frozenset(
    normalise(
        "a an and are as at be but by can could do does for from had has have how i i'd i'll i'm if im in into is "
        "it it's its me my now of off on or our out so than that the their them then there these they this those "
        "three to too two up us was we what when where which who whom why will with would you your"
    ).split()
)
_WISHING = frozenset(
    normalise(
        "about again all another ask back begin bit bout carry change choose class continue course different do "
        "doing done else give go going gonna good hey hi idea know learn learning left lesson lessons let lets "
        "let's like list look main maybe menu more move need new next not number ok okay one ones open other part "
        "pick please pls plz redo resume return second section see select show someone something start started "
        "stuff switch take talk teach tell thing things third first topic topics track try want wanna work"
    ).split()
)
_NO_WISH = {"about", "back", "course", "done", "idea", "know", "left", "need", "not", "skip", "something", "someone", "work"}
_BESIDE_A_TITLE = {
    *("a", "can", "could", "do", "i", "i'd", "i'll", "it", "me", "my", "now", "of", "on", "that", "the", "this", "to", "up"),
    *("we", "will", "with", "would", "you"),
}
_WISH = (_WISHING | _BESIDE_A_TITLE) - _NO_WISH
_LESSON_NUMBER = re.compile(
    r"\b(?:lesson (?:number |no |nr )?(?:\d{1,2})|(?:first|second|third|fourth|fifth) lesson)\b", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Named:
    """The lessons (ids, in the library's order) that a text names; `sure` where it is plainly this one."""

    lessons: tuple[str, ...] = ()
    sure: bool = False
    by_title: bool = False  # else by the words of a track
    alone: bool = False  # a whole title, and beside it only the words of a wish for it


def lesson_number(words: str, shown: Iterable[str]) -> str | None:
    """Return the lesson that evened out words such as 'lesson 2' name by its place among those `shown`; else None."""
    found = _LESSON_NUMBER.search(words)
    number, listed = read_number(found[0]) if found else None, list(shown)
    return listed[number - 1] if number is not None and 1 <= number <= len(listed) else None


def lessons_named(text: str, lessons: Iterable[Lesson]) -> Named:
    """Return which of the lessons the text names: by title (slips allowed), by the words of titles, by those of a track."""
    words = normalise(text[: READ_CHARACTERS + 1]).split()
    known = list(lessons)
    if len(text) > READ_CHARACTERS:
        return Named()
    titled, beside = _by_title(words, known)
    if titled:
        return Named(titled, sure=len(titled) == 1, by_title=True, alone=set(beside) <= _WISH)
    said = {_stem(word) for word in words if word not in _SMALL | _WISHING}
    return _by_words(said, known) if said else Named()


def _by_title(words: list[str], lessons: list[Lesson]) -> tuple[tuple[str, ...], list[str]]:
    """Return the lessons whose title or id stands in the text, and the words beside it; of several the longest title."""
    found = {lesson.id: place for lesson in lessons for name in _names(lesson) if (place := _place_in(name, words)) is not None}
    longest = max((end - begin for begin, end in found.values()), default=0)
    titled = tuple(name for name, (begin, end) in found.items() if end - begin == longest)
    begin, end = found[titled[0]] if titled else (0, 0)
    return titled, [*words[:begin], *words[end:]]


def _names(lesson: Lesson) -> tuple[str, ...]:
    return (normalise(lesson.title), normalise(lesson.id))


def _place_in(name: str, words: list[str]) -> tuple[int, int] | None:
    """Return from which word to which the name stands in the text, slips allowed; of one made of small words, three do."""
    length = len(name.split())
    windows = [" ".join(words[at : at + length]) for at in range(len(words) - length + 1)]
    like = get_close_matches(name, windows, 1, LIKE_A_TITLE) if len(name) >= LONG_WORD else []
    if like:
        return windows.index(like[0]), windows.index(like[0]) + length
    if _own_words(name):
        return None
    runs = [at for at in range(len(words) - RUN_OF_WORDS + 1) if f" {' '.join(words[at : at + RUN_OF_WORDS])} " in f" {name} "]
    return (runs[0], runs[0] + RUN_OF_WORDS) if runs else None


def _by_words(said: set[str], lessons: list[Lesson]) -> Named:
    """Weigh the words of titles (one that few titles have says more) and of tracks; return the best, all that are even."""
    titles = {lesson.id: _own_words(lesson.title) for lesson in lessons}
    tracks = {lesson.id: _own_words(lesson.track) for lesson in lessons}
    heard = {name: {word for word in title if _is_said(word, said)} for name, title in titles.items()}
    spread = {word: sum(word in title for title in titles.values()) for title in titles.values() for word in title}
    scores = {
        name: sum(1 / spread[word] for word in heard[name]) + TRACK_WEIGHT * sum(_is_said(word, said) for word in tracks[name])
        for name in titles
    }
    by_title = any(heard.values())
    best = max((score for name, score in scores.items() if heard[name] or not by_title), default=0.0)
    named = tuple(name for name, score in scores.items() if best and score == best and (heard[name] or not by_title))
    sure = by_title and len(named) == 1 and len(heard[named[0]]) >= SURE_SHARE * len(titles[named[0]])
    return Named(named, sure, by_title)


@lru_cache(maxsize=1024)
def _own_words(name: str) -> frozenset[str]:
    """Return the stems of the words that are the name's own."""
    return frozenset(_stem(word) for word in normalise(name).split() if word not in _SMALL)


def _is_said(word: str, said: set[str]) -> bool:
    return word in said or any(_alike(word, one) for one in said)


@lru_cache(maxsize=8192)
def _alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) < LONG_WORD:
        return False
    return one.startswith(other) or other.startswith(one) or SequenceMatcher(None, one, other).ratio() >= LIKE_A_WORD


def _stem(word: str) -> str:
    """Return the word without the endings that it may have or not: 'asking' is 'ask', 'stories' is 'story'."""
    word = word.removesuffix("'s")
    if word.endswith("ies") and len(word) > LONG_WORD:
        return f"{word[:-3]}y"
    for ending in ("ing", "ed", "s"):
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= 3:  # noqa: PLR2004 - "ask" stays
            return word[: -len(ending)]
    return word
