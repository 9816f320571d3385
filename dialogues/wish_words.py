"""Wishes about reminders as students type them: "remind me tomorrow at 9", "pause until after my exams", "10 to 18", "Delhi".

The law of this file: it takes words apart, and leaves every time in them to `when/`, the one reader of times.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import available_timezones

from dialogues.when import When, read_when
from dialogues.words import normalise

_ASKING = (
    r"^(?:(?:ok|okay|hey|hi|and|so|but|thanks) )*(?:(?:can|could|will|would) (?:you|u) )?(?:(?:please|pls|plz|just|maybe) )*"
)
_REMIND = re.compile(rf"{_ASKING}(?:remind me|set a reminder)\b")
_OF_WHAT = re.compile(r"\bremind me (?:to|about|of|that) (.+)", re.IGNORECASE | re.DOTALL)
_PAUSE = re.compile(
    rf"{_ASKING}(?:pause|mute|snooze|(?:no|stop|hold)(?: more| all| any| the| my| your)* (?:reminders|messages|nudges|texts))"
    r"(?: (?:them|it|me|all|everything|the|my|your|these|this|reminders|messages|nudges))*"
    r" (?P<how>until|untill|till|til|for)\b"
)
_EXAMS = re.compile(r"\b(?:exams?|finals|exam (?:week|period|season)|assessments?)\b")
_FEWER = re.compile(r"\b(?:less|fewer|not so (?:often|many)|too (?:often|many|much)|rarely|weekly|once a week|cut down)\b")
_MORE = re.compile(r"\b(?:more(?: often)?|usual|normal)\b")
_BETWEEN = re.compile(r"\s*(?:-|\u2013|\bto\b|\buntil\b|\btill?\b|\band\b)\s*")
_ONE_SIDE = re.compile(r"^(?P<side>after|from|before|until|till?|not before|not after) (?P<hour>.+)$")
PAUSE_DAYS = 180  # half a year, the longest time between one exam and the next

PARTS = {
    "morning": (time(8), time(12)),
    "afternoon": (time(12), time(18)),
    "evening": (time(17), time(22)),
}
"""What students mean by the parts of a day, as hours in which a message is welcome."""

CITIES = {
    "Asia/Kolkata": "india, delhi, new delhi, mumbai, bangalore, bengaluru, chennai, hyderabad, pune",
    "Asia/Shanghai": "china, beijing, shenzhen, guangzhou",
    "Europe/London": "uk, england, scotland, wales, britain, manchester, edinburgh, glasgow, cardiff, leeds, birmingham",
    "Europe/Helsinki": "finland, tampere, turku, oulu, espoo",
    "Asia/Karachi": "pakistan, lahore, islamabad",
    "Africa/Lagos": "nigeria, abuja",
    "Africa/Nairobi": "kenya",
    "Europe/Berlin": "germany, munich, hamburg, cologne",
    "Europe/Paris": "france, lyon",
    "Asia/Dhaka": "bangladesh",
    "America/New_York": "boston, washington, miami, philadelphia",
    "America/Los_Angeles": "california, seattle, san francisco",
    "Asia/Ho_Chi_Minh": "vietnam, hanoi, saigon",
}
"""Names that the zones themselves do not have, for where many students come from."""


def asks_reminder(text: str) -> bool:
    """Whether the text asks for a reminder."""
    return _REMIND.match(normalise(text)) is not None


def reminder_words(text: str) -> str:
    """Return what she wants to be reminded of, in her words: what follows "remind me to"; empty where she names nothing."""
    found = _OF_WHAT.search(text)
    return found[1].strip() if found else ""


def asks_pause(text: str) -> bool:
    """Whether the text asks for a pause that ends."""
    return _PAUSE.match(normalise(text)) is not None


def speaks_of_exams(text: str) -> bool:
    """Whether the text speaks of exams."""
    return _EXAMS.search(normalise(text)) is not None


def often_in(text: str) -> str | None:
    """Return how often she wants reminders, 'less' or 'usual', or None where she does not say."""
    words = normalise(text)
    return "less" if _FEWER.search(words) else "usual" if _MORE.search(words) else None


def pause_in(text: str, now: datetime) -> When | None:
    """Return until when to pause, read at `now` in her zone, or None where no time is named."""
    words = normalise(text)
    found = _PAUSE.match(words)
    rest = words[found.end() :].strip() if found else words
    if found is not None and found["how"] == "for":
        rest = f"in {rest}"
    return read_when(rest, now, now.tzinfo or UTC, furthest_days=PAUSE_DAYS)


def hours_in(text: str, begins: time, ends: time) -> tuple[time, time] | None:
    """Return the hours that the text names, from and until; where it names one side, the other is as it was."""
    words = " ".join(re.sub(r"[^\w:.'\u2013-]+", " ", text.casefold()).split()).strip(" .")
    part = next((hours for name, hours in PARTS.items() if name in words), None)
    if part is not None and not any(sign.isdigit() for sign in words):
        return part
    one = _ONE_SIDE.match(words)
    if one is not None and not _BETWEEN.search(one["hour"]):
        hour = _hour(one["hour"], time(0))
        late = one["side"] in {"after", "from", "not before"}
        return None if hour is None else (hour, ends) if late else (begins, hour)
    sides = _BETWEEN.split(re.sub(r"^(?:between|from|only|maybe|rather) ", "", words))
    if len(sides) != 2:  # noqa: PLR2004 - from and until
        return None
    first = _hour(sides[0], time(0))
    last = _hour(sides[1], first) if first is not None else None
    return (first, last) if first is not None and last is not None and first != last else None


def _hour(words: str, after: time) -> time | None:
    """Return the hour that the words name, the next one from `after` on where it could be two."""
    day = datetime(2026, 1, 5, tzinfo=UTC)  # any day: the clocks of this zone are never changed
    now = datetime.combine(day, after, UTC) + timedelta(minutes=after != time(0))
    when = read_when(f"at {words.removeprefix('at ')}", now, UTC, whole=True)
    return when.at if when is not None else None


def zone_in(text: str) -> str | None:
    """Return the time zone of the city or country that the text names, or None."""
    words = normalise(text.replace("/", " ").replace("_", " "))
    words = re.sub(r"^(?:i'm |im |i am |i live |in |near |the )+", "", words)
    words = re.sub(r"(?: time| time zone)$", "", words)
    return _zones().get(words)


@cache
def _zones() -> dict[str, str]:
    """Return the zone of every name: a city, a continent and a city, a country of CITIES."""
    found: dict[str, str] = {}
    for key in sorted(available_timezones()):
        area, _, city = key.partition("/")
        if city and area not in {"Etc", "posix", "right", "SystemV"}:
            found[normalise(key.replace("/", " ").replace("_", " "))] = key
            found[normalise(city.rpartition("/")[2].replace("_", " "))] = key
    found.update({name: key for key, names in CITIES.items() for name in names.split(", ")})
    return found
