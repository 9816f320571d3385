"""What is leaned towards: from choices and what followed them, how much each wording (or hour) should count.

The law of this file: pure arithmetic, and careful. A choice is compared only with others made where it could have been made,
too ("sleeping" arms: Yancey and Settles, KDD 2020), each weighed by how unlikely it was, so that what was learned before does
not colour what is learned next. Both sides start from what is usual, as a Beta prior; of a difference counts what is
beyond doubt; and nothing ever counts so little that it is not tried any more. Below LEAST choices nothing is learned.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LEAST = 200  # choices, of one reason
PRIOR = 20.0  # choices that the prior stands for: a tenth of LEAST
DOUBT = 1.96  # standard errors that are no evidence: 95 % of the normal distribution
STEEP = 0.1  # somebody who surely brings a tenth more back counts e times as much
MOST = 4.0  # how many times as much, or as little, it counts in the end
RARE = 0.01  # a share below that says too little to divide by


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: what was chosen, how likely each was that could be, and whether she came back."""

    chosen: str
    chances: Mapping[str, float]
    worked: bool


def lean(choices: Sequence[Choice]) -> dict[str, float]:
    """Return the weight of each name that could be chosen, 1 where nothing is known; empty below LEAST choices."""
    if len(choices) < LEAST:
        return {}
    usual = sum(one.worked for one in choices) / len(choices)
    names = sorted({name for one in choices for name in one.chances})
    return {name: _weight(name, choices, usual) for name in names}


def _weight(name: str, choices: Sequence[Choice], usual: float) -> float:
    both = [one for one in choices if 0 < one.chances.get(name, 0.0) < 1]  # where it, and something else, could be chosen
    mine = _Side.of(((one.worked, 1 / one.chances[name]) for one in both if one.chosen == name), usual)
    others = _Side.of(((one.worked, 1 / (1 - one.chances[name])) for one in both if one.chosen != name), usual)
    difference = mine.share - others.share
    sure = max(0.0, abs(difference) - DOUBT * math.hypot(mine.error, others.error))
    lift = math.copysign(sure, difference) / max(others.share, RARE)
    return min(MOST, max(1 / MOST, math.exp(min(lift / STEEP, math.log(MOST)))))


@dataclass(frozen=True, slots=True)
class _Side:
    """The share that came back on one side of a comparison, and its standard error: those of a Beta distribution."""

    share: float
    error: float

    @classmethod
    def of(cls, told: Iterable[tuple[bool, float]], usual: float) -> _Side:
        """Return it for (worked, weight) pairs, which count as many as their weights allow (Kish's effective size)."""
        pairs = list(told)
        total = sum(weight for _, weight in pairs)
        squares = sum(weight * weight for _, weight in pairs)
        size = total * total / squares if squares else 0.0
        share = sum(weight for worked, weight in pairs if worked) / total if total else usual
        mean = (share * size + usual * PRIOR) / (size + PRIOR)
        return cls(mean, math.sqrt(mean * (1 - mean) / (size + PRIOR + 1)))
