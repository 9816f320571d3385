"""Learning from the record which wording and which hour bring students back, once a day.

The law of this file: it reads the record and gives the library new weights; how they are worked out stands in
`dialogues/leaning.py`. A reason with fewer than 200 occasions keeps equal wordings.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.coach import Coach
from bot.nudge_record import NudgeRecord, Occasion
from dialogues.leaning import Choice, lean
from dialogues.nudging import OWN_HOUR, Leanings

BACK_WITHIN = timedelta(days=1)  # what counts as having worked: later than that, it may have been anything
NEWEST = 10_000  # occasions; read in 0.2 s, and what worked years ago may work no more
TRIED_HOURS = {OWN_HOUR: 7.0, "10": 1.0, "13": 1.0, "18": 1.0}  # a nudge in ten each at other hours, to learn which suits
HOURS_OF = ("action_past", "lesson_left", "lesson_next", "campaign")  # what she planned for a time comes at that time

log = structlog.get_logger()


def unlearned(hold_back: float) -> Leanings:
    """Return what to start from: equal wordings, and other hours now and then."""
    return Leanings(hours=dict.fromkeys(HOURS_OF, TRIED_HOURS), hold_back=hold_back)


def learned(record: NudgeRecord, now: datetime, hold_back: float) -> Leanings:
    """Return what the record says by now."""
    by_reason: defaultdict[str, list[Occasion]] = defaultdict(list)
    for one in record.occasions(now - BACK_WITHIN, NEWEST):
        if not one.held_back:
            by_reason[one.reason].append(one)
    weights, hours = {}, dict.fromkeys(HOURS_OF, TRIED_HOURS)
    for reason, found in by_reason.items():
        weights[reason] = lean([Choice(one.wording, one.wordings, one.was_back_within(BACK_WITHIN)) for one in found])
        if reason in hours:
            heavy = lean([Choice(one.aimed, one.hours, one.was_back_within(BACK_WITHIN)) for one in found])
            hours[reason] = {name: weight * heavy.get(name, 1.0) for name, weight in TRIED_HOURS.items()}
    return Leanings(weights, hours, hold_back)


def learn(coach: Coach) -> None:
    """Let the coach go by what its record says by now; where that cannot be read, as before."""
    try:
        leanings = learned(coach.nudges, coach.now(), coach.library.leanings.hold_back)
    except sqlite3.Error as error:
        log.warning("nudges_not_learned", error=error)
    else:
        coach.library = replace(coach.library, leanings=leanings)
