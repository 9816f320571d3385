"""The report on nudges: its arithmetic, its honesty about too little, its page."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from bot.cli import report_nudges
from bot.nudge_figures import TOO_FEW, band_of, difference, figures_of, share_of
from bot.nudge_page import page
from bot.nudge_record import Occasion
from bot.nudge_report import told
from bot.settings import load_settings
from bot.store import Store
from nlu.metrics import Share
from tests.bot.test_nudge_learning import put

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def share(hits: int, of: int) -> Share:
    return Share.among([True] * hits + [False] * (of - hits))


def occasions(
    count: int, back: int, *, held: bool, reason: str = "lesson_left", ago: timedelta = timedelta(days=10)
) -> list[Occasion]:
    """Return that many occasions of as many students, of whom `back` came back after three hours (and did it)."""
    after = timedelta(hours=3)
    return [
        Occasion(
            f"{reason}{held}{number}",
            reason,
            f"{reason}.<one>",
            NOW - ago,
            10,
            "own",
            {},
            {},
            held,
            *([after] * 2 if number < back else [None] * 2),
        )
        for number in range(count)
    ]


def test_difference_is_newcombes() -> None:
    # Newcombe (1998), table II, case (a): 56 of 70 and 48 of 80, method 10
    found = difference(share(56, 70), share(48, 80))
    assert found is not None
    assert (found.difference, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=0.0001)


def test_occasions_of_different_students_have_wilsons_interval() -> None:
    alone = share_of([(f"{number}", number < 30) for number in range(100)])
    assert (alone.hits, alone.of) == (30, 100)
    assert (alone.low, alone.high) == pytest.approx((0.2189, 0.3958), abs=0.003)  # Wilson (1927)


def test_many_occasions_of_few_students_say_less() -> None:
    alone = share_of([(f"{number}", number % 10 < 3) for number in range(100)])
    alike = share_of([(f"{number % 10}", number % 10 < 3) for number in range(100)])  # ten students, always the same
    assert None not in {alone.low, alone.high, alike.low, alike.high}
    assert (alike.high or 0) - (alike.low or 0) > 2.5 * ((alone.high or 0) - (alone.low or 0))
    assert share_of([("a", False)] * 40).high == Share.among([False] * 40).high


def test_too_few_on_either_side_are_not_compared() -> None:
    assert difference(share(20, 500), share(1, TOO_FEW - 1)) is None
    assert difference(share(1, TOO_FEW - 1), share(20, 500)) is None
    assert difference(share(20, 500), share(1, TOO_FEW)) is not None


def test_sent_and_held_back_are_told_apart_and_counted_once() -> None:
    figures = figures_of([*occasions(400, 120, held=False), *occasions(50, 5, held=True)], NOW)
    (line,) = figures.reasons
    assert (line.sent.hits, line.sent.of, line.held.hits, line.held.of) == (120, 400, 5, 50)
    assert line.soon.hits == 0  # three hours are not two
    assert line.effect is not None
    assert line.effect.difference == pytest.approx(0.2)
    assert 0 < line.effect.low < 0.2 < line.effect.high
    assert line.done is None
    assert figures.total.sent.of == 400


def test_what_is_never_held_back_stands_in_no_comparison() -> None:
    figures = figures_of([*occasions(400, 120, held=False), *occasions(90, 0, held=False, reason="shall_i_stop")], NOW)
    assert figures.total.sent.of == 400
    assert sum(line.sent.of for line in figures.hours) == 400
    assert {line.name: line.sent.of for line in figures.reasons} == {"lesson_left": 400, "shall_i_stop": 90}


def test_what_has_not_had_its_time_is_left_out() -> None:
    fresh = occasions(10, 0, held=False, ago=timedelta(hours=23))
    young = occasions(10, 0, held=False, reason="action_due", ago=timedelta(days=3))
    assert figures_of(fresh, NOW).total.sent.of == 0
    (line,) = figures_of(young, NOW).reasons
    assert line.sent.of == 10
    assert line.done is None  # a week has not gone by
    (line,) = figures_of(occasions(10, 4, held=False, reason="action_due"), NOW).reasons
    assert line.done is not None
    assert (line.done[0].hits, line.done[0].of) == (4, 10)


def test_times_of_day_cover_the_day() -> None:
    assert [band_of(hour) for hour in (0, 6, 7, 11, 12, 16, 17, 21, 22, 23)] == [
        *("night", "night", "morning", "morning", "afternoon", "afternoon", "evening", "evening", "night", "night")
    ]


def test_times_of_day_stand_in_the_order_of_the_day() -> None:
    every = [replace(one, hour=hour) for hour in (23, 13, 18, 9) for one in occasions(1, 0, held=False)]
    assert [line.name for line in figures_of(every, NOW).hours] == ["morning", "afternoon", "evening", "night"]


def test_the_reason_that_is_never_held_back_says_so() -> None:
    figures = figures_of(occasions(40, 5, held=False, reason="shall_i_stop"), NOW)
    assert "never held back" in page(figures)
    figures = figures_of([*occasions(40, 5, held=False), *occasions(40, 5, held=False, reason="shall_i_stop")], NOW)
    lines = "\n".join(told(figures))
    assert lines.count("never held back") == lines.count("shall_i_stop") == 2
    assert lines.startswith("40 reminders sent, 0 held back for comparison; 80 students.")


def test_the_text_says_where_there_is_too_little() -> None:
    few = "\n".join(told(figures_of(occasions(40, 5, held=False), NOW)))
    assert "too few to say" in few
    assert "points" not in few.partition("Back means")[0]
    many = "\n".join(told(figures_of([*occasions(400, 120, held=False), *occasions(50, 5, held=True)], NOW)))
    assert "+20.0 points (" in many
    assert "may be chance" not in many
    even = "\n".join(told(figures_of([*occasions(400, 40, held=False), *occasions(50, 5, held=True)], NOW)))
    assert "may be chance" in even


def test_the_page_stands_alone_and_draws_what_the_table_says() -> None:
    html = page(figures_of([*occasions(400, 120, held=False), *occasions(50, 5, held=True)], NOW))
    assert "<one>" not in html
    assert "lesson_left.&lt;one&gt;" in html
    assert not any(word in html for word in ("http://", "https://", "<script", "<link", "<img", "@import"))
    svg = ET.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])  # noqa: S314 - our own
    assert len(svg.findall("g")) == 2  # all, and the one reason
    assert html.count("+20.0 points") >= 3
    assert html.count('role="row"') == html.count("<tr") > 3  # a phone shows rows as blocks, and a screen reader a table
    assert "too little to draw" in page(figures_of(occasions(5, 1, held=False), NOW))


def test_the_verb_prints_json_and_writes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOFTOP_DATA", str(tmp_path / "data"))
    with Store(load_settings().data) as store:
        put(store, 1)
        put(store, 2, held=True)
    result = CliRunner().invoke(report_nudges, ["--json", "--html", str(tmp_path / "page.html")])
    assert result.exit_code == 0, result.stderr
    figures = json.loads(result.stdout)
    assert figures["students"] in {0, 2}  # by how long ago the fixture's day is
    assert "Whether reminders help" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_reading_a_folder_without_a_coach_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOFTOP_DATA", str(tmp_path / "none"))
    result = CliRunner().invoke(report_nudges, [])
    assert "nothing in" in str(result.exception)
    assert not (tmp_path / "none").exists()
