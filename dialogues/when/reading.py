"""Reading a time: what is found in a text, and what it comes to together.

The law of this file: what the rules leave over has to be of the kind that stands around a time, and what they found must not
contradict itself; else nothing was named.

Why no library does it: dateparser, parsedatetime, timefhuman, recurrent, dateutil and ctparse were tried on 164 such phrases.
The best read 67 of the 122 with a time in them as they are meant, and 30 as some other time; of the 42 that name none, it saw
a time in 23. The one that guesses least (dateparser's strict `parse`) read 48 and 9, and saw a time in 10.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from dialogues.when.days import DAYS
from dialogues.when.draft import Draft, Hour, Rule
from dialogues.when.hours import HOURS
from dialogues.when.moment import When
from dialogues.when.words import PART_BEGINS, PART_ENDS, Part, even_out

FURTHEST_DAYS = 60  # an action that is further off than two months is a wish, not a plan
READ_CHARACTERS = 200  # a longer text tells a story; the work for a text is bounded by this
WORDS_BESIDE = 8  # beside a plain time, an answer has this many words more at most ("i could meet her in the library on")
OCCASION_WORDS = 6
WAKING = (time(7), time(22, 59))

_GAP = "\u2022"  # stands where something was taken out, so that its neighbours do not become neighbours
_AROUND = re.compile(
    r"\b(?:not|nothing|no earlier than)(?= (?:until|before)\b)|\bis (?:that )?(?:ok|okay|fine|good|alright|possible)\b"
    r"|\b(?:it|that)(?: is|'s)\b|\bhave(?: some| the)? time\b|\bhave to\b|\b(?:how|what) about\b|\bor so\b|\bif that's ok\b"
)
_BLOCKED = re.compile(
    r"\b(?:not|no|never|nothing|cannot|cant|[a-z]+n't|dont|doesnt|wont|isnt|wasnt|couldnt|shouldnt|except|unless|instead of"
    r"|last|ago|yesterday|was|were|did|had|been|since|every|each|usually|always|often|or|either|neither|whether"
    r"|have|has|got|is|are|what|why|who|which|where|how|whenever|some ?other|another time)\b"
)
_BESIDE = frozenset(
    (
        *("about", "and", "around", "at", "best", "by", "can", "could", "definitely", "do", "earliest", "fine", "for", "from"),
        *(
            "gonna",
            "good",
            "guess",
            "hmm",
            "hopefully",
            "i",
            "i'd",
            "i'll",
            "i'm",
            "if",
            "ill",
            "im",
            "in",
            "it",
            "just",
            "latest",
        ),
        *(
            "let's",
            "lets",
            "maybe",
            "me",
            "might",
            "next",
            "of",
            "ok",
            "okay",
            "on",
            "perhaps",
            "please",
            "pls",
            "plz",
            "possibly",
        ),
        *(
            "probably",
            "say",
            "so",
            "sometime",
            "suits",
            "sure",
            "the",
            "then",
            "think",
            "this",
            "time",
            "to",
            "uh",
            "um",
            "until",
        ),
        *("us", "will", "works", "would", "yeah", "yep", "yes", "yh"),
    )
)
"""What may stand around a time without making it more than a time."""
_NO_OCCASION = "on|at|in|this|maybe|probably|if|and|but|so|because|please|then|around|about|by"
_AFTER = re.compile(
    r"(?:\b(?:straight|right|just|shortly|directly|soon) )?\bafter "
    rf"(?P<what>(?:(?!(?:{_NO_OCCASION})\b)[^\W\d_]+(?:'[^\W\d_]+)*(?: |$)){{1,{OCCASION_WORDS}}})"
)


def read_when(
    text: str, now: datetime, zone: tzinfo, *, furthest_days: int = FURTHEST_DAYS, whole: bool = False
) -> When | None:
    """Return the time that `text` names, from `now` (aware) to `furthest_days` ahead; None where it plainly names none.

    With `whole`, the text has to be that time and nothing else but words such as "maybe" and "please".
    """
    draft = _find(text, now.astimezone(zone), furthest_days, whole=whole)
    return _settle(draft, zone) if draft is not None else None


def _find(text: str, now: datetime, furthest_days: int, *, whole: bool) -> Draft | None:
    """Return what is named in `text`; None where nothing plainly is. `now` is in the student's zone."""
    if len(text) > READ_CHARACTERS:
        return None
    draft = Draft(now, furthest_days)
    words = _AROUND.sub(" ", even_out(text))
    if _BLOCKED.search(words):
        return None
    for rule in (*DAYS, *HOURS):
        words = _take(rule, words, draft)
    words = _take_occasion(words, text, draft)
    left = [word for word in words.replace(_GAP, " ").split() if word not in _BESIDE]
    if draft.wrong or any(character.isdigit() for word in left for character in word):
        return None
    if left and (whole or not draft.plain or len(left) > WORDS_BESIDE):
        return None
    return draft


def _take(rule: Rule, words: str, draft: Draft) -> str:
    pattern, take = rule

    def taken(found: re.Match[str]) -> str:
        return found[0] if take(draft, found) is False else f" {_GAP} "

    return " ".join(pattern.sub(taken, words).split())


def _take_occasion(words: str, text: str, draft: Draft) -> str:
    """Take 'after my exam' out of the words; the occasion is kept as she wrote it."""
    found = _AFTER.search(words)
    if found is None:
        return words
    said = found["what"].split()
    written = re.findall(r"[^\W_]+(?:['\u2019][^\W_]+)*", text)
    ends = range(len(written) - len(said) + 1)
    same = (written[at : at + len(said)] for at in ends if [word.casefold() for word in written[at : at + len(said)]] == said)
    draft.after = " ".join(next(same, said))
    if said == ["lunch"]:
        draft.parts.append("afternoon")
    return f"{words[: found.start()]} {_GAP} {words[found.end() :]}"


def _settle(draft: Draft, zone: tzinfo) -> When | None:
    """Return the time of the draft; None where its parts contradict each other, are over, or are too far off."""
    if len(set(draft.parts)) > 1 and set(draft.parts) != {"night", "evening"}:
        return None
    if draft.moment is not None:
        return None if draft.days or draft.weekdays or draft.hours else _at_moment(draft, draft.moment, zone)
    days = _days(draft)
    if days is None or len(days) > 1 or len(set(draft.hours)) > 1:
        return None
    if not days and not draft.hours and not (draft.parts and draft.coming):
        return None
    part = draft.parts[0] if draft.parts else None
    if draft.hours:
        return _with_hour(draft, next(iter(days), None), draft.hours[0], part, zone)
    if days:
        day = days.pop()
        part_over = part is not None and day == draft.today and draft.now.time() >= PART_ENDS[part]
    else:
        day = draft.today + timedelta(days=draft.now.time() >= PART_BEGINS[part or "morning"])
        part_over = False
    return None if part_over else _within(draft, When(_real_day(day, zone), None, part, draft.after, draft.exact))


def _days(draft: Draft) -> set[date] | None:
    """Return the one day that everything said agrees on, or no day; None where there is a contradiction."""
    days = set(draft.days)
    if len(set(draft.weekdays)) > 1 or len(days) > 1:
        return None
    if draft.weekdays and days:
        return days if next(iter(days)).weekday() == draft.weekdays[0] and not draft.weeks_on else None
    if draft.weekdays:
        today, weekday = draft.today, draft.weekdays[0]
        if draft.next_week:
            days = {today + timedelta(days=7 - today.weekday() + weekday)}
        else:
            days = {today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1 + 7 * draft.weeks_on)}
    elif draft.next_week and not days:
        draft.exact = False
        days = {draft.today + timedelta(days=7)}
    return {day + timedelta(days=draft.shift) for day in days}


def _at_moment(draft: Draft, moment: datetime, zone: tzinfo) -> When | None:
    local = moment.astimezone(zone)
    at = local.time().replace(second=0, microsecond=0)  # keeps the fold
    return _within(draft, When(local.date(), at, None, draft.after, draft.exact))


def _with_hour(draft: Draft, day: date | None, said: Hour, part: Part | None, zone: tzinfo) -> When | None:
    hours = _could_be(said, part)
    if not hours:
        return None
    if day is not None and day != draft.today:
        likely = hours[0] if len(hours) == 1 else next(one for one in hours if time(7) <= one < time(19))
        return _on_clock(draft, day, likely, zone)
    for at in hours:  # the next that is still to come
        if len(hours) == 1 or WAKING[0] <= at <= WAKING[1]:
            when = _on_clock(draft, draft.today, at, zone)
            if when is not None:
                return when
    return None if day is not None else _with_hour(draft, draft.today + timedelta(days=1), said, part, zone)


def _could_be(said: Hour, part: Part | None) -> list[time]:
    """Return the hours of the day that were meant: one, or one before noon and one after it."""
    early, late = time(said.hour % 12, said.minute), time(said.hour % 12 + 12, said.minute)
    if said.sure:
        one = time(said.hour, said.minute)
        fits = part is None or (one < time(12)) == (part == "morning")
        return [one] if fits else []
    if part == "morning":
        return [early]
    return [early, late] if part is None else [late]


def _on_clock(draft: Draft, day: date, at: time, zone: tzinfo) -> When | None:
    """Return that hour of that day as the clocks there show it: moved on where they skip it, the second one if need be."""
    for fold in (0, 1):
        moment = datetime.combine(day, at.replace(fold=fold), zone).astimezone(UTC)
        if moment >= draft.now:
            return _at_moment(draft, moment, zone)
    return None


def _real_day(day: date, zone: tzinfo) -> date:
    """Return the day, or the next where the calendar of the zone leaves it out (Samoa had no 30 December 2011)."""
    noon = datetime.combine(day, time(12), zone)
    return max(day, noon.astimezone(UTC).astimezone(zone).date())


def _within(draft: Draft, when: When) -> When | None:
    return when if 0 <= (when.day - draft.today).days <= draft.limit else None
