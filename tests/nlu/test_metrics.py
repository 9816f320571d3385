"""The arithmetic of measuring, against examples worked by hand and from the literature."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.metrics import Share, auroc, calibration, cut_at, deal, macro_f1, nearest, percentiles, scores_of

PAIRS = [("a", "a"), ("a", "a"), ("a", "b"), ("b", "b"), ("b", "c"), ("c", "c")]


def test_share_has_the_interval_of_wilson() -> None:
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263 is .2553 to .3662, 15 of 148 is .0624 to .1605
    for hits, of, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (29, 29, 0.8830, 1.0),
    ):
        share = Share.among([True] * hits + [False] * (of - hits))
        assert (share.hits, share.of) == (hits, of)
        assert (share.low, share.high) == pytest.approx((low, high), abs=5e-5)


def test_share_of_nothing_is_unknown() -> None:
    assert Share.among([]) == Share(0, 0, None, None, None)


def test_precision_recall_and_f1_of_each_label() -> None:
    a, b, c = scores_of(PAIRS)
    assert (a.precision, a.recall, a.f1, a.support, a.taken) == pytest.approx((1, 2 / 3, 0.8, 3, 2))
    assert (b.precision, b.recall, b.f1, b.support, b.taken) == pytest.approx((0.5, 0.5, 0.5, 2, 2))
    assert (c.precision, c.recall, c.f1, c.support, c.taken) == pytest.approx((0.5, 1, 2 / 3, 1, 2))
    assert macro_f1([a, b, c]) == pytest.approx((0.8 + 0.5 + 2 / 3) / 3)


def test_label_that_nothing_means_is_shown_but_does_not_count() -> None:
    scores = scores_of([("a", "a"), ("a", "z")])
    assert [(one.label, one.f1) for one in scores] == [("a", pytest.approx(2 / 3)), ("z", 0.0)]
    assert macro_f1(scores) == pytest.approx(2 / 3)
    assert macro_f1([]) is None


def test_calibration_error_weighs_each_band_by_its_messages() -> None:
    pairs = [(0.95, True), (0.95, True), (0.95, False), (0.05, False)]
    error, bands = calibration(pairs, bins=10)
    assert [(one.low, one.high, one.count) for one in bands] == [(0.0, 0.1, 1), (0.9, 1.0, 3)]
    assert error == pytest.approx(0.25 * 0.05 + 0.75 * (0.95 - 2 / 3))


def test_confidence_on_an_edge_falls_below_it() -> None:
    _, bands = calibration([(number / 15, True) for number in range(16)])
    assert [one.count for one in bands] == [2] + [1] * 14  # 0 and 1/15 share the first
    assert calibration([]) == (None, [])


def test_rank_of_scores_counts_ties_half() -> None:
    assert auroc([3, 2], [1, 0]) == 1.0
    assert auroc([1], [1]) == 0.5
    assert auroc([0.8, 0.4], [0.6, 0.2]) == 0.75
    assert auroc([], [1]) is None


@given(st.lists(st.floats(0, 1), min_size=1), st.lists(st.floats(0, 1), min_size=1))
def test_rank_of_scores_is_the_share_of_pairs(higher: list[float], lower: list[float]) -> None:
    won = sum((one > other) + (one == other) / 2 for one in higher for other in lower)
    assert auroc(higher, lower) == pytest.approx(won / len(higher) / len(lower))


@given(st.lists(st.floats(0, 1), min_size=1), st.sampled_from([0.0, 0.05, 0.2]))
def test_cut_leaves_at_most_the_share_below(scores: list[float], share: float) -> None:
    cut = cut_at(scores, share)
    assert sum(score < cut for score in scores) <= share * len(scores)
    higher = [score for score in scores if score > cut]
    assert not higher or sum(score < min(higher) for score in scores) > share * len(scores)


def test_percentiles_need_two_values() -> None:
    assert percentiles([1.0]) is None
    assert percentiles([float(number) for number in range(101)]) == (50.0, 99.0)


def test_folds_are_even_in_each_label_and_the_same_each_time() -> None:
    cases = [(label, f"{label} {number}") for label, count in (("a", 23), ("b", 7), ("c", 1)) for number in range(count)]
    dealt = deal(cases, 5)
    for label in "abc":
        counts = [
            sum(case[0] == label and place == fold for case, place in zip(cases, dealt, strict=True)) for fold in range(5)
        ]
        assert max(counts) - min(counts) <= 1
    assert deal(cases, 5) == dealt
    turned = list(reversed(cases))
    assert dict(zip(turned, deal(turned, 5), strict=True)) == dict(zip(cases, dealt, strict=True))


def test_nearest_example_is_the_one_spelt_most_alike() -> None:
    examples = ["show me my journal", "what is the weather", "show my journal please"]
    assert nearest("show my journal", examples) == ["show me my journal", "show my journal please"]
    assert nearest("xyz", examples) == []
