"""The arithmetic of measuring: shares with their uncertainty, precision and recall, calibration, ranks, folds.

The law of this file: numbers and names in, numbers out; it knows nothing of messages, intents or Rasa.
"""

from __future__ import annotations

import hashlib
import math
import statistics
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Z_95 = 1.959964  # of the normal distribution, for an interval of 95 %
BINS = 15  # Guo et al. (2017), On Calibration of Modern Neural Networks: equal-width bins, 15 of them
ALIKE = 0.3  # two phrases that share fewer of their pieces are not worth showing side by side
PIECE = 3  # letters: two phrases are near in spelling when they share pieces of that length


@dataclass(frozen=True, slots=True)
class Share:
    """So many out of so many, and where the true share lies with 95 % certainty; all None of nothing."""

    hits: int
    of: int
    share: float | None
    low: float | None
    high: float | None

    @classmethod
    def among(cls, hits: Iterable[bool]) -> Share:
        """Return the share of what is true, with Wilson's interval: it holds for few cases and near 0 and 1, too.

        Source: Wilson (1927), Journal of the American Statistical Association 22(158).
        """
        every = [bool(hit) for hit in hits]
        number, total = sum(every), len(every)
        if not total:
            return cls(0, 0, None, None, None)
        share, square = number / total, Z_95**2 / total
        middle = (share + square / 2) / (1 + square)
        reach = Z_95 * math.sqrt(share * (1 - share) / total + square / (4 * total)) / (1 + square)
        return cls(number, total, share, max(0.0, middle - reach), min(1.0, middle + reach))


@dataclass(frozen=True, slots=True)
class Scores:
    """How well one label is told: `support` messages mean it, `taken` were taken for it. What cannot be said is 0."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int
    taken: int


def scores_of(pairs: Sequence[tuple[str, str]]) -> list[Scores]:
    """Return the scores of every label in (meant, taken) pairs, by name."""
    meant, taken = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    both = Counter(one for one, other in pairs if one == other)
    found = []
    for label in sorted(meant | taken):
        precision = both[label] / taken[label] if taken[label] else 0.0
        recall = both[label] / meant[label] if meant[label] else 0.0
        f1 = 2 * both[label] / (meant[label] + taken[label])
        found.append(Scores(label, precision, recall, f1, meant[label], taken[label]))
    return found


def macro_f1(scores: Iterable[Scores]) -> float | None:
    """Return the mean F1 of the labels that something means: each counts the same. None where there is none."""
    meant = [one.f1 for one in scores if one.support]
    return statistics.fmean(meant) if meant else None


@dataclass(frozen=True, slots=True)
class Bin:
    """The messages of one band of confidence (`low` < confidence <= `high`): how sure it was, and how often it was right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def calibration(pairs: Sequence[tuple[float, bool]], bins: int = BINS) -> tuple[float | None, list[Bin]]:
    """Return the expected calibration error of (confidence, was right) pairs, and the bands that are not empty.

    It is the mean distance between confidence and accuracy, each band weighing as many messages as it has.
    """
    bands: dict[int, list[tuple[float, bool]]] = {}
    for confidence, hit in pairs:
        # rounded first: 0.2 * 15 is a little over 3 for a computer, and would fall into the next band
        number = max(0, math.ceil(round(confidence * bins, 9)) - 1)
        bands.setdefault(min(number, bins - 1), []).append((confidence, hit))
    found = []
    for number, band in sorted(bands.items()):
        sure, right = statistics.fmean(one for one, _ in band), statistics.fmean(float(hit) for _, hit in band)
        found.append(Bin(number / bins, (number + 1) / bins, len(band), sure, right))
    if not pairs:
        return None, []
    return sum(one.count * abs(one.confidence - one.accuracy) for one in found) / len(pairs), found


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float | None:
    """Return how likely a score of the first is above one of the second, a tie counting half; None where one is empty."""
    if not higher or not lower:
        return None
    ordered = sorted(lower)
    below = sum(bisect_left(ordered, score) + bisect_right(ordered, score) for score in higher)
    return below / 2 / len(higher) / len(lower)


def cut_at(scores: Sequence[float], share: float) -> float:
    """Return the highest score below which at most `share` of the scores lie."""
    return sorted(scores)[min(math.floor(share * len(scores)), len(scores) - 1)]


def percentiles(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the median and the 99th percentile, interpolated; None of fewer than two values."""
    if len(values) < 2:  # noqa: PLR2004 - there is nothing between one
        return None
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[98]


def deal(cases: Sequence[tuple[str, str]], folds: int) -> list[int]:
    """Return the fold of each (label, text), from 0: every label dealt out evenly, the same each time.

    Within a label the order is that of the texts' hashes: neighbours in a file are often variations of one another.
    """
    order = sorted(range(len(cases)), key=lambda number: (cases[number][0], _hash(cases[number][1]), number))
    dealt = [0] * len(cases)
    for place, number in enumerate(order):
        dealt[number] = place % folds
    return dealt


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()


def nearest(text: str, examples: Iterable[str], most: int = 2) -> list[str]:
    """Return the examples that are spelt most like `text`, nearest first: by the share of pieces that both have (Dice)."""
    own = _pieces(text)
    near = []
    for example in dict.fromkeys(examples):
        other = _pieces(example)
        near.append((-2 * len(own & other) / max(1, len(own) + len(other)), example))
    return [example for likeness, example in sorted(near)[:most] if -likeness >= ALIKE]


def _pieces(text: str) -> set[str]:
    even = f" {' '.join(text.casefold().split())} "
    return {even[start : start + PIECE] for start in range(len(even) - PIECE + 1)}
