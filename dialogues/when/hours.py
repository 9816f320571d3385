"""The rules that find an hour or a part of the day.

The law of this file: an hour is noted as it was said; which of two it is (nine in the morning or at night) is decided once
the day is known, in `reading.py`.
"""

from __future__ import annotations

import re

from dialogues.when.draft import Draft, Found, Hour, compiled
from dialogues.when.words import HOURS as HOUR_WORDS
from dialogues.when.words import PART_ENDS, Part

_CLOCK = r"(?:[0-9]{1,2}|" + "|".join(HOUR_WORDS) + ")"
_SPOKEN = (
    r"\b(?:at |around |about )?(?:a )?(?P<minutes>half|quarter|ten|five|twenty five|twenty|5|10|20|25)"
    rf" (?:minutes )?(?P<way>past|to|(?<=half )(?=[0-9a-z])) ?(?P<h>{_CLOCK})\b(?![:.])"
)
_WITH_MINUTES = (
    r"\b(?:at |from |by |after )?(?P<roughly>around |about )?(?:at )?(?P<h>[0-9]{1,2})[:.](?P<m>[0-9]{2})"
    r"(?P<to>(?: ?- ?| to | and | until )[0-9]{1,2}[:.][0-9]{2})?(?: ?(?P<ampm>am|pm))?\b(?: hours\b)?(?![:./-])"
)
_AT_HOUR = (
    rf"\b(?:at|by|between|from|after|before)(?P<roughly> around| about)? (?P<h>{_CLOCK})"
    rf"(?P<to>(?: to| and| until|-) ?{_CLOCK})?(?: (?:o'clock|sharp))?(?: (?P<ampm>am|pm))?\b"
    r"(?! (?:people|other|least|my))(?![:./])"
)


def _hour(word: str) -> int:
    return int(word) if word.isdigit() else HOUR_WORDS[word]


def _part(draft: Draft, found: Found) -> bool | None:
    part: Part = found["part"]  # type: ignore[assignment]  # the rule lists them
    lead = (found["lead"] or "").split()
    draft.parts.append(part)
    if "this" in lead:
        draft.add(0)
        draft.wrong |= draft.now.time() >= PART_ENDS[part]
    elif "in" in lead or "at" in lead:
        draft.coming = True
    return None


def _first_thing(draft: Draft, _: Found) -> None:
    draft.parts.append("morning")


def _clock(draft: Draft, found: Found) -> bool | None:
    """An hour in figures: '19:30', '7 pm', 'at 9', '3 ish', 'half past 3' (with its group `past`)."""
    groups = found.groupdict()
    hour, minute = _hour(found["h"]), int(groups.get("m") or 0)
    noon = (groups.get("ampm") or "")[:1]
    if not noon and re.fullmatch(r"[0-9]{1,2}\.(?:0[1-9]|1[0-2])", found[0]):  # "1.12" may be a date; "at 1.12" is none
        return False
    if minute > 59 or hour > 24 or (noon and not 1 <= hour <= 12):  # noqa: PLR2004 - a clock has these
        draft.wrong = True
        return False
    sure = bool(noon) or hour > 12 or hour == 0 or (groups.get("m") is not None and len(found["h"]) == 2)  # noqa: PLR2004
    hour = hour % 12 + (12 if noon == "p" else 0) if noon else hour % 24
    _add_hour(draft, hour, minute, sure=sure, plain=bool(noon) or groups.get("m") is not None)
    draft.exact &= not (groups.get("roughly") or groups.get("to"))
    return None


def _spoken(draft: Draft, found: Found) -> None:
    """'half past 3' and 'half 3' (the same in British English), 'quarter to 4', '10 past 5'."""
    word, way = found["minutes"], found["way"]
    minutes = {"half": 30, "quarter": 15, "ten": 10, "five": 5, "twenty": 20, "twenty five": 25}.get(word) or int(word)
    hour = _hour(found["h"])
    total = hour * 60 + (-minutes if way == "to" else minutes)
    _add_hour(draft, total // 60 % 24 or 12, total % 60, sure=hour > 12, plain=True)  # noqa: PLR2004 - noon


def _bare_four(draft: Draft, found: Found) -> bool | None:
    """'1730' is an hour behind 'at' or where a day was found."""
    hour, minute = int(found["h"]), int(found["m"])
    if hour > 23 or minute > 59 or not (found["lead"] or draft.days or draft.weekdays):  # noqa: PLR2004
        return False
    _add_hour(draft, hour, minute, sure=True, plain=True)
    return None


def _beside_a_part(draft: Draft, found: Found) -> bool | None:
    """'7 tomorrow morning': a number alone is an hour only where the day and its part are named; 'friday 12' may be a date."""
    if not draft.parts or not (draft.days or draft.weekdays):
        return False
    return _clock(draft, found)


def _named_hour(draft: Draft, found: Found) -> None:
    hour, minute = {"noon": (12, 0), "midday": (12, 0), "midnight": (23, 59)}.get(found["name"], (12, 30))
    draft.exact &= found["name"] in {"noon", "midday", "midnight"}
    _add_hour(draft, hour, minute, sure=True, plain=False)


def _same_time(draft: Draft, _: Found) -> None:
    _add_hour(draft, draft.now.hour, draft.now.minute, sure=True, plain=False)


def _add_hour(draft: Draft, hour: int, minute: int, *, sure: bool, plain: bool) -> None:
    draft.hours.append(Hour(hour, minute, sure))
    draft.plain |= plain


HOURS = compiled(
    (r"\bfirst thing\b", _first_thing),
    (
        r"\b(?P<lead>(?:(?:in|this|at|later|during|the|early|late) )*)(?P<part>morning|afternoon|evening|night)\b",
        _part,
    ),
    (r"\b(?:this|the same|same) time\b", _same_time),
    (_SPOKEN, _spoken),
    (r"\b(?:at |around |about |by )?(?P<name>noon|midday|midnight|lunchtime|lunch time)\b|\bat (?:lunch)\b", _named_hour),
    (_WITH_MINUTES, _clock),
    (
        rf"\b(?:at |from |by |after )?(?P<roughly>around |about )?(?:at )?(?P<h>{_CLOCK}) ?(?P<ampm>am|pm)\b",
        _clock,
    ),
    (_AT_HOUR, _clock),
    (rf"\b(?P<h>{_CLOCK}) (?:o'clock|(?P<roughly>ish))\b", _clock),
    (rf"\b(?P<roughly>around|about) (?P<h>{_CLOCK})\b(?! [a-z])", _clock),
    (r"\b(?P<lead>at )?(?P<h>[0-9]{2})(?P<m>[0-9]{2})\b", _bare_four),
    (rf"(?:^|(?<=[^a-z0-9] ))(?P<h>{_CLOCK})(?= [^a-z0-9]|$)", _beside_a_part),
)
