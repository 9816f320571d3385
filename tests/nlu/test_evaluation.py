"""What readings of labelled messages come to, on a handful whose figures can be counted on fingers."""

import json

import pytest

from bot.evaluate_page import page
from bot.evaluate_report import about, as_json, print_report
from nlu.evaluation import By, Evaluation, Outcome, evaluate, matrix_of
from nlu.labelled import Labelled, Section

EXAMPLES = {
    "greet": ["hello there"],
    "skip": ["skip this", "pass on this one"],
    "distress": ["i am so low"],
    "out_of_scope": [],
}
STEP = "step.a.b.yes"


def outcome(  # noqa: PLR0913, PLR0917 - a message, its label and what became of it, in the order of reading
    meant: str, acted: str, sure: float = 0.9, inside: float = 0.9, section: Section = "intents", alarms: tuple[By, ...] = ()
) -> Outcome:
    at = ("a", "b") if section == "answers" else ("", "")
    message = Labelled(f"<{meant}> as {acted}", meant, section, *at)
    return Outcome(message, acted, sure, acted, sure, 0.5, inside, frozenset(alarms), 0.010)


OUTCOMES = [
    outcome("greet", "greet"),
    outcome("greet", "skip"),
    outcome("greet", "skip"),
    outcome("skip", "skip"),
    outcome("skip", "out_of_scope", 0.4, 0.3),
    outcome("distress", "distress", alarms=("classifier", "together")),
    outcome("distress", "distress", alarms=("phrases", "together")),
    outcome("distress", "out_of_scope", inside=0.4),
    outcome("out_of_scope", "out_of_scope", inside=0.2),
    outcome("out_of_scope", "greet"),
    outcome("", "distress", section="figures", alarms=("classifier", "together")),
    outcome("", "out_of_scope", section="ordinary"),
    outcome("distress", "distress", section="third_person", alarms=("phrases", "together")),
    outcome(STEP, STEP, section="answers"),
    outcome("words", "skip", section="answers"),
]


@pytest.fixture(scope="module")
def figures() -> Evaluation:
    return evaluate(OUTCOMES, EXAMPLES)


def test_accuracy_counts_what_could_be_meant_anywhere(figures: Evaluation) -> None:
    assert (figures.accuracy.hits, figures.accuracy.of) == (5, 10)
    assert (figures.first_in_scope.hits, figures.first_in_scope.of) == (4, 8)
    assert {one.label: one.support for one in figures.intents} == {"greet": 3, "skip": 2, "distress": 3, "out_of_scope": 2}


def test_threshold_refuses_what_the_classifier_is_unsure_of() -> None:
    unsure = Outcome(Labelled("x", "greet"), "greet", 0.4, "greet", 0.4, 0.5, 0.4)
    assert (unsure.hit, unsure.by_threshold) == (True, "out_of_scope")
    assert evaluate([unsure], EXAMPLES).raw_accuracy.hits == 0


def test_most_frequent_confusion_comes_first_with_its_messages_and_what_is_like_them(figures: Evaluation) -> None:
    first = figures.confusions[0]
    assert (first.meant, first.taken, first.count) == ("greet", "skip", 2)
    assert first.texts == ["<greet> as skip"] * 2
    assert first.nearest == ["skip this"]
    assert sum(one.count for one in figures.confusions) == 5


def test_distress_is_counted_by_each_check_and_group(figures: Evaluation) -> None:
    counted = {
        one.group: (one.phrases.hits, one.classifier.hits, one.together.hits, one.together.of) for one in figures.distress
    }
    assert counted == {
        "distress": (1, 1, 2, 3),
        "third person": (1, 0, 1, 1),
        "other intents": (0, 0, 0, 7),
        "ordinary": (0, 0, 0, 1),
        "figures": (0, 1, 1, 1),
        "answers": (0, 0, 0, 2),
    }
    texts = {one.group: one.texts for one in figures.distress if one.texts}
    assert texts == {"distress": ["<distress> as out_of_scope"], "figures": ["<> as distress"]}


def test_out_of_scope_is_found_refused_and_ranked(figures: Evaluation) -> None:
    outside = figures.out_of_scope
    assert (outside.found.hits, outside.found.of, outside.refused.hits, outside.refused.of) == (1, 2, 2, 8)
    # of the 16 pairs the one at .2 wins all 8, the one at .9 beats none and ties with 6
    assert outside.auroc == pytest.approx((8 + 3) / 16)
    assert (outside.cut, outside.found_at_cut.hits) == (0.3, 1)


def test_answers_are_counted_by_kind_and_step(figures: Evaluation) -> None:
    assert (figures.answers.hits, figures.answers.of) == (1, 2)
    assert {name: share.hits for name, share in figures.answers_by_kind.items()} == {"own answers": 1, "own words": 0}
    assert list(figures.answers_by_step) == ["a.b"]
    assert [(one.meant, one.taken) for one in figures.answer_confusions] == [("words", "skip")]


def test_latency_leaves_out_what_was_not_asked() -> None:
    unread = Outcome(Labelled("🙂", "affirm"), "affirm", 1.0, was_read=False)
    latency = evaluate([*OUTCOMES, unread], EXAMPLES).latency
    assert (latency.requests, latency.unread) == (15, 1)
    assert latency.p50_ms == pytest.approx(10.0)


def test_matrix_holds_every_message(figures: Evaluation) -> None:
    labels, cells = matrix_of(figures)
    assert labels == ["distress", "greet", "out_of_scope", "skip"]
    assert sum(cells.values()) == 10
    assert (cells["greet", "greet"], cells["greet", "skip"]) == (1, 2)


def test_nothing_to_measure_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    nothing = evaluate([], {})
    facts = about("none", "nothing", [], 0, 0.0)
    print_report(nothing, facts)
    assert "Measured on" in capsys.readouterr().out
    assert "Measured on" in page(nothing, facts)


def test_report_is_plain_and_fits_its_columns_when_piped(figures: Evaluation, capsys: pytest.CaptureFixture[str]) -> None:
    print_report(figures, about("a model", "a file", [], len(OUTCOMES), 1.0))
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= 90
    assert "2  greet taken for skip" in out
    assert "50.0 % (23.7 to 76.3), 5 of 10" in out


def test_json_is_one_object_with_every_figure(figures: Evaluation) -> None:
    told = json.loads(as_json(figures, about("a model", "a file", [], len(OUTCOMES), 1.0)))
    assert told["accuracy"]["share"] == 0.5
    assert told["about"]["model"] == "a model"
    assert set(Evaluation.__dataclass_fields__) < set(told)


def test_page_fetches_nothing_and_escapes_what_was_written(figures: Evaluation) -> None:
    html = page(figures, about("a model", "a file", [], len(OUTCOMES), 1.0))
    assert "&lt;greet&gt; as skip" in html
    assert "<greet>" not in html
    assert [part for part in ("http:", "https:", "src=", "@import", "url(") if part in html] == []
    assert html.count("<svg ") == html.count("<desc ") == 2


def test_tables_and_pictures_of_the_page_have_names(figures: Evaluation) -> None:
    html = page(figures, about("a model", "a file", [], len(OUTCOMES), 1.0))
    assert html.count("<table") == html.count("<caption>")
    for part in ('lang="en-GB"', 'name="viewport"', "prefers-color-scheme: dark", 'scope="row"', 'scope="col"', 'role="img"'):
        assert part in html
