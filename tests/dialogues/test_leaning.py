"""Learning which wording to lean towards: what was planted is found, and nothing where nothing was planted."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from dialogues.chances import drawn, recovering, share_out, toss
from dialogues.leaning import LEAST, MOST, Choice, lean
from dialogues.nudging import SentNudge

NAMES = ("plain", "warm", "short")
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SEEDS = range(10)


def learn_for(rates: dict[str, float], seed: int, rounds: int = 12) -> list[Choice]:
    """Return choices made as the coach makes them: it learns every 250, and no student has a wording twice in a row."""
    die = random.Random(seed)  # noqa: S311 - repeatable
    choices: list[Choice] = []
    last = [""] * 50
    weights: dict[str, float] = {}
    for _ in range(rounds):
        for number in range(250):
            able = [name for name in NAMES if name != last[number % 50]]
            chances = share_out(able, weights)
            name = drawn(chances, die.random())
            last[number % 50] = name
            choices.append(Choice(name, chances, die.random() < rates[name]))
        weights = lean(choices)
    return choices


@pytest.mark.parametrize("seed", SEEDS)
def test_a_wording_that_was_planted_as_better_is_found(seed: int) -> None:
    choices = learn_for({"plain": 0.2, "warm": 0.35, "short": 0.2}, seed)
    weights = lean(choices)
    assert weights["warm"] > 2 * max(weights["plain"], weights["short"])
    used = Counter(one.chosen for one in choices[-1000:])
    assert used["warm"] > 400  # it can be used every other time at most: 500
    assert min(used.values()) > 100  # and the others are still tried


@pytest.mark.parametrize("seed", SEEDS)
def test_a_worse_wording_is_used_less(seed: int) -> None:
    weights = lean(learn_for({"plain": 0.3, "warm": 0.15, "short": 0.3}, seed))
    assert weights["warm"] < 0.5 < min(weights["plain"], weights["short"])


def test_nothing_is_found_where_nothing_was_planted() -> None:
    found = [lean(learn_for(dict.fromkeys(NAMES, 0.25), seed)) for seed in range(30)]
    strayed = sum(max(abs(weight - 1) for weight in weights.values()) > 0.5 for weights in found)
    assert strayed <= 3  # of 30; chance alone gives one or two


def test_nothing_is_learned_from_fewer_than_two_hundred_occasions() -> None:
    perfect = [Choice("warm" if n % 2 else "plain", {"warm": 0.5, "plain": 0.5}, bool(n % 2)) for n in range(LEAST)]
    assert lean(perfect[:-1]) == {}
    assert lean(perfect) == {"warm": MOST, "plain": 1 / MOST}


def test_a_wording_is_compared_only_with_what_could_have_been_used_in_its_place() -> None:
    # "late" is used where fewer come back, whatever is said there: that is no fault of it
    early = [Choice("a" if n % 2 else "b", {"a": 0.5, "b": 0.5}, n % 4 < 2) for n in range(400)]
    late = [Choice("late" if n % 2 else "b", {"late": 0.5, "b": 0.5}, n % 20 < 2) for n in range(400)]
    assert lean(early + late)["late"] == 1.0


def test_choices_by_lopsided_chances_do_not_colour_what_is_learned() -> None:
    die = random.Random(5)  # noqa: S311 - repeatable
    chances = {"often": 0.9, "rare": 0.1}
    choices = [Choice(drawn(chances, die.random()), chances, die.random() < 0.3) for _ in range(3000)]
    assert lean(choices) == pytest.approx({"often": 1.0, "rare": 1.0}, abs=0.3)


def test_a_wording_just_used_counts_less_and_recovers() -> None:
    def weight(days: int, *, held: bool = False) -> float:
        sent = SentNudge("1", "lesson_left", "plain", "x", (NOW - timedelta(days=days)).isoformat(), held)
        return recovering(NAMES, {"plain": 2.0}, [sent], NOW)["plain"]

    assert weight(0) < weight(3) < weight(15) < weight(60) < 2.0
    assert weight(0) == pytest.approx(2.0 * 0.1353, rel=0.01)
    assert weight(15) == pytest.approx(2.0 * 0.3679, rel=0.01)  # half the penalty after 15 days
    assert weight(0, held=True) == 2.0  # she has not read it


def test_chances_are_shares_and_a_toss_falls_by_them() -> None:
    chances = share_out(NAMES, {"plain": 3.0, "short": 0.0})
    assert chances == {"plain": 0.75, "warm": 0.25, "short": 0.0}
    assert share_out(NAMES, dict.fromkeys(NAMES, 0.0)) == pytest.approx(dict.fromkeys(NAMES, 1 / 3))
    fallen = Counter(drawn(chances, toss(str(n))) for n in range(2000))
    assert 1400 < fallen["plain"] < 1600
    assert fallen["short"] == 0
    assert drawn(chances, 1.0) == "short"  # rounding may leave a rest
