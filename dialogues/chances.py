"""Chance among wordings and among hours: how likely each is, and which one a toss gives.

The law of this file: pure. Weights were learned elsewhere (`leaning.py`); here a wording that this student had of late counts
less for a while, as in the "recovering" bandit of Yancey and Settles (KDD 2020), "A Sleeping, Recovering Bandit Algorithm for
Optimizing Recurring Notifications".
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from dialogues.nudging import SentNudge

JUST_USED = 2.0  # a wording of this moment counts e^-2, a seventh; the paper's gamma over tau is 6.8, for many more wordings
RECOVERS_HALF_IN = timedelta(days=15)  # as in the paper


def share_out(names: Iterable[str], weights: Mapping[str, float]) -> dict[str, float]:
    """Return how likely each name is, by its weight (1 where none is given); equally likely where all weights are 0."""
    heavy = {name: max(0.0, weights.get(name, 1.0)) for name in names}
    total = sum(heavy.values())
    return {name: weight / total if total > 0 else 1 / len(heavy) for name, weight in heavy.items()}


def recovering(names: Iterable[str], weights: Mapping[str, float], sent: Iterable[SentNudge], at: datetime) -> dict[str, float]:
    """Return the weights at that moment, less for wordings that were sent to her of late: half as much less each 15 days on."""
    last = {one.wording: datetime.fromisoformat(one.at) for one in sent if not one.held}  # they stand oldest first
    since = {name: at - last[name] for name in names if name in last}
    lack = {name: JUST_USED * math.pow(0.5, max(timedelta(), ago) / RECOVERS_HALF_IN) for name, ago in since.items()}
    return {name: weights.get(name, 1.0) * math.exp(-lack.get(name, 0.0)) for name in names}


def toss(what: str) -> float:
    """Return a number in [0, 1) that `what` gives, the same each time: chance without a die."""
    return int.from_bytes(hashlib.blake2b(what.encode(), digest_size=7).digest()) / 2**56


def drawn(chances: Mapping[str, float], number: float) -> str:
    """Return the name on which a number in [0, 1) falls."""
    name = ""
    for name, chance in chances.items():  # noqa: B007 - the last one, where rounding leaves a rest
        number -= chance
        if number < 0:
            break
    return name
