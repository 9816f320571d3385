"""The rules that find a day: counted, dated, named.

The law of this file: a day is worked out from the draft's own today; the order of the rules is part of them ("the day after
tomorrow" comes before "tomorrow").
"""

from __future__ import annotations

import calendar
import math
import re
from datetime import UTC, date, timedelta

from dialogues.when.draft import Draft, Found, compiled
from dialogues.when.words import MONTHS, NUMBERS, VAGUE, WEEKDAYS

_DAY = "|".join(WEEKDAYS)
_MONTH = "|".join((*MONTHS, "mar"))
_NUMBER = r"(?:[0-9]{1,3}(?:\.5)?|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
_YEAR = r"(?: (?P<year>20[0-9]{2})(?![0-9:]))?"
_LEAD = r"(?:on|this|next|coming|the|by|for|until|before|after|from)"
_COUNTED = (
    rf"\b(?P<in>(?:in|within) (?:about |around |like |another )?)?(?P<number>{_NUMBER}) "
    r"(?P<unit>minutes?|hours?|h|m|days?|weeks?|fortnights?|months?)(?: time)?(?P<half> and a half)?"
    r"(?: time)?(?P<now> from (?:now|today))?\b(?! (?:after|before|from)\b)"
)


def _figure(word: str) -> float:
    return float(word) if word[0].isdigit() else NUMBERS[word]


def _counted(draft: Draft, found: Found) -> bool | None:
    number, unit = _figure(found["number"]), found["unit"].rstrip("s")
    if found["half"]:
        number += 0.5
    in_words = bool(found["in"] or found["now"])
    draft.exact &= found["number"] not in VAGUE
    draft.plain |= in_words
    if unit in {"minute", "hour", "h", "m"}:
        if draft.moment is not None:
            return False
        minutes = math.ceil(number * (60 if unit[0] == "h" else 1))
        draft.moment = draft.now.astimezone(UTC) + timedelta(minutes=minutes)
        draft.wrong |= minutes < 1
    elif unit == "month":
        draft.days.append(_months_on(draft.today, int(number)))
    else:
        draft.add(math.ceil(number * {"day": 1, "week": 7, "fortnight": 14}[unit]), plain=in_words)
    return None


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _week_from(draft: Draft, found: Found) -> None:
    """'a week on friday', 'two weeks tomorrow', 'friday week'."""
    weeks = int(_figure(found["weeks"])) if found.groupdict().get("weeks") else 1
    name = found["day"]
    draft.plain = True
    if name in WEEKDAYS:
        draft.weekdays.append(WEEKDAYS.index(name))
        draft.weeks_on = weeks
    else:
        draft.add(7 * weeks + (name == "tomorrow"))


def _numeric(draft: Draft, found: Found) -> bool | None:
    parts = [int(part) for part in re.split(r"[/.-]", found["date"])]
    iso = found["date"][4:5] == "-"
    day, month, year = (parts[2], parts[1], parts[0]) if iso else (parts[0], parts[1], parts[2] if parts[2:] else 0)
    return _dated(draft, day, month, year + 2000 if 0 < year < 100 else year, plain=bool(year))  # noqa: PLR2004 - '26 is 2026


def _day_of_month(draft: Draft, found: Found) -> bool | None:
    groups = found.groupdict()
    month = groups.get("month")
    number = next(i for i, name in enumerate(MONTHS, 1) if name.startswith(month)) if month else 0
    return _dated(draft, int(found["d"]), number, int(groups.get("year") or 0), plain=bool(month))


def _dated(draft: Draft, day: int, month: int, year: int, *, plain: bool) -> bool | None:
    """Take the next day of that number, and of that month and year where they were named (0 where not)."""
    ahead = (draft.today + timedelta(days=days) for days in range(draft.limit + 1))
    fits = (one for one in ahead if one.day == day and month in {0, one.month} and year in {0, one.year})
    first = next(fits, None)
    if first is None:
        draft.wrong = True
        return False
    draft.days.append(first)
    draft.plain |= plain
    return None


def _named(draft: Draft, found: Found) -> None:
    name = found[0].split()[-1]
    draft.add(1 if name == "tomorrow" else 0, plain=name != "now")
    if found["before"]:
        draft.shift, draft.exact = (1 if found["before"] == "after" else -1), False
    if name == "tonight":
        draft.parts.append("night")


def _stretch(draft: Draft, found: Found) -> None:
    """'end of next week', 'early next week': its Friday, its Monday; 'middle of next week': its Wednesday."""
    week = 7 if found["which"] == "next" else 0
    index = {"end": 4, "late": 4, "middle": 2, "mid": 2}.get(found["end"], 0)
    day = draft.today + timedelta(days=week - draft.today.weekday() + index)
    draft.days.append(day)
    draft.plain, draft.exact = True, False


def _month_end(draft: Draft, found: Found) -> None:
    month = _months_on(draft.today.replace(day=1), 1 if found["which"] == "next" else 0)
    draft.days.append(_months_on(month, 1) - timedelta(days=1))
    draft.plain, draft.exact = True, False


def _weekend(draft: Draft, found: Found) -> None:
    draft.plain, draft.exact = True, False
    to_saturday = 0 if draft.today.weekday() in {5, 6} else 5 - draft.today.weekday()
    if "after" in found[0].split():
        draft.add(7 - draft.today.weekday())
    elif "before" in found[0].split():
        draft.add((4 - draft.today.weekday()) % 7)
    elif "next" in found[0].split() and to_saturday == 0:
        draft.add(7 if draft.today.weekday() == 5 else 6)  # noqa: PLR2004 - Saturday
    else:
        draft.add(to_saturday)


def _next_week(draft: Draft, _: Found) -> None:
    draft.next_week, draft.plain = True, True


def _next_month(draft: Draft, _: Found) -> None:
    draft.days.append(_months_on(draft.today, 1))
    draft.plain, draft.exact = True, False


def _weekday(draft: Draft, found: Found) -> None:
    draft.weekdays.append(WEEKDAYS.index(found["day"]))
    draft.plain = True
    lead = (found["lead"] or "").split()
    if "before" in lead or "after" in lead:
        draft.shift, draft.exact = (1 if "after" in lead else -1), False


DAYS = compiled(
    (r"\b(?:the )?day after tomorrow\b", lambda draft, _: draft.add(2)),
    (rf"\b(?P<weeks>a|one|two|three|[123]) weeks? (?:on |from |after )?(?P<day>{_DAY}|today|tomorrow)\b", _week_from),
    (rf"\b(?:on )?(?P<day>{_DAY}) in (?P<weeks>a|one|two|three|[123]) weeks?\b", _week_from),
    (rf"\b(?:on )?(?P<day>{_DAY}|today|tomorrow) week\b", _week_from),
    (_COUNTED, _counted),
    (r"(?<![0-9:./-])(?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})(?![0-9:./-])", _numeric),
    (r"(?<![0-9:./-])(?P<date>[0-9]{1,2}([/.-])[0-9]{1,2}\2(?:[0-9]{2}|[0-9]{4}))(?![0-9:./-])", _numeric),
    (r"(?<![0-9:./-])(?P<date>[0-9]{1,2}/[0-9]{1,2})(?![0-9:./-])", _numeric),
    (
        rf"\b(?P<d>[0-9]{{1,2}})(?: (?:st|nd|rd|th))?(?: of)? (?P<month>{_MONTH})\b{_YEAR}",
        _day_of_month,
    ),
    (
        rf"\b(?P<month>{_MONTH}) (?:the )?(?P<d>[0-9]{{1,2}})(?: (?:st|nd|rd|th)\b)?(?![0-9:.]){_YEAR}",
        _day_of_month,
    ),
    (r"\b(?P<d>[0-9]{1,2}) (?:st|nd|rd|th)\b", _day_of_month),
    (
        r"\b(?P<end>end|start|beginning|middle|mid|early|late)(?: in| of)? (?:the )?(?P<which>next|this|the)? ?week\b",
        _stretch,
    ),
    (r"\b(?P<end>end) of (?:the )?(?P<which>next|this|the)? ?month\b", _month_end),
    (r"\b(?:(?:at|on|over|this|the|next|coming|before|after) )*weekend\b", _weekend),
    (r"\bnext week\b|\bin the next week\b", _next_week),
    (r"\bnext month\b", _next_month),
    (r"\b(?:(?P<before>before|after) |later )?(?:today|tonight|tomorrow)\b|\b(?:right |just )?now\b", _named),
    (rf"\b(?P<lead>(?:{_LEAD} )*)(?P<day>{_DAY})(?: coming)?\b", _weekday),
)
