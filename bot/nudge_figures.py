"""What nudges did, in figures: from occasions to shares, and to differences from the occasions that were held back.

The law of this file: pure arithmetic. Each figure carries its interval; where there is too little to say anything, it says so
instead. Only what had its time counts: an occasion of this morning is not yet one that brought nobody back.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.nudge_record import Occasion
from nlu.metrics import Z_95, Share

TOO_FEW = 30  # on either side; below that the interval of a difference is wider than any effect that a nudge has had
SOON, DAY, WEEK = timedelta(hours=2), timedelta(days=1), timedelta(days=7)
NEVER_HELD_BACK = "shall_i_stop"  # nothing to compare it with, so it stands alone and in no line beside others
ABOUT_ACTIONS = frozenset({"action_due", "action_past"})
BANDS = (("night", 0, 7), ("morning", 7, 12), ("afternoon", 12, 17), ("evening", 17, 22), ("night", 22, 24))

_DAY_BEGINS = {"morning": 7, "afternoon": 12, "evening": 17, "night": 22}  # the order of a day


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two shares, and where the true one lies with 95 % certainty; None where there is too little."""

    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one group of occasions: `sent` and `held` came back within a day, `soon` within two hours.

    `done` is the share whose action was done within seven days, sent and held back; None where the group is not about actions.
    """

    name: str
    sent: Share
    held: Share
    soon: Share
    effect: Difference | None
    done: tuple[Share, Share, Difference | None] | None

    @property
    def is_told(self) -> bool:
        """Whether there is enough on both sides to say something."""
        return self.effect is not None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures at one moment: over all, and by reason, wording and time of day."""

    at: datetime
    students: int
    total: Line
    reasons: tuple[Line, ...]
    wordings: tuple[Line, ...]
    hours: tuple[Line, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return them as plain JSON; what cannot be said is null."""
        parts = {"reasons": self.reasons, "wordings": self.wordings, "hours": self.hours}
        head = {"at": self.at.isoformat(), "students": self.students, "too_few_below": TOO_FEW}
        return {**head, "total": _plain(self.total), **{name: [_plain(one) for one in lines] for name, lines in parts.items()}}


def figures_of(occasions: Iterable[Occasion], now: datetime) -> Figures:
    """Return the figures of the occasions, as they stand now."""
    every = [one for one in occasions if one.at <= now - DAY]
    compared = [one for one in every if one.reason != NEVER_HELD_BACK]
    return Figures(
        now,
        len({one.student for one in every}),
        _line("all", compared, now),
        _lines(every, [one.reason for one in every], now),
        _lines(every, [one.wording for one in every], now),
        tuple(sorted(_lines(compared, [band_of(one.hour) for one in compared], now), key=lambda line: _DAY_BEGINS[line.name])),
    )


def band_of(hour: int) -> str:
    """Return the time of day in which a local hour lies."""
    return next(name for name, first, end in BANDS if first <= hour < end)


def _lines(every: Sequence[Occasion], names: Sequence[str], now: datetime) -> tuple[Line, ...]:
    groups: dict[str, list[Occasion]] = {}
    for one, name in sorted(zip(every, names, strict=True), key=lambda pair: pair[1]):
        groups.setdefault(name, []).append(one)
    return tuple(_line(name, found, now) for name, found in groups.items())


def _line(name: str, found: Sequence[Occasion], now: datetime) -> Line:
    sent, held = ([one for one in found if one.held_back is side] for side in (False, True))
    back = [share_of([(one.student, one.was_back_within(DAY)) for one in side]) for side in (sent, held)]
    soon = share_of([(one.student, one.was_back_within(SOON)) for one in sent])
    about = [one for one in found if one.reason in ABOUT_ACTIONS and one.at <= now - WEEK]
    did = [
        share_of([(one.student, one.was_done_within(WEEK)) for one in about if one.held_back is side]) for side in (False, True)
    ]
    done = (did[0], did[1], difference(did[0], did[1])) if did[0].of else None
    return Line(name, back[0], back[1], soon, difference(back[0], back[1]), done)


def share_of(told: Sequence[tuple[str, bool]]) -> Share:
    """Return the share of (student, hit) pairs that are hits, with its interval.

    What one student does today is like what she did last week, so her occasions say less than those of as many students. The
    interval is Wilson's of as many as they are worth. Source: Rao and Scott (1992), Biometrics 48.
    """
    if not told:
        return Share.among(())
    hits, of = sum(hit for _, hit in told), len(told)
    share = hits / of
    rest: defaultdict[str, float] = defaultdict(float)  # how many more hits each has than if all were alike
    for student, hit in told:
        rest[student] += hit - share
    students, even = len(rest), of * share * (1 - share)
    uneven = sum(one * one for one in rest.values()) * students / max(1, students - 1)
    worth = of / max(1.0, uneven / even) if even else of
    square = Z_95**2 / worth
    middle = (share + square / 2) / (1 + square)
    reach = Z_95 * math.sqrt(share * (1 - share) / worth + square / (4 * worth)) / (1 + square)
    return Share(hits, of, share, max(0.0, middle - reach), min(1.0, middle + reach))


def difference(one: Share, other: Share) -> Difference | None:
    """Return how much greater the first share is, with Newcombe's interval; None where there are too few on either side.

    Source: Newcombe (1998), Statistics in Medicine 17, method 10: the hybrid of two Wilson intervals.
    """
    if min(one.of, other.of) < TOO_FEW or None in {one.share, other.share}:
        return None
    (p, low, high), (q, least, most) = _known(one), _known(other)
    return Difference(p - q, p - q - math.hypot(p - low, most - q), p - q + math.hypot(high - p, q - least))


def _known(share: Share) -> tuple[float, float, float]:
    return share.share or 0.0, share.low or 0.0, share.high or 0.0


def _plain(line: Line) -> dict[str, Any]:
    told: dict[str, Any] = {"name": line.name, "back_in_a_day": _share(line.sent), "held_back": _share(line.held)}
    told["back_in_two_hours"] = _share(line.soon)
    told["difference"] = _difference(line.effect)
    if line.done is not None:
        sent, held, effect = line.done
        told["done_in_seven_days"] = {"sent": _share(sent), "held_back": _share(held), "difference": _difference(effect)}
    return told


def _share(one: Share) -> dict[str, Any]:
    return {"hits": one.hits, "of": one.of, "share": one.share, "low": one.low, "high": one.high}


def _difference(one: Difference | None) -> dict[str, float] | str:
    return {"difference": one.difference, "low": one.low, "high": one.high} if one is not None else "too few to say"
