"""The words of time that students write, and how a text is evened out before it is read for a time.

The law of this file: it knows words and slips, and no day: nothing here depends on when something is said.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import time
from difflib import get_close_matches
from functools import cache
from typing import Literal

Part = Literal["morning", "afternoon", "evening", "night"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
PART_BEGINS = {"morning": time(9), "afternoon": time(14), "evening": time(18, 30), "night": time(20)}
"""The hour at which a part of the day is taken to be meant, where none was named."""
PART_ENDS = {"morning": time(12), "afternoon": time(18), "evening": time(23, 59), "night": time(23, 59)}

_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBERS: dict[str, float] = {
    **{word: number for number, word in enumerate(_UNITS, start=1)},
    "a": 1,
    "an": 1,
    "half a": 0.5,
    "half an": 0.5,
    "fifteen": 15,
    "twenty": 20,
    "twenty five": 25,
    "thirty": 30,
    "forty": 40,
    "forty five": 45,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
    "a couple": 2,
    "a couple of": 2,
    "couple of": 2,
    "a few": 3,
    "few": 3,
}
VAGUE = frozenset({"a couple", "a couple of", "couple of", "a few", "few"})
HOURS = {word: number for number, word in enumerate(_UNITS, start=1)}

_SLIPS = {
    **dict.fromkeys(("tmrw", "tmr", "tmrow", "tmw", "tomoz", "tomo", "2moro", "2morro", "2mrw", "2morrow"), "tomorrow"),
    **dict.fromkeys(("2nite", "2night", "tonite", "tnite"), "tonight"),
    "2day": "today",
    "tday": "today",
    "rn": "now",
    "nxt": "next",
    "wk": "week",
    "wks": "weeks",
    "wkend": "weekend",
    "arvo": "afternoon",
    "aft": "afternoon",
    "eve": "evening",
    "morn": "morning",
    "mornin": "morning",
    "nite": "night",
    "min": "minutes",
    "mins": "minutes",
    "hr": "hours",
    "hrs": "hours",
    "oclock": "o'clock",
    "mon": "monday",
    "tue": "tuesday",
    "tues": "tuesday",
    "wed": "wednesday",
    "weds": "wednesday",
    "thu": "thursday",
    "thur": "thursday",
    "thurs": "thursday",
    "fri": "friday",
    "sept": "september",
    "til": "until",
    "till": "until",
    **{month[:3]: month for month in MONTHS if month[:3] not in {"mar", "may"}},
}
_FUZZY = (*WEEKDAYS, "tomorrow", "tonight", "weekend", "morning", "afternoon", "evening", "september", "november", "december")
_LEAST_LIKENESS = 0.8  # "wensday", "thrusday" and "tommorow" pass; "someday", "holiday" and "birthday" do not
_SHORTEST_SLIP = 5  # letters; a shorter word is too near to others
_TAKEN = frozenset({"midday", "weekday", "morrow", "money", "payday", "warning", "turning", "learning", "leaving"})

_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'", "\u2013": "-", "\u2014": "-"})
_TOKEN = re.compile(r"\d+(?:[:./-]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*", re.UNICODE)
_SHORT_DAY = re.compile(
    r"(?:^|(?<=\bon )|(?<=\bthis )|(?<=\bnext )|(?<=\bby )|(?<=\bmaybe ))(sat|sun)\b(?! (?:is|was|next|down))"
)


def even_out(text: str) -> str:
    """Return the words and numbers of `text` in lower case, single-spaced, with slips of the words of time put right.

    Between digits the signs ``: . / -`` stay; all other punctuation goes. A digit and the letters behind it come apart.
    """
    even = unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold()
    even = " ".join(_TOKEN.findall(_joined(even)))
    words = [_put_right(word) for word in even.split()]
    long = {"sat": "saturday", "sun": "sunday"}
    return _SHORT_DAY.sub(lambda found: long[found[1]], " ".join(words))


def _joined(text: str) -> str:
    """Keep words that begin with a digit whole until they were looked up: '2moro', '2nite'; write out 'a.m.'."""
    text = re.sub(r"\b([ap])\. ?m\b\.?", r"\1m", text)
    return re.sub(r"\b2(?:moro|morro|mrw|morrow|nite|night|day)\b", lambda found: _SLIPS[found[0]], text)


@cache
def _known() -> frozenset[str]:
    return frozenset((*_FUZZY, *MONTHS, *PART_BEGINS, *_TAKEN))


def _put_right(word: str) -> str:
    if word in _SLIPS:
        return _SLIPS[word]
    if len(word) < _SHORTEST_SLIP or not word.isascii() or not word.isalpha() or word in _known():
        return word
    if word.endswith("days"):  # "fridays" are many
        return word
    return next(iter(get_close_matches(word, _FUZZY, 1, _LEAST_LIKENESS)), word)
