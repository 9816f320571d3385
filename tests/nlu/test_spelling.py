"""Mending slips: one slip in a word that nobody knows, and nothing else."""

import pytest

from nlu.components.spelling import COMMON, LONGEST, Spelling, one_slip_away, words_of

OURS = {"nudge", "skip", "adviser", "don't"}
COMMON_WORDS = {"the": 0, "account": 1, "skin": 2, "judge": 3, "form": 4, "from": 5, "seldom": COMMON}


@pytest.fixture
def spelling() -> Spelling:
    return Spelling(OURS, COMMON_WORDS)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("acount", "account"), ("acccount", "account"), ("axcount", "account"), ("acocunt", "account"), ("nudgw", "nudge")],
)
def test_one_slip_of_any_kind_is_mended(spelling: Spelling, slip: str, meant: str) -> None:
    assert spelling.mended(f"the {slip}, ok?") == f"the {meant}, ok?"


def test_known_words_stay(spelling: Spelling) -> None:
    for word in OURS | set(COMMON_WORDS):
        assert spelling.mended(word) == word


def test_two_slips_and_short_words_and_long_ones_stay(spelling: Spelling) -> None:
    for word in ("aconut", "teh", "a" * (LONGEST + 1), "don't", "dont't", "café", "2morow"):
        assert spelling.mended(word) == word


def test_our_own_words_are_meant_before_common_ones_and_these_by_rank(spelling: Spelling) -> None:
    assert spelling.mended("skiip") == "skip"
    assert spelling.mended("skiq") == "skip"  # and not "skin"
    assert spelling.mended("frorm") == "form"  # and not "from", which is rarer here


def test_rare_word_is_known_but_never_guessed(spelling: Spelling) -> None:
    assert spelling.mended("seldom seldmo") == "seldom seldmo"


def test_slips_hold_every_kind_and_not_more() -> None:
    found = one_slip_away("ab")
    assert {"a", "b", "ba", "xb", "ax", "xab", "axb", "abx"} <= found
    assert all(abs(len(other) - 2) <= 1 for other in found)


def test_words_are_taken_from_texts_with_their_apostrophes() -> None:
    assert words_of(["i don't know, ok?", "ok"]) == {"i", "don't", "know", "ok"}
